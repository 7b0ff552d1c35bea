import { describe, expect, test } from "vitest";
import type { Api, Connector } from "../../src/connector/index.ts";
import { DatongError, explain } from "../../src/error/index.ts";
import { checkFlow } from "../../src/flow/check-flow.ts";
import type { Flow, MappingField } from "../../src/flow/flow.ts";
import type { RestructureStep } from "../../src/flow/transform/restructure.ts";

const QUERY: Api = {
  code: "list",
  operation: "list",
  name: { zh: "查询", en: "List" },
  direction: "query",
  request: [
    { field: "page", label: "页", default: "{{PAGINATION_START_PAGE}}" },
    { field: "size", label: "页大小", default: "{{PAGINATION_PAGE_SIZE}}" },
    { field: "from", label: "起" },
    { field: "status", label: "状态", options: ["open", "closed"] },
  ],
  response: [
    { field: "id", label: "内码" },
    { field: "number", label: "编号" },
    { field: "owner", label: "货主", type: "object", children: [{ field: "code", label: "编码" }] },
    {
      field: "items",
      label: "明细",
      type: "array",
      children: [
        { field: "sku", label: "商品" },
        { field: "qty", label: "数量" },
        { field: "batches", label: "批次", type: "array", children: [{ field: "batch_no", label: "批号" }] },
      ],
    },
    { field: "extra", label: "扩展", type: "object" },
  ],
  shape: { method: "POST", path: "list", json: "{{params}}" },
  rows: { kind: "objects", paths: ["rows"] },
  id: ["id"],
  paging: { kind: "page", first: 1, size: 50, sizeMax: 100, end: [{ rule: "short-page" }] },
};
const COLUMNS: Api = {
  ...QUERY,
  code: "columns",
  request: [
    { field: "FNumber", label: "编码", place: "column", default: "FNumber" },
    { field: "start", label: "起始行", default: "{{PAGINATION_START_ROW}}" },
  ],
  rows: { kind: "arrays", paths: [""] },
  rowFields: ["FID"],
  paging: { kind: "offset", size: 50, sizeMax: 100, end: [{ rule: "short-page" }] },
};
const WRITE: Api = {
  code: "save",
  operation: "save",
  name: { zh: "保存", en: "Save" },
  direction: "write",
  request: [
    { field: "no", label: "单号", required: true },
    { field: "date", label: "日期", type: "date" },
    { field: "count", label: "行数", type: "int" },
    { field: "type", label: "类型", options: ["in", "out"] },
    { field: "org", label: "组织", parser: { name: "ConvertObjectParser", params: "FNumber" } },
    {
      field: "lines",
      label: "明细",
      type: "array",
      children: [
        { field: "sku", label: "商品", required: true },
        { field: "qty", label: "数量", type: "float" },
      ],
    },
  ],
  response: [],
  options: [{ field: "mode", label: "方式", options: ["draft", "final"] }],
  shape: { method: "POST", path: "save", json: "{{document}}" },
  write: { batchMax: 10, key: "no", outcome: { kind: "whole" }, idempotent: false },
};
const CONNECTOR: Connector = {
  system: "sample",
  version: 1,
  name: { zh: "样例", en: "Sample" },
  docs: [],
  settings: [],
  auth: {},
  limits: { concurrency: 1 },
  zone: "Asia/Shanghai",
  result: { ok: [], code: [], message: [], faults: [] },
  apis: [QUERY, COLUMNS, { ...QUERY, code: "detailed", detail: { api: "list", params: {}, mode: "replace" } }, WRITE],
};

const SOURCE: Flow["source"] = { connection: "s", api: "list" };
const TARGET: Flow["target"] = { connection: "t", api: "save" };
const NUMBER: MappingField = { field: "no", value: "{{number}}" };

