import { describe, expect, test } from "vitest";
import { accepted, compareDocuments, decimalOf, type ComparedDocument } from "../../src/demo/compare-documents.ts";

const bill = (key: string, quantity = "1.50", fields: Readonly<Record<string, string>> = { type: "in" }): ComparedDocument => ({
  key,
  fields,
  lines: [{ item: "A-001", quantity, amount: "10.00" }],
});

describe("the judge of the demo", () => {
  test("equal numbers written differently are equal, sums are exact", () => {
    const judged = compareDocuments("f", [bill("a", "0.10"), bill("b", "0.2")], [bill("b", "0.20"), bill("a", "0.1")]);
    expect(judged).toEqual({
      flow: "f",
      expected: { documents: 2, lines: 2, quantity: "0.3", amount: "20" },
      arrived: { documents: 2, lines: 2, quantity: "0.3", amount: "20" },
      problems: [],
    });
  });

  test.each([
    ["missing", [] as readonly ComparedDocument[]],
    ["twice", [bill("a"), bill("a")]],
    ["differs", [bill("a", "1.51")]],
    ["differs", [bill("a", "1.50", { type: "out" })]],
    ["differs", [{ ...bill("a"), lines: [...bill("a").lines, ...bill("a").lines] }]],
    ["differs", [{ ...bill("a"), lines: [{ item: "A-002", quantity: "1.5", amount: "10" }] }]],
    ["differs", [{ ...bill("a"), lines: [{ item: "A-001", quantity: "1.5", amount: "" }] }]],
  ])("%s is found", (kind, arrived) => {
    expect(compareDocuments("f", [bill("a")], arrived).problems).toEqual([{ key: "a", kind, detail: expect.any(String) }]);
  });

  test("a document that the source does not have is surplus", () => {
    expect(compareDocuments("f", [bill("a")], [bill("a"), bill("z")]).problems).toEqual([{ key: "z", kind: "surplus", detail: "" }]);
  });

  test("changes of a document and other kinds are no arrivals, a text that is no number is no zero", () => {
    const entry = { sequence: 1, at: 0, api: "x", kind: "stock", key: "k", number: "1", body: {} };
    const read = () => ({ fields: {}, lines: [] });
    expect(accepted([entry, { ...entry, edit: true }, { ...entry, kind: "other" }], "stock", read)).toEqual([
      { key: "k", fields: {}, lines: [] },
    ]);
    expect(() => decimalOf("1,5")).toThrow("'1,5' is not a decimal");
  });
});
