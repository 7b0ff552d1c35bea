/**
 * Turns a parsed filter into a test of rows, with the three truth values of SQL: a comparison with nothing is neither true nor false.
 *
 * Texts compare without regard to case, as the vendor's database does; numbers and decimals exactly; dates as wall time. An unknown
 * key throws UnknownFieldError, a value that cannot be one of the field's kind throws FilterSyntaxError.
 */
import type { Column, Row, Scalar } from "./column.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";
import { FilterSyntaxError, type Condition, type Operator } from "./filter-parse.ts";
import { isYes } from "./request-body.ts";
import { parseWall } from "./wall-time.ts";

export class UnknownFieldError extends Error {}

/** True, false, or undefined for unknown. */
export type RowTest = (row: Row) => boolean | undefined;

/** Makes the test; `columnOf` throws UnknownFieldError for a key the form does not have. */
export function compileFilter(condition: Condition, columnOf: (key: string) => Column, lcid: string): RowTest {
  const compile = (part: Condition): RowTest => compileFilter(part, columnOf, lcid);
  switch (condition.kind) {
    case "and":
      return every(condition.parts.map(compile));
    case "or":
      return some(condition.parts.map(compile));
    case "not": {
      const inner = compile(condition.part);
      return (row) => opposite(inner(row));
    }
    case "null": {
      const column = columnOf(condition.key);
      return (row) => column.read(row, lcid) === null;
    }
    case "like": {
      const column = columnOf(condition.key);
      const pattern = likePattern(condition.pattern);
      return (row) => known(column.read(row, lcid), (value) => pattern.test(String(value)));
    }
    case "in": {
      const column = columnOf(condition.key);
      const tests = condition.values.map((value) => comparer(column, "=", value));
      return (row) => known(column.read(row, lcid), (value) => tests.some((test) => test(value)));
    }
    case "compare": {
      const column = columnOf(condition.key);
      const test = comparer(column, condition.operator, condition.value);
      return (row) => known(column.read(row, lcid), test);
    }
  }
}

/** Compares two values of a column for sorting; nothing comes first. */
export function compareScalars(column: Column, a: Scalar, b: Scalar): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (column.kind === "decimal") return compareDecimals(String(a), String(b));
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a).toLowerCase(), String(b).toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function comparer(column: Column, operator: Operator, literal: string): (value: Exclude<Scalar, null>) => boolean {
  const wanted = convert(column, literal);
  return (value) => holds(operator, compareScalars(column, value, wanted));
}

function convert(column: Column, literal: string): Scalar {
  switch (column.kind) {
    case "int":
    case "base": {
      if (!/^[+-]?\d+$/.test(literal.trim())) throw new FilterSyntaxError(`${column.key} ${literal}`);
      return Number(literal);
    }
    case "decimal": {
      const decimal = parseDecimal(literal);
      if (decimal === undefined) throw new FilterSyntaxError(`${column.key} ${literal}`);
      return decimal;
    }
    case "date": {
      const date = parseWall(literal);
      if (date === undefined) throw new FilterSyntaxError(`${column.key} ${literal}`);
      return date;
    }
    case "bool":
      return isYes(literal);
    default:
      return literal;
  }
}

function holds(operator: Operator, order: number): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
  }
}

function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|?*+()[\]{}]/g, "\\$&")
    .replaceAll("%", "[^]*")
    .replaceAll("_", "[^]");
  return new RegExp(`^${source}$`, "iu");
}

function known(value: Scalar, test: (value: Exclude<Scalar, null>) => boolean): boolean | undefined {
  return value === null ? undefined : test(value);
}

function every(tests: readonly RowTest[]): RowTest {
  return (row) => {
    let result: boolean | undefined = true;
    for (const test of tests) {
      const answer = test(row);
      if (answer === false) return false;
      if (answer === undefined) result = undefined;
    }
    return result;
  };
}

function some(tests: readonly RowTest[]): RowTest {
  const none = every(tests.map((test) => (row) => opposite(test(row))));
  return (row) => opposite(none(row));
}

function opposite(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
