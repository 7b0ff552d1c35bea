/**
 * Conditions of lookups: a tree over stored rows whose operands are bound per question. Operators are MongoDB's, with its meaning of
 * missing fields and lists; numbers and texts that look like them compare by value.
 */
import { RE2JS } from "re2js";
import { compare, isArray, toDecimal, type Json } from "../../value/index.ts";
import { keyOfValue, storedValues, type StoredPath, type StoredRow } from "./lookup-row.ts";
import { scalarText } from "./template-error.ts";

export type LookupOperator = "$eq" | "$ne" | "$gt" | "$gte" | "$lt" | "$lte" | "$in" | "$nin" | "$regex" | "$exists";

export const LOOKUP_OPERATORS: readonly LookupOperator[] = ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$regex", "$exists"];

/** `operand` and those of lists are places in the question's values. */
export type LookupTerm =
  | { readonly kind: "and" | "or"; readonly terms: readonly LookupTerm[] }
  | {
      readonly kind: "compare";
      readonly operator: LookupOperator;
      readonly field: StoredPath;
      readonly operands: readonly number[];
      /** Of `$regex`: `i`, `m`, `s`. */
      readonly options?: string;
    };

/** A term with its values bound. */
export type RowTest = (row: StoredRow) => boolean;

/** Binds the values once, so that a row costs only the comparison. Throws what the regular expression throws. */
export function bindTerm(term: LookupTerm, values: readonly (Json | undefined)[]): RowTest {
  if (term.kind !== "compare") {
    const tests = term.terms.map((inner) => bindTerm(inner, values));
    return term.kind === "and" ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row));
  }
  const { field, operator, operands } = term;
  const operand = values[operands[0] as number];
  switch (operator) {
    case "$eq":
    case "$in":
      return isAnyOf(field, wanted(operands, values));
    case "$ne":
    case "$nin": {
      const isOne = isAnyOf(field, wanted(operands, values));
      return (row) => !isOne(row);
    }
    case "$exists": {
      const expected = operand !== false && operand !== 0 && operand !== "false" && operand !== "0" && operand !== null;
      return (row) => storedValues(row, field).length > 0 === expected;
    }
    case "$regex": {
      const pattern = regularExpression(scalarText(operand ?? "") ?? "", term.options ?? "");
      return (row) => storedValues(row, field).some((value) => typeof value === "string" && pattern.matcher(value).find());
    }
    default: {
      const holds = ORDERS[operator];
      return (row) => storedValues(row, field).some((value) => holds(orderOf(value, operand)));
    }
  }
}

/** The values of the operands; a bound list stands for its elements. */
function wanted(operands: readonly number[], values: readonly (Json | undefined)[]): readonly (Json | undefined)[] {
  return operands.flatMap((place): readonly (Json | undefined)[] => {
    const value = values[place];
    return isArray(value) ? value : [value];
  });
}

/** Null is asked for where a field is null or missing. */
function isAnyOf(field: StoredPath, values: readonly (Json | undefined)[]): RowTest {
  const keys = new Set(values.flatMap((value) => keyOfValue(value) ?? []));
  const takesNull = values.includes(null);
  return (row) => {
    const found = storedValues(row, field);
    if (takesNull && (found.length === 0 || found.includes(null))) return true;
    return found.some((value) => {
      const key = keyOfValue(value);
      return key !== undefined && keys.has(key);
    });
  };
}

const ORDERS: Readonly<Record<"$gt" | "$gte" | "$lt" | "$lte", (order: -1 | 0 | 1 | undefined) => boolean>> = {
  $gt: (order) => order === 1,
  $gte: (order) => order === 1 || order === 0,
  $lt: (order) => order === -1,
  $lte: (order) => order === -1 || order === 0,
};

/** By value where both are numbers or look like them, else by the letters; undefined where one is neither text nor number. */
function orderOf(a: Json, b: Json | undefined): -1 | 0 | 1 | undefined {
  const left = keyOfValue(a);
  const right = keyOfValue(b);
  if (left === undefined || right === undefined) return undefined;
  const numbers = [numberLike(left), numberLike(right)] as const;
  if (numbers[0] !== null && numbers[1] !== null) return compare(numbers[0], numbers[1]);
  return left === right ? 0 : left < right ? -1 : 1;
}

/** No exponents: `9E99` is a code. */
function numberLike(text: string): ReturnType<typeof toDecimal> {
  return /^\s*[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})\s*$/.test(text) ? toDecimal(text) : null;
}

/** Runs in linear time whatever the pattern says. Throws an Error that tells what is wrong with it. */
export function regularExpression(pattern: string, options: string): RE2JS {
  let flags = 0;
  if (options.includes("i")) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.includes("m")) flags |= RE2JS.MULTILINE;
  if (options.includes("s")) flags |= RE2JS.DOTALL;
  return RE2JS.compile(pattern, flags);
}
