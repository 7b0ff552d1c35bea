/** The row of a function of `_function` expressions: its name, its texts for people, and what it does. */
import type { Decimal } from "../../../value/index.ts";
import { textOf, type ExpressionValue, type Scalar } from "../expression-value.ts";

/** What a function may ask of the place it is called from. Every error it makes names the place. */
export interface FunctionContext {
  readonly zone: string;
  /** The time of this evaluation, epoch ms. VALUE_GLOBAL_MISSING where it has none. */
  readonly nowMs: () => number;
  /** One value, not a list or object. EXPRESSION_NOT_SCALAR. */
  readonly scalar: (value: ExpressionValue) => Scalar;
  /** The number of a scalar. EXPRESSION_NOT_NUMBER. */
  readonly number: (value: ExpressionValue) => Decimal | null;
  /** Gives the place to errors of decimals and times. */
  readonly placed: <T>(calculate: () => T) => T;
  /** Counts steps that depend on the data. EXPRESSION_TOO_LONG. */
  readonly spend: (steps: number) => void;
  /** Asked before a text of that many characters is made. VALUE_TOO_LARGE. */
  readonly room: (characters: number) => void;
  /** What was made for the same key the last time, such as a compiled pattern. */
  readonly remember: <T>(key: string, make: () => T) => T;
  readonly notDate: (text: string) => never;
  readonly badPattern: (pattern: string, reason: string) => never;
  readonly fail: (reason: string) => never;
}

/** How arguments are written when they are no plain list; see expression-form.ts. */
export type ArgumentForm = "cast" | "trim" | "substring" | "position" | "interval" | "unit" | "clock" | "operator";

interface FunctionTexts {
  readonly name: string;
  /** Other names of the same function. */
  readonly aliases?: readonly string[];
  readonly form?: ArgumentForm;
  readonly argsMin: number;
  readonly argsMax: number;
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
}

export type FunctionRow = FunctionTexts &
  (
    | { readonly kind: "plain"; readonly apply: (args: readonly ExpressionValue[], context: FunctionContext) => ExpressionValue }
    /** Gets its arguments unevaluated, so that the branch not taken cannot fail. */
    | { readonly kind: "lazy"; readonly apply: (args: readonly (() => ExpressionValue)[], context: FunctionContext) => ExpressionValue }
    /** Gets the argument's value of every line; null and the empty text are left out. */
    | {
        readonly kind: "aggregate";
        /** Takes several arguments, which stand together in a line, and the words ORDER BY and SEPARATOR. */
        readonly joins?: true;
        readonly apply: (values: readonly Scalar[], context: FunctionContext, separator?: string) => ExpressionValue;
      }
  );

/** A row's texts and names: usage, zh, en, and how many arguments (one number for both bounds). */
export interface RowTexts {
  readonly args: number | readonly [number, number];
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
  readonly aliases?: readonly string[];
  readonly form?: ArgumentForm;
}

/** A row whose arguments are evaluated first. */
export function plainRow(
  name: string,
  texts: RowTexts,
  apply: (args: readonly ExpressionValue[], context: FunctionContext) => ExpressionValue,
): FunctionRow {
  const { args, ...rest } = texts;
  const [argsMin, argsMax] = typeof args === "number" ? [args, args] : args;
  return { kind: "plain", name, argsMin, argsMax, ...rest, apply };
}

/** A row of texts: null when any argument is null. */
export function textRow(
  name: string,
  texts: RowTexts,
  apply: (args: readonly string[], context: FunctionContext) => ExpressionValue,
): FunctionRow {
  return plainRow(name, texts, (args, context) => {
    const found: string[] = [];
    for (const arg of args) {
      const text = textOf(context.scalar(arg));
      if (text === null) return null;
      found.push(text);
    }
    return apply(found, context);
  });
}

/** The text of an argument, null for null or where there is no such argument. */
export function textArg(args: readonly ExpressionValue[], index: number, context: FunctionContext): string | null {
  return textOf(context.scalar(args[index] ?? null));
}

/** The number of an argument, null for null or where there is no such argument. */
export function numberArg(args: readonly ExpressionValue[], index: number, context: FunctionContext): Decimal | null {
  return context.number(args[index] ?? null);
}

/** The whole number of an argument as MySQL takes a count: rounded half up, bounded to what a text's length can be. Null for null. */
export function countArg(args: readonly ExpressionValue[], index: number, context: FunctionContext): number | null {
  const number = numberArg(args, index, context);
  if (number === null) return null;
  return Math.max(-COUNT_MAX, Math.min(COUNT_MAX, Number(number.round(0, 1))));
}

const COUNT_MAX = 1e12;
