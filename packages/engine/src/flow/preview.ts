/**
 * Preview: reads the first records of a flow, maps them and shows the request that would be sent. Writes nothing, neither to the
 * target nor to the ledger; the target is not even logged in to. Log-in and signature are added when a request really goes out, so
 * they are not in the text; secrets that are in it are masked.
 */
import {
  applyCondition,
  BUILT_IN_SYSTEM,
  globalsOf,
  groupRows,
  isArray,
  isObject,
  keysOf,
  mergeBills,
  readJson,
  restructureRecord,
  writeJson,
  asText,
  type Field,
  type FieldTrace,
  type Json,
  type JsonObject,
  type MergeInput,
  type RequestPlan,
  type SourceRecord,
  type SourceRow,
} from "@datong/core";
import { bodyOf, urlOf } from "../connection/http-send.ts";
import { createMask } from "../connection/mask.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import type pg from "pg";
import type { Ports } from "../ports.ts";
import type { ReadyFlow } from "./ready-flow.ts";
import { openPull, pullPage } from "./source/pull.ts";
import { readByNumber } from "./source/read-by-number.ts";
import { buildRequest } from "./target/build-request.ts";
import { numberedSupplement } from "./transform/merge-records.ts";
import { withAnswers } from "./transform/answer-lookups.ts";
import { makeDocument, type Made, type StageScope } from "./transform/make-document.ts";
import { fingerprintOf, stageRecord } from "./transform/stage-records.ts";

export interface PreviewOptions {
  readonly limit: number;
  /** Only these numbers. */
  readonly numbers?: readonly string[];
  /** With numbers: also those that the flow's own parameters leave out, where the API can be asked by number. */
  readonly lifted?: boolean;
  /** Rows in place of the source's, such as those that are to be pushed to a passive flow. */
  readonly rows?: readonly SourceRow[];
  /** The stored record that the params see, of a flow that asks once for each. */
  readonly record?: JsonObject;
  readonly ports: Ports;
  /** The ledger, where lookups are to be answered; it may get an index for them, and nothing else. */
  readonly pool?: pg.Pool;
  readonly signal?: AbortSignal;
}

export interface PreviewDocument {
  readonly externalKey: string | null;
  readonly body: JsonObject | null;
  /** Where each target field came from. */
  readonly trace: readonly FieldTrace[];
  /** The request for this document alone, masked; null when it could not be mapped. */
  readonly request: string | null;
  readonly problem: { readonly code: string; readonly text: string } | null;
}

export interface PreviewRecord {
  readonly key: string | null;
  readonly number: string | null;
  readonly rows: SourceRecord["rows"];
  /** The rule of the condition that drops it, or `withdrawn`; null when it would be written. */
  readonly dropped: string | null;
  readonly problem: { readonly code: string; readonly text: string } | null;
  readonly documents: readonly PreviewDocument[];
}

/** A column of the replies that the API's response list does not have. `path` goes through lists without positions: `items.sku`. */
export interface NewColumn {
  readonly path: string;
  readonly type: "string" | "number" | "bool" | "array" | "object" | "null";
  readonly sample: string;
}

export interface Preview {
  readonly records: readonly PreviewRecord[];
  /** Documents that many records make together; empty for flows without a merge. */
  readonly merged: readonly PreviewDocument[];
  readonly newColumns: readonly NewColumn[];
}

const SAMPLE_LENGTH_MAX = 60;

/** Throws what reading throws: CallFault for a refusal, DatongError else. */
export async function previewFlow(ready: ReadyFlow, options: PreviewOptions): Promise<Preview> {
  const { records, fromMs } = await readSome(ready, options);
  const nowMs = options.ports.nowMs();
  const globals = globalsOf({ nowMs, lastSyncAtMs: fromMs });
  const { pool } = options;
  return {
    records: await withAnswers(pool, ready, { globals, trace: true }, (scope) =>
      records.map((record) => previewRecord(ready, record, scope, nowMs)),
    ),
    merged: ready.merges
      ? await withAnswers(pool, ready, { globals, trace: true }, (scope) => previewMerge(ready, records, scope, nowMs))
      : [],
    newColumns: newColumns(
      ready,
      records.flatMap((record) => record.rows),
    ),
  };
}

async function readSome(
  ready: ReadyFlow,
  options: PreviewOptions,
): Promise<{ readonly records: readonly SourceRecord[]; readonly fromMs: number }> {
  const records: SourceRecord[] = [];
  const nowMs = options.ports.nowMs();
  let fromMs = nowMs;
  if (options.rows !== undefined) {
    const grouped = groupRows(ready.source.keys, [], options.rows, true).records;
    const wanted = options.numbers === undefined ? grouped : grouped.filter(({ number }) => options.numbers?.includes(number ?? ""));
    return { records: wanted.slice(0, options.limit), fromMs };
  }
  if (options.numbers !== undefined) {
    for await (const page of readByNumber(ready, options.numbers, nowMs, { lifted: options.lifted === true })) {
      fromMs = page.slice.fromMs;
      records.push(...page.records);
      if (records.length >= options.numbers.length) break;
    }
    return { records, fromMs };
  }
  let pull = openPull(ready, null, null, nowMs);
  while (records.length < options.limit && pull.slices.length > 0 && options.signal?.aborted !== true) {
    const { page, next } = await pullPage(ready, pull, {
      ports: options.ports,
      retryDelaysMs: [],
      signal: options.signal,
      onRetry: () => Promise.resolve(),
      ...(options.record === undefined ? {} : { record: options.record }),
    });
    fromMs = page.slice.fromMs;
    records.push(...page.records);
    pull = next;
  }
  return { records: records.slice(0, options.limit), fromMs };
}

