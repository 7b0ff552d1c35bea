/**
 * One call of one API, as a person tries it: a query with given parameters, or a write of one given document. Nothing is stored and no record
 * is made of it; limits, log-in, signing and masking are those of every other call. What fails is told, not thrown.
 */
import {
  DatongError,
  decidePage,
  extractRows,
  FIRST_PAGE,
  globalsOf,
  pageGlobals,
  renderShape,
  type Json,
  type JsonObject,
  type SourceRow,
} from "@datong/core";
import { LoginFault, type Exchange } from "../connection/caller.ts";
import { hashOf } from "../connection/http-send.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import { readyParams } from "./ready-flow.ts";
import { ask, CallFault, faultError } from "./source/read-page.ts";

export interface ApiTrial {
  /** Of a query: by parameter, in the value language; presets hold for what is left out. */
  readonly params?: Readonly<Record<string, string>>;
  /** Of a write. */
  readonly document?: JsonObject;
  /** Call options of a write. */
  readonly options?: Readonly<Record<string, string>>;
  readonly pageSize?: number;
  /** The window that LAST_SYNC_TIME and CURRENT_TIME stand for. */
  readonly fromMs: number;
  readonly nowMs: number;
}

export interface TriedApi {
  readonly ok: boolean;
  readonly tookMs: number;
  readonly problem: DatongError | null;
  /** Masked; a log-in among them. */
  readonly exchanges: readonly Exchange[];
  /** Of a query that was answered: its rows, as many as came. */
  readonly rows: readonly SourceRow[];
  /** Whether there is more, by the API's end rules; null where it was no query. */
  readonly hasMore: boolean | null;
}

/** Throws what is wrong with the request itself: API_UNKNOWN, PARAMETER_UNKNOWN, errors of the value language. */
export async function tryApi(connection: OpenConnection, code: string, trial: ApiTrial): Promise<TriedApi> {
  const { api } = connection.api(code);
  const startedMs = performance.now();
  const call = api.direction === "query" ? () => query(connection, code, trial) : () => write(connection, code, trial);
  try {
    return { ...(await call()), tookMs: Math.round(performance.now() - startedMs) };
  } catch (error) {
    const told = toldOf(error);
    if (told === null) throw error;
    return { ok: false, tookMs: Math.round(performance.now() - startedMs), ...told, rows: [], hasMore: null };
  }
}

type Told = Omit<TriedApi, "tookMs">;

/** Errors that came of the call; others are the request's. */
function toldOf(error: unknown): Pick<TriedApi, "problem" | "exchanges"> | null {
  if (error instanceof CallFault) return { problem: error.error, exchanges: error.exchanges };
  if (error instanceof LoginFault) return { problem: error, exchanges: error.exchanges };
  return null;
}

async function query(connection: OpenConnection, code: string, trial: ApiTrial): Promise<Told> {
  const ready = connection.api(code);
  const { api } = ready;
  const paging = api.paging ?? { kind: "none" as const };
  const pageSize = Math.min(trial.pageSize ?? 20, paging.kind === "none" ? Number.MAX_SAFE_INTEGER : paging.sizeMax);
  const params = readyParams(api, trial.params ?? {}, {});
  const scope = { nowMs: trial.nowMs, slice: { fromMs: trial.fromMs, toMs: trial.nowMs }, state: FIRST_PAGE };
  const { reply, exchanges } = await ask(connection, ready, params, scope, pageGlobals(paging, FIRST_PAGE, pageSize));
  const json = reply?.json ?? null;
  try {
    const rows = extractRows(
      api.rows ?? { kind: "objects", paths: [""] },
      json,
      params.columns.map(({ name }) => name),
    );
    const hash = hashOf(rows.length === 0 ? "" : (reply?.text ?? ""));
    const decision = decidePage(paging, FIRST_PAGE, { rowCount: rows.length, json, hash, pageSize, next: reply?.next });
    return { ok: true, problem: null, exchanges, rows, hasMore: decision.kind === "next" };
  } catch (error) {
    // The other side said yes, and its answer is not what the API declares.
    if (error instanceof DatongError) return { ok: false, problem: error, exchanges, rows: [], hasMore: null };
    throw error;
  }
}

async function write(connection: OpenConnection, code: string, trial: ApiTrial): Promise<Told> {
  const ready = connection.api(code);
  const { connector, settings } = connection;
  const document: Json = trial.document ?? {};
  const presets = (ready.api.options ?? []).flatMap(({ field, default: preset }): [string, string][] =>
    preset === undefined ? [] : [[field, preset]],
  );
  const key = ready.api.write?.key ?? "";
  const named = key === "" ? undefined : document[key];
  const keys = [typeof named === "string" ? named : ""];
  const row = {
    settings,
    documents: [document],
    document,
    options: { ...Object.fromEntries(presets), ...trial.options },
    keys,
    numbers: keys,
    ids: keys,
  };
  const plan = renderShape(ready.shape, { row, globals: globalsOf({ nowMs: trial.nowMs }), zone: connector.zone });
  const { verdict, exchanges } = await connection.call(ready, plan);
  if (verdict.kind === "fault") return { ok: false, problem: faultError(verdict, connector.name.zh), exchanges, rows: [], hasMore: null };
  return { ok: true, problem: null, exchanges, rows: [], hasMore: null };
}