/** The issues of a flow that is well but for what is given, as `code path`. */
function found(given: Partial<Omit<Flow, "source" | "target">> & { source?: Partial<Flow["source"]>; target?: Partial<Flow["target"]> }) {
  const flow: Flow = {
    id: "a",
    mapping: [NUMBER],
    dispatch: { enabled: true },
    ...given,
    source: { ...SOURCE, ...given.source },
    target: { ...TARGET, ...given.target },
  };
  return checkFlow(flow, CONNECTOR, CONNECTOR, { file: "a.yaml", ...(flow.writeBack === undefined ? {} : { writeBack: CONNECTOR }) });
}

function codes(...given: Parameters<typeof found>): readonly string[] {
  return found(...given).map((issue) => `${issue.code} ${issue.path}`);
}

test("a flow that is well has no issue", () => {
  expect(found({})).toEqual([]);
});

describe("a write-back", () => {
  const told = (value: string, more: Partial<NonNullable<Flow["writeBack"]>> = {}): Pick<Flow, "writeBack"> => ({
    writeBack: { api: "save", mapping: [{ field: "no", value }], ...more },
  });

  test("sees the row's fields and the target's numbers, and may name changes that no connector declares", () => {
    expect(found(told("{{number}} {{target.number}} {{target.id}} {{target.key}}", { changes: ["remark"], batch: 10 }))).toEqual([]);
  });

  test.each([
    ["an unknown source field", told("{{nmber}}"), "SOURCE_FIELD_UNKNOWN /writeBack/mapping/0/value"],
    ["an unknown name of the target's side", told("{{target.nummer}}"), "SOURCE_FIELD_UNKNOWN /writeBack/mapping/0/value"],
    ["a query where a write belongs", told("1", { api: "list" }), "API_DIRECTION /writeBack/api"],
    ["a required field that is not mapped", told("1", { mapping: [] }), "TARGET_FIELD_UNMAPPED /writeBack/mapping"],
    ["an unknown option", told("1", { options: { mod: "draft" } }), "PARAMETER_UNKNOWN /writeBack/options/mod"],
    ["a batch above the API's", told("1", { batch: 11 }), "BATCH_TOO_LARGE /writeBack/batch"],
  ])("%s", (_, given, expected) => {
    expect(codes(given)).toEqual([expected]);
  });
});

