/**
 * Restructuring: the rows of a source record to the bills that are mapped and written, by the steps of the flow, in order.
 *
 * Without steps a record with one row is one bill, the row itself; a record with several rows gives one bill per row, unless a group
 * step puts them together. Steps up to `merge` see one record at a time (`restructureRecord`); that one and what follows see the bills
 * of many records (`mergeBills`). A record that an issue names (`keys`) must not be written; its bills are still returned, for the preview.
 *
 * `part` tells the pieces of a record apart and stays the same when the record grows. Each step that splits adds a number: explode and
 * ungrouped rows always ("1", "2"), group and cap from the second piece on ("", "2"); numbers of several steps are joined by dots.
 *
 * Errors: compileRestructure throws RESTRUCTURE_STEP_INVALID (or the value language's and conditions' own) with the place in the flow.
 * While running, bad data makes issues and never throws.
 */
import { DatongError } from "../../error/datong-error.ts";
import type { JsonObject } from "../../value/json.ts";
import { firstFlaw } from "./condition-flaw.ts";
import { compileStep } from "./restructure/compile-step.ts";
import {
  oneSegment,
  partText,
  UNTRACED,
  type BillSource,
  type Dropped,
  type Issue,
  type LineSources,
  type Piece,
  type RestructureScope,
  type Segment,
  type StepContext,
  type StepRunner,
} from "./restructure/piece.ts";
import { keyText } from "./restructure/row.ts";
import { STEP_SCHEMAS, type RestructureStep } from "./restructure-schema.ts";

export * from "./restructure-schema.ts";
export type { BillSource, Dropped, Issue, LineSource, LineSources, RestructureScope } from "./restructure/piece.ts";

export interface Bill {
  readonly row: JsonObject;
  /** Stable id of the piece within its record or merge: "", "2", "1.3". */
  readonly part: string;
  readonly distinctKey?: string | undefined;
  /** Only after a merge: the values of the merge's key as one text; the same for the same key in every run. */
  readonly mergeKey?: string | undefined;
  readonly sources: readonly BillSource[];
  readonly lineSources?: LineSources | undefined;
}
export interface RestructureResult {
  readonly bills: readonly Bill[];
  readonly dropped: readonly Dropped[];
  readonly issues: readonly Issue[];
}
/** A bill of restructureRecord that goes into the merge. */
export type MergeInput = Bill;

export interface RestructureRecord {
  readonly key: string;
  readonly number: string;
  readonly rows: readonly JsonObject[];
}
/** Called after each step, and once before the first with kind "source": for showing before and after. */
export type OnStep = (step: { readonly index: number; readonly kind: RestructureStep["kind"] | "source" }, bills: readonly Bill[]) => void;

export interface CompiledStep {
  readonly index: number;
  readonly kind: RestructureStep["kind"];
  /** Place and kind, for issues. */
  readonly name: string;
  readonly run: StepRunner;
}
export interface CompiledRestructure {
  readonly steps: readonly CompiledStep[];
  /** Place of the merge among these steps; as many as there are steps when there is none. */
  readonly mergeAt: number;
}

/** Checks the steps and makes those ready that are not off; `index` is the place in the document. At most one merge. */
export function compileRestructure(steps: readonly RestructureStep[], path = "restructure"): CompiledRestructure {
  const compiled = steps.flatMap((step, index): readonly CompiledStep[] => {
    const at = `${path}[${index}]`;
    checkStep(step, at);
    if (step.off === true) return [];
    return [{ index, kind: step.kind, name: `restructure[${index}] ${step.kind}`, run: compileStep(step, at) }];
  });
  const second = compiled.filter(({ kind }) => isMerge(kind))[1];
  if (second !== undefined) throw invalid(`${path}[${second.index}]`, "at most one merge or aggregate step");
  const mergeAt = compiled.findIndex(({ kind }) => isMerge(kind));
  return { steps: compiled, mergeAt: mergeAt === -1 ? compiled.length : mergeAt };
}

/** The kinds of step that see the bills of many records. */
export function isMerge(kind: RestructureStep["kind"]): boolean {
  return kind === "merge" || kind === "aggregate";
}

/** Whether these steps bring bills of many records together: one that is off does not. */
export function mergesBills(steps: readonly RestructureStep[] | undefined): boolean {
  return steps?.some(({ kind, off }) => off !== true && isMerge(kind)) === true;
}

/** True when bills of many records must be brought together with mergeBills. */
export function hasMerge(compiled: CompiledRestructure): boolean {
  return compiled.mergeAt < compiled.steps.length;
}

