/** aggregate: Qeasy's groupCalculate over rows that explode has taken apart. */
import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import { afterAggregate } from "../../../src/flow/check/check-aggregate.ts";
import { IssueList } from "../../../src/flow/check/issue.ts";
import { findNames, namesOf, OPEN, VALUE } from "../../../src/flow/check/known-names.ts";
import {
  compileRestructure,
  hasMerge,
  mergeBills,
  restructureRecord,
  RestructureSchema,
  type AggregateStep,
  type RestructureStep,
} from "../../../src/flow/transform/restructure.ts";
import { readJson } from "../../../src/value/json-read.ts";
import type { JsonObject } from "../../../src/value/json.ts";

const scope = { globals: {}, zone: "+08:00" };
const EXPLODE: RestructureStep = { kind: "explode", path: "details_list" };
const STEP: AggregateStep = {
  kind: "aggregate",
  headerGroup: ["shop", "day"],
  bodyGroup: ["details_list_sku"],
  bodyName: "details_list",
  targetBodyName: "FEntity",
  calculate: { details_list_qty: "$sum", details_list_price: "$max", freight: "$sum", no: "$addToSet", note: "$first" },
};

/** What the lines have of columns that are not named for the array. */
const CALCULATED = {
  a: { freight: "0.2", no: ["1", "3"], note: "1" },
  b: { freight: "0.1", no: ["1"], note: "1" },
  c: { freight: "0.1", no: ["2"], note: "2" },
};

function aggregated(step: AggregateStep, records: readonly JsonObject[], before: readonly RestructureStep[] = [EXPLODE]) {
  const steps = [...before, step];
  expect(Check(RestructureSchema, steps)).toBe(true);
  const compiled = compileRestructure(steps);
  expect(hasMerge(compiled)).toBe(true);
  const bills = records.flatMap((row, i) => restructureRecord(compiled, { key: `K${i}`, number: `N${i}`, rows: [row] }, scope).bills);
  return mergeBills(compiled, bills, scope);
}

const order = (no: string, shop: string, lines: readonly (readonly [string, string, string])[]): JsonObject => ({
  no,
  shop,
  day: "2026-11-22",
  freight: readJson("0.1"),
  note: no,
  secret: "gone",
  details_list: lines.map(([sku, qty, price]) => ({ sku, qty: readJson(qty), price })),
});

