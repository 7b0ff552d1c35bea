// @module-tag one-attempt
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compileRestructure,
  mergeBills,
  restructureRecord,
  type Bill,
  type RestructureStep,
} from "../../../src/flow/transform/restructure.ts";
import { spreadAmount } from "../../../src/flow/transform/restructure/spread.ts";
import { add, decimalText, round, toDecimal, type Decimal } from "../../../src/value/decimal.ts";
import type { JsonObject } from "../../../src/value/json.ts";

const scope = { globals: {}, zone: "+08:00" };
const lineOf = fc.record({
  sku: fc.constantFrom("S1", "S2", "S3"),
  qty: fc.integer({ min: -99999, max: 99999 }).map((cents) => (cents / 100).toFixed(2)),
});
const billRow = fc.record({ shop: fc.constantFrom("A", "B", "C"), items: fc.array(lineOf, { maxLength: 6 }) });
const flatRow = fc.record({ no: fc.constantFrom("1", "2", "3"), q: fc.integer() });

function run(steps: readonly RestructureStep[], rows: readonly JsonObject[], key = "K"): readonly Bill[] {
  const result = restructureRecord(compileRestructure(steps), { key, number: `N${key}`, rows }, scope);
  expect(result.issues).toEqual([]);
  return result.bills;
}
function linesAt(bill: Bill, field: string): readonly JsonObject[] {
  return bill.row[field] as readonly JsonObject[];
}
function decimal(text: string): Decimal {
  const value = toDecimal(text);
  if (value === null) throw new Error(`${text} is no decimal`);
  return value;
}
function totalOf(texts: readonly string[]): string {
  return decimalText(texts.map(decimal).reduce(add, round(0)));
}

const money = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => `${digits}e-${places}`);

test("the shares of an amount add up to it to the last digit, whatever the weights", () => {
  fc.assert(
    fc.property(money, fc.array(money, { minLength: 1, maxLength: 20 }), fc.integer({ min: 0, max: 6 }), (amount, weights, places) => {
      const shares = spreadAmount(decimal(amount), weights.map(decimal), places);
      expect(shares).toHaveLength(weights.length);
      expect(totalOf(shares)).toBe(decimalText(decimal(amount)));
    }),
    { numRuns: 500 },
  );
});

test("with weights of one sign no share turns against the amount's sign, and all but one have the wanted places", () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }), (cents, weights) => {
      const amount = decimal(`${cents}e-2`);
      const shares = spreadAmount(
        amount,
        weights.map((weight) => decimal(String(weight))),
        2,
      );
      for (const share of shares) {
        expect(decimal(share).cmp(0) * amount.cmp(0)).toBeGreaterThanOrEqual(0);
        expect(share).toMatch(/^-?\d+\.\d\d$/);
      }
    }),
    { numRuns: 500 },
  );
});