/** Runs the steps before the merge (all, when there is none) on one record. */
export function restructureRecord(
  compiled: CompiledRestructure,
  record: RestructureRecord,
  scope: RestructureScope,
  onStep?: OnStep,
): RestructureResult {
  const several = record.rows.length > 1;
  const untraced: readonly BillSource[] | undefined =
    scope.untraced === true ? [{ key: record.key, number: record.number, rowIndexes: [] }] : undefined;
  const pieces = record.rows.map((row, index): Piece => ({
    row,
    segments: several ? oneSegment(index + 1, false) : NO_SEGMENTS,
    sources: untraced ?? [{ key: record.key, number: record.number, rowIndexes: [index] }],
    lineSources: UNTRACED,
    distinctKey: undefined,
    mergeKey: undefined,
  }));
  return runSteps(hasMerge(compiled) ? compiled.steps.slice(0, compiled.mergeAt) : compiled.steps, pieces, scope, onStep);
}

const NO_SEGMENTS: readonly Segment[] = [];

/** Runs the merge and the steps after it on the bills of many records, in the order given. Without a merge the bills come back as they are. */
export function mergeBills(
  compiled: CompiledRestructure,
  bills: readonly MergeInput[],
  scope: RestructureScope,
  onStep?: OnStep,
): RestructureResult {
  if (!hasMerge(compiled)) return { bills, dropped: [], issues: [] };
  const pieces = bills.map((bill): Piece => ({ row: bill.row, segments: [], sources: bill.sources, lineSources: bill.lineSources ?? {} }));
  return runSteps(compiled.steps.slice(compiled.mergeAt), pieces, scope, onStep);
}

function runSteps(
  steps: readonly CompiledStep[],
  start: readonly Piece[],
  scope: RestructureScope,
  onStep: OnStep | undefined,
): RestructureResult {
  const notes: Notes = { issues: undefined, dropped: undefined };
  let pieces = start;
  onStep?.({ index: -1, kind: "source" }, pieces.map(billOf));
  for (const { index, kind, name, run } of steps) {
    pieces = runStep(run, pieces, new Context(name, scope, notes));
    onStep?.({ index, kind }, pieces.map(billOf));
  }
  return {
    bills: pieces.map(billOf),
    dropped: notes.dropped ?? NONE,
    issues: notes.issues === undefined ? NONE : [...notes.issues.values()],
  };
}

const NONE: readonly never[] = [];

/** What the steps note: mostly nothing. */
interface Notes {
  issues: Map<string, Issue> | undefined;
  dropped: Dropped[] | undefined;
}

/** A step that fails as a whole (numbers beyond the decimals' bounds) leaves its pieces as they were, each with an issue. */
function runStep(run: StepRunner, pieces: readonly Piece[], context: StepContext): readonly Piece[] {
  try {
    return run(pieces, context);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    for (const piece of pieces) context.issue(piece, error.code, error.details);
    return pieces;
  }
}

class Context implements StepContext {
  readonly step: string;
  readonly scope: RestructureScope;
  private readonly notes: Notes;

  constructor(step: string, scope: RestructureScope, notes: Notes) {
    this.step = step;
    this.scope = scope;
    this.notes = notes;
  }

  issue(piece: Piece, code: Issue["code"], details: Issue["details"]): void {
    const { step } = this;
    const issue: Issue = { code, details: { step, ...details }, step, part: partText(piece.segments), keys: keysOfSources(piece) };
    const id = keyText([code, step, issue.part, JSON.stringify(issue.keys), JSON.stringify(details)]);
    const issues = (this.notes.issues ??= new Map());
    if (!issues.has(id)) issues.set(id, issue);
  }

  drop(piece: Piece, reason: Dropped["reason"], name: string, line?: Dropped["line"]): void {
    const where = { step: this.step, part: partText(piece.segments), keys: keysOfSources(piece), reason, name };
    (this.notes.dropped ??= []).push(line === undefined ? { ...where, row: piece.row } : { ...where, line });
  }
}

function keysOfSources(piece: Piece): readonly string[] {
  return piece.sources.map((source) => source.key);
}

function billOf({ row, segments, distinctKey, mergeKey, sources, lineSources }: Piece): Bill {
  return { row, part: partText(segments), distinctKey, mergeKey, sources, lineSources: hasMember(lineSources) ? lineSources : undefined };
}

function hasMember(object: object): boolean {
  for (const _ in object) return true;
  return false;
}

function checkStep(step: unknown, path: string): void {
  const kind: unknown = typeof step === "object" && step !== null ? Reflect.get(step, "kind") : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(STEP_SCHEMAS, kind)) {
    throw invalid(`${path}.kind`, `one of ${Object.keys(STEP_SCHEMAS).join(" ")}`);
  }
  // The condition of a filter checks itself, with better words than a union of schemas has.
  const flaw = firstFlaw(STEP_SCHEMAS[kind as RestructureStep["kind"]], step, ["where"]);
  if (flaw !== undefined) throw invalid(path + flaw.path, flaw.expected);
}

function invalid(path: string, expected: string): DatongError {
  return new DatongError("RESTRUCTURE_STEP_INVALID", { path, expected });
}
