import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import {
  compileRestructure,
  hasMerge,
  mergeBills,
  mergesBills,
  restructureRecord,
  RestructureSchema,
  type Bill,
  type RestructureStep,
} from "../../../src/flow/transform/restructure.ts";
import type { JsonObject } from "../../../src/value/json.ts";

const scope = { globals: {}, zone: "+08:00" };
function run(steps: readonly RestructureStep[], ...rows: JsonObject[]) {
  expect(Check(RestructureSchema, steps)).toBe(true);
  return restructureRecord(compileRestructure(steps), { key: "K1", number: "N1", rows }, scope);
}
function merged(steps: readonly RestructureStep[], records: readonly (readonly [string, readonly JsonObject[]])[]) {
  const compiled = compileRestructure(steps);
  const bills = records.flatMap(([key, rows]) => restructureRecord(compiled, { key, number: `N-${key}`, rows }, scope).bills);
  return mergeBills(compiled, bills, scope);
}
const shown = (bills: readonly Bill[]): unknown => bills.map((bill) => [bill.part, bill.row]);
function flawOf(steps: unknown): string {
  try {
    compileRestructure(steps as RestructureStep[]);
  } catch (error) {
    if (error instanceof DatongError) return `${error.code} ${String(error.details["path"])}`;
    throw error;
  }
  return "none";
}

describe("without steps", () => {
  test("a record of one row is the row itself", () => {
    const row = { a: 1 };
    const { bills, dropped, issues } = run([], row);
    expect(bills).toEqual([{ row, part: "", sources: [{ key: "K1", number: "N1", rowIndexes: [0] }] }]);
    expect(bills[0]?.row).toBe(row);
    expect([...dropped, ...issues]).toEqual([]);
  });
  test("a record of several rows is one bill per row", () => {
    expect(shown(run([], { a: 1 }, { a: 2 }).bills)).toEqual([
      ["1", { a: 1 }],
      ["2", { a: 2 }],
    ]);
  });
});

describe("flatten", () => {
  test("objects become one level and multi-language texts one text, also at the top", () => {
    const row = {
      Name: [
        { Key: 1033, Value: "Acme" },
        { Key: 2052, Value: "甲公司" },
      ],
      UseOrgId: { Id: 1, Number: "100", Name: [{ Key: 2052, Value: "总部" }] },
      BD_CUSTCONTACT: [{ Id: 5, TContact: { Name: [{ Key: 2052, Value: "张三" }] } }],
      Empty: {},
      Tags: ["a", "b"],
    };
    expect(run([{ kind: "flatten", localized: 2052 }], row).bills[0]?.row).toEqual({
      Name: "甲公司",
      UseOrgId_Id: 1,
      UseOrgId_Number: "100",
      UseOrgId_Name: "总部",
      BD_CUSTCONTACT: [{ Id: 5, TContact_Name: "张三" }],
      Empty: {},
      Tags: ["a", "b"],
    });
  });
  test("without the wanted language the first one is taken", () => {
    expect(run([{ kind: "flatten", localized: 3076 }], { N: [{ Key: 1033, Value: "x" }] }).bills[0]?.row).toEqual({ N: "x" });
  });
  test("lines that merely have a Key and more are lines", () => {
    const row = { N: [{ Key: 1, Value: "x", Qty: 2 }] };
    expect(run([{ kind: "flatten" }], row).bills[0]?.row).toEqual(row);
  });
  test("two fields of the same name are an issue, and the first stays", () => {
    const { bills, issues } = run([{ kind: "flatten" }], { a_b: 1, a: { b: 2 } });
    expect(bills[0]?.row).toEqual({ a_b: 1 });
    expect(issues).toMatchObject([
      { code: "RESTRUCTURE_NAME_CLASH", step: "restructure[0] flatten", details: { field: "a_b" }, keys: ["K1"] },
    ]);
  });
});

const returnRows: JsonObject[] = [
  { FID: 1, FBillNo: "XT1", SubHeadEntity_FEntryId: 11, FMaterialId_FNumber: "M1", FRealQty: "1.10" },
  { FID: 1, FBillNo: "XT1", SubHeadEntity_FEntryId: 12, FMaterialId_FNumber: "M2", FRealQty: "2.20" },
];

