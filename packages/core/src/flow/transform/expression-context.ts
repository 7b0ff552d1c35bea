/**
 * What an expression's parts share while it is evaluated: the steps they spend, and errors that know their place.
 *
 * Steps bound the time of one evaluation. A node counts one; long texts and long numbers count more, so that a million steps are
 * about a second whatever the record holds.
 */
import { DatongError } from "../../error/index.ts";
import type { Decimal } from "../../value/index.ts";
import { isScalar, numberOf, NumberValue, resultOf, type ExpressionValue, type Scalar } from "./expression-value.ts";
import type { FunctionContext } from "./function/function-row.ts";
import { CHARACTERS_MAX, glimpse, shapeOf, valueError, type ValueSite } from "./template-error.ts";
import type { Column, Reference, Scope } from "./template-reference.ts";

export const STEPS_MAX = 1_000_000;

/** One evaluation: its scope, its steps and, inside an aggregate, the columns and the line. */
export interface Run {
  readonly scope: Scope;
  steps: number;
  columns: ReadonlyMap<Reference, Column> | undefined;
  line: number;
}

/** Scalars, numbers and errors of one value's text; offsets count from 0. */
export class Faults {
  readonly site: ValueSite;
  constructor(site: ValueSite) {
    this.site = site;
  }

  /** EXPRESSION_NOT_SCALAR for a list or object. */
  scalar(value: ExpressionValue, offset: number): Scalar {
    if (isScalar(value)) return value;
    throw valueError("EXPRESSION_NOT_SCALAR", this.site, offset, { what: shapeOf(value) });
  }

  /** The number, null for null; EXPRESSION_NOT_NUMBER for any other text. */
  number(value: ExpressionValue, offset: number): Decimal | null {
    if (value instanceof NumberValue) return value.decimal;
    const scalar = this.scalar(value, offset);
    const number = this.placed(offset, () => numberOf(scalar));
    if (number !== undefined) return number;
    throw valueError("EXPRESSION_NOT_NUMBER", this.site, offset, { value: glimpse(resultOf(scalar)) });
  }

  /** The same as a value, with the guard digits that a quotient keeps. */
  numberValue(value: ExpressionValue, offset: number): NumberValue | null {
    if (value instanceof NumberValue) return value;
    const number = this.number(value, offset);
    return number === null ? null : new NumberValue(number);
  }

  /** Errors of decimals and times do not know their place; they get it here. */
  placed<T>(offset: number, calculate: () => T): T {
    try {
      return calculate();
    } catch (error) {
      throw this.withPlace(error, offset);
    }
  }

  /** What to throw in place of an error that was caught. */
  withPlace(error: unknown, offset: number): unknown {
    if (!(error instanceof DatongError) || error.details["position"] !== undefined) return error;
    if (error.code === "DECIMAL_DIVISION_BY_ZERO") return valueError("EXPRESSION_DIVISION_BY_ZERO", this.site, offset, {}, error);
    return valueError(error.code, this.site, offset, error.details, error);
  }

  /** Counts steps. EXPRESSION_TOO_LONG past the bound. */
  spend(run: Run, steps: number, offset: number): void {
    run.steps += steps;
    if (run.steps > STEPS_MAX) throw valueError("EXPRESSION_TOO_LONG", this.site, offset, { stepsMax: STEPS_MAX });
  }

  /** Counts the steps of a text that was read or made. VALUE_TOO_LARGE past the bound. */
  bounded<T extends ExpressionValue>(run: Run, value: T, offset: number): T {
    if (typeof value !== "string" || value.length < SHORT) return value;
    if (value.length > CHARACTERS_MAX) throw valueError("VALUE_TOO_LARGE", this.site, offset, { charactersMax: CHARACTERS_MAX });
    this.spend(run, value.length >> 6, offset);
    return value;
  }

  /** EXPRESSION_INVALID with the reason, `中文 / English`. */
  refuse(offset: number, reason: string): never {
    throw valueError("EXPRESSION_INVALID", this.site, offset, { reason });
  }
}

/** Texts below this cost no more than the node that reads them. */
const SHORT = 64;

/** What a call's function may ask; one per place, because nothing calls itself. */
export class CallContext implements FunctionContext {
  private readonly faults: Faults;
  private readonly offset: number;
  private run: Run | undefined;
  private remembered: { readonly key: string; readonly value: unknown } | undefined;

  constructor(faults: Faults, offset: number) {
    this.faults = faults;
    this.offset = offset;
  }

  within(run: Run): this {
    this.run = run;
    return this;
  }

  get zone(): string {
    return (this.run as Run).scope.zone;
  }

  nowMs(): number {
    const { globals } = (this.run as Run).scope;
    const exact = globals["MICROTIME"];
    if (typeof exact === "number") return Math.round(exact * 1000);
    const seconds = globals["CURRENT_TIME"];
    if (typeof seconds === "number") return seconds * 1000;
    throw valueError("VALUE_GLOBAL_MISSING", this.faults.site, this.offset, { name: "CURRENT_TIME" });
  }

  scalar(value: ExpressionValue): Scalar {
    return this.faults.scalar(value, this.offset);
  }

  number(value: ExpressionValue): Decimal | null {
    return this.faults.number(value, this.offset);
  }

  placed<T>(calculate: () => T): T {
    return this.faults.placed(this.offset, calculate);
  }

  spend(steps: number): void {
    this.faults.spend(this.run as Run, steps, this.offset);
  }

  room(characters: number): void {
    if (characters <= CHARACTERS_MAX) return;
    throw valueError("VALUE_TOO_LARGE", this.faults.site, this.offset, { charactersMax: CHARACTERS_MAX });
  }

  remember<T>(key: string, make: () => T): T {
    if (this.remembered?.key !== key) this.remembered = { key, value: make() };
    return this.remembered.value as T;
  }

  notDate(text: string): never {
    throw valueError("EXPRESSION_NOT_DATE", this.faults.site, this.offset, { value: glimpse(text) });
  }

  badPattern(pattern: string, reason: string): never {
    throw valueError("EXPRESSION_PATTERN", this.faults.site, this.offset, { pattern: glimpse(pattern), reason });
  }

  fail(reason: string): never {
    return this.faults.refuse(this.offset, reason);
  }
}
