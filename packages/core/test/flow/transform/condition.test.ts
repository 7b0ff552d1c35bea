import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import {
  applyCondition,
  compileCondition,
  ConditionSchema,
  type Condition,
  type ConditionTerm,
} from "../../../src/flow/transform/condition.ts";
import { DatongError } from "../../../src/error/index.ts";
import { ExactNumber, type Json, type JsonObject } from "../../../src/value/json.ts";

function passes(row: JsonObject, term: ConditionTerm): boolean {
  return !("dropped" in applyCondition(compileCondition([[term]]), row));
}
function holds(value: Json, logic: ConditionTerm["logic"], wanted?: NonNullable<ConditionTerm["value"]>): boolean {
  return passes({ a: value }, { field: "a", logic, ...(wanted === undefined ? {} : { value: wanted }) });
}
function rows(condition: Condition, row: JsonObject) {
  return applyCondition(compileCondition(condition), row);
}
function flawOf(condition: unknown): string {
  try {
    compileCondition(condition as Condition, "source.condition");
  } catch (error) {
    if (error instanceof DatongError) return `${error.code} ${String(error.details["path"])}`;
    throw error;
  }
  return "none";
}

describe("comparisons", () => {
  test("numbers compare as exact decimals, however they are written", () => {
    expect(holds("100.0", "eq", "100")).toBe(true);
    expect(holds("9", "lt", "10")).toBe(true);
    expect(holds(new ExactNumber("9007199254740993"), "gt", "9007199254740992")).toBe(true);
    expect(holds("0.1", "neq", 0.1)).toBe(false);
    expect(holds("-1", "egt", "-1.00")).toBe(true);
    expect(holds("2", "elt", "1.999999999999999999999")).toBe(false);
  });
  test("dates compare as wall times, also in different notations", () => {
    expect(holds("2024-01-02", "gt", "2024/1/1 23:59:59")).toBe(true);
    expect(holds("2024-01-01T00:00:00", "eq", "2024-01-01")).toBe(true);
    expect(holds("2024-01-01T00:00:00.123", "gt", "2024-01-01 00:00:00")).toBe(true);
    expect(holds("2023-12-31T16:00:00Z", "eq", "2024-01-01 00:00:00")).toBe(true);
  });
  test("something that only looks like a date stays text", () => {
    expect(holds("2024-02-30", "eq", "2024-2-30")).toBe(false);
  });
  test("timestamp: is an instant, against wall times of zone +8 and epoch numbers", () => {
    expect(holds("2024-01-01 08:00:00", "eq", "timestamp:1704067200")).toBe(true);
    expect(holds("2024-01-01 07:59:59", "lt", "timestamp:1704067200")).toBe(true);
    expect(holds(1704067200, "eq", "timestamp:1704067200")).toBe(true);
    expect(holds(1704067200001, "gt", "timestamp:1704067200")).toBe(true);
    expect(holds("no date", "eq", "timestamp:1704067200")).toBe(false);
    // Seconds with a fraction, as 轻易云's own created_at.
    expect(holds(1704067200.25, "gt", "timestamp:1704067200")).toBe(true);
    expect(holds("1704067199.9", "lt", "timestamp:1704067200")).toBe(true);
    expect(holds("2024-01-01 12:00:00", "between", "timestamp:1704067200,timestamp:1704153600")).toBe(true);
  });
  test("between includes both ends", () => {
    expect(["99.99", "100", "500", "500.01"].map((value) => holds(value, "between", "100,500"))).toEqual([false, true, true, false]);
  });
  test("in and notin take a text with commas or a list", () => {
    expect(holds("B", "in", "A, B")).toBe(true);
    expect(holds(2, "in", [1, 2])).toBe(true);
    expect(holds("C", "notin", "A,B")).toBe(true);
    expect(holds("A", "notin", ["A"])).toBe(false);
  });
  test("like looks for a part of the text, notlike is its opposite", () => {
    expect(holds("双十一活动赠品", "like", "活动")).toBe(true);
    expect(holds("赠品", "notlike", "活动")).toBe(true);
    expect(holds(null, "like", "")).toBe(false);
  });
  test("eqv2 compares texts strictly where eq is loose", () => {
    expect(holds("001", "eq", "1")).toBe(true);
    expect(holds("001", "eqv2", "1")).toBe(false);
    expect(holds("预付款", "eqv2", "预付款")).toBe(true);
    expect(holds("1.0", "neqv2", "1")).toBe(true);
    expect(holds(null, "eqv2", "")).toBe(false);
  });
  test("missing, null and empty text are all null", () => {
    for (const row of [{}, { a: null }, { a: "" }]) {
      expect(passes(row, { field: "a", logic: "isnull" })).toBe(true);
      expect(passes(row, { field: "a", logic: "notnull" })).toBe(false);
      expect(passes(row, { field: "a", logic: "eq", value: "" })).toBe(true);
      expect(passes(row, { field: "a", logic: "lt", value: "5" })).toBe(false);
      expect(passes(row, { field: "a", logic: "neq", value: "5" })).toBe(true);
    }
    expect(holds(0, "notnull")).toBe(true);
    expect(holds(false, "notnull")).toBe(true);
  });
  test("an absurd exponent is text and takes no time", () => {
    expect(holds("1e999999999", "eq", "1")).toBe(false);
  });
});

