/**
 * Reads one page of a pull: request, reply, rows, details. Nothing is stored here; a fault is thrown and the cursor stays.
 */
import {
  decidePage,
  extractRows,
  globalsOf,
  pageGlobals,
  renderShape,
  renderTree,
  sourceRow,
  totalOf,
  keysOf,
  orderedObject,
  DatongError,
  type FaultVerdict,
  type Json,
  type JsonObject,
  type PageDecision,
  type PageState,
  type Slice,
  type SourceRow,
} from "@datong/core";
import type { CallResult, Exchange } from "../../connection/caller.ts";
import { hashOf } from "../../connection/http-send.ts";
import type { OpenConnection, ReadyApi } from "../../connection/open-connection.ts";
import { traced } from "../../trace.ts";
import { utf8Bytes } from "../../utf8.ts";
import type { ReadyFlow, ReadyParams } from "../ready-flow.ts";

export interface PageRead {
  readonly rows: readonly SourceRow[];
  readonly decision: Exclude<PageDecision, { kind: "fault" }>;
  readonly exchanges: readonly Exchange[];
  /** Rows of the whole window, as the source tells; null where its API does not. */
  readonly total: number | null;
}

/** A call that failed, as an error that carries the fault and what was said. */
export class CallFault extends Error {
  readonly verdict: FaultVerdict;
  readonly exchanges: readonly Exchange[];
  readonly error: DatongError;
  constructor(verdict: FaultVerdict, exchanges: readonly Exchange[], system: string) {
    const error = faultError(verdict, system);
    super(error.message);
    this.verdict = verdict;
    this.exchanges = exchanges;
    this.error = error;
  }
}

/** A reply that came and cannot be used (no list of rows, a page that repeats): the error, with what was said. */
export class PageFault extends DatongError {
  readonly exchanges: readonly Exchange[];
  constructor(error: DatongError, exchanges: readonly Exchange[]) {
    super(error.code, error.details, { cause: error });
    this.exchanges = exchanges;
  }
}

/** The error that tells a person about a fault. */
export function faultError(verdict: FaultVerdict, system: string): DatongError {
  return new DatongError(verdict.code, {
    system,
    vendorCode: verdict.vendorCode ?? "",
    vendorText: verdict.vendorText ?? "",
    host: verdict.vendorCode ?? "",
    reason: verdict.vendorText ?? "",
    // Of a failed line the reason is the bound that was passed.
    ...(verdict.code === "CALL_TIMED_OUT" ? { timeoutMs: verdict.vendorText ?? "" } : {}),
    ...(verdict.code === "REPLY_TOO_LARGE" ? { limitMb: Math.round(Number(verdict.vendorText) / 2 ** 20) } : {}),
  });
}

export interface AskScope {
  readonly nowMs: number;
  readonly slice: Slice;
  readonly state: PageState;
  readonly keys?: readonly string[];
  /** The stored record of another flow that the params see. */
  readonly record?: JsonObject;
  /** The list alone: no row's detail is asked for. */
  readonly listOnly?: boolean;
}

export async function readPage(ready: ReadyFlow, scope: AskScope): Promise<PageRead> {
  return traced(
    "page",
    { "datong.flow": ready.flow.id },
    () => readOnePage(ready, scope),
    ({ rows }) => ({
      attributes: { "datong.rows": rows.length },
      failed: false,
    }),
  );
}

async function readOnePage(ready: ReadyFlow, scope: AskScope): Promise<PageRead> {
  const { source } = ready;
  const { id, source: given } = ready.flow;
  if (source.ready.api.local === "receive") throw new DatongError("SOURCE_PASSIVE", { flow: id });
  if (given.each !== undefined && scope.record === undefined)
    throw new DatongError("EACH_WITHOUT_RECORD", { flow: id, each: given.each.flow });
  const extra = pageGlobals(source.paging, scope.state, source.pageSize);
  const result = await ask(source.connection, source.ready, source.params, scope, extra, scope.record);
  try {
    return await toPage(ready, scope, result);
  } catch (error) {
    throw withExchanges(error, result.exchanges, source.connection.connector.name.zh);
  }
}

/** The error with what was said before it, so that nothing of a page that failed is lost to whoever looks for the reason. */
function withExchanges(error: unknown, before: readonly Exchange[], system: string): unknown {
  if (error instanceof CallFault) return new CallFault(error.verdict, [...before, ...error.exchanges], system);
  if (error instanceof PageFault) return new PageFault(error, [...before, ...error.exchanges]);
  return error instanceof DatongError ? new PageFault(error, before) : error;
}

