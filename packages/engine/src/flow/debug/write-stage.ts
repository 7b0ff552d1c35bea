/**
 * The debugger's write, once a person has said so: the bill goes into the ledger as it was read and is written by an ordinary run of its
 * own, with intent, exchange, outcome and probe. A body that was edited is sent in place of the mapped one, and who did it is kept with
 * the bill. A request that was edited goes out in place of the built one while this run lasts; nobody else writes the flow meanwhile, for
 * only a trial may do that. What the ledger has as written, or under way, is never written again from here.
 */
import { DatongError, statusOf, STATUSES, type SourceRecord } from "@datong/core";
import type { Engine } from "../../engine.ts";
import { flowPosition } from "../../ledger/flow-position.ts";
import { recordStory, type RecordStory } from "../../ledger/record-story.ts";
import { openDocuments } from "../../ledger/repair/open-documents.ts";
import { retryRecords } from "../../ledger/retry-records.ts";
import { addInterventions } from "../../store/intervention-rows.ts";
import type { WorkerFlow } from "../../worker/index.ts";
import { fingerprintOf } from "../transform/stage-records.ts";

export interface DebugWrite {
  readonly record: SourceRecord;
  /** Bodies in place of the mapped ones, by unit; those that were edited alone. */
  readonly bodies: ReadonlyMap<string, string>;
  /** Bodies of requests in place of the built ones, by external key. */
  readonly requests: ReadonlyMap<string, string>;
  /** The stages whose data a person has edited. */
  readonly edited: readonly string[];
  /** Who, as the audit log names him. */
  readonly person: string;
  /** How long it is waited for; the ledger goes on afterwards. */
  readonly waitMs: number;
}

const LOOK_MS = 150;

/** Gives the bill's story. Throws DEBUG_WRITE_KNOWN, FLOW_RUNNING, and what a run throws. */
export async function debugWrite(engine: Engine, { flow, connections }: WorkerFlow, write: DebugWrite): Promise<RecordStory | null> {
  const { pool } = engine;
  const ready = engine.ready(flow, connections);
  if (ready.merges) throw new DatongError("DEBUG_WRITE_MERGED", { flow: flow.id });
  const { key, fingerprint } = fingerprintOf(write.record, flow.writeBack?.changes);
  const known = await openOf(engine, flow.id, key, fingerprint);
  if (known === "same") {
    if (write.bodies.size > 0 || write.requests.size > 0)
      throw new DatongError("DEBUG_WRITE_KNOWN", { number: write.record.number ?? key, status: "failed" });
    await retryRecords(engine, flow, connections, { numbers: [key] }, { how: "map" });
  }
  const stop = new AbortController();
  const given = { records: known === "same" ? [] : [write.record], bodies: write.bodies, requests: write.requests };
  const run = engine.run(flow, connections, { given, signal: stop.signal, waitMs: Math.min(write.waitMs, 5_000) });
  const until = engine.ports.nowMs() + write.waitMs;
  let isOver = false;
  const ended = run.finally(() => {
    isOver = true;
  });
  const watch = async (): Promise<void> => {
    while (!isOver && engine.ports.nowMs() < until) {
      await engine.ports.sleep(LOOK_MS);
      if (await isSettled(engine, flow.id, key)) break;
    }
    stop.abort();
  };
  const [result] = await Promise.all([ended, watch()]);
  if (result.fault !== null) throw result.fault;
  const at = await flowPosition(pool, flow.id);
  if (at === null) return null;
  if (write.edited.length > 0)
    await addInterventions(pool, at.lane, at.flow, [
      {
        id: engine.ids.next(),
        recordKey: key,
        document: null,
        action: "debug-write",
        reason: write.edited.join(", "),
        person: write.person,
        details: { edited: write.edited.join(", "), documents: [...write.bodies.keys(), ...write.requests.keys()].join(", ") },
      },
    ]);
  return recordStory(pool, { flowId: flow.id, lane: at.lane, flow: at.flow, key });
}

type Known = "new" | "same";

/** Throws DEBUG_WRITE_KNOWN where the target has it, or may have. */
async function openOf(engine: Engine, flowId: string, key: string, fingerprint: string): Promise<Known> {
  const at = await flowPosition(engine.pool, flowId);
  if (at === null) return "new";
  const { rows } = await engine.pool.query<{ number: string | null; fingerprint: string }>(
    "select number, encode(fingerprint, 'hex') as fingerprint from record where lane = $1 and flow = $2 and key = $3",
    [at.lane, at.flow, key],
  );
  const [record] = rows;
  if (record === undefined) return "new";
  const documents = await openDocuments(engine.pool, at, [key]);
  const busy = documents.find(
    ({ status }) => status !== STATUSES.failed.number && status !== STATUSES.pending.number && status !== STATUSES.skipped.number,
  );
  if (busy !== undefined)
    throw new DatongError("DEBUG_WRITE_KNOWN", {
      number: record.number ?? key,
      status: `${statusOf(busy.status)} ${busy.number ?? ""}`.trim(),
    });
  return record.fingerprint === fingerprint ? "same" : "new";
}

async function isSettled(engine: Engine, flowId: string, key: string): Promise<boolean> {
  const at = await flowPosition(engine.pool, flowId);
  if (at === null) return false;
  const documents = await openDocuments(engine.pool, at, [key]);
  return documents.length > 0 && documents.every(({ hasTask, inFlight }) => !hasTask && !inFlight);
}
