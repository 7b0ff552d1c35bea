/**
 * A draft over rows that are at hand: every restructuring step before and after with the rows that each line came from, and every mapped
 * field with how it came to its value. Nothing is called and nothing is written. A mapping in the making has fields that cannot be compiled:
 * each of them is a flaw with its place in the document, and the others have their values all the same.
 */
import {
  applyCondition,
  applyMapping,
  compileCondition,
  compileMapping,
  compileRestructure,
  DatongError,
  globalsOf,
  groupRows,
  mergeBills,
  restructureRecord,
  type Api,
  type Bill,
  type ErrorCode,
  type ErrorDetails,
  type Field,
  type FieldTrace,
  type Flow,
  type JsonObject,
  type MappingField,
  type MappingIssue,
  type RestructureStep,
  type SourceRecord,
  type SourceRow,
} from "@datong/core";
import type pg from "pg";
import { withApiFields, type ReadyFlow } from "./ready-flow.ts";
import { withAnswers } from "./transform/answer-lookups.ts";
import { fingerprintOf } from "./transform/stage-records.ts";

/** What is wrong with a part of the draft, with its place: `/mapping/3/children/0`. */
export interface DraftFlaw {
  readonly path: string;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
}

export interface TriedRecord {
  readonly key: string;
  readonly number: string | null;
  /** The rule of the condition that drops it; null when it goes on. */
  readonly dropped: string | null;
  readonly rows: readonly JsonObject[];
}

/** The bills as they were after a step; before the first with the index -1. */
export interface TriedStep {
  readonly index: number;
  readonly kind: RestructureStep["kind"] | "source";
  readonly bills: readonly Bill[];
}

export interface TriedDocument {
  readonly part: string;
  /** Null where a field fails. */
  readonly body: JsonObject | null;
  readonly fields: readonly FieldTrace[];
  readonly issues: readonly MappingIssue[];
}

export interface TriedDraft {
  readonly records: readonly TriedRecord[];
  readonly steps: readonly TriedStep[];
  readonly documents: readonly TriedDocument[];
  readonly flaws: readonly DraftFlaw[];
}

/** So many bills are mapped; their traces are what is heavy. */
const DOCUMENTS_MAX = 5;

/** The draft without what cannot be compiled, and what that is. */
export function soundDraft(flow: Flow, target: Api): { readonly flow: Flow; readonly flaws: readonly DraftFlaw[] } {
  const flaws: DraftFlaw[] = [];
  const holds = (path: string, compile: () => unknown): boolean => {
    try {
      compile();
      return true;
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      flaws.push({ path, code: error.code, details: error.details });
      return false;
    }
  };
  const { condition, ...source } = flow.source;
  const steps = flow.restructure ?? [];
  // A step that is wrong ends the way: those behind it would see other bills than in a run.
  const wrong = steps.findIndex((_, at) => !holds(`/restructure/${at}`, () => compileRestructure(steps.slice(0, at + 1))));
  const isKept = condition !== undefined && holds("/source/condition", () => compileCondition(condition));
  const { writeBack: _told, ...rest } = flow;
  const sound: Flow = {
    ...rest,
    source: isKept ? flow.source : source,
    restructure: wrong === -1 ? steps : steps.slice(0, wrong),
    mapping:
      target.local === "collect" ? [] : soundFields(flow.mapping, target.local === "push" ? null : target.request, "/mapping", holds),
  };
  return { flow: sound, flaws };
}

/** `declared` null: the target takes any field. */
function soundFields(
  fields: readonly MappingField[],
  declared: readonly Field[] | null,
  path: string,
  holds: (path: string, compile: () => unknown) => boolean,
): readonly MappingField[] {
  return fields.flatMap((field, index): readonly MappingField[] => {
    const { children = [], ...bare } = field;
    const at = `${path}/${index}`;
    const isParent = children.length > 0;
    // A stand-in keeps the field a parent; children are looked at one by one.
    const alone = isParent ? { ...bare, children: [{ field: "x", label: "", value: "1" }] } : bare;
    if (!holds(at, () => compileMapping(declared === null ? [alone] : withApiFields([alone], declared)))) return [];
    if (!isParent) return [field];
    const below = declared === null ? null : (declared.find((each) => each.field === field.field)?.children ?? []);
    return [{ ...bare, children: soundFields(children, below, `${at}/children`, holds) }];
  });
}

export interface TryOptions {
  readonly rows: readonly SourceRow[];
  readonly nowMs: number;
  /** The ledger, where lookups are to be answered. */
  readonly pool?: pg.Pool;
}

/** Of a sound draft. */
export async function tryDraft(ready: ReadyFlow, { rows, nowMs, pool }: TryOptions): Promise<Omit<TriedDraft, "flaws">> {
  const globals = globalsOf({ nowMs, lastSyncAtMs: nowMs });
  const scope = { globals, zone: ready.target.zone };
  const records = groupRows(ready.source.keys, [], rows, true).records.map((record) => ({ record, ...kept(ready, record) }));
  const steps = new Map<number, { readonly kind: TriedStep["kind"]; readonly bills: Bill[] }>();
  const note = (step: Pick<TriedStep, "index" | "kind">, bills: readonly Bill[]): void => {
    const known = steps.get(step.index);
    if (known === undefined) steps.set(step.index, { kind: step.kind, bills: [...bills] });
    else known.bills.push(...bills);
  };
  const bills = records.flatMap(({ record, rows: left }) => {
    if (left.length === 0) return [];
    const key = record.key ?? fingerprintOf(record).key;
    return restructureRecord(ready.restructure, { key, number: record.number ?? key, rows: left }, scope, note).bills;
  });
  const merged = ready.merges
    ? mergeBills(ready.restructure, bills, scope, (step, after) => {
        if (step.index >= 0) note(step, after);
      }).bills
    : bills;
  const shown = merged.slice(0, DOCUMENTS_MAX);
  const documents = await withAnswers(pool, ready, { globals, trace: true }, ({ answers, ask }) =>
    shown.map(({ row, part }): TriedDocument => {
      const over = { row, ...scope, answers, trace: true };
      if (ask !== undefined) ready.mapping.ask(over, ask);
      const mapped = ask === undefined ? applyMapping(ready.mapping, over) : undefined;
      if (mapped === undefined) return { part, body: null, fields: [], issues: [] };
      return { part, body: mapped.ok ? mapped.body : null, fields: mapped.trace, issues: mapped.ok ? [] : mapped.issues };
    }),
  );
  return {
    records: records.map(({ record, rows: left, dropped }) => {
      const { number, rows: all } = record;
      return { key: record.key ?? "", number, dropped: left.length === 0 ? (dropped ?? "condition") : null, rows: all };
    }),
    steps: [...steps].toSorted(([a], [b]) => a - b).map(([index, step]) => ({ index, ...step })),
    documents,
  };
}

function kept(ready: ReadyFlow, { rows }: SourceRecord): { readonly rows: readonly JsonObject[]; readonly dropped: string | undefined } {
  const { condition } = ready.source;
  if (condition === undefined) return { rows, dropped: undefined };
  const answers = rows.map((row) => applyCondition(condition, row));
  return {
    rows: answers.flatMap((answer) => ("row" in answer ? [answer.row] : [])),
    dropped: answers.flatMap((answer) => ("row" in answer ? [] : [answer.dropped]))[0],
  };
}