function previewRecord(ready: ReadyFlow, record: SourceRecord, scope: StageScope, nowMs: number): PreviewRecord {
  const staged = stageRecord(ready, record, scope);
  return {
    key: record.key,
    number: record.number,
    rows: record.rows,
    dropped: staged.dropped,
    problem: staged.problem,
    documents: staged.made.map((made) => previewDocument(ready, made, nowMs)),
  };
}

function previewMerge(ready: ReadyFlow, records: readonly SourceRecord[], staging: StageScope, nowMs: number): readonly PreviewDocument[] {
  return mergedDocuments(ready, records, staging).map((made) => previewDocument(ready, made, nowMs));
}

/** What records make together, as the summary and not as a supplement to it. */
export function mergedDocuments(ready: ReadyFlow, records: readonly SourceRecord[], staging: StageScope): readonly Made[] {
  const scope = { globals: staging.globals, zone: ready.target.zone };
  const bills = records.flatMap((record): readonly MergeInput[] => {
    const { condition } = ready.source;
    const rows = record.rows.flatMap((row): readonly JsonObject[] => {
      if (condition === undefined) return [row];
      const answer = applyCondition(condition, row);
      return "row" in answer ? [answer.row] : [];
    });
    const key = record.key ?? fingerprintOf(record).key;
    return rows.length === 0 ? [] : restructureRecord(ready.restructure, { key, number: record.number ?? key, rows }, scope).bills;
  });
  return mergeBills(ready.restructure, bills, scope).bills.map((bill) =>
    makeDocument(ready, bill.mergeKey ?? "", numberedSupplement(bill, 1), staging),
  );
}

function previewDocument(ready: ReadyFlow, made: Made, nowMs: number): PreviewDocument {
  return {
    externalKey: made.externalKey,
    body: made.body === null ? null : (readJson(made.body) as JsonObject),
    trace: made.trace,
    request: made.body === null ? null : requestText(ready, made.body, made.externalKey, nowMs),
    problem: made.code === null ? null : { code: made.code, text: made.problem ?? "" },
  };
}

/** The request for one document alone, masked, without what log-in and signature add. */
export function requestText(ready: ReadyFlow, body: string, externalKey: string | null, nowMs: number): string {
  return planText(ready.target.connection, requestPlan(ready, body, externalKey, nowMs));
}

/** The request for one document alone, as it is before log-in and signature. */
export function requestPlan(ready: ReadyFlow, body: string, externalKey: string | null, nowMs: number): RequestPlan {
  const { connection, ready: api, options } = ready.target;
  const document = {
    id: "0",
    externalKey,
    recordKey: "",
    number: null,
    targetId: null,
    stage: null,
    attempts: 0,
    status: 0,
    code: null,
    inDoubt: false,
    formerKeys: [],
    body,
  };
  return buildRequest({ connection, ready: api, options, nowMs }, [document]);
}

export function planText(connection: OpenConnection, plan: RequestPlan): string {
  const { connector, settings } = connection;
  const mask = createMask(connector.settings.filter((field) => field.secret === true).map((field) => settings[field.field] ?? ""));
  const sent = bodyOf(plan.body);
  if (connector.system === BUILT_IN_SYSTEM) return sent?.bytes ?? "";
  const headers = Object.entries({ ...connector.headers, ...plan.headers }).map(([name, value]) => `${name}: ${value}`);
  const type = sent === null ? [] : [`Content-Type: ${sent.contentType}`];
  return mask.text([`${plan.method} ${urlOf(plan, settings["url"] ?? "").href}`, ...type, ...headers, "", sent?.bytes ?? ""].join("\n"));
}

/** Columns of the rows that the API does not declare and the flow does not add, in the order they came. */
function newColumns(ready: ReadyFlow, rows: readonly JsonObject[]): readonly NewColumn[] {
  const { api } = (ready.source.detail ?? ready.source).ready;
  const known = new Set(Object.keys(ready.flow.source.columns ?? {}));
  for (const field of [...api.response, ...ready.source.ready.api.response]) noteKnown(field, "", known);
  for (const column of ready.source.params.columns) known.add(column.name);
  const found = new Map<string, NewColumn>();
  for (const row of rows) noteColumns(row, "", known, found);
  return [...found.values()];
}

function noteKnown(field: Field, front: string, known: Set<string>): void {
  const path = front + field.field;
  known.add(path);
  for (const child of field.children ?? []) noteKnown(child, `${path}.`, known);
}

function noteColumns(row: JsonObject, front: string, known: ReadonlySet<string>, found: Map<string, NewColumn>): void {
  for (const name of keysOf(row)) {
    const path = front + name;
    const value = row[name] ?? null;
    const before = found.get(path);
    if (!known.has(path) && (before === undefined || before.type === "null"))
      found.set(path, { path, type: typeOf(value), sample: sampleOf(value) });
    for (const inner of isArray(value) ? value : [value]) if (isObject(inner)) noteColumns(inner, `${path}.`, known, found);
  }
}

function typeOf(value: Json): NewColumn["type"] {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (isObject(value)) return "object";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "string" : "number";
}

function sampleOf(value: Json): string {
  const text = isObject(value) || isArray(value) ? writeJson(value) : asText(value);
  return text.length > SAMPLE_LENGTH_MAX ? `${text.slice(0, SAMPLE_LENGTH_MAX)}…` : text;
}