test("the capped pieces' lines and line sources put together are the lines before", () => {
  fc.assert(
    fc.property(fc.array(flatRow, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (rows, max) => {
      const group: RestructureStep = { kind: "group", by: ["no"], lines: "l" };
      const whole = run([group], rows);
      const pieces = run([group, { kind: "cap", lines: "l", max }], rows);
      expect(pieces.every((piece) => linesAt(piece, "l").length <= max)).toBe(true);
      expect(pieces.flatMap((piece) => linesAt(piece, "l"))).toEqual(whole.flatMap((bill) => linesAt(bill, "l")));
      expect(pieces.flatMap((piece) => piece.lineSources?.["l"])).toEqual(whole.flatMap((bill) => bill.lineSources?.["l"]));
      expect(new Set(pieces.map((piece) => piece.part)).size).toBe(pieces.length);
    }),
  );
});

test("exploding lines and grouping them again gives the same lines, in order, from the same rows", () => {
  fc.assert(
    fc.property(fc.array(flatRow, { minLength: 1, maxLength: 20 }), (rows) => {
      const group: RestructureStep = { kind: "group", by: ["no"], lines: "l", header: ["no"] };
      const once = run([group], rows);
      const again = run(
        [group, { kind: "explode", path: "l", prefix: "" }, { kind: "group", by: ["no"], lines: "l", header: ["bfn_num"] }],
        rows,
      );
      expect(again.map((bill) => [bill.row["no"], bill.row["l"]])).toEqual(once.map((bill) => [bill.row["no"], bill.row["l"]]));
      expect(again.map((bill) => bill.lineSources)).toEqual(once.map((bill) => bill.lineSources));
      expect(again.map((bill) => bill.part)).toEqual(once.map((bill) => bill.part));
    }),
  );
});

test("a group's lines point at the rows they were made of, and every row is in exactly one line", () => {
  fc.assert(
    fc.property(fc.array(flatRow, { minLength: 1, maxLength: 20 }), (rows) => {
      const bills = run([{ kind: "group", by: ["no"], lines: "l" }], rows);
      const used = bills.flatMap((bill) =>
        (bill.lineSources?.["l"] ?? []).map((places, index) => {
          const [place] = places;
          expect(rows[place?.rowIndex ?? -1]?.["q"]).toBe(linesAt(bill, "l")[index]?.["q"]);
          return place?.rowIndex;
        }),
      );
      expect(used.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(rows.map((_, index) => index));
    }),
  );
});

test("a merge loses nothing: sums stay, every record and number is there once, every line names records that hold its sku", () => {
  fc.assert(
    fc.property(fc.array(billRow, { minLength: 1, maxLength: 8 }), (rows) => {
      const compiled = compileRestructure([{ kind: "merge", by: ["shop"], lines: "items", sumLinesBy: ["sku"], sumFields: ["qty"] }]);
      const bills = rows.flatMap(
        (row, index) => restructureRecord(compiled, { key: `k${index}`, number: `n${index}`, rows: [row] }, scope).bills,
      );
      const merged = mergeBills(compiled, bills, scope).bills;
      expect(merged.map((bill) => bill.row["shop"])).toEqual([...new Set(rows.map((row) => row.shop))]);
      expect(totalOf(merged.flatMap((bill) => linesAt(bill, "items").map((line) => String(line["qty"]))))).toBe(
        totalOf(rows.flatMap((row) => row.items.map((line) => line.qty))),
      );
      expect(merged.flatMap((bill) => bill.sources.map((source) => source.key)).toSorted()).toEqual(
        rows.map((_, index) => `k${index}`).toSorted(),
      );
      for (const bill of merged) {
        expect(bill.row["source_numbers"]).toEqual(bill.sources.map((source) => source.number));
        linesAt(bill, "items").forEach((line, index) => {
          for (const place of bill.lineSources?.["items"]?.[index] ?? []) {
            const record = Number(bill.sources[place.source]?.key.slice(1));
            expect(rows[record]?.items.some((item) => item.sku === line["sku"])).toBe(true);
          }
        });
      }
    }),
  );
});

test("rows added at the end leave the ids and the order of the pieces before them as they were", () => {
  fc.assert(
    fc.property(fc.array(flatRow, { minLength: 1, maxLength: 12 }), flatRow, fc.integer({ min: 1, max: 3 }), (rows, added, max) => {
      const steps: RestructureStep[] = [
        { kind: "group", by: ["no"], lines: "l", header: ["no"] },
        { kind: "cap", lines: "l", max },
      ];
      const parts = (bills: readonly Bill[]): string[] => bills.map((bill) => `${bill.part} ${String(bill.row["no"])}`);
      const before = parts(run(steps, rows));
      expect(parts(run(steps, [...rows, added])).filter((part) => before.includes(part))).toEqual(before);
    }),
  );
});

test("the rows given are never changed", () => {
  fc.assert(
    fc.property(fc.array(billRow, { minLength: 1, maxLength: 3 }), (rows) => {
      const text = JSON.stringify(rows);
      run(
        [
          { kind: "set", fields: [{ field: "items.x", value: "1" }] },
          { kind: "rename", fields: { "items.sku": "s" } },
          { kind: "explode", path: "items" },
        ],
        rows,
      );
      expect(JSON.stringify(rows)).toBe(text);
    }),
  );
});

test("untraced, rows become the same bills: only where they come from is not told", () => {
  const steps: RestructureStep[] = [
    { kind: "group", by: ["no"], lines: "items", lineFields: ["q", "w"], totals: { sum: { of: "q", with: "sum" } } },
    { kind: "cap", lines: "items", max: 2 },
  ];
  const row = fc.record({ no: fc.constantFrom("1", "2"), q: fc.integer(), w: fc.string() }, { requiredKeys: ["no"] });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const compiled = compileRestructure(steps);
      const record = { key: "K", number: "N", rows: rows as readonly JsonObject[] };
      const traced = restructureRecord(compiled, record, scope);
      const untraced = restructureRecord(compiled, record, { ...scope, untraced: true });
      expect(untraced.issues).toEqual(traced.issues);
      const bare = (bills: readonly Bill[]): unknown => bills.map((bill) => ({ ...bill, sources: undefined, lineSources: undefined }));
      expect(bare(untraced.bills)).toEqual(bare(traced.bills));
      expect(untraced.bills.map((bill) => bill.lineSources)).toEqual(untraced.bills.map(() => undefined));
    }),
  );
});
