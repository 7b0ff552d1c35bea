/**
 * Judges what a template's run left behind, by its `shows` alone and by the two simulators' own books: as many documents as bills, none
 * twice, at the stage asked for, and totals alike to the last decimal.
 */
import { add, compare, decimalText, mul, round, type Decimal, type TemplateShows } from "@datong/core";
import type { LedgerEntry, Vendor } from "@datong/simulators";
import { decimalOf } from "../../src/demo/compare-documents.ts";
import { textAt } from "../../src/demo/plain-rows.ts";

const ZERO = decimalOf("0");

/** What is wrong, in words; empty when all is well. */
export function problemsOf(shows: TemplateShows, source: Pick<Vendor, "data">, target: Pick<Vendor, "ledger">): readonly string[] {
  const bills = billsOf(shows.bills, source);
  const documents = target.ledger().filter((entry) => entry.kind === shows.documents.kind && entry.edit !== true);
  const expected = bills.reduce<number>((sum, bill) => sum + countOf(bill, shows.bills), 0);
  const problems: string[] = [];
  if (bills.length === 0) problems.push(`the source has no ${shows.bills.data} that fits`);
  if (documents.length === 0) {
    const kinds = [...new Set(target.ledger().map((entry) => entry.kind))];
    problems.push(`the target took no ${shows.documents.kind} (it took: ${kinds.join(", ") || "nothing"})`);
  }
  if (shows.documents.count === "fewer" ? documents.length > expected : documents.length !== expected)
    problems.push(`${expected} documents should have come, ${documents.length} did`);
  const keys = documents.map((entry) => entry.key);
  for (const key of new Set(keys.filter((each, i) => keys.indexOf(each) !== i))) problems.push(`${key} came twice`);
  const { stage } = shows.documents;
  if (stage !== undefined)
    problems.push(
      ...documents.filter((entry) => entry.stage !== stage).map((entry) => `${entry.key} is ${entry.stage ?? "nothing"}, not ${stage}`),
    );
  return [...problems, ...sumProblems(shows, bills, documents)];
}

function sumProblems({ alike = [] }: TemplateShows, bills: readonly unknown[], documents: readonly LedgerEntry[]): readonly string[] {
  return alike.flatMap((sum) => {
    const places = sum.round ?? null;
    const there = total(bills, sum.source, places);
    const here = total(
      documents.map((entry) => entry.body),
      sum.target,
      places,
    );
    if (compare(there, here) !== 0)
      return [`${sum.source} is ${decimalText(there)} at the source, ${sum.target} ${decimalText(here)} at the target`];
    // A path that leads nowhere on both sides would agree with itself.
    return compare(there, ZERO) === 0 ? [`${sum.source} and ${sum.target} are nothing`] : [];
  });
}

function billsOf(bills: TemplateShows["bills"], source: Pick<Vendor, "data">): readonly unknown[] {
  const holds = (row: unknown, path: string, wanted: string | readonly string[]): boolean =>
    (typeof wanted === "string" ? [wanted] : wanted).includes(textAt(row, ...path.split(".")));
  const fitting = source
    .data(bills.data)
    .filter(
      (row) =>
        Object.entries(bills.where ?? {}).every(([path, wanted]) => holds(row, path, wanted)) &&
        !Object.entries(bills.not ?? {}).some(([path, wanted]) => holds(row, path, wanted)),
    );
  if (bills.distinct === undefined) return fitting;
  const path = bills.distinct.split(".");
  return [...new Map(fitting.map((row) => [textAt(row, ...path), row])).values()];
}

function countOf(bill: unknown, { each, whenEmpty }: TemplateShows["bills"]): number {
  if (each === undefined) return 1;
  const found = reached(bill, each.split("."), (value) => (Array.isArray(value) ? value.length : 1)).reduce((a, b) => a + b, 0);
  return found === 0 && whenEmpty === "keep" ? 1 : found;
}

/** The sum over all rows of a path or of a product of paths that lie in the same array. */
function total(rows: readonly unknown[], expression: string, places: number | null): Decimal {
  const factors = expression.split(" * ").map((path) => path.trim().split("."));
  return rows
    .flatMap((row) => linesOf(row, factors))
    .map((line) => line.map(decimalOf).reduce(mul))
    .map((value) => (places === null ? value : round(value, places)))
    .reduce(add, ZERO);
}

/** For each line the texts of all factors: an array on the way is gone through with those that begin alike. */
function linesOf(row: unknown, factors: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const columns = factors.map((path) => reached(row, path, (value) => plain(value)));
  return (columns[0] ?? []).map((_, i) => columns.map((column) => column[i] ?? ""));
}

function reached<T>(value: unknown, path: readonly string[], read: (value: unknown) => T): readonly T[] {
  const [name, ...rest] = path;
  if (name === undefined) return [read(value)];
  if (Array.isArray(value)) return value.flatMap((element) => reached(element, path, read));
  const next = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  return rest.length === 0 && next === undefined ? [] : reached(next, rest, read);
}

function plain(value: unknown): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
