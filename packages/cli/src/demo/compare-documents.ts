/**
 * Compares what should have arrived, worked out from the source's own data, with what the target's ledger says it accepted.
 * Knows nothing of the engine. Quantities and amounts are decimal texts, added and compared exactly.
 */
import { add, compare, decimalText, toDecimal, type Decimal } from "@datong/core";
import type { LedgerEntry } from "@datong/simulators";

export interface ComparedLine {
  readonly item: string;
  readonly quantity: string;
  /** Empty where the document carries no amounts. */
  readonly amount: string;
}

export interface ComparedDocument {
  readonly key: string;
  /** Header values that must be equal to the letter. */
  readonly fields: Readonly<Record<string, string>>;
  /** In order. */
  readonly lines: readonly ComparedLine[];
}

export interface Sums {
  readonly documents: number;
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}

export interface Judgement {
  readonly flow: string;
  readonly expected: Sums;
  readonly arrived: Sums;
  /** What is wrong, by key; empty when everything arrived exactly once and right. */
  readonly problems: readonly {
    readonly key: string;
    readonly kind: "missing" | "twice" | "surplus" | "differs";
    readonly detail: string;
  }[];
}

/** The accepted documents of a kind; changes of documents accepted before are none. */
export function accepted(
  ledger: readonly LedgerEntry[],
  kind: string,
  read: (entry: LedgerEntry) => Omit<ComparedDocument, "key">,
): readonly ComparedDocument[] {
  return ledger.filter((entry) => entry.kind === kind && entry.edit !== true).map((entry) => ({ key: entry.key, ...read(entry) }));
}

export function compareDocuments(flow: string, expected: readonly ComparedDocument[], arrived: readonly ComparedDocument[]): Judgement {
  const problems: Judgement["problems"][number][] = [];
  const byKey = Map.groupBy(arrived, (document) => document.key);
  for (const document of expected) {
    const found = byKey.get(document.key) ?? [];
    const [first] = found;
    if (first === undefined) problems.push({ key: document.key, kind: "missing", detail: "" });
    else if (found.length > 1) problems.push({ key: document.key, kind: "twice", detail: String(found.length) });
    else {
      const detail = difference(document, first);
      if (detail !== "") problems.push({ key: document.key, kind: "differs", detail });
    }
  }
  const wanted = new Set(expected.map((document) => document.key));
  for (const key of byKey.keys()) if (!wanted.has(key)) problems.push({ key, kind: "surplus", detail: "" });
  return { flow, expected: sums(expected), arrived: sums(arrived), problems };
}

function difference(expected: ComparedDocument, arrived: ComparedDocument): string {
  for (const [name, value] of Object.entries(expected.fields))
    if (arrived.fields[name] !== value) return `${name}: ${value} ≠ ${arrived.fields[name] ?? ""}`;
  if (expected.lines.length !== arrived.lines.length) return `lines: ${expected.lines.length} ≠ ${arrived.lines.length}`;
  for (const [i, line] of expected.lines.entries()) {
    const other = arrived.lines[i];
    if (other === undefined || line.item !== other.item || !isEqual(line.quantity, other.quantity) || !isEqual(line.amount, other.amount))
      return `line ${i + 1}: ${line.item} ${line.quantity} ${line.amount} ≠ ${other?.item ?? ""} ${other?.quantity ?? ""} ${other?.amount ?? ""}`;
  }
  return "";
}

function isEqual(a: string, b: string): boolean {
  return (a === "") === (b === "") && compare(decimalOf(a), decimalOf(b)) === 0;
}

function sums(documents: readonly ComparedDocument[]): Sums {
  const lines = documents.flatMap((document) => document.lines);
  const total = (texts: readonly string[]): string => decimalText(texts.map(decimalOf).reduce(add, decimalOf("0")));
  return {
    documents: documents.length,
    lines: lines.length,
    quantity: total(lines.map((line) => line.quantity)),
    amount: total(lines.map((line) => line.amount)),
  };
}

/** Empty counts as nothing; a text that is no number is a defect of the judge's reading and must not pass as zero. */
export function decimalOf(text: string): Decimal {
  const decimal = toDecimal(text === "" ? "0" : text);
  if (decimal === null) throw new TypeError(`'${text}' is not a decimal`);
  return decimal;
}