describe("APIs and parameters", () => {
  test("an unknown API is answered with the nearest", () => {
    expect(found({ source: { api: "lst" } })[0]).toMatchObject({
      code: "API_UNKNOWN",
      path: "/source/api",
      details: { suggestion: "list" },
    });
  });

  test.each([
    ["a write where a query belongs", { source: { api: "save" } }, "API_DIRECTION /source/api"],
    ["a query where a write belongs", { target: { api: "list" } }, "API_DIRECTION /target/api"],
    ["an unknown parameter", { source: { params: { staus: "open" } } }, "PARAMETER_UNKNOWN /source/params/staus"],
    ["an unknown option", { target: { options: { mod: "draft" } } }, "PARAMETER_UNKNOWN /target/options/mod"],
    ["a value that is not on the list", { source: { params: { status: "shut" } } }, "VALUE_NOT_ALLOWED /source/params/status"],
    ["an option that is not on the list", { target: { options: { mode: "half" } } }, "VALUE_NOT_ALLOWED /target/options/mode"],
    ["an unknown global", { source: { params: { from: "{{LAST_SYNC_TIEM|datetime}}" } } }, "GLOBAL_UNKNOWN /source/params/from"],
    ["an unknown filter", { source: { params: { from: "{{LAST_SYNC_TIME|datetim}}" } } }, "FILTER_UNKNOWN /source/params/from"],
    ["braces that are not closed", { source: { params: { from: "{{LAST_SYNC_TIME" } } }, "TEMPLATE_INVALID /source/params/from"],
    ["a page size above the ceiling", { source: { pageSize: 101 } }, "PAGE_SIZE_TOO_LARGE /source/pageSize"],
    ["a page number that is lost", { source: { params: { page: "1" } } }, "PAGING_LOST /source/params"],
    ["a page number that is emptied", { source: { params: { page: null } } }, "PAGING_LOST /source/params"],
    ["a page size that differs from the pull's", { source: { params: { size: "20" } } }, "PAGING_LOST /source/params"],
    ["a watermark that nothing uses", { source: { watermark: {} } }, "WATERMARK_UNUSED /source/watermark"],
    ["too large a batch", { target: { batch: 11 } }, "BATCH_TOO_LARGE /target/batch"],
    ["an order key that is the same for all", { target: { orderKey: "number" } }, "ORDER_KEY_LITERAL /target/orderKey"],
    ["an order key of a field that is not there", { target: { orderKey: "{{numbr}}" } }, "SOURCE_FIELD_UNKNOWN /target/orderKey"],
    ["a rule for heads without an order key", { target: { onFailedHead: "skip" } }, "ORDER_KEY_MISSING /target/onFailedHead"],
    ["updates without an update", { target: { changed: "update" } }, "UPDATE_UNSUPPORTED /target/changed"],
    [
      "a date to move that the API does not have",
      { target: { periodClosed: { action: "move", field: "FNoDate" } } },
      "MAPPING_FIELD_UNKNOWN /target/periodClosed/field",
    ],
    ["a check first without a probe", { target: { checkFirst: true } }, "CHECK_FIRST_UNSUPPORTED /target/checkFirst"],
  ] as const)("%s is an issue", (_, given, expected) => {
    expect(codes(given)).toEqual([expected]);
  });

  test("a written page size that is the pull's own is well", () => {
    expect(codes({ source: { params: { size: "20" }, pageSize: 20 } })).toEqual([]);
  });

  test("a watermark that a parameter uses is well, and its start must be readable", () => {
    const params = { from: "{{LAST_SYNC_TIME|datetime}}" };
    expect(codes({ source: { params, watermark: { start: "-31d" } } })).toEqual([]);
    expect(codes({ source: { params, watermark: { start: "yesterday" } } })).toEqual(["WATERMARK_START_INVALID /source/watermark/start"]);
  });

  test("an order key of a flow that merges is an issue", () => {
    const merge = { kind: "merge" as const, by: [{ field: "number", as: "day" }], lines: "items" };
    expect(codes({ restructure: [merge], target: { orderKey: "{{number}}" } })).toContain("ORDER_KEY_MERGED /target/orderKey");
  });

  test("taking bills back without a way back is an issue", () => {
    const withdrawn = { when: [[{ field: "number", logic: "isnull" as const }]], action: "reverse" as const };
    expect(codes({ source: { withdrawn } })).toEqual(["REVERSE_UNSUPPORTED /source/withdrawn/action"]);
  });
});