describe("aggregate", () => {
  test("groups headers and lines over records, calculates exactly, and loses every other column", () => {
    const { bills, issues } = aggregated(STEP, [
      order("1", "A", [
        ["x", "0.1", "9"],
        ["y", "1", "2"],
      ]),
      order("2", "B", [["x", "5", "1"]]),
      order("3", "A", [["x", "0.2", "10"]]),
    ]);
    expect(issues).toEqual([]);
    expect(bills.map((bill) => bill.row)).toEqual([
      {
        shop: "A",
        day: "2026-11-22",
        freight: "0.3",
        no: ["1", "3"],
        note: "1",
        details_list: [
          { ...CALCULATED.a, details_list_sku: "x", details_list_qty: "0.3", details_list_price: "10", sku: "x", qty: "0.3", price: "10" },
          { ...CALCULATED.b, details_list_sku: "y", details_list_qty: "1", details_list_price: "2", sku: "y", qty: "1", price: "2" },
        ],
        source_numbers: ["N0", "N2"],
      },
      {
        shop: "B",
        day: "2026-11-22",
        freight: "0.1",
        no: ["2"],
        note: "2",
        details_list: [
          { ...CALCULATED.c, details_list_sku: "x", details_list_qty: "5", details_list_price: "1", sku: "x", qty: "5", price: "1" },
        ],
        source_numbers: ["N1"],
      },
    ]);
    // Each line knows the records it is made of.
    expect(bills[0]?.sources.map((source) => source.key)).toEqual(["K0", "K2"]);
    expect(bills[0]?.lineSources?.["details_list"]?.[0]?.map(({ source }) => source)).toEqual([0, 1]);
    expect(bills[0]?.mergeKey).not.toBe(bills[1]?.mergeKey);
  });

  test("without lines everything is calculated for the bill; averages and the empty", () => {
    const step: AggregateStep = {
      kind: "aggregate",
      headerGroup: ["shop"],
      calculate: { qty: "$avg", low: "$min", all: "$push", last: "$last", n: "$count" },
    };
    const rows = [
      { shop: "A", qty: 1, low: "10", all: "p", last: "u", n: "1" },
      { shop: "A", qty: 2, low: "9", all: "p", last: "v", n: "" },
    ];
    expect(aggregated(step, rows, []).bills.map((bill) => bill.row)).toEqual([
      { shop: "A", qty: "1.5", low: "9", all: ["p", "p"], last: "v", n: 1, source_numbers: ["N0", "N1"] },
    ]);
  });

  test("bodyMaxLine makes further bills, each with the whole header and a number", () => {
    const { bills } = aggregated({ ...STEP, bodyMaxLine: 2 }, [
      order("1", "A", [
        ["x", "1", "1"],
        ["y", "1", "1"],
        ["z", "1", "1"],
      ]),
    ]);
    const skus = bills.map(({ part, row }) => [
      part,
      row["part_no"],
      (row["details_list"] as readonly JsonObject[]).map((line) => line["sku"]),
    ]);
    expect(skus).toEqual([
      ["", 1, ["x", "y"]],
      ["2", 2, ["z"]],
    ]);
  });

  test("a missing column and text where a number belongs are issues of the records", () => {
    const { issues } = aggregated(STEP, [order("1", "A", [["x", '"many"', "1"]])]);
    expect(issues).toMatchObject([{ code: "RESTRUCTURE_NOT_A_NUMBER", keys: ["K0"] }]);
    expect(aggregated({ ...STEP, headerGroup: ["shp"] }, [order("1", "A", [["x", "1", "1"]])]).issues[0]).toMatchObject({
      code: "RESTRUCTURE_FIELD_MISSING",
      details: { field: "shp" },
    });
  });

  test("the same groups in another order of records have the same keys", () => {
    const records = [order("1", "A", [["x", "1", "1"]]), order("2", "B", [["x", "1", "1"]])];
    const keys = (list: readonly JsonObject[]) =>
      aggregated(STEP, list)
        .bills.map((bill) => bill.mergeKey)
        .toSorted();
    expect(keys(records)).toEqual(keys(records.toReversed()));
  });

  test("without a header group all makes one bill", () => {
    const { headerGroup: _none, ...step } = STEP;
    expect(aggregated(step, [order("1", "A", [["x", "1", "1"]]), order("2", "B", [["x", "2", "1"]])]).bills).toMatchObject([
      { row: { details_list: [{ details_list_qty: "3" }] } },
    ]);
    expect(() => compileRestructure([{ kind: "aggregate", calculate: { qty: "$sum" } }])).toThrow("headerGroup or bodyGroup");
  });

  test("goes with no merge beside it", () => {
    expect(() => compileRestructure([STEP, { kind: "merge", by: ["shop"], lines: "items" }])).toThrow("at most one");
  });
});

describe("what the check knows after it", () => {
  const check = (
    names = namesOf(
      "object",
      ["shop", "day", "no", "freight", "note", "secret"].map((name) => [name, VALUE] as const),
    ),
  ) => {
    const list = new IssueList("f");
    return { after: afterAggregate(STEP, names, "/restructure/1", list), issues: list.issues.map((issue) => issue.path) };
  };

  test("only grouped and calculated columns are left, in lines under both names", () => {
    const { after } = check(OPEN);
    const known = (path: string): boolean => findNames(after, path) !== undefined;
    expect(["shop", "freight", "no", "details_list.details_list_sku", "details_list.qty", "source_numbers"].map(known)).toEqual(
      Array(6).fill(true),
    );
    expect(["secret", "details_list_qty", "details_list.shop", "FEntity"].map(known)).toEqual(Array(4).fill(false));
  });

  test("columns that the rows lack are told where they stand", () => {
    expect(check().issues).toEqual([
      "/restructure/1/bodyGroup/0",
      "/restructure/1/calculate/details_list_qty",
      "/restructure/1/calculate/details_list_price",
    ]);
  });
});