describe("group", () => {
  test("rows become lines and the header keeps the first row, so the first entry id is at hand", () => {
    const { bills } = run([{ kind: "group", by: ["FBillNo"], lines: "items" }], ...returnRows);
    expect(bills).toHaveLength(1);
    expect(bills[0]).toMatchObject({
      part: "",
      row: {
        FBillNo: "XT1",
        SubHeadEntity_FEntryId: 11,
        items: [{ FMaterialId_FNumber: "M1" }, { FMaterialId_FNumber: "M2", SubHeadEntity_FEntryId: 12 }],
      },
      sources: [{ key: "K1", number: "N1", rowIndexes: [0, 1] }],
      lineSources: { items: [[{ source: 0, rowIndex: 0 }], [{ source: 0, rowIndex: 1 }]] },
    });
  });
  test("named header and line fields are kept to, and whatever is neither stays in the header", () => {
    const group: RestructureStep = { kind: "group", by: ["FBillNo"], lines: "items", lineFields: ["FMaterialId_FNumber"], header: ["FID"] };
    expect(run([group], ...returnRows).bills[0]?.row).toEqual({
      FID: 1,
      FBillNo: "XT1",
      SubHeadEntity_FEntryId: 11,
      FRealQty: "1.10",
      items: [{ FMaterialId_FNumber: "M1" }, { FMaterialId_FNumber: "M2" }],
    });
  });
  test("several groups stand in the order of first appearance, the later ones numbered", () => {
    const { bills } = run([{ kind: "group", by: ["w"], lines: "l", header: ["w"] }], { w: "B", q: 1 }, { w: "A", q: 2 }, { w: "B", q: 3 });
    expect(shown(bills)).toEqual([
      ["", { w: "B", l: [{ q: 1 }, { q: 3 }] }],
      ["2", { w: "A", l: [{ q: 2 }] }],
    ]);
  });
  test("every total is exact, and empty values do not take part", () => {
    const totals = Object.fromEntries(
      (["sum", "avg", "min", "max", "count", "first", "last", "push", "addToSet"] as const).map((each) => [each, { of: "q", with: each }]),
    );
    const { bills, issues } = run(
      [
        {
          kind: "group",
          by: ["b"],
          lines: "l",
          totals: { ...totals, inLines: { of: "l.q", with: "sum" }, lines: { of: "l", with: "count" } },
        },
      ],
      ...[0.1, "0.2", null, "10", "0.20"].map((q) => ({ b: 1, q })),
    );
    expect(issues).toEqual([]);
    expect(bills[0]?.row).toMatchObject({
      sum: "10.5",
      avg: "2.625",
      min: 0.1,
      max: "10",
      count: 4,
      first: 0.1,
      last: "0.20",
      push: [0.1, "0.2", "10", "0.20"],
      inLines: "10.5",
      lines: 5,
    });
  });
  test("a line that lacks a field gets null, so that the header's first-line value is not taken for it", () => {
    const { bills } = run([{ kind: "group", by: ["b"], lines: "l" }], { b: 1, note: "first" }, { b: 1 });
    expect(bills[0]?.row).toMatchObject({ l: [{ note: "first" }, { note: null }] });
  });
  test("a key inside an object keeps that object in the header", () => {
    const { bills } = run(
      [{ kind: "group", by: ["org.no"], lines: "l", header: ["d"] }],
      { org: { no: 1 }, d: 1, q: 1 },
      { org: { no: 1 }, d: 1, q: 2 },
    );
    expect(bills.map((bill) => bill.row)).toMatchObject([{ org: { no: 1 }, d: 1, l: [{ q: 1 }, { q: 2 }] }]);
  });
  test("a missing key field and a text among the sums are issues", () => {
    const { issues } = run([{ kind: "group", by: ["nope"], lines: "l", totals: { t: { of: "q", with: "sum" } } }], { q: "1" }, { q: "x" });
    expect(issues.map((issue) => issue.code)).toEqual([
      "RESTRUCTURE_FIELD_MISSING",
      "RESTRUCTURE_FIELD_MISSING",
      "RESTRUCTURE_NOT_A_NUMBER",
    ]);
  });
});

