/**
 * Retries failed records by hand: mapped again from the stored rows by the flow as it is now, queued once. What was saved at the target
 * before it failed goes on from the stage reached; nothing that the target has is written a second time. Holds the flow's lease, so
 * that no run and no other retry queues the same documents meanwhile; throws FLOW_RUNNING where one does.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DatongError, globalsOf, isArray, readJson, STATUSES, type Connection, type Flow, type SourceRecord } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { planPage, stageRecord } from "../flow/transform/stage-records.ts";
import { REVERSE, UPDATE, WRITE } from "../flow/target/settle.ts";
import { registerRevision } from "../store/flow-rows.ts";
import { documentsOfRecords, documentsOfUnits, mergedRecords, type KnownDocument } from "../store/known-rows.ts";
import { clearAttention } from "../store/attention-rows.ts";
import { commitPage, insertTasks, type TaskRow } from "../store/page-rows.ts";
import { giveLease, takeLease } from "../store/run-rows.ts";
import { transaction } from "../store/transaction.ts";
import { findRecords } from "./find-records.ts";
import { flowPosition, type FlowPosition } from "./flow-position.ts";
import { recordStory, type RecordStory } from "./record-story.ts";

export interface RetryResult {
  readonly queued: number;
  /** Documents that could not be mapped this time either; the ledger has the new reasons. */
  readonly unmapped: number;
  /** Documents of the same records that have not failed, or that the target has in a way that only a person can go on with. */
  readonly untouched: number;
}

const NOTHING: RetryResult = { queued: 0, unmapped: 0, untouched: 0 };

const LEASE_MS = 120_000;

/** `numbers` are whatever `findRecords` understands; unknown ones are passed over. */
export async function retryRecords(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  numbers: readonly string[],
): Promise<RetryResult> {
  const ready = engine.ready(flow, connections);
  const at = await flowPosition(engine.pool, flow.id);
  if (at === null) return NOTHING;
  const { pool, ports } = engine;
  const owner = `${hostname()}:${process.pid}:retry:${randomUUID()}`;
  const lease = { lane: at.lane, flow: at.flow, owner, nowMs: ports.nowMs(), leaseMs: LEASE_MS, alive: () => true };
  const held = await takeLease(pool, lease);
  if (held !== null) throw new DatongError("FLOW_RUNNING", { flow: flow.id, owner: held });
  try {
    const keys = new Set<string>();
    for (const number of numbers) for (const ref of await findRecords(pool, number, flow.id)) keys.add(ref.key);
    let sum = NOTHING;
    for (const key of keys) {
      const { queued, unmapped, untouched } = await retryRecord(engine, ready, at, key);
      sum = { queued: sum.queued + queued, unmapped: sum.unmapped + unmapped, untouched: sum.untouched + untouched };
    }
    return sum;
  } finally {
    await giveLease(pool, at.lane, at.flow, owner);
  }
}

async function retryRecord(engine: Engine, ready: ReadyFlow, at: FlowPosition, key: string): Promise<RetryResult> {
  const story = await recordStory(engine.pool, { flowId: ready.flow.id, lane: at.lane, flow: at.flow, key });
  if (story === null || story.rows === null) return NOTHING;
  const counted = ready.merges ? await mergedRecords(engine.pool, at.lane, at.flow, [key]) : new Set<string>();
  const resumed = await resumeStages(engine, ready, at, story, counted.has(key));
  const mapped = await mapAgain(engine, ready, at, story, counted);
  const queued = resumed + mapped.queued;
  return { queued, unmapped: mapped.unmapped, untouched: Math.max(0, story.documents.length - queued - mapped.unmapped) };
}

/**
 * Documents that the target saved: the next stage's call, with the body and number they have. So also a failed part of a summary whose
 * other parts the target has (`isCounted`): it cannot be put together anew.
 */