async function toPage(ready: ReadyFlow, scope: AskScope, result: CallResult): Promise<PageRead> {
  const { source } = ready;
  const json = result.reply?.json ?? null;
  const columns = source.params.columns.map((column) => column.name);
  const listed = extractRows(source.ready.api.rows ?? { kind: "objects", paths: [""] }, json, columns);
  const decision = decidePage(source.paging, scope.state, {
    rowCount: listed.length,
    json,
    hash: hashOf(listed.length === 0 ? "" : utf8Bytes(result.reply?.text ?? "")),
    pageSize: source.pageSize,
    next: result.reply?.next,
  });
  if (decision.kind === "fault") throw new DatongError(decision.code, decision.details);
  const total = totalOf(source.paging, json);
  if (scope.listOnly === true) return { rows: listed, decision, exchanges: result.exchanges, total };
  const detailed = await readDetails(ready, listed, scope);
  return { rows: detailed.rows, decision, total, exchanges: [...result.exchanges, ...detailed.exchanges] };
}

/** One query by its API; throws CallFault unless the verdict is a yes. */
export async function ask(
  connection: OpenConnection,
  ready: ReadyApi,
  params: ReadyParams,
  scope: AskScope,
  extra: Readonly<Record<string, Json>>,
  row: JsonObject = {},
): Promise<CallResult> {
  const zone = connection.connector.zone;
  const globals = {
    ...globalsOf({ nowMs: scope.slice.toMs, lastSyncAtMs: scope.slice.fromMs }),
    ...extra,
    COLUMNS: params.columns.map((column) => column.key).join(ready.api.columnSeparator ?? ","),
  };
  const base = { settings: connection.settings, ...(scope.keys === undefined ? {} : { keys: scope.keys }) };
  const at = { row: { ...row, ...base }, globals, zone };
  const values = orderedObject(
    params.trees.flatMap(({ field, tree }): [string, Json][] => {
      const value = renderTree(tree, at);
      return value === undefined || value === null || value === "" ? [] : [[field, value]];
    }),
  );
  const plan = renderShape(ready.shape, { row: { ...base, params: values }, globals, zone });
  const result = await connection.call(ready, plan);
  if (result.verdict.kind === "fault") throw new CallFault(result.verdict, result.exchanges, connection.connector.name.zh);
  return result;
}

/** List, then the detail of each row, a few at a time, in the list's order. */
async function readDetails(
  ready: ReadyFlow,
  listed: readonly SourceRow[],
  scope: AskScope,
): Promise<{ readonly rows: readonly SourceRow[]; readonly exchanges: readonly Exchange[] }> {
  const { detail, connection } = ready.source;
  const document = ready.source.ready.api.detail;
  if (detail === undefined || document === undefined) return { rows: listed, exchanges: [] };
  const rows: SourceRow[] = [];
  const exchanges: Exchange[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const fetchRows = async (): Promise<void> => {
    for (let i = next++; i < listed.length && failures.length === 0; i = next++) {
      const row = listed[i]?.value ?? {};
      const result = await ask(connection, detail.ready, detail.params, scope, {}, row);
      exchanges.push(...result.exchanges);
      const found = extractRows(detail.ready.api.rows ?? { kind: "one", paths: [""] }, result.reply?.json ?? null, [])[0];
      if (found === undefined) throw new DatongError("SOURCE_ROWS_MISSING", { paths: (detail.ready.api.rows?.paths ?? []).join(", ") });
      rows[i] = document.mode === "merge" ? sourceRow(orderedObject([...entriesOf(row), ...entriesOf(found.value)])) : found;
    }
  };
  // The others end what they have begun: calls that were made are kept.
  const worker = (): Promise<void> =>
    fetchRows().catch((error: unknown) => {
      failures.push(error);
    });
  await Promise.all(Array.from({ length: Math.min(document.concurrency ?? 2, listed.length) }, worker));
  if (failures.length > 0) throw withExchanges(failures[0], exchanges, connection.connector.name.zh);
  return { rows, exchanges };
}

/** Members in the written order, which a spread would lose for keys like "1033". */
function entriesOf(row: JsonObject): readonly (readonly [string, Json])[] {
  return keysOf(row).map((key) => [key, row[key] ?? null]);
}