describe("merge", () => {
  const daily: RestructureStep = {
    kind: "merge",
    by: ["shop", { field: "paid_at", as: "day", filter: "date" }],
    lines: "items",
    header: ["shop"],
    lineFields: ["sku", "qty"],
    sumLinesBy: ["sku"],
    sumFields: ["qty"],
    totals: { total: { of: "items.qty", with: "sum" }, orders: { of: "shop", with: "count" } },
  };
  const order = (shop: string, time: string, ...skus: [string, string][]) => ({
    shop,
    paid_at: time,
    items: skus.map(([sku, qty]) => ({ sku, qty, extra: 1 })),
  });

  test("a day's orders per shop become one bill whose lines and numbers can be traced", () => {
    const { bills, issues } = merged(
      [daily],
      [
        ["1", [order("A", "2024-01-01 08:00:00", ["S1", "1.1"], ["S2", "2"])]],
        ["2", [order("B", "2024-01-01 09:00:00", ["S1", "5"])]],
        ["3", [order("A", "2024-01-01 23:00:00", ["S2", "3"], ["S3", "0.9"])]],
        ["4", [order("A", "2024-01-02 00:00:00", ["S1", "1"])]],
      ],
    );
    expect(issues).toEqual([]);
    expect(bills.map((bill) => bill.mergeKey)).toEqual(['["A","2024-01-01"]', '["B","2024-01-01"]', '["A","2024-01-02"]']);
    expect(bills[0]).toMatchObject({
      part: "",
      row: {
        shop: "A",
        day: "2024-01-01",
        items: [
          { sku: "S1", qty: "1.1" },
          { sku: "S2", qty: "5" },
          { sku: "S3", qty: "0.9" },
        ],
        source_numbers: ["N-1", "N-3"],
        total: "7",
        orders: 2,
      },
      sources: [{ key: "1" }, { key: "3" }],
      lineSources: { items: [[{ source: 0 }], [{ source: 0 }, { source: 1 }], [{ source: 1 }]] },
    });
  });
  test("flat bills are lines themselves, and steps after the merge see the merged bill", () => {
    const steps: RestructureStep[] = [
      { kind: "group", by: ["no"], lines: "items", lineFields: ["sku"] },
      { kind: "merge", by: ["shop"], lines: "items", sources: "nos" },
      { kind: "cap", lines: "items", max: 2 },
    ];
    const { bills } = merged(steps, [
      [
        "1",
        [
          { no: 1, shop: "A", sku: "a" },
          { no: 1, shop: "A", sku: "b" },
        ],
      ],
      ["2", [{ no: 2, shop: "A", sku: "c" }]],
    ]);
    expect(hasMerge(compileRestructure(steps))).toBe(true);
    expect(bills).toMatchObject([
      { part: "", mergeKey: '["A"]', row: { nos: ["N-1", "N-2"], items: [{ sku: "a" }, { sku: "b" }] } },
      { part: "2", mergeKey: '["A"]', row: { items: [{ sku: "c" }], part_no: 2 }, lineSources: { items: [[{ source: 1, rowIndex: 0 }]] } },
    ]);
    expect(
      merged(
        [{ kind: "merge", by: ["s"], lines: "l", header: ["s"] }],
        [
          ["1", [{ s: 1, q: 1 }]],
          ["2", [{ s: 1, q: 2 }]],
        ],
      ).bills[0]?.row,
    ).toEqual({
      s: 1,
      l: [{ q: 1 }, { q: 2 }],
      source_numbers: ["N-1", "N-2"],
    });
  });
});

test("a bill without its lines among bills with lines is an issue, and never a line", () => {
  const records: [string, JsonObject[]][] = [
    ["1", [{ s: 1, l: [{ q: 1 }] }]],
    ["2", [{ s: 2, note: "x" }]],
    ["3", [{ s: 1, l: [] }]],
  ];
  const { bills, issues } = merged([{ kind: "merge", by: ["s"], lines: "l" }], records);
  expect(bills.map((bill) => bill.row["l"])).toEqual([[{ q: 1 }], []]);
  expect(issues).toMatchObject([{ code: "RESTRUCTURE_FIELD_MISSING", keys: ["2"], details: { field: "l" } }]);
});

