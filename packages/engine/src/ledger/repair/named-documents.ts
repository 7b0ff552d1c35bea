/** The documents that a person names by any number, and the locks under which a status may be set by hand. */
import { DatongError, statusOf, STATUSES } from "@datong/core";
import type pg from "pg";
import { leavePlaces, lockKeyed, type FlowPlace } from "../../store/order-rows.ts";
import { insertTurns } from "../../store/settle-rows.ts";
import type { Queryable } from "../../store/transaction.ts";
import { writeBackFlow } from "../../store/write-back-rows.ts";
import { findRecords } from "../find-records.ts";
import { flowPosition } from "../flow-position.ts";
import { documentsOfIds, openDocuments, type OpenDocument } from "./open-documents.ts";

/** Where the flow lies and what the number names there. */
export interface Named {
  readonly lane: number;
  /** Where the documents lie: the flow's number, or its write-backs'. */
  readonly flow: number;
  readonly main: number;
  readonly run: string | null;
  readonly keys: readonly string[];
  readonly documents: readonly OpenDocument[];
}

/**
 * By a document's own id, external key, target number or id: that document alone; by the bill's number or key: all that it became.
 * Throws REPAIR_UNKNOWN where the flow's ledger has nothing of the kind. `isWriteBack`: the write-backs instead of the documents.
 */
export async function namedDocuments(pool: pg.Pool, flowId: string, number: string, isWriteBack = false): Promise<Named> {
  const at = await flowPosition(pool, flowId);
  const refs = at === null ? [] : await findRecords(pool, number, flowId);
  if (at === null || refs.length === 0) throw new DatongError("REPAIR_UNKNOWN", { number, flow: flowId });
  const keys = [...new Set(refs.map((ref) => ref.key))];
  const flow = isWriteBack ? await writeBackFlow(pool, at.flow) : at.flow;
  if (flow === null) throw new DatongError("WRITE_BACK_MISSING", { flow: flowId });
  const documents = await openDocuments(pool, { lane: at.lane, flow }, keys);
  const own = documents.filter((document) => [document.id, document.number, document.targetId].includes(number));
  const keyed = documents.filter((document) => document.externalKey === number);
  const place = { lane: at.lane, flow, main: at.flow, run: at.lastRun?.id ?? null, keys };
  return { ...place, documents: own.length > 0 ? own : keyed.length > 0 ? keyed : documents };
}

/**
 * Locks tasks, the lines of order keys and documents in the order in which a settlement does, and reads them anew. Throws REPAIR_UNDER_WAY where a worker has
 * one of them, and REPAIR_STATUS where the status is none of `allowed`.
 */
export async function lockDocuments(
  client: Queryable,
  at: FlowPlace,
  ids: readonly string[],
  allowed: readonly number[],
  number: string,
): Promise<readonly OpenDocument[]> {
  const documents = await lockAll(client, at, ids);
  for (const document of documents) {
    if (document.inFlight) throw new DatongError("REPAIR_UNDER_WAY", { number, document: document.id });
    if (!allowed.includes(document.status)) throw statusRefused(number, document);
  }
  return documents;
}

/** The same for many at once: those that a worker has, or whose status is none of `allowed`, are left out. */
export async function lockAllowed(
  client: Queryable,
  at: FlowPlace,
  ids: readonly string[],
  allowed: readonly number[],
): Promise<readonly OpenDocument[]> {
  return (await lockAll(client, at, ids)).filter((document) => !document.inFlight && allowed.includes(document.status));
}

async function lockAll(client: Queryable, at: FlowPlace, ids: readonly string[]): Promise<readonly OpenDocument[]> {
  const { lane } = at;
  await client.query(
    "select id from task where lane = $1 and id in (select unnest(d.tasks) from document d where d.lane = $1 and d.id = any($2::bigint[])) order by id for update",
    [lane, ids],
  );
  await lockKeyed(client, at, ids);
  await client.query("select id from document where lane = $1 and id = any($2::bigint[]) order by id for update", [lane, ids]);
  return documentsOfIds(client, lane, ids);
}

export function statusRefused(number: string, document: OpenDocument): DatongError {
  const status = statusOf(document.status);
  return new DatongError("REPAIR_STATUS", { number, document: document.id, status: `${STATUSES[status].zh} ${status}` });
}

/** Queued tasks lose the documents; a task left empty is dropped when it is claimed. */
export async function takeFromQueue(client: Queryable, lane: number, ids: readonly string[]): Promise<void> {
  await client.query(
    `update task set documents = array(select d from unnest(documents) d where d <> all($2::bigint[]))
     where lane = $1 and id in (select unnest(d.tasks) from document d where d.lane = $1 and d.id = any($2::bigint[]))`,
    [lane, ids],
  );
}

/** Documents that a person has settled are in nobody's way any longer: those behind them go on, each in a task of its own. */
export async function letOthersGo(client: Queryable, at: FlowPlace, ids: readonly string[], nextId: () => string): Promise<void> {
  const rules = { onFailedHead: "block", batchOf: () => 1, taskIds: ids.map(nextId) } as const;
  const tasks = await leavePlaces(client, at, rules, ids);
  if (tasks.length === 0) return;
  const { rows } = await client.query<{ account: string }>("select account from flow where num = $1", [at.flow]);
  await insertTurns(client, { ...at, account: rows[0]?.account ?? "" }, tasks);
}
