/**
 * Mapping: the body of a target document from one source row. Fields are compiled to closures once per flow.
 *
 * Order per field: value, static map, default, cast, parser. Missing and null are dropped (null stays with `keepNull`); an object or
 * list without members is dropped. Every problem is collected; with one problem there is no body at all.
 */
import type { ErrorCode, ErrorDetails } from "../../error/index.ts";
import type { Json, JsonObject } from "../../value/index.ts";
import type { MappingField } from "../flow.ts";
import { DEFAULT_POLICY, type Lookup, type LookupQuestionSet, type LookupTrace } from "./lookup.ts";
import { compileFields, type FieldRun } from "./map-field.ts";
import type { LookupPolicy } from "./template-error.ts";
import type { Scope } from "./template-reference.ts";
import type { OnValueError } from "./value-error.ts";

export interface MappingIssue {
  /** The place in the target, list positions from 0: `FEntity[0].FQty`. */
  readonly fieldPath: string;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
}

/** How one field came to its value, for the preview. Empty unless the scope asks for it. */
export interface FieldTrace {
  readonly fieldPath: string;
  readonly expression: string;
  readonly references: readonly { readonly path: string; readonly value: Json | undefined }[];
  readonly raw: Json | undefined;
  readonly result: Json | undefined;
  readonly note?: string;
  /** What was asked of other flows' records, and what was found. */
  readonly lookups?: readonly LookupTrace[];
}

export type MappingResult =
  | { readonly ok: true; readonly body: JsonObject; readonly trace: readonly FieldTrace[] }
  | { readonly ok: false; readonly issues: readonly MappingIssue[]; readonly trace: readonly FieldTrace[] };

export interface CompiledMapping {
  readonly fields: readonly MappingField[];
  /** The paths the mapping reads, without globals, each once. */
  readonly references: readonly string[];
  /** What it looks up in the records of other flows. */
  readonly lookups: readonly Lookup[];
  readonly build: (run: FieldRun) => JsonObject;
  /** Gives each question that mapping a row in this scope may ask, also one twice. */
  readonly ask: (scope: Scope, questions: LookupQuestionSet) => void;
}

/** Compiles the fields of a mapping. Throws DatongError for a value, parser or field that is wrong in itself. */
export function compileMapping(
  fields: readonly MappingField[],
  policy?: Partial<LookupPolicy>,
  onValueError: OnValueError = "fail",
): CompiledMapping {
  const references = new Set<string>();
  const lookups: Lookup[] = [];
  const { build, ask } = compileFields(fields, "", { references, lookups, policy: { ...DEFAULT_POLICY, ...policy }, onValueError });
  return {
    fields,
    references: [...references],
    lookups,
    build: (run) => build(run, run.scope, undefined) ?? {},
    ask: (scope, questions) => ask?.(scope, questions),
  };
}

/** Maps one row. Either the whole body or all issues, never a half-filled body. */
export function applyMapping(compiled: CompiledMapping, scope: Scope): MappingResult {
  const run: FieldRun = { scope, issues: [], trace: scope.trace === true ? [] : undefined };
  const body = compiled.build(run);
  const trace = run.trace ?? [];
  return run.issues.length === 0 ? { ok: true, body, trace } : { ok: false, issues: run.issues, trace };
}
