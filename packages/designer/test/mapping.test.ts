/** The mapping's grid without a browser: lines of it, what is wrong, what is suggested, what can be put in. */
import { expect, test } from "vitest";
import { sourceFields } from "../src/flow/fields.ts";
import { completions, type Known } from "../src/mapping/completion.ts";
import { absentRequired, addEdits, dropEdit, keepEdit, putEdits, takeEdits } from "../src/mapping/edits.ts";
import { gridRows, isMissing, labelOf, placeOf, shownRows } from "../src/mapping/grid-rows.ts";
import { problemsOf } from "../src/mapping/problems.ts";
import { sampledFields } from "../src/mapping/source-values.ts";
import { suggestions } from "../src/mapping/suggest.ts";

const field = (name: string, label = name, more: object = {}) => ({ field: name, label, ...more });
const DECLARED = [
  field("external_id", "外部单号", { required: true }),
  field("warehouse", "仓库"),
  field("remark", "备注"),
  field("io_date", "单据日期", { type: "datetime" }),
  field("items", "明细", {
    type: "array",
    required: true,
    children: [field("sku_id", "商品编码", { required: true }), field("qty", "数量", { type: "int", required: true })],
  }),
];
const API = {
  response: [
    field("FBillNo", "单据编号"),
    field("FDate", "日期"),
    field("FNote", "备注"),
    field("FMaterialId_FNumber", "商品代码"),
    field("FQty", "数量"),
  ],
} as never;
const FLOW = { restructure: [{ kind: "group" as const, by: ["FBillNo"], lines: "lines", lineFields: ["FMaterialId_FNumber", "FQty"] }] };
const MAPPING = [
  field("warehouse", "仓库", { value: "1" }),
  field("items", "明细", { type: "array", value: "lines", children: [field("qty", "数量")] }),
];
const NONE = new Set<string>();

test("captions are the reader's: what a flow took over from the API in Chinese too, and never words of its own", () => {
  const declared = [{ field: "io_date", label: "单据日期", labelEn: "Bill date" }, field("remark", "备注")];
  const rows = gridRows([field("io_date", "单据日期"), field("remark", "打印备注"), field("own")], declared, NONE);
  expect(rows.map((row) => labelOf(row, "en"))).toEqual(["Bill date", "打印备注", "own"]);
  expect(rows.map((row) => labelOf(row, "zh"))).toEqual(["单据日期", "打印备注", "own"]);
  const [source] = sampledFields(sourceFields({ response: declared } as never, {}), { io_date: "2026-11-22" });
  expect(source).toMatchObject({ label: "单据日期", labelEn: "Bill date", sample: "2026-11-22" });
});

test("what is mapped stands in its order, and behind it what the API takes besides, level by level", () => {
  const rows = gridRows(MAPPING, DECLARED, NONE);
  expect(rows.map((row) => [row.name, placeOf(row)])).toEqual([
    ["warehouse", "/mapping/0"],
    ["items", "/mapping/1"],
    ["items.qty", "/mapping/1/children/0"],
    ["items.sku_id", null],
    ["external_id", null],
    ["remark", null],
    ["io_date", null],
  ]);
  expect(rows.filter(isMissing).map(({ name }) => name)).toEqual(["items.qty", "items.sku_id", "external_id"]);
  expect(absentRequired(rows).map(({ name }) => name)).toEqual(["items.sku_id", "external_id"]);
  expect(addEdits(absentRequired(rows), ["lines"]).map((edit) => edit.path)).toEqual([["mapping", 1, "children"], ["mapping"]]);
  expect(gridRows(MAPPING, DECLARED, new Set(["items"]))).toHaveLength(5);
  // A search keeps the list that a line's field is in.
  expect(shownRows(rows, "all", "商品", NONE).map(({ name }) => name)).toEqual(["items", "items.sku_id"]);
  expect(shownRows(rows, "mapped", "", NONE)).toHaveLength(3);
  // The same name twice is two lines.
  expect(gridRows([field("a"), field("a")], [], NONE).map(({ key }) => key)).toEqual(["a", "a#2"]);
});