describe("groups and rules", () => {
  const manual: Condition = [
    [
      { field: "io_id", logic: "eq", value: "816403" },
      { field: "items.name", logic: "like", value: "活动", strictMode: true },
    ],
    [{ field: "io_id", logic: "like", value: "512" }],
    [{ field: "items.name", logic: "eq", value: "企鹅爸爸15合1桌游" }],
  ];
  test("the manual's example: OR of AND groups", () => {
    expect(Check(ConditionSchema, manual)).toBe(true);
    const all = { io_id: 816403, items: [{ name: "活动A" }, { name: "活动B" }] };
    expect(rows(manual, all)).toEqual({ row: all, droppedLines: [] });
    expect(rows(manual, { ...all, items: [{ name: "活动A" }, { name: "B" }] })).toEqual({ dropped: "condition" });
    expect(rows(manual, { io_id: "95123", items: [{ name: "x" }] })).toHaveProperty("droppedLines", []);
    expect(rows(manual, { io_id: "1", items: [{ name: "x" }, { name: "企鹅爸爸15合1桌游" }] })).toMatchObject({
      row: { items: [{ name: "企鹅爸爸15合1桌游" }] },
      droppedLines: [{ path: "items", indexes: [0], line: { name: "x" }, rule: "condition" }],
    });
  });
  test("a row that keeps everything is the same object", () => {
    const row = { a: 1, items: [{ b: 1 }] };
    const result = rows([[{ field: "items.b", logic: "eq", value: 1 }]], row);
    expect("row" in result && result.row === row).toBe(true);
  });
  test("named rules must all pass, and the first that fails is the reason", () => {
    const named: Condition = [
      { rule: "已审核", any: [[{ field: "status", logic: "eq", value: "C" }]] },
      { rule: "有数量", any: [[{ field: "items.qty", logic: "gt", value: 0 }]] },
    ];
    expect(Check(ConditionSchema, named)).toBe(true);
    expect(rows(named, { status: "A", items: [] })).toEqual({ dropped: "已审核" });
    expect(rows(named, { status: "C", items: [{ qty: 0 }, { qty: "2" }] })).toMatchObject({
      row: { items: [{ qty: "2" }] },
      droppedLines: [{ rule: "有数量", indexes: [0] }],
    });
  });
  test("a row that loses its last line is dropped, or kept when the rule says so", () => {
    const any: ConditionTerm[][] = [[{ field: "items.qty", logic: "gt", value: 0 }]];
    const row = { items: [{ qty: 0 }] };
    expect(rows([{ rule: "r", any }], row)).toEqual({ dropped: "r" });
    expect(rows([{ rule: "r", any, emptied: "keep" }], row)).toMatchObject({ row: { items: [] } });
  });
  test("lines removed by one rule are gone for the next", () => {
    const condition: Condition = [
      { rule: "one", any: [[{ field: "items.a", logic: "eq", value: 1 }]] },
      { rule: "two", any: [[{ field: "items.b", logic: "eq", value: 1, strictMode: true }]] },
    ];
    expect(
      rows(condition, {
        items: [
          { a: 1, b: 1 },
          { a: 2, b: 2 },
        ],
      }),
    ).toMatchObject({ row: { items: [{ a: 1, b: 1 }] } });
  });
  test("a line that two OR groups judge stays when one of them keeps it", () => {
    const condition: Condition = [[{ field: "items.a", logic: "eq", value: 1 }], [{ field: "items.a", logic: "eq", value: 2 }]];
    expect(rows(condition, { items: [{ a: 1 }, { a: 2 }, { a: 3 }] })).toMatchObject({ row: { items: [{ a: 1 }, { a: 2 }] } });
  });
  test("lines of lines are removed where they stand", () => {
    const row = {
      orders: [
        { no: "A", items: [{ q: 1 }, { q: 0 }] },
        { no: "B", items: [{ q: 2 }] },
      ],
    };
    expect(rows([[{ field: "orders.items.q", logic: "gt", value: 0 }]], row)).toMatchObject({
      row: {
        orders: [
          { no: "A", items: [{ q: 1 }] },
          { no: "B", items: [{ q: 2 }] },
        ],
      },
      droppedLines: [{ path: "orders.items", indexes: [0, 1] }],
    });
  });
  test("a literal key with dots is read before the nested path", () => {
    expect(passes({ "FOrg.FNumber": "100", FOrg: { FNumber: "200" } }, { field: "FOrg.FNumber", logic: "eq", value: "100" })).toBe(true);
  });
});

describe("malformed conditions", () => {
  test.each([
    ["an unknown comparison", [[{ field: "a", logic: "regex", value: "x" }]], "CONDITION_INVALID source.condition[0][0].logic"],
    ["a template as field", [[{ field: "{{a}}", logic: "eq", value: "x" }]], "CONDITION_INVALID source.condition[0][0].field"],
    ["an empty step in the path", [[{ field: "a..b", logic: "eq", value: "x" }]], "CONDITION_INVALID source.condition[0][0].field"],
    ["a missing value", [[{ field: "a", logic: "eq" }]], "CONDITION_INVALID source.condition[0][0].value"],
    ["between with one end", [[{ field: "a", logic: "between", value: "1" }]], "CONDITION_INVALID source.condition[0][0].value"],
    ["an unknown member", [[{ field: "a", logic: "isnull", note: 1 }]], "CONDITION_INVALID source.condition[0][0]"],
    ["an empty group", [[]], "CONDITION_INVALID source.condition[0]"],
    ["no rules", [], "CONDITION_INVALID source.condition"],
    ["a rule without a name", [{ any: [[{ field: "a", logic: "isnull" }]] }], "CONDITION_INVALID source.condition[0]"],
    [
      "a broken term in a rule",
      [{ rule: "r", any: [[{ field: 1, logic: "isnull" }]] }],
      "CONDITION_INVALID source.condition[0].any[0][0].field",
    ],
  ])("%s is refused with its place", (_name, condition, flaw) => {
    expect(flawOf(condition)).toBe(flaw);
  });
});
