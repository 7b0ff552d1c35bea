/**
 * Takes pushed rows for a passive flow: each is judged by that flow's key, those that have one are stored at once, durably and together,
 * and become records when the flow is next pulled. The same row twice is harmless. The flow is known by its id or a former one, from
 * whoever opened the engine, else from the ledger, where it lies once it has run.
 */
import {
  compileKeys,
  DatongError,
  isObject,
  keyOf,
  textAt,
  writeJson,
  type Flow,
  type Json,
  type JsonObject,
  type Keys,
} from "@datong/core";
import type pg from "pg";
import { findFlowNamed, newestDocument, placeFlow, type FlowRow } from "../store/flow-rows.ts";
import type { IdSource } from "../store/id-source.ts";
import { addToInbox } from "../store/inbox-rows.ts";
import { storableText } from "../store/parameters.ts";
import type { WorkerFlow } from "../worker/member.ts";
import { isPassive, type ReadyFlow } from "./ready-flow.ts";

/** What became of one row, by its place. */
export type ReceivedRow =
  | { readonly index: number; readonly key: string; readonly number: string }
  | {
      readonly index: number;
      readonly code: "SOURCE_KEY_MISSING" | "SOURCE_ROW_SHAPE";
      readonly details: DatongError["details"];
      readonly message: string;
    };

/** Finds a flow of this installation by its id or a former one. */
export type FlowNamed = (name: string) => WorkerFlow | undefined;

export interface ReceiveParts {
  readonly pool: pg.Pool;
  readonly ids: IdSource;
  readonly ready: (flow: Flow, connections: WorkerFlow["connections"]) => ReadyFlow;
  readonly flowNamed: () => FlowNamed;
}

export type ReceiveRows = (flow: string, rows: readonly Json[]) => Promise<readonly ReceivedRow[]>;

interface Receiver {
  readonly row: FlowRow;
  readonly keys: Keys;
  readonly id: readonly string[];
}

/** The rows' fate in their order. Throws FLOW_UNKNOWN, FLOW_NOT_PASSIVE, SOURCE_KEY_UNSET; then nothing was stored. */
export function createReceiver(parts: ReceiveParts): ReceiveRows {
  const known = new WeakMap<Flow, Promise<Receiver>>();
  const receiverOf = (name: string): Promise<Receiver> => {
    const found = parts.flowNamed()(name);
    if (found === undefined) return fromLedger(parts.pool, name);
    const receiver = known.get(found.flow) ?? fromFlow(parts, found);
    known.set(found.flow, receiver);
    // One that failed is looked up anew.
    receiver.catch(() => known.delete(found.flow));
    return receiver;
  };
  return async (name, rows) => {
    const { row, keys, id } = await receiverOf(name);
    const judged = rows.map((each, index) => judge(each, index, keys, id));
    const taken = rows.filter((_, index) => judged[index] !== undefined && "key" in judged[index]);
    if (taken.length > 0) await addToInbox(parts.pool, { lane: row.lane, flow: row.num, id: parts.ids.next(), rows: textOf(taken) });
    return judged;
  };
}

/** PostgreSQL stores no NUL in a text. */
function textOf(rows: readonly Json[]): string {
  return storableText(writeJson(rows));
}

function judge(row: Json, index: number, keys: Keys, id: readonly string[]): ReceivedRow {
  if (!isObject(row)) return refused(index, "SOURCE_ROW_SHAPE", { row: index + 1, expected: "object" });
  const key = keyOf(keys.id, row);
  return key === null
    ? refused(index, "SOURCE_KEY_MISSING", { fields: id.join(", ") })
    : { index, key, number: numberOf(row, keys) ?? key };
}

function numberOf(row: JsonObject, { number }: Keys): string | undefined {
  return number === undefined ? undefined : textAt(row, number);
}

function refused(index: number, code: "SOURCE_KEY_MISSING" | "SOURCE_ROW_SHAPE", details: DatongError["details"]): ReceivedRow {
  return { index, code, details, message: new DatongError(code, details).message };
}

async function fromFlow(parts: ReceiveParts, { flow, connections }: WorkerFlow): Promise<Receiver> {
  const ready = parts.ready(flow, connections);
  if (!isPassive(ready)) throw notPassive(flow);
  const { row } = await placeFlow(parts.pool, ready);
  return { row, keys: ready.source.keys, id: flow.source.id ?? [] };
}

async function fromLedger(pool: pg.Pool, name: string): Promise<Receiver> {
  const row = await findFlowNamed(pool, name);
  const text = row === null ? null : await newestDocument(pool, row.num);
  if (row === null || text === null) throw new DatongError("FLOW_UNKNOWN", { flow: name, known: "" });
  const flow = JSON.parse(text) as Flow;
  const { id = [], number } = flow.source;
  if (flow.source.api !== "receive") throw notPassive(flow);
  if (id.length === 0) throw new DatongError("SOURCE_KEY_UNSET", { api: flow.source.api });
  return { row, keys: compileKeys({ id, ...(number === undefined ? {} : { number }) }), id };
}

function notPassive({ id, source }: Flow): DatongError {
  return new DatongError("FLOW_NOT_PASSIVE", { flow: id, connection: source.connection, api: source.api });
}