test("a value for a field that is not mapped maps it, with what the API says of it; a line is dropped before another of its list", () => {
  const rows = gridRows(MAPPING, DECLARED, NONE);
  const of = (name: string) => rows.find((row) => row.name === name) as (typeof rows)[number];
  expect(keepEdit(of("external_id"), "{{FBillNo}}", [])).toMatchObject({
    kind: "add",
    path: ["mapping"],
    values: [{ field: "external_id", required: true, value: "{{FBillNo}}" }],
  });
  expect(keepEdit(of("external_id"), "", [])).toBeNull();
  expect(dropEdit(of("items"), of("warehouse"))).toEqual({ kind: "move", path: ["mapping"], from: 1, to: 0 });
  expect(dropEdit(of("items.qty"), of("warehouse"))).toBeNull();
});

test("a source field goes behind what is there, and gives the list of its line a source", () => {
  const rows = gridRows([field("items", "明细", { type: "array", children: [field("qty", "数量", { value: "x" })] })], DECLARED, NONE);
  const of = (name: string) => rows.find((row) => row.name === name) as (typeof rows)[number];
  expect(putEdits(of("items.qty"), "lines.FQty", rows, ["lines"])).toEqual([
    { kind: "set", path: ["mapping", 0, "value"], value: "lines" },
    { kind: "set", path: ["mapping", 0, "children", 0, "value"], value: "x{{lines.FQty}}" },
  ]);
  // A list that has one keeps it, and a field of the header leaves it alone.
  const kept = gridRows(MAPPING, DECLARED, NONE);
  const qty = kept.find(({ name }) => name === "items.qty") as (typeof rows)[number];
  expect(putEdits(qty, "others.FQty", kept, ["lines", "others"])).toHaveLength(1);
  expect(putEdits(of("items.qty"), "FBillNo", rows, ["lines"])).toHaveLength(1);
});

test("problems have their field: what lacks, what the check says, what fails over the sample", () => {
  const rows = gridRows(MAPPING, DECLARED, NONE);
  const told = (path: string) => ({ path, code: "X", zh: `错 ${path}`, en: path, todoZh: "", todoEn: "" });
  const trial = {
    records: [],
    steps: [],
    documents: [{ part: "", body: null, fields: [], issues: [told("items[2].qty")] }],
    stopped: null,
    flaws: [told("/mapping/0")],
    issues: [told("/mapping/1/value"), { ...told("/mapping"), code: "TARGET_FIELD_UNMAPPED" }, told("/source/params")],
  };
  // What is typed into a required field is looked at before it is kept.
  const typing = problemsOf(rows, null, "zh", new Map([["/mapping/1/children/0", "{{lines.FQty}}"]]));
  expect(typing.map(({ key }) => key)).toEqual(["items.sku_id", "external_id"]);
  expect(problemsOf(rows, trial, "zh").map(({ key, what }) => [key, what])).toEqual([
    ["items.qty", "必填，还没有取值"],
    ["items.sku_id", "必填，还没有取值"],
    ["external_id", "必填，还没有取值"],
    ["warehouse", "错 /mapping/0"],
    ["items", "错 /mapping/1/value"],
  ]);
});

