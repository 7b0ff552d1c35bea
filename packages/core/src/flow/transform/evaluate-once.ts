/**
 * One value over one record, as the engine would have it in a mapping, with what it read and what it looked up. For `datong eval` and for
 * whoever shows a value while it is being written. The clock and the rows of other flows are given.
 */
import { DatongError } from "../../error/index.ts";
import type { FieldType } from "../../schema/field.ts";
import { decimalText, ExactNumber, isArray, isObject, keysOf, memberOf, ObjectBuilder, toDecimal } from "../../value/index.ts";
import type { Json, JsonObject } from "../../value/index.ts";
import { globalRow, globalsOf, type Globals } from "./globals.ts";
import { collectionAnswers } from "./lookup-answers.ts";
import type { StoredRow } from "./lookup-row.ts";
import { DEFAULT_POLICY, type LookupTrace } from "./lookup.ts";
import { applyMapping, compileMapping } from "./map.ts";
import { compileValue, type CompiledValue } from "./template-compile.ts";
import type { LookupPolicy } from "./template-error.ts";
import type { Scope } from "./template-reference.ts";

export interface EvaluationInput {
  readonly value: string;
  readonly row: JsonObject;
  /** What it is cast to; absent: the value stays what it is. */
  readonly type?: FieldType;
  readonly nowMs: number;
  readonly zone: string;
  /** Rows of another flow by its id or alias; undefined where there are none. */
  readonly collectionOf?: (flow: string) => readonly StoredRow[] | undefined;
  readonly lookups?: Partial<LookupPolicy>;
}

export type EvaluationStep =
  { readonly kind: "field"; readonly path: string; readonly value: Json | undefined } | ({ readonly kind: "lookup" } & LookupTrace);

export type Evaluation =
  | { readonly ok: true; readonly value: Json | undefined; readonly trace: readonly EvaluationStep[] }
  | { readonly ok: false; readonly error: DatongError; readonly trace: readonly EvaluationStep[] };

/** The field that errors name. */
const FIELD = "value";

/** Never throws a DatongError: what is wrong with value or record is the result. */
export function evaluateOnce(input: EvaluationInput): Evaluation {
  const { value: text, row, zone, type, collectionOf } = input;
  const policy = { ...DEFAULT_POLICY, ...input.lookups };
  const answers = collectionAnswers(collectionOf ?? (() => undefined));
  const scope: Scope = { row, globals: globalsFor(input), zone, answers };
  let trace: readonly EvaluationStep[] = [];
  try {
    const compiled = compileValue(text, { fieldPath: FIELD, lookups: policy });
    trace = traceOf(compiled, scope);
    if (type === undefined) return { ok: true, value: compiled.evaluate(scope), trace };
    const mapped = applyMapping(compileMapping([{ field: FIELD, value: text, type, keepNull: true }], policy), scope);
    if (mapped.ok) return { ok: true, value: memberOf(mapped.body, FIELD), trace };
    const [issue] = mapped.issues;
    return { ok: false, error: new DatongError(issue?.code ?? "MAPPING_INVALID", issue?.details), trace };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { ok: false, error, trace };
  }
}

/** As for a first read now. A record may bring globals that have no value here, such as those of paging, or another LAST_SYNC_TIME. */
function globalsFor({ nowMs, row }: EvaluationInput): Globals {
  const given = keysOf(row).flatMap((key): [string, Json][] => {
    const value = memberOf(row, key);
    const isGiven = value !== undefined && value !== null && key !== "CURRENT_TIME" && key !== "MICROTIME";
    return isGiven && globalRow(key) !== undefined ? [[key, value]] : [];
  });
  return Object.assign(Object.create(null), globalsOf({ nowMs, lastSyncAtMs: nowMs }), Object.fromEntries(given)) as Globals;
}

function traceOf(compiled: CompiledValue, scope: Scope): readonly EvaluationStep[] {
  const fields = new Map<string, EvaluationStep>();
  for (const { path, read } of compiled.references) {
    if (fields.has(path)) continue;
    try {
      fields.set(path, { kind: "field", path, value: read(scope) });
    } catch (error) {
      // A global without value: the evaluation says so.
      if (!(error instanceof DatongError)) throw error;
      fields.set(path, { kind: "field", path, value: undefined });
    }
  }
  const lookups = compiled.lookups.flatMap((lookup): EvaluationStep[] => {
    const found = lookup.explain(scope);
    return found === undefined ? [] : [{ kind: "lookup", ...found }];
  });
  return [...fields.values(), ...lookups];
}

/** The same with no number written with an exponent. */
export function withPlainNumbers(value: Json): Json {
  if (isArray(value)) return value.map(withPlainNumbers);
  if (isObject(value)) {
    const built = new ObjectBuilder();
    for (const key of keysOf(value)) built.set(key, withPlainNumbers(memberOf(value, key) ?? null));
    return built.done();
  }
  const text = typeof value === "number" ? String(value) : value instanceof ExactNumber ? value.text : "";
  if (!/e/i.test(text)) return value;
  try {
    const decimal = toDecimal(text);
    return decimal === null ? value : new ExactNumber(decimalText(decimal));
  } catch (error) {
    // Beyond what is calculated with: thousands of digits help nobody.
    if (error instanceof DatongError) return value;
    throw error;
  }
}
