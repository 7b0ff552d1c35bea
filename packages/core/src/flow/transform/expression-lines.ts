/** What stands in an aggregate's brackets besides its argument: DISTINCT, ORDER BY, SEPARATOR. */
import { decimalText } from "../../value/index.ts";
import type { ExpressionNode } from "./expression-node.ts";
import { compareLoose, foldText, NumberValue, type Scalar } from "./expression-value.ts";

/** The words as they were written. */
export interface AggregateWords {
  readonly distinct: boolean;
  readonly order: readonly { readonly by: ExpressionNode; readonly descending: boolean }[];
  readonly separator?: string;
}

/** A line's value, and what it is ordered by. */
export interface AggregateLine {
  readonly value: Scalar;
  readonly keys: readonly Scalar[];
}

/** The values in order; with DISTINCT each once, the first of equal ones. Texts are equal whatever their case, NULL comes first. */
export function valuesInOrder(lines: readonly AggregateLine[], { distinct, order }: AggregateWords): readonly Scalar[] {
  const seen = new Set<string>();
  const kept = distinct ? lines.filter(({ value }) => isNew(seen, sameness(value))) : lines;
  if (order.length === 0) return kept.map(({ value }) => value);
  const compareLines = (a: AggregateLine, b: AggregateLine): number => {
    for (const [at, { descending }] of order.entries()) {
      const compared = compareKeys(a.keys[at] ?? null, b.keys[at] ?? null);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  };
  return kept.toSorted(compareLines).map(({ value }) => value);
}

function compareKeys(a: Scalar, b: Scalar): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return compareLoose(a, b) ?? 0;
}

function isNew(seen: Set<string>, key: string): boolean {
  const isFirst = !seen.has(key);
  seen.add(key);
  return isFirst;
}

function sameness(value: Scalar): string {
  if (value instanceof NumberValue) return `n${decimalText(value.decimal)}`;
  return `t${foldText(value ?? "")}`;
}