describe("the mapping", () => {
  const lines = (...children: MappingField[]): MappingField => ({ field: "lines", value: "items", children });

  test.each<[string, MappingField[], string[]]>([
    ["a required field that is not there", [], ["TARGET_FIELD_UNMAPPED /mapping"]],
    ["a required field without a value", [{ field: "no", value: "" }], ["TARGET_FIELD_UNMAPPED /mapping/0"]],
    ["a required field of the lines", [NUMBER, lines({ field: "qty", value: "1" })], ["TARGET_FIELD_UNMAPPED /mapping/1/children"]],
    ["an unknown field", [NUMBER, { field: "nmae", value: "x" }], ["MAPPING_FIELD_UNKNOWN /mapping/1/field"]],
    ["a field that is there twice", [NUMBER, NUMBER], ["MAPPING_FIELD_TWICE /mapping/1/field"]],
    ["an unknown source field", [{ field: "no", value: "{{nubmer}}" }], ["SOURCE_FIELD_UNKNOWN /mapping/0/value"]],
    ["an unknown field in a default", [{ ...NUMBER, default: "{{nubmer}}" }], ["SOURCE_FIELD_UNKNOWN /mapping/0/value"]],
    [
      "an unknown field of a line",
      [NUMBER, lines({ field: "sku", value: "{{items.skuu}}" })],
      ["SOURCE_FIELD_UNKNOWN /mapping/1/children/0/value"],
    ],
    [
      "an unknown list",
      [NUMBER, { field: "lines", value: "itmes", children: [{ field: "sku", value: "1" }] }],
      ["SOURCE_FIELD_UNKNOWN /mapping/1/value"],
    ],
    ["an unknown function", [{ field: "no", value: "_function CONCATT({{number}})" }], ["EXPRESSION_NAME_UNKNOWN /mapping/0/value"]],
    [
      "a paging global, which only requests have",
      [{ field: "no", value: "{{PAGINATION_START_PAGE}}" }],
      ["VALUE_GLOBAL_MISSING /mapping/0/value"],
    ],
    ["an unknown parser", [{ ...NUMBER, parser: "NoSuchParser" }], ["PARSER_UNKNOWN /mapping/0/value"]],
    ["a text where a whole number belongs", [NUMBER, { field: "count", value: "many" }], ["VALUE_TYPE /mapping/1/value"]],
    ["a text where a date belongs", [NUMBER, { field: "date", value: "soon" }], ["VALUE_TYPE /mapping/1/value"]],
    ["a static map with a wrong text", [NUMBER, { field: "count", value: "{{id}}", map: { a: "one" } }], ["VALUE_TYPE /mapping/1/value"]],
    ["a value that is not on the list", [NUMBER, { field: "type", value: "sideways" }], ["VALUE_NOT_ALLOWED /mapping/1/value"]],
    ["a list where one value belongs", [{ field: "no", value: "{{items}}" }], ["FIELD_TYPE_UNFIT /mapping/0/value"]],
    ["a list declared where one value belongs", [{ ...NUMBER, type: "array" }], ["FIELD_TYPE_UNFIT /mapping/0/type"]],
    [
      "children of a field that has none",
      [{ ...NUMBER, type: "string", children: [{ field: "x", label: "x", value: "1" }] }],
      ["MAPPING_INVALID /mapping/0/value"],
    ],
  ])("%s is an issue", (_, mapping, expected) => {
    expect(codes({ mapping })).toEqual(expected);
  });

  test("what is well passes: custom fields, columns of lines, the header in a line, an inner list, globals", () => {
    const mapping: MappingField[] = [
      { field: "no", value: "{{number}}-{{owner.code}}{{CURRENT_TIME|date}}{{DAYS_AGO_3|date}}" },
      { field: "org", value: "100" },
      { field: "F_PSEH_TEXT", label: "自定义", value: "{{extra.anything.at_all}}" },
      { field: "count", value: "_function COUNT({{items.qty}})" },
      lines(
        { field: "sku", value: "{{sku}}{{number}}" },
        { field: "qty", value: "{{items.qty}}" },
        { field: "own", label: "x", type: "array", value: "items.batches", children: [{ field: "b", label: "b", value: "{{batch_no}}" }] },
      ),
    ];
    expect(found({ mapping })).toEqual([]);
  });

  test("the suggestion finds a field that stands inside the lines", () => {
    expect(found({ mapping: [NUMBER, { field: "type", default: "in", value: "{{qty}}" }] })[0]?.details["suggestion"]).toBe("items.qty");
  });

  test("every error of several shows at once", () => {
    expect(
      codes({
        mapping: [
          { field: "no", value: "{{a" },
          { field: "count", value: "{{b|nope}}" },
        ],
      }),
    ).toEqual(["TEMPLATE_INVALID /mapping/0/value", "FILTER_UNKNOWN /mapping/1/value"]);
  });
});