describe("Qeasy's operation merge: field, header, body, bodyName, bodySum", () => {
  test("flat rows of many records become one document by the field, like lines added up", () => {
    const step: RestructureStep = {
      kind: "merge",
      by: ["FBillNo"],
      header: ["shop"],
      lines: "FEntity",
      lineFields: ["sku", "qty"],
      sumLinesBy: ["sku"],
      sumFields: ["qty"],
    };
    const row = (no: string, sku: string, qty: string): JsonObject => ({ FBillNo: no, shop: "A", sku, qty });
    const { bills } = merged(
      [step],
      [
        ["1", [row("S1", "x", "0.1")]],
        ["2", [row("S1", "y", "1")]],
        ["3", [row("S1", "x", "0.2")]],
        ["4", [row("S2", "x", "9")]],
      ],
    );
    expect(bills.map((bill) => bill.row)).toMatchObject([
      {
        FBillNo: "S1",
        shop: "A",
        FEntity: [
          { sku: "x", qty: "0.3" },
          { sku: "y", qty: "1" },
        ],
      },
      { FBillNo: "S2", FEntity: [{ sku: "x", qty: "9" }] },
    ]);
  });
});

describe("explode", () => {
  const customer = {
    Name: "甲",
    BD_CUSTCONTACT: [
      { ADDRESS: "路1", TContact: { Name: "张" } },
      { ADDRESS: "路2", TContact: { Name: "李" } },
    ],
  };
  test("one bill per element, its fields under the array's name, numbered", () => {
    expect(shown(run([{ kind: "explode", path: "BD_CUSTCONTACT" }], customer).bills)).toEqual([
      ["1", { Name: "甲", BD_CUSTCONTACT_ADDRESS: "路1", BD_CUSTCONTACT_TContact_Name: "张", bfn_num: 1 }],
      ["2", { Name: "甲", BD_CUSTCONTACT_ADDRESS: "路2", BD_CUSTCONTACT_TContact_Name: "李", bfn_num: 2 }],
    ]);
  });
  test("prefix, number and start can be chosen, and scalars stand under the name", () => {
    expect(shown(run([{ kind: "explode", path: "a.t", prefix: "", number: "n", start: 0 }], { a: { t: ["x", "y"], k: 1 } }).bills)).toEqual(
      [
        ["1", { a: { k: 1 }, t: "x", n: 0 }],
        ["2", { a: { k: 1 }, t: "y", n: 1 }],
      ],
    );
  });
  test("an empty array keeps one bill, or drops it with the reason", () => {
    expect(shown(run([{ kind: "explode", path: "c" }], { a: 1, c: [] }).bills)).toEqual([["1", { a: 1, bfn_num: 1 }]]);
    const { bills, dropped } = run([{ kind: "explode", path: "c", whenEmpty: "drop" }], { a: 1 });
    expect([bills, dropped]).toMatchObject([[], [{ reason: "empty", name: "c", keys: ["K1"], row: { a: 1 } }]]);
  });
  test("a text in the array's place is an issue", () => {
    expect(run([{ kind: "explode", path: "c" }], { c: "x" }).issues).toMatchObject([{ code: "RESTRUCTURE_NOT_LINES" }]);
  });
});

describe("cap", () => {
  test("takes the numbered key along, and puts the number behind named fields, from 0 or 1", () => {
    const row = { no: "S1", k: 7, c: [{ x: "a" }, { x: "b" }] };
    expect(shown(run([{ kind: "explode", path: "c", id: "bfn_id", suffixed: ["no", "k", "none"] }], row).bills)).toEqual([
      ["1", { no: "S1-1", k: "7-1", c_x: "a", bfn_num: 1, bfn_id: "K1-1" }],
      ["2", { no: "S1-2", k: "7-2", c_x: "b", bfn_num: 2, bfn_id: "K1-2" }],
    ]);
    const [first] = run([{ kind: "explode", path: "c", id: "_id", start: 0 }], row).bills;
    expect(first?.row).toMatchObject({ _id: "K1-0", bfn_num: 0, no: "S1" });
    expect(run([{ kind: "explode", path: "c", id: "bfn_id", suffixed: ["no"] }], { no: "S1", c: [] }).bills[0]?.row).toMatchObject({
      no: "S1",
      bfn_id: "K1",
    });
  });
  test("explode and cap together number the pieces with a dot, the first of a cap without", () => {
    const { bills } = run(
      [
        { kind: "explode", path: "c" },
        { kind: "cap", lines: "l", max: 1 },
      ],
      { c: [{ x: 1 }, { x: 2 }], l: [{ y: 1 }, { y: 2 }] },
    );
    expect(bills.map((bill) => [bill.part, bill.row["part_no"], bill.row["l"]])).toEqual([
      ["1", 1, [{ y: 1 }]],
      ["1.2", 2, [{ y: 2 }]],
      ["2", 1, [{ y: 1 }]],
      ["2.2", 2, [{ y: 2 }]],
    ]);
  });
});

