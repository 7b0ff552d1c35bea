/**
 * Does bulk work page by page under its lease: whoever comes after a process that died goes on with the items that are left. A page holds
 * the flow's lease; while a run holds it the work waits, and between two pages a run may begin.
 */
import { DatongError, errorToJson, STATUSES, statusOf, type Connection, type Flow, type Status } from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import {
  addItems,
  bulkWaits,
  claimBulk,
  endBulk,
  nextItems,
  releaseBulk,
  renewBulk,
  setTotal,
  type BulkItem,
  type BulkPlace,
  type BulkWork,
} from "../../store/bulk-rows.ts";
import { indexExtraKeys } from "../../store/extra-keys.ts";
import { loadCursor, saveCursor } from "../../store/cursor-rows.ts";
import { registerRevision } from "../../store/flow-rows.ts";
import { transaction } from "../../store/transaction.ts";
import { addUnsentItems } from "../../store/unsent-rows.ts";
import { livingWorkers } from "../../store/worker-rows.ts";
import { findMany } from "../find-records.ts";
import { flowPosition, lastRunId, type FlowPosition } from "../flow-position.ts";
import { holdFlow } from "../repair/hold-flow.ts";
import { doneOfPage, pushedOfPage, retriedOfPage, skippedOfPage, type BulkPage } from "./bulk-pages.ts";
import { numbersApart } from "./numbers-apart.ts";
import { selectItems } from "./select-items.ts";

/** What a flow is made of when the work comes to it; throws an error of ours where it is not in order. */
export type FlowNow = (
  workspace: string,
  flowId: string,
) => Promise<{ readonly flow: Flow; readonly connections: ReadonlyMap<string, Connection> }>;

/** Of which statuses documents are taken where the selection names none. */
const STATUSES_OF: Readonly<Record<BulkWork["kind"], readonly Status[]>> = {
  retry: ["failed", "pending"],
  "push-again": ["done"],
  skip: ["failed", "pending", "queued", "unknown"],
  "mark-done": ["failed", "pending", "queued", "unknown", "skipped"],
  index: [],
};

const PAGE = 2_000;
/** Each page of these asks the target or the source. */
const ASKING_PAGE = 100;
/** Where the source cannot be asked by number, its whole window is read for every page. */
const WINDOW_PAGE = 10_000;
const BUSY_MS = 300;
/** So long after a flow was published every process reads and writes by it: a writer of the former revision sends nothing that was mapped by this one. */
const TAKEN_UP_MS = 1_000;

/** Does the next piece of work to its end. False: there was none. */
export async function workBulk(engine: Engine, flowNow: FlowNow, signal: AbortSignal): Promise<boolean> {
  const { pool, worker } = engine;
  if (!(await bulkWaits(pool))) return false;
  const bulk = await claimBulk(pool, worker.id, await livingWorkers(pool));
  if (bulk === null) return false;
  const at: BulkPlace = { lane: bulk.lane, id: bulk.id, owner: worker.id };
  const renewal = setInterval(() => void renewBulk(pool, at).catch(metLater), 15_000);
  try {
    const end = await workAll(engine, flowNow, at, bulk, signal);
    if (end === "stopped") await releaseBulk(pool, at);
    else await endBulk(pool, at, end);
  } catch (error) {
    if (error instanceof DatongError && error.code === "BULK_LOST") return true;
    const known =
      error instanceof DatongError ? error : new DatongError("SERVER_FAILED", { reference: `bulk ${bulk.id}` }, { cause: error });
    await endBulk(pool, at, "failed", errorToJson(known));
    if (known !== error) throw error;
  } finally {
    clearInterval(renewal);
  }
  return true;
}

/** The next renewal, or the next page, meets what is wrong with the database. */
function metLater(): undefined {
  return undefined;
}

async function workAll(
  engine: Engine,
  flowNow: FlowNow,
  at: BulkPlace,
  bulk: BulkWork,
  signal: AbortSignal,
): Promise<"done" | "cancelled" | "stopped"> {
  const position = await flowPosition(engine.pool, bulk.flowId);
  if (position === null) return "done";
  const { flow, connections } = await flowNow(bulk.workspace, bulk.flowId);
  // What a run still stores by the former revision, without the new keys, is there before the records are looked at.
  if (bulk.kind === "index") {
    await engine.ports.sleep(TAKEN_UP_MS, signal);
    return indexAll(engine, at, bulk, flow, position, signal);
  }
  const ready = engine.ready(flow, connections);
  const revision = await registerRevision(engine.pool, position.flow, JSON.stringify(ready.flow));
  // Nothing that a run under way still maps by a former revision is missed.
  if (bulk.total === null && isOfUnsent(bulk)) {
    await engine.ports.sleep(TAKEN_UP_MS, signal);
    await whenFree(engine, { ...position, flowId: bulk.flowId }, signal, () => beginUnsent(engine, at, position, revision));
  } else if (bulk.total === null) await begin(engine, at, bulk, position);
  const page: Omit<BulkPage, "run"> = {
    engine,
    ready,
    at,
    bulk,
    lane: position.lane,
    flow: position.flow,
    revision,
    writeBack: await engine.writeBack(ready),
  };
  const size = sizeOf(bulk, ready);
  for (;;) {
    if (signal.aborted) return "stopped";
    if (!(await renewBulk(engine.pool, at))) return "cancelled";
    const items = await nextItems(engine.pool, at, size);
    if (items.length === 0) return "done";
    // Between two pages a run may have begun and ended.
    await whenFree(engine, { ...position, flowId: bulk.flowId }, signal, async () =>
      workPage({ ...page, run: await lastRunId(engine.pool, position) }, items),
    );
  }
}