describe("known names", () => {
  const mapped = (value: string): MappingField[] => [{ field: "no", value }];

  test("rows of value lists know the asked columns only", () => {
    const source = { api: "columns", columns: { bill: "F_BILL" } };
    expect(codes({ source, mapping: mapped("{{FNumber}}{{FID}}{{bill}}") })).toEqual([]);
    expect(codes({ source, mapping: mapped("{{number}}") })).toEqual(["SOURCE_FIELD_UNKNOWN /mapping/0/value"]);
  });

  test("behind a detail call or a flatten step every name passes, a broken template does not", () => {
    expect(codes({ source: { api: "detailed" }, mapping: mapped("{{whatever}}") })).toEqual([]);
    const off: RestructureStep = { kind: "group", off: true, by: ["nowhere"], lines: "made" };
    expect(codes({ restructure: [off] })).toEqual([]);
    expect(codes({ restructure: [off], mapping: mapped("{{made.x}}") })).toEqual(["SOURCE_FIELD_UNKNOWN /mapping/0/value"]);
    expect(codes({ restructure: [{ kind: "flatten" }], mapping: mapped("{{owner_code}}") })).toEqual([]);
    expect(codes({ restructure: [{ kind: "flatten" }], mapping: mapped("{{owner_code|nope}}") })).toEqual([
      "FILTER_UNKNOWN /mapping/0/value",
    ]);
  });

  test.each<[string, NonNullable<Flow["restructure"]>, string, string]>([
    [
      "group",
      [{ kind: "group", by: ["id"], lines: "rows", lineFields: ["number"], totals: { sum: { of: "id", with: "sum" } } }],
      "{{rows.number}}{{sum}}",
      "{{rows.id}}",
    ],
    ["explode", [{ kind: "explode", path: "items" }], "{{items_sku}}{{bfn_num}}", "{{items.sku}}"],
    ["explode of an open list", [{ kind: "explode", path: "extra" }], "{{extra_any}}", "{{extr_any}}"],
    [
      "merge",
      [{ kind: "merge", by: [{ field: "number", as: "day" }], lines: "items" }],
      "{{day}}{{source_numbers|implode}}{{items[0].sku}}",
      "{{items[0].sk}}",
    ],
    ["cap", [{ kind: "cap", lines: "items", max: 5 }], "{{part_no}}", "{{part}}"],
    [
      "set",
      [
        {
          kind: "set",
          fields: [
            { field: "x", value: "{{number}}" },
            { field: "items.y", value: "{{x}}{{qty}}" },
          ],
        },
      ],
      "{{x}}{{items[0].y}}",
      "{{items[0].x}}",
    ],
    ["rename", [{ kind: "rename", fields: { number: "bill", "items.sku": "code" } }], "{{bill}}{{items[0].code}}", "{{number}}"],
    ["format", [{ kind: "format", fields: [{ old: "number", new: "short", format: "trim" }] }], "{{short}}", "{{shorter}}"],
    ["spread", [{ kind: "spread", amount: "number", lines: "items", weight: "qty", to: "share" }], "{{items[0].share}}", "{{share.x}}"],
  ])("after %s its names are known and no others", (_, restructure, good, bad) => {
    expect(codes({ restructure, mapping: mapped(good) })).toEqual([]);
    expect(codes({ restructure, mapping: mapped(bad) })).toEqual(["SOURCE_FIELD_UNKNOWN /mapping/0/value"]);
  });

  test.each<[string, NonNullable<Flow["restructure"]>[number], string]>([
    ["group", { kind: "group", by: ["idd"], lines: "rows" }, "/restructure/0/by/0"],
    ["explode", { kind: "explode", path: "itms" }, "/restructure/0/path"],
    ["distinct", { kind: "distinct", by: ["numbr"] }, "/restructure/0/by/0"],
    ["filter", { kind: "filter", where: [[{ field: "items.quantity", logic: "gt", value: "0" }]] }, "/restructure/0/where/0/0/field"],
    ["set", { kind: "set", fields: [{ field: "x", value: "{{numbr}}" }] }, "/restructure/0/fields/0/value"],
  ])("what %s reads must be there", (_, step, path) => {
    expect(codes({ restructure: [step] })).toContain(`SOURCE_FIELD_UNKNOWN ${path}`);
  });

  test("a condition's fields must be there", () => {
    const condition = [{ rule: "r", any: [[{ field: "numbr", logic: "notnull" as const }]] }];
    expect(codes({ source: { condition } })).toEqual(["SOURCE_FIELD_UNKNOWN /source/condition/0/any/0/0/field"]);
  });
});