describe("spread", () => {
  const spread: RestructureStep = { kind: "spread", amount: "freight", lines: "items", weight: "amount", to: "share" };
  const shares = (freight: string, amounts: (string | number | null)[], step: RestructureStep = spread) => {
    const { bills, issues } = run([step], { freight, items: amounts.map((amount) => ({ amount })) });
    expect(issues).toEqual([]);
    return ((bills[0]?.row["items"] ?? []) as readonly JsonObject[]).map((line) => line["share"]);
  };
  test("the last line takes the difference of rounding", () => {
    expect(shares("10", ["1", "1", "1"])).toEqual(["3.33", "3.33", "3.34"]);
    expect(shares("-10", ["1", "1", "1"])).toEqual(["-3.33", "-3.33", "-3.34"]);
    expect(shares("10.005", ["1"])).toEqual(["10.005"]);
    expect(shares("8", [1, 2, 1], { ...spread, places: 0 } as RestructureStep)).toEqual(["2", "4", "2"]);
  });
  test("weights of zero, or none at all, spread equally", () => {
    expect(shares("1", ["0", null])).toEqual(["0.50", "0.50"]);
    expect(shares("1", ["5", "1"], { ...spread, weight: null } as RestructureStep)).toEqual(["0.50", "0.50"]);
  });
  test("a gift line of weight zero gets nothing, not even the difference", () => {
    expect(shares("10", ["1", "1", "1", "0"])).toEqual(["3.33", "3.33", "3.34", "0.00"]);
  });
  test("a small amount over many lines never turns a share negative", () => {
    expect(
      shares(
        "0.05",
        Array.from({ length: 9 }, () => 1),
      ),
    ).toEqual([...Array.from({ length: 8 }, () => "0.00"), "0.05"]);
  });
  test("a missing amount, a text, and an amount without lines are issues", () => {
    expect(run([spread], { items: [{ amount: 1 }] }).issues).toMatchObject([
      { code: "RESTRUCTURE_FIELD_MISSING", details: { field: "freight" } },
    ]);
    expect(run([spread], { freight: "免", items: [{ amount: 1 }] }).issues).toMatchObject([{ code: "RESTRUCTURE_NOT_A_NUMBER" }]);
    expect(run([spread], { freight: "5", items: [] }).issues).toMatchObject([
      { code: "RESTRUCTURE_NO_LINES_TO_SPREAD", details: { value: "5" } },
    ]);
    expect(run([spread], { freight: "0", items: [] }).issues).toEqual([]);
    expect(run([spread], { freight: "5", items: "x" }).issues).toMatchObject([{ code: "RESTRUCTURE_NOT_LINES" }]);
  });
});

test("numbers beyond the decimals' bounds are an issue and leave the bill as it was", () => {
  const row = { freight: "1e900", items: [{ amount: "1e-900" }, { amount: "1e900" }] };
  const { bills, issues } = run([{ kind: "spread", amount: "freight", lines: "items", weight: "amount", to: "share" }], row);
  expect(bills[0]?.row).toBe(row);
  expect(issues).toMatchObject([{ code: "DECIMAL_TOO_LARGE", keys: ["K1"] }]);
});
test("an expression that fails is an issue with its reason", () => {
  const { bills, issues } = run([{ kind: "set", fields: [{ field: "x", value: "_function {{a}} / 0" }] }], { a: 1 });
  expect(bills[0]?.row).not.toHaveProperty("x", 0);
  expect(issues.map((issue) => issue.code)).toEqual(["RESTRUCTURE_VALUE_FAILED"]);
});

