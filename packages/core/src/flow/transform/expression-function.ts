/**
 * Functions of `_function` expressions: one table for the parser, the evaluation, the documentation and completion. To add one is to
 * add a row in `function/`. Names are written in any case. A null argument gives null unless the row says otherwise, as in MySQL.
 */
import { AGGREGATES } from "./function/aggregates.ts";
import { CHOOSE } from "./function/choose.ts";
import { CONVERT } from "./function/convert.ts";
import { CUT_TEXT } from "./function/cut-text.ts";
import { DATES } from "./function/dates.ts";
import type { FunctionRow } from "./function/function-row.ts";
import { JOIN_TEXT } from "./function/join-text.ts";
import { JSON_ROWS } from "./function/json-path.ts";
import { MATCH_TEXT } from "./function/match-text.ts";
import { NUMBERS } from "./function/numbers.ts";

export type { FunctionRow } from "./function/function-row.ts";

/** Every function, in the order the documentation shows them. */
export const FUNCTIONS: readonly FunctionRow[] = [
  ...CHOOSE,
  ...AGGREGATES,
  ...JOIN_TEXT,
  ...CUT_TEXT,
  ...MATCH_TEXT,
  ...NUMBERS,
  ...DATES,
  ...CONVERT,
  ...JSON_ROWS,
];

const BY_NAME = new Map(FUNCTIONS.flatMap((row) => [row.name, ...(row.aliases ?? [])].map((name) => [name.toLowerCase(), row] as const)));

/** The table's row for a name in any case. */
export function functionRow(name: string): FunctionRow | undefined {
  return BY_NAME.get(name.toLowerCase());
}