describe("the dispatch", () => {
  test.each([
    ["* * * *", "CRON_INVALID /dispatch/source/cron"],
    ["61 * * * *", "CRON_INVALID /dispatch/source/cron"],
    ["0 0 31 2 *", "CRON_INVALID /dispatch/source/cron"],
  ])("the cron %s is an issue", (cron, expected) => {
    expect(codes({ dispatch: { enabled: true, source: { cron } } })).toEqual([expected]);
  });

  test.each(["*/10 * * * *", "30 */10 * * * *", "0 9-18 * * MON-FRI"])("the cron %s is well", (cron) => {
    expect(codes({ dispatch: { enabled: true, target: { cron, zone: "Asia/Shanghai" } } })).toEqual([]);
  });

  test.each([
    ["08:00-08:00", ["HOURS_UNCLEAR /dispatch/target/windows/1"]],
    ["00:00-00:00", ["HOURS_UNCLEAR /dispatch/target/windows/1"]],
    ["00:00-24:00", []],
    ["22:00-06:00", []],
  ])("the hours %s beside others: %j", (hours, expected) => {
    expect(codes({ dispatch: { enabled: true, target: { cron: "* * * * *", windows: ["12:00-13:00", hours] } } })).toEqual(expected);
  });

  test("an unknown zone and a wait for itself are issues", () => {
    const dispatch = { enabled: true, source: { cron: "* * * * *", zone: "Asia/Shangri-La" }, precondition: { flow: "a" } };
    expect(codes({ dispatch })).toEqual(["TIME_ZONE_UNKNOWN /dispatch/source/zone", "PRECONDITION_ON_ITSELF /dispatch/precondition/flow"]);
  });
});

test("every issue's texts are filled in both languages", () => {
  const issues = [
    ...found({ source: { api: "lst" }, target: { api: "sve" } }),
    ...found({
      source: { pageSize: 101, params: { page: "1", nope: "", from: "{{nope}}" }, watermark: {} },
      target: { batch: 11, changed: "update" },
    }),
    ...found({
      mapping: [{ field: "x", value: "{{zzzzzzzz}}" }],
      dispatch: { enabled: true, source: { cron: "x" }, precondition: { flow: "a" } },
    }),
  ];
  expect(issues.length).toBeGreaterThan(12);
  for (const { code, details } of issues) {
    for (const language of ["zh", "en"] as const) {
      const { message, todo } = explain(new DatongError(code, details), language);
      expect(`${code}: ${message} ${todo}`.replaceAll(/\{\{\w+\}\}/g, "")).not.toMatch(/[{}]/);
    }
  }
});

describe("braces that are not closed are found wherever a value stands", () => {
  const lines = (value: string): MappingField => ({ field: "lines", type: "array", value: "items", children: [{ field: "sku", value }] });

  test.each([
    ["a mapped field", { mapping: [{ field: "no", value: "XS{{number" }] }, "/mapping/0/value"],
    ["an expression", { mapping: [{ field: "no", value: "_function CONCAT('XS{{number', 1)" }] }, "/mapping/0/value"],
    ["a default", { mapping: [{ field: "no", value: "{{number}}", default: "{{id}" }] }, "/mapping/0/value"],
    ["a field of a line", { mapping: [NUMBER, lines("{{items.sku")] }, "/mapping/1/children/0/value"],
    ["the value of a list", { mapping: [NUMBER, { ...lines("{{items.sku}}"), value: "{{items" }] }, "/mapping/1/value"],
    ["a parameter", { source: { params: { from: "{{LAST_SYNC_TIME|datetime}" } } }, "/source/params/from"],
    ["an option", { target: { options: { mode: "{{draft" } } }, "/target/options/mode"],
    ["an order key", { target: { orderKey: "{{number" } }, "/target/orderKey"],
    ["a computed field", { restructure: [{ kind: "set", fields: [{ field: "x", value: "{{number" }] }] }, "/restructure/0"],
    ["a write-back", { writeBack: { api: "save", mapping: [{ field: "no", value: "{{target.number" }] } }, "/writeBack/mapping/0/value"],
  ] as const)("%s", (_, given, path) => {
    expect(codes(given as Parameters<typeof codes>[0])).toContain(`TEMPLATE_INVALID ${path}`);
  });
});
