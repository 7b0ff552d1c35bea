/** One bill compared: exact sums, tolerance, lines, and what the target does not show. */
import { describe, expect, test } from "vitest";
import { askedFields, compareBill, readJson, spanOfTick, type JsonObject, type ReconcileRule } from "../../src/index.ts";

const json = (text: string): JsonObject => readJson(text) as JsonObject;
const RULE: ReconcileRule = {
  lines: "lines",
  sums: [{ target: "lines.amount", source: "items.amount", tolerance: "0.01" }, { target: "total" }],
};

describe("compareBill", () => {
  const rows = [json('{"items":[{"amount":"0.1"},{"amount":0.2}]}')];
  const ours = [json('{"total":"12345678901234567.10","lines":[{},{}]}')];
  test.each([
    ["the same in other words", '{"total":12345678901234567.1,"lines":[{"amount":0.3},{"amount":""}]}', []],
    ["within the tolerance", '{"total":12345678901234567.1,"lines":[{"amount":0.31},{"amount":null}]}', []],
    ["beyond it", '{"total":12345678901234567.1,"lines":[{"amount":0.3101},{"amount":0}]}', ["lines.amount 0.3 0.3101"]],
    [
      "one digit of nineteen",
      '{"total":12345678901234567.11,"lines":[{"amount":0.3},{}]}',
      ["total 12345678901234567.1 12345678901234567.11"],
    ],
    ["a line too few", '{"total":12345678901234567.1,"lines":[{"amount":0.3}]}', ["lines.length 2 1"]],
    ["no number", '{"total":12345678901234567.1,"lines":[{"amount":"?"},{}]}', ["lines.amount 0.3 ?"]],
  ])("%s", (_, theirs, gaps) => {
    const found = compareBill(RULE, { rows, ours, theirs: [json(theirs)] });
    expect(found.gaps.map(({ path, source, target }) => `${path} ${source} ${target}`)).toEqual(gaps);
    expect(found.notCompared).toEqual([]);
  });

  test("a bill of two documents is compared as a whole", () => {
    const halves = ['{"total":1,"lines":[{"amount":0.1}]}', '{"total":12345678901234566.1,"lines":[{"amount":0.2}]}'].map(json);
    expect(compareBill(RULE, { rows, ours, theirs: halves })).toEqual({ gaps: [], notCompared: [] });
  });

  test("what the target does not show is told and never zero", () => {
    expect(compareBill(RULE, { rows, ours, theirs: [json('{"other":1}')] })).toEqual({
      gaps: [],
      notCompared: ["lines", "lines.amount", "total"],
    });
  });
});

test("a query by columns is asked for the declared fields alone, lines as lines", () => {
  const mapped = json('{"FBillNo":"1","FEntity":[{"FQty":1,"FNote":"x"}],"FCust":{"FNumber":"A"}}');
  const rule: ReconcileRule = { lines: "FEntity", sums: [{ target: "FEntity.FAllAmount" }], day: "FDate", groups: ["FCust.FNumber"] };
  expect(askedFields(rule, mapped)).toEqual({ FEntity: [{ FAllAmount: "" }], FDate: "", FCust: { FNumber: "" } });
  expect(askedFields({ lines: "FEntity" }, mapped)).toEqual({ FEntity: [{ FQty: "" }] });
  expect(askedFields({}, mapped)).toEqual({});
});

/** 08:30 of a Monday in January, in Shanghai. */
const TICK_MS = Date.parse("2027-01-04T00:30:00Z");
test.each([
  ["yesterday", "Asia/Shanghai", "2027-01-03 00:00:00", "2027-01-04 00:00:00"],
  ["today", "Asia/Shanghai", "2027-01-04 00:00:00", "2027-01-04 08:30:00"],
  ["last-month", "Asia/Shanghai", "2026-12-01 00:00:00", "2027-01-01 00:00:00"],
  ["this-month", "Asia/Shanghai", "2027-01-01 00:00:00", "2027-01-04 08:30:00"],
  ["-7d", "Asia/Shanghai", "2026-12-28 08:30:00", "2027-01-04 08:30:00"],
  ["yesterday", "America/Los_Angeles", "2027-01-02 00:00:00", "2027-01-03 00:00:00"],
])("the span %s of a tick in %s", (span, zone, from, to) => {
  expect(spanOfTick(span, TICK_MS, zone)).toEqual({ from, to });
});