describe("distinct and filter", () => {
  test("the first of equal keys stays, the others are dropped, and an empty key is an issue", () => {
    const { bills, dropped, issues } = run([{ kind: "distinct", by: ["k"] }], { k: 1, a: 1 }, { k: "1", a: 2 }, { k: "" });
    expect(bills.map((bill) => [bill.part, bill.distinctKey])).toEqual([
      ["1", '["1"]'],
      ["3", undefined],
    ]);
    expect(dropped).toMatchObject([{ reason: "duplicate", part: "2", row: { a: 2 } }]);
    expect(issues).toMatchObject([{ code: "RESTRUCTURE_KEY_EMPTY", part: "3" }]);
  });
  test("a filter drops bills and lines by name, and the lines' sources follow", () => {
    const steps: RestructureStep[] = [
      { kind: "group", by: ["b"], lines: "l" },
      { kind: "filter", name: "有数量", where: [[{ field: "l.q", logic: "gt", value: 0 }]] },
    ];
    const { bills, dropped } = run(steps, { b: 1, q: 0 }, { b: 1, q: 2 }, { b: 2, q: 0 });
    expect(bills).toMatchObject([{ row: { b: 1, l: [{ q: 2 }] }, lineSources: { l: [[{ rowIndex: 1 }]] } }]);
    expect(dropped).toMatchObject([
      { reason: "filter", name: "有数量", line: { path: "l", indexes: [0], value: { q: 0 } } },
      { reason: "filter", name: "有数量", part: "2", row: { b: 2 } },
    ]);
  });
});

describe("set, format and rename", () => {
  test("computed fields of the header and of lines, a later one seeing an earlier", () => {
    const fields = [
      { field: "no", value: "{{a}}-{{b}}" },
      { field: "items.no", value: "{{no}}/{{items.sku}}" },
    ];
    expect(run([{ kind: "set", fields }], { a: "X", b: 1, items: [{ sku: "s" }, { sku: "t" }] }).bills[0]?.row).toEqual({
      a: "X",
      b: 1,
      items: [
        { sku: "s", no: "X-1/s" },
        { sku: "t", no: "X-1/t" },
      ],
      no: "X-1",
    });
  });
  test("setting a field of lines that are not there is an issue, of an empty list nothing", () => {
    const set: RestructureStep = { kind: "set", fields: [{ field: "items.x", value: "1" }] };
    expect(run([set], { a: 1 }).issues).toMatchObject([{ code: "RESTRUCTURE_FIELD_MISSING", details: { field: "items" } }]);
    expect(run([set], { items: [] })).toMatchObject({ issues: [], bills: [{ row: { items: [] } }] });
  });
  test("formats go through the filters and leave the old field", () => {
    const fields = [
      { old: "at", new: "day", format: "date" },
      { old: "items.at", new: "day", format: "date" },
    ];
    expect(run([{ kind: "format", fields }], { at: "2024-01-02 03:04:05", items: [{ at: "2024-05-06 00:00:00" }] }).bills[0]?.row).toEqual({
      at: "2024-01-02 03:04:05",
      items: [{ at: "2024-05-06 00:00:00", day: "2024-05-06" }],
      day: "2024-01-02",
    });
  });
  test("renames keep the place, can swap, and reach into lines", () => {
    const { bills } = run([{ kind: "rename", fields: { a: "b", b: "a", "items.x": "y", items: "lines", gone: "z" } }], {
      a: 1,
      b: 2,
      items: [{ x: 1, w: 2 }],
    });
    expect(JSON.stringify(bills[0]?.row)).toBe('{"b":1,"a":2,"lines":[{"y":1,"w":2}]}');
  });
  test("a new name that is taken is an issue and the field keeps its old name", () => {
    const { bills, issues } = run([{ kind: "rename", fields: { a: "b" } }], { a: 1, b: 2 });
    expect([bills[0]?.row, issues]).toMatchObject([{ a: 1, b: 2 }, [{ code: "RESTRUCTURE_NAME_CLASH" }]]);
  });
});

test("onStep shows the bills before and after every step", () => {
  const seen: unknown[] = [];
  const compiled = compileRestructure([
    { kind: "rename", fields: { a: "b" } },
    { kind: "distinct", by: ["b"] },
  ]);
  restructureRecord(compiled, { key: "K", number: "N", rows: [{ a: 1 }] }, scope, (step, bills) =>
    seen.push([step.index, step.kind, bills[0]?.row]),
  );
  expect(seen).toEqual([
    [-1, "source", { a: 1 }],
    [0, "rename", { b: 1 }],
    [1, "distinct", { b: 1 }],
  ]);
});