test("matches are suggested by name, label and pinyin, within reach of the line, and never over what is there", () => {
  const rows = gridRows(MAPPING, DECLARED, NONE);
  const source = sourceFields(API, FLOW);
  const found = suggestions(rows, source, [], null);
  expect(found.map(({ name, value, why }) => [name, value, why])).toEqual([
    ["items.qty", "{{lines.FQty}}", "label"],
    ["items.sku_id", "{{lines.FMaterialId_FNumber}}", "label"],
    ["external_id", "{{FBillNo}}", "label"],
    ["remark", "{{FNote}}", "label"],
    ["io_date", "{{FDate}}", "alike"],
  ]);
  // An earlier flow to the same API knows best, as far as its fields are there.
  const earlier = [[field("external_id", "", { value: "XS{{FBillNo}}", map: { a: "1" } }), field("remark", "", { value: "{{FGone}}" })]];
  expect(suggestions(rows, source, earlier, null).find(({ name }) => name === "external_id")).toMatchObject({
    value: "XS{{FBillNo}}",
    why: "earlier",
  });
  // Its value map comes along: the same value without it would be a wrong one.
  const known = suggestions(rows, source, earlier, null).filter(({ name }) => name === "external_id");
  expect(takeEdits(known, rows, [])).toMatchObject([
    { kind: "add", values: [{ field: "external_id", value: "XS{{FBillNo}}", map: { a: "1" } }] },
  ]);
  const edits = takeEdits(found, rows, ["lines"]);
  expect(edits.map((edit) => edit.kind)).toEqual(["set", "add", "add", "add", "add"]);
  // 仓库 has a value and is left alone.
  expect(found.some(({ name }) => name === "warehouse")).toBe(false);
});

test("a sample shows what is really there, each field with a value", () => {
  const row = { FBillNo: "B1", lines: [{ FQty: "", Extra: 1 }, { FQty: 2 }], Own: { a: null } };
  const shape = sampledFields(sourceFields(API, FLOW), row);
  expect(shape.map(({ path, type, sample, label }) => [path, type, sample, label])).toEqual([
    ["FBillNo", "string", "B1", "单据编号"],
    ["lines", "array", "2", ""],
    ["Own", "object", "", ""],
  ]);
  expect(shape[1]?.children.map(({ path, sample, label }) => [path, sample, label])).toEqual([
    ["lines.FQty", "2", "数量"],
    ["lines.Extra", "1", ""],
  ]);
});

test("completion follows the cursor: fields and variables, filters, functions, flows, allowed values, lists", () => {
  const word = (name: string, usage = name) => ({ name, usage, zh: `${name}说明`, en: name });
  const known: Known = {
    fields: sampledFields(sourceFields(API, FLOW), { FBillNo: "B1", lines: [{ FQty: 2 }] }),
    language: {
      globals: [word("CURRENT_TIME")],
      filters: [word("date"), word("round", "round(2)")],
      functions: [word("CONCAT", "CONCAT(a, b)")],
      parsers: [],
    },
    flows: [{ id: "goods", name: "商品" }],
    allowed: ["1", "2"],
    isList: false,
    inChinese: true,
    toPinyin: (name) => (name === "单据编号" ? ["danjubianhao", "djbh"] : []),
  };
  const at = (value: string, cursor = value.length) => completions(value, cursor, known);
  expect(at("A{{单据").map(({ value }) => value)).toEqual(["A{{FBillNo}}"]);
  expect(at("{{djb").map(({ value }) => value)).toEqual(["{{FBillNo}}"]);
  expect(at("{{FB}} x", 4)[0]).toMatchObject({ value: "{{FBillNo}} x", cursor: 11, help: "单据编号  B1" });
  expect(at("{{CURR")[0]?.value).toBe("{{CURRENT_TIME}}");
  expect(at("{{FBillNo|ro")[0]).toMatchObject({ value: "{{FBillNo|round(", show: "round(2)" });
  expect(at("{{FBillNo|da")[0]?.value).toBe("{{FBillNo|date}}");
  expect(at("_function con")[0]?.value).toBe("_function CONCAT(");
  expect(at("_findCollection find F from go")[0]).toMatchObject({ value: "_findCollection find F from goods ", help: "商品" });
  expect(at("").map(({ show }) => show)).toEqual(["1", "2", "{{", "_function", "_findCollection"]);
  expect(completions("l", 1, { ...known, isList: true }).map(({ value }) => value)).toEqual(["lines"]);
});