async function resumeStages(engine: Engine, ready: ReadyFlow, at: FlowPosition, story: RecordStory, isCounted: boolean): Promise<number> {
  const steps = ready.target.ready.api.write?.stages?.steps ?? {};
  let count = 0;
  for (const document of story.documents) {
    const isPart = isCounted && document.number === null && document.externalKey !== null && document.code !== "MERGE_SUPPLEMENT_KEY";
    const action = document.stage === null ? (isPart ? WRITE : undefined) : steps[document.stage];
    if (document.status !== "failed" || action === undefined) continue;
    const task: TaskRow = { id: engine.ids.next(), action, documents: [document.id] };
    count += await transaction(engine.pool, async (client) => {
      const { rowCount } = await client.query(
        `update document set status = $4, attempts = 0, code = null, cause = null, vendor_code = null, vendor_text = null,
           tasks = tasks || $5::bigint, changed_at = now() where lane = $1 and id = $2 and status = $3`,
        [at.lane, document.id, STATUSES.failed.number, STATUSES.queued.number, task.id],
      );
      if (rowCount === 1) await clearAttention(client, at.lane, [document.id]);
      if (rowCount === 1) await insertTasks(client, at.lane, at.flow, ready.target.connection.account, [task]);
      return rowCount ?? 0;
    });
  }
  return count;
}

/** Failed documents that the target does not have, and records that failed before they had any. */
async function mapAgain(
  engine: Engine,
  ready: ReadyFlow,
  at: FlowPosition,
  story: RecordStory,
  merged: ReadonlySet<string>,
): Promise<Pick<RetryResult, "queued" | "unmapped">> {
  const { pool, ids, ports } = engine;
  const steps = ready.target.ready.api.write?.stages?.steps ?? {};
  const rows = readJson(story.rows ?? "[]", { keepSource: true });
  const record: SourceRecord = { key: story.key, number: story.number, rows: isArray(rows) ? (rows as SourceRecord["rows"]) : [] };
  const staged = stageRecord(ready, record, { globals: globalsOf({ nowMs: ports.nowMs() }) });
  const own = await documentsOfRecords(pool, at.lane, at.flow, [story.key]);
  const shared = await documentsOfUnits(
    pool,
    at.lane,
    at.flow,
    staged.made.filter((made) => made.shared).map((made) => made.unit),
  );
  const known = new Map<string, KnownDocument>([...own, ...shared].map((document) => [document.unit, document]));
  const stageOf = new Map(story.documents.map((document) => [document.unit, document.stage]));
  const made = staged.made.filter((each) => {
    const document = known.get(each.unit);
    if (document === undefined) return true;
    const resumes = steps[stageOf.get(each.unit) ?? ""] !== undefined;
    return document.status === STATUSES.failed.number && !document.inFlight && !resumes;
  });
  if (
    staged.problem === null &&
    !staged.withdrawn &&
    made.length === 0 &&
    (merged.has(story.key) || staged.mergeKeys.length === 0 || story.status !== "failed")
  )
    return NOTHING;
  const plan = planPage(
    ready,
    [{ ...staged, made }],
    {
      records: new Map([[story.key, { version: story.version, same: false, waiting: false, status: STATUSES.failed.number }]]),
      documents: own,
      shared,
      merged,
    },
    ids.next,
  );
  const tasks = [...tasksOf(engine, WRITE, plan.write), ...tasksOf(engine, UPDATE, plan.update), ...tasksOf(engine, REVERSE, plan.reverse)];
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((id): [string, string] => [id, task.id])));
  const withTask = <T extends { readonly id: string }>(documents: readonly T[]): readonly (T & { readonly task: string | null })[] =>
    documents.map((document) => ({ ...document, task: taskOf.get(document.id) ?? null }));
  const isStored = await commitPage(pool, {
    lane: at.lane,
    flow: at.flow,
    revision: await registerRevision(pool, at.flow, JSON.stringify(ready.flow)),
    run: at.lastRun?.id ?? ids.next(),
    account: ready.target.connection.account,
    records: plan.records,
    documents: withTask(plan.documents),
    replaced: withTask(plan.replaced),
    planned: plan.planned,
    links: plan.links,
    mergeItems: plan.mergeItems,
    mergeDone: [],
    tasks,
    cursors: [],
    counts: { read: 0, records: 0, unchanged: 0 },
    exchanges: [],
    nextId: ids.next,
  });
  // Not stored: somebody settled one of them meanwhile, so it is no longer what the person meant to retry.
  if (!isStored) return NOTHING;
  const unmapped = [...plan.documents, ...plan.replaced].filter((document) => document.status === STATUSES.failed.number).length;
  return { queued: taskOf.size + plan.mergeItems.length, unmapped: staged.problem === null ? unmapped : 1 };
}

/** One document a task: a retry by hand is judged by itself. */
function tasksOf(engine: Engine, action: string, documents: readonly string[]): readonly TaskRow[] {
  return documents.map((id) => ({ id: engine.ids.next(), action, documents: [id] }));
}
