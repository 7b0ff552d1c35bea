/** The debugger's stages between reading and writing: rows to bills, step by step; a bill to fields with their traces; a body to the request. Pure but for lookups. */
import {
  applyCondition,
  DatongError,
  inBothLanguages,
  globalsOf,
  isObject,
  mergeBills,
  objectsText,
  readJson,
  restructureRecord,
  writeJson,
  type Bill,
  type FieldTrace,
  type JsonObject,
  type SourceRecord,
} from "@datong/core";
import type pg from "pg";
import { planText, requestPlan } from "../preview.ts";
import { editableBody, withBody } from "../target/edited-body.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import { makeDocument } from "../transform/make-document.ts";
import { fingerprintOf } from "../transform/stage-records.ts";

type Flaw = { readonly code: string; readonly text: string };

export interface DebugBills {
  /** Rows that a rule leaves out, with its name. */
  readonly dropped: readonly { readonly row: number; readonly rule: string }[];
  /** After each step: how many bills there are, and the first as JSON text. */
  readonly steps: readonly { readonly kind: string; readonly bills: number; readonly sample: string }[];
  readonly bills: readonly DebugBill[];
  readonly problem: Flaw | null;
}

export interface DebugBill {
  readonly part: string;
  /** JSON text of the one row with its lines. */
  readonly text: string;
  readonly bill: Bill;
}

export interface DebugDocument {
  readonly unit: string;
  readonly part: string;
  readonly externalKey: string | null;
  /** JSON text; null where it could not be mapped. */
  readonly body: string | null;
  readonly trace: readonly FieldTrace[];
  readonly problem: Flaw | null;
}

const SAMPLE_MAX = 20_000;

export function debugBills(ready: ReadyFlow, record: SourceRecord, nowMs: number): DebugBills {
  const dropped: { row: number; rule: string }[] = [];
  const rows: JsonObject[] = [];
  const head = record.rows[0] ?? {};
  if (ready.source.withdrawn !== undefined && "row" in applyCondition(ready.source.withdrawn, head))
    return { dropped: record.rows.map((_, row) => ({ row, rule: "withdrawn" })), steps: [], bills: [], problem: null };
  for (const [row, value] of record.rows.entries()) {
    const answer = ready.source.condition === undefined ? { row: value } : applyCondition(ready.source.condition, value);
    if ("row" in answer) rows.push(answer.row);
    else dropped.push({ row, rule: answer.dropped ?? "condition" });
  }
  if (rows.length === 0) return { dropped, steps: [], bills: [], problem: null };
  const { key } = fingerprintOf(record);
  const scope = { globals: globalsOf({ nowMs }), zone: ready.target.zone };
  const steps: { kind: string; bills: number; sample: string }[] = [];
  const result = restructureRecord(ready.restructure, { key, number: record.number ?? key, rows }, scope, ({ kind }, bills) => {
    steps.push({ kind, bills: bills.length, sample: bills[0] === undefined ? "" : writeJson(bills[0].row).slice(0, SAMPLE_MAX) });
  });
  const issue = result.issues[0];
  const bills = ready.merges ? mergeBills(ready.restructure, result.bills, scope).bills : result.bills;
  return {
    dropped,
    steps,
    bills: bills.map((bill) => ({ part: bill.part, text: writeJson(bill.row), bill })),
    problem: issue === undefined ? null : { code: issue.code, text: inBothLanguages(new DatongError(issue.code, issue.details)) },
  };
}

/** A bill whose row a person has edited. Throws DEBUG_DATA_INVALID. */
export function billOfText(before: DebugBill, text: string): DebugBill {
  const row = objectOfText(text);
  return { part: before.part, text: writeJson(row), bill: { ...before.bill, row } };
}

export function objectOfText(text: string): JsonObject {
  try {
    const value = readJson(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw new DatongError("DEBUG_DATA_INVALID", { expected: error instanceof Error ? error.message : "JSON" }, { cause: error });
  }
  throw new DatongError("DEBUG_DATA_INVALID", { expected: "{…}" });
}

/** As a run would map them now. */
export async function debugDocuments(
  ready: ReadyFlow,
  record: SourceRecord,
  bills: readonly DebugBill[],
  engine: { readonly pool: pg.Pool; readonly nowMs: number },
): Promise<readonly DebugDocument[]> {
  const { key } = fingerprintOf(record);
  const scope = { globals: globalsOf({ nowMs: engine.nowMs }), trace: true };
  const made = await withAnswers(engine.pool, ready, scope, (staging) => bills.map(({ bill }) => makeDocument(ready, key, bill, staging)));
  return made.map(({ unit, part, externalKey, body, trace, code, problem }) => ({
    unit,
    part,
    externalKey,
    body,
    trace,
    problem: code === null ? null : { code, text: problem ?? "" },
  }));
}

export interface DebugRequest {
  /** Masked, without log-in and signature. */
  readonly text: string;
  /** The body as it can be edited; null where it cannot. */
  readonly editable: string | null;
}

/** The request for one document; `edited`: the body that a person has put in its place. Null where the document has no body. */
export function debugRequest(
  ready: ReadyFlow,
  { body, externalKey }: Pick<DebugDocument, "body" | "externalKey">,
  nowMs: number,
  edited?: string,
): DebugRequest | null {
  if (body === null) return null;
  const plan = requestPlan(ready, body, externalKey, nowMs);
  const given = edited === undefined ? plan : withBody(plan, edited);
  return { text: planText(ready.target.connection, given), editable: editableBody(ready, given) };
}

/** A record's rows as a list of objects, whatever form they came in. */
export function debugRows(record: SourceRecord): string {
  return objectsText(record.text);
}