function sizeOf({ kind, asked }: BulkWork, ready: ReadyFlow): number {
  if (kind === "push-again") return ASKING_PAGE;
  if (kind !== "retry" || asked.how !== "fetch") return PAGE;
  return ready.source.ready.api.byNumber === undefined ? WINDOW_PAGE : ASKING_PAGE;
}

function workPage(page: BulkPage, items: readonly BulkItem[]): Promise<void> {
  switch (page.bulk.kind) {
    case "push-again":
      return pushedOfPage(page, items);
    case "skip":
      return skippedOfPage(page, items);
    case "mark-done":
      return doneOfPage(page, items);
    default:
      return retriedOfPage(page, items, statusOf(items[0]?.status ?? STATUSES.failed.number));
  }
}

/** Waits for the end of a run that has the flow; nothing else is waited for. */
async function whenFree(
  engine: Engine,
  at: { readonly flowId: string; readonly lane: number; readonly flow: number },
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await holdFlow(engine, at, (stillOurs) => {
        stillOurs();
        return work();
      });
    } catch (error) {
      if (!(error instanceof DatongError && error.code === "FLOW_RUNNING")) throw error;
      await engine.ports.sleep(BUSY_MS, signal);
    }
  }
}

/** The items are all there or none: a process that dies before begins anew. */
async function begin(engine: Engine, at: BulkPlace, bulk: BulkWork, position: FlowPosition): Promise<void> {
  await transaction(engine.pool, async (client) => {
    const { asked, kind, flowId } = bulk;
    const selected = await selectItems(client, { ...position, flowId }, asked, STATUSES_OF[kind]);
    const items = asked.targetNumbers === undefined ? selected : await withTargetNumbers(engine, bulk, selected);
    await addItems(client, at, 0, items);
    await setTotal(client, at, items.length, await numbersApart(client, { ...position, flowId }, asked, STATUSES_OF[kind]));
  });
}

/** What waits to be sent is mapped anew in its place: all of it, whoever asks for it by its status. */
function isOfUnsent({ kind, asked }: BulkWork): boolean {
  const { how = "map", numbers, status, code, cause, changedFrom, changedTo, limit } = asked;
  const isAll = [numbers, code, cause, changedFrom, changedTo, limit].every((each) => each === undefined);
  return kind === "retry" && how === "map" && status === "queued" && isAll;
}

async function beginUnsent(engine: Engine, at: BulkPlace, { flow }: FlowPosition, revision: number): Promise<void> {
  await transaction(engine.pool, async (client) => setTotal(client, at, await addUnsentItems(client, at, flow, revision)));
}

/** Each bill's own number of the target's. A bill with several documents is left to a person: which of them is it? */
async function withTargetNumbers(
  engine: Engine,
  { asked, flowId }: BulkWork,
  items: readonly { readonly status: number; readonly key: string; readonly document: string | null }[],
): ReturnType<typeof selectItems> {
  const { numbers = [], targetNumbers = [] } = asked;
  const given = new Map(numbers.map((number, i) => [number, targetNumbers[i] ?? null]));
  const byKey = new Map<string, string>();
  for (const { number, refs } of await findMany(engine.pool, numbers, [flowId])) {
    const target = given.get(number);
    if (target !== undefined && target !== null) for (const ref of refs) byKey.set(ref.key, target);
  }
  const documents = Map.groupBy(items, (item) => item.key);
  return items.map((item) => ({
    ...item,
    targetNumber: documents.get(item.key)?.length === 1 ? (byKey.get(item.key) ?? null) : null,
  }));
}

const INDEX_CURSOR = "extra-keys";

/** Puts stored records into the index of the flow's extra keys, from where it was broken off. */
async function indexAll(
  engine: Engine,
  at: BulkPlace,
  bulk: BulkWork,
  flow: Flow,
  position: FlowPosition,
  signal: AbortSignal,
): Promise<"done" | "cancelled" | "stopped"> {
  const names = flow.source.extraKeys ?? [];
  const { pool } = engine;
  const cursor = `${INDEX_CURSOR} ${bulk.id}`;
  for (let isEnd = false; !isEnd;) {
    if (signal.aborted) return "stopped";
    if (!(await renewBulk(pool, at))) return "cancelled";
    await whenFree(engine, { ...position, flowId: bulk.flowId }, signal, async () => {
      await transaction(pool, async (client) => {
        const after = (await loadCursor(client, position.lane, position.flow, cursor)) ?? "";
        const { last, records } = await indexExtraKeys(client, position, names, after, PAGE);
        isEnd = last === null;
        if (last !== null) await saveCursor(client, position.lane, position.flow, cursor, last);
        else await client.query("delete from cursor where lane = $1 and flow = $2 and name = $3", [position.lane, position.flow, cursor]);
        await client.query("update bulk_work set settled = settled + $4 where lane = $1 and id = $2 and owner = $3", [
          at.lane,
          at.id,
          at.owner,
          records,
        ]);
      });
    });
  }
  return "done";
}