describe("malformed steps", () => {
  test.each([
    ["an unknown kind", [{ kind: "pivot" }], "RESTRUCTURE_STEP_INVALID restructure[0].kind"],
    ["a misspelt member", [{ kind: "cap", lines: "l", max: 1, Part: "p" }], "RESTRUCTURE_STEP_INVALID restructure[0]"],
    ["a bad number", [{ kind: "cap", lines: "l", max: 0 }], "RESTRUCTURE_STEP_INVALID restructure[0].max"],
    [
      "a bad total",
      [{ kind: "group", by: ["a"], lines: "l", totals: { t: { of: "q", with: "median" } } }],
      "RESTRUCTURE_STEP_INVALID restructure[0].totals.t.with",
    ],
    ["a bad path", [{ kind: "flatten" }, { kind: "explode", path: "a..b" }], "RESTRUCTURE_STEP_INVALID restructure[1]"],
    ["sumLinesBy alone", [{ kind: "merge", by: ["a"], lines: "l", sumLinesBy: ["x"] }], "RESTRUCTURE_STEP_INVALID restructure[0]"],
    [
      "two merges",
      [
        { kind: "merge", by: ["a"], lines: "l" },
        { kind: "merge", by: ["a"], lines: "l" },
      ],
      "RESTRUCTURE_STEP_INVALID restructure[1]",
    ],
    ["a bad condition", [{ kind: "filter", where: [[{ field: "a", logic: "is" }]] }], "CONDITION_INVALID restructure[0].where[0][0].logic"],
    ["no step at all", [null], "RESTRUCTURE_STEP_INVALID restructure[0].kind"],
  ])("%s is refused with its place", (_name, steps, flaw) => {
    expect(flawOf(steps)).toBe(flaw);
  });
});

describe("steps that are off", () => {
  const group: RestructureStep = { kind: "group", by: ["no"], lines: "items" };
  const merge: RestructureStep = { kind: "merge", off: true, by: ["day"], lines: "items" };

  test("are not done; those behind them are, under their own place", () => {
    const steps: readonly RestructureStep[] = [
      { kind: "filter", off: true, where: [[{ field: "no", logic: "eq", value: "B" }]] },
      merge,
      { ...group, off: false },
      { kind: "set", fields: [{ field: "mark", value: "{{no}}!" }] },
      { kind: "cap", off: true, lines: "items", max: 1 },
    ];
    const seen: number[] = [];
    const compiled = compileRestructure(steps);
    const rows = [
      { no: "A", sku: 1 },
      { no: "A", sku: 2 },
    ];
    const { bills } = restructureRecord(compiled, { key: "K1", number: "N1", rows }, scope, ({ index }) => seen.push(index));
    expect(shown(bills)).toEqual([["", { no: "A", sku: 1, items: [{ sku: 1 }, { sku: 2 }], mark: "A!" }]]);
    expect(seen).toEqual([-1, 2, 3]);
    expect(hasMerge(compiled)).toBe(false);
    expect(mergesBills(steps)).toBe(false);
    expect(mergesBills([{ ...merge, off: false }])).toBe(true);
  });

  test("a merge behind one that is off still brings bills together", () => {
    const { bills } = merged(
      [
        { ...group, off: true },
        { ...merge, off: false },
      ],
      [
        ["K1", [{ day: "1", no: "A" }]],
        ["K2", [{ day: "1", no: "B" }]],
      ],
    );
    expect(bills).toHaveLength(1);
    expect(bills[0]?.row["items"]).toHaveLength(2);
  });

  test("two merges are one too many only where both are on; a step that is off is still a step", () => {
    const on = { ...merge, off: false } as const;
    expect(flawOf([on, merge])).toBe("none");
    expect(flawOf([on, { ...on }])).toBe("RESTRUCTURE_STEP_INVALID restructure[1]");
    expect(flawOf([{ kind: "cap", off: true, lines: "items" }])).toMatch(/^RESTRUCTURE_STEP_INVALID/);
    expect(flawOf([{ ...merge, off: "yes" }])).toMatch(/^RESTRUCTURE_STEP_INVALID/);
  });
});
