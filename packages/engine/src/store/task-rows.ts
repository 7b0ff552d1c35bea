/**
 * The queue: claim with lease and owner, intent before the call, settlement after it.
 *
 * A task is claimed by setting its owner and pushing `run_at` to the end of the lease; whoever finds it due again with an owner knows
 * that the former one died. A settlement by a former owner changes nothing. Intent (sent_at, request_hash) is durable before the call.
 */
import { STATUSES, type MissingCode } from "@datong/core";
import type pg from "pg";
import { crashPoint } from "../crash-point.ts";
import type { Handover } from "./handover.ts";
import { insertTasks, type TaskRow } from "./insert-tasks.ts";
import { insertExchanges, type StoredExchange } from "./page-rows.ts";
import { lockHeads, passOn, type FlowPlace, type OrderRules, type OrderTask } from "./order-rows.ts";
import { noteMissing } from "./missing-rows.ts";
import { moveBodies, type MovedBody } from "./moved-rows.ts";
import { readPlaces, type Place } from "./stored-text.ts";
import { clearAttention, noteAttention, wantsAttention } from "./attention-rows.ts";
import { countChanges, keysOfDocuments } from "./status-counts.ts";
import { numberArray, textArray } from "./parameters.ts";
import { queueWriteBacks, type WriteBackQueue } from "./write-back-rows.ts";
import { transaction, type Queryable } from "./transaction.ts";

export interface ClaimedTask {
  readonly id: string;
  /** Passed on to the tasks that follow; scheduled where it is absent. */
  readonly priority?: number;
  readonly action: string;
  readonly attempts: number;
  /** A former owner died after it may have sent the request. */
  readonly maybeSent: boolean;
  readonly documents: readonly ClaimedDocument[];
}

export interface ClaimedDocument {
  readonly id: string;
  readonly externalKey: string | null;
  readonly recordKey: string;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly stage: string | null;
  readonly attempts: number;
  readonly status: number;
  /** Code of the last fault. */
  readonly code: string | null;
  /** A write of it may have been taken. */
  readonly inDoubt: boolean;
  /** External keys of earlier versions that may be at the target. */
  readonly formerKeys: readonly string[];
  readonly body: string;
}

/** A task with the queue that it was claimed from. */
export interface QueuedTask extends ClaimedTask {
  readonly flow: number;
  readonly priority: number;
}

/** A queue: a flow's tasks of one priority, and how many of them may be claimed. */
export interface QueueClaim {
  readonly flow: number;
  readonly priority: number;
  readonly count: number;
  /** Only documents with smaller ids; no bound for what was asked for by hand. */
  readonly before?: string;
}

/** By hand before by schedule before backfill. */
export const PRIORITY = { manual: 0, scheduled: 1, backfill: 2 } as const;

/** Claims up to `count` due tasks of a flow: by priority, then oldest first. */
export async function claimTasks(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly count: number; readonly owner: string; readonly leaseMs: number },
  handover?: Handover,
): Promise<readonly ClaimedTask[]> {
  const queues = Object.values(PRIORITY).map((priority) => ({ flow: at.flow, priority, count: at.count }));
  return claimQueues(pool, { ...at, queues }, handover);
}

/** Claims up to `count` due tasks of several queues of one lane, in the order of the queues. */
export async function claimQueues(
  pool: pg.Pool,
  at: {
    readonly lane: number;
    readonly queues: readonly QueueClaim[];
    readonly count: number;
    readonly owner: string;
    readonly leaseMs: number;
  },
  handover?: Handover,
): Promise<readonly QueuedTask[]> {
  const { rows } = await pool.query<Omit<QueuedTask, "documents" | "maybeSent"> & { sent: boolean; documents: string[] }>({
    name: "task_claim",
    text: `with c as materialized (
        select x.lane, x.id, x.sent from unnest($2::int[], $3::smallint[], $4::int[], $8::bigint[]) as q(f, p, n, b)
        cross join lateral (select t.lane, t.id, t.sent_at is not null as sent from task t
          where t.lane = $1 and t.flow = q.f and t.priority = q.p and t.run_at <= now()
            and (q.b is null or q.p = 0 or t.documents[1] < q.b) order by t.run_at, t.id limit q.n for update skip locked) x
        limit $5)
      update task t set owner = $6, run_at = now() + make_interval(secs => $7), attempts = t.attempts + 1
      from c where t.lane = $1 and t.lane = c.lane and t.id = c.id returning t.id, t.flow, t.priority, t.action, t.attempts, c.sent, t.documents`,
    values: [
      at.lane,
      at.queues.map((queue) => queue.flow),
      at.queues.map((queue) => queue.priority),
      at.queues.map((queue) => queue.count),
      at.count,
      at.owner,
      at.leaseMs / 1000,
      at.queues.map((queue) => queue.before ?? null),
    ],
  });
  if (rows.length === 0) return [];
  const given = new Map(rows.map((row) => [row.id, handover?.take(row.id, row.documents) ?? null]));
  const unread = rows.flatMap((row) => (given.get(row.id) === null ? row.documents : []));
  const read = unread.length === 0 ? new Map<string, ClaimedDocument>() : await loadDocuments(pool, at.lane, unread);
  return rows
    .sort((a, b) => a.priority - b.priority || (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map((row) => ({
      id: row.id,
      flow: row.flow,
      priority: row.priority,
      action: row.action,
      attempts: row.attempts,
      maybeSent: row.sent,
      documents: given.get(row.id) ?? row.documents.flatMap((id) => read.get(id) ?? []),
    }));
}

async function loadDocuments(client: Queryable, lane: number, ids: readonly string[]): Promise<ReadonlyMap<string, ClaimedDocument>> {
  const { rows } = await client.query<Omit<ClaimedDocument, "body"> & Place>({
    name: "document_load",
    text: `select d.id, d.external_key as "externalKey", d.record_key as "recordKey", d.number, d.target_id as "targetId", d.stage, d.attempts, d.status, d.code,
        d.in_doubt as "inDoubt", d.former_keys as "formerKeys", d.block, d.place
      from document d where d.lane = $1 and d.id = any($2::bigint[])`,
    values: [lane, ids],
  });
  const bodies = await readPlaces(client, lane, rows);
  return new Map(rows.map((row, i) => [row.id, { ...row, body: bodies[i] ?? "null" }]));
}

/** A task's intent. */
export interface Intent {
  readonly task: string;
  readonly requestHash: string;
}

/**
 * Makes intents durable before the calls go out; false where a task is no longer ours, or was sent since it was claimed: it may have been
 * somebody else's meanwhile, and ours again. One statement for all.
 */
export async function markSent(pool: pg.Pool, lane: number, owner: string, intents: readonly Intent[]): Promise<readonly boolean[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: "task_sent",
    text: `update task t set sent_at = now(), request_hash = x.h from unnest($3::bigint[], $4::text[]) as x(i, h)
      where t.lane = $1 and t.id = any($3::bigint[]) and t.id = x.i and t.owner = $2 and t.sent_at is null returning t.id`,
    values: [lane, owner, intents.map((intent) => intent.task), intents.map((intent) => intent.requestHash)],
  });
  const ours = new Set(rows.map((row) => row.id));
  return intents.map((intent) => ours.has(intent.task));
}

/** How one document of a task ended. `status` is a number of the status table. */
export interface DocumentEnd {
  readonly id: string;
  readonly status: number;
  readonly stage: string | null;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  readonly vendorText: string | null;
  /** Master data that the target lacks: with it the document is pending, and waits for the codes. */
  readonly missing?: readonly MissingCode[];
  /** It may have been taken by the call that ended so. */
  readonly inDoubt?: boolean;
  /** Its date has moved, for its period is closed: it goes on with this body. */
  readonly moved?: MovedBody;
  /** The task it goes on in. */
  readonly task: string | null;
  /** What the ledger had when the task was claimed. */
  readonly before: { readonly status: number; readonly number: string | null; readonly targetId: string | null };
}

export interface Settlement {
  readonly lane: number;
  readonly flow: number;
  readonly run: string;
  readonly account: string;
  readonly owner: string;
  readonly task: string;
  readonly ends: readonly DocumentEnd[];
  readonly follow: readonly (TaskRow & { readonly delayMs: number; readonly attempts: number })[];
  /** Of a flow that has an order key. */
  readonly order?: OrderRules;
  readonly exchanges: readonly StoredExchange[];
  /** Of a flow with a write-back: where bills whose documents are all done now are queued to be told of. */
  readonly writeBack?: WriteBackQueue & { readonly priority: number };
}

/** Settles several tasks in one transaction. Tasks that belong to somebody else by now are left alone, and so are their documents. */
export async function settleTasks(pool: pg.Pool, settlements: readonly Settlement[]): Promise<void> {
  const first = settlements[0];
  if (first === undefined) return;
  await transaction(pool, async (client, later) => {
    const { rows } = await client.query<{ id: string }>({
      name: "task_delete",
      text: "delete from task where lane = $1 and owner = $2 and id = any($3::bigint[]) returning id",
      values: [first.lane, first.owner, settlements.map((s) => s.task)],
    });
    const ours = new Set(rows.map((row) => row.id));
    const valid = settlements.filter((s) => ours.has(s.task));
    const ends = valid.flatMap((s) => s.ends);
    const order = orderOf(valid);
    const ids = ends.map((end) => end.id);
    if (order !== undefined) await lockHeads(client, first, ids);
    if (ends.length > 0) later(endDocuments(client, first.lane, first.flow, first.run, ends));
    later(moveBodies(client, first.lane, first.flow, ends));
    const follow = valid.flatMap((s) => s.follow);
    if (follow.length > 0) later(insertTasks(client, first.lane, first.flow, first.account, follow));
    const changes = ends.map((end) => ({ id: end.id, before: end.before.status, after: end.status }));
    // What was really said is kept, also when the task has gone to another owner.
    const exchanges = settlements.flatMap((s) => s.exchanges);
    later(insertExchanges(client, first.lane, first.flow, first.run, exchanges));
    await countChanges(client, first.lane, first.flow, changes, follow.length - rows.length);
    if (order !== undefined) await insertTurns(client, first, await passOn(client, first, order, leavingOf(order, ends)));
    await queueSettled(client, first, valid);
    crashPoint("outcome.inside");
  });
}

/** Bills that are done with these settlements are queued to be written back, in the same transaction. */
async function queueSettled(client: Queryable, { lane, flow, run, writeBack }: Settlement, valid: readonly Settlement[]): Promise<void> {
  if (writeBack === undefined) return;
  const done = valid.flatMap((s) => s.ends.filter((end) => end.status === STATUSES.done.number).map((end) => end.id));
  if (done.length === 0) return;
  const priority = Math.min(...valid.map((s) => s.writeBack?.priority ?? PRIORITY.scheduled));
  await queueWriteBacks(client, { lane, flow, run, priority }, writeBack, await keysOfDocuments(client, lane, flow, done));
}

/** Tasks of documents whose turn has come. */
export async function insertTurns(
  client: Queryable,
  at: FlowPlace & { readonly account: string },
  tasks: readonly OrderTask[],
): Promise<void> {
  if (tasks.length === 0) return;
  await insertTasks(client, at.lane, at.flow, at.account, tasks);
  await countChanges(client, at.lane, at.flow, [], tasks.length);
}

/** The settlements are of one flow; task ids of each are there for all. */
function orderOf(settlements: readonly Settlement[]): OrderRules | undefined {
  const rules = settlements.find((settlement) => settlement.order !== undefined)?.order;
  return rules === undefined ? undefined : { ...rules, taskIds: settlements.flatMap((settlement) => settlement.order?.taskIds ?? []) };
}

/** Documents that are in nobody's way any longer: done, left out, or stopped where the flow lets the others pass. */
function leavingOf(rules: OrderRules, ends: readonly DocumentEnd[]): readonly string[] {
  const over: readonly number[] = [STATUSES.done.number, STATUSES.skipped.number];
  const isOver = (end: DocumentEnd): boolean => over.includes(end.status) || (rules.onFailedHead === "skip" && end.task === null);
  return ends.filter(isOver).map((end) => end.id);
}

/** One HOT update for all; numbers and what wants attention go to tables of their own. */
async function endDocuments(client: Queryable, lane: number, flow: number, run: string, unsorted: readonly DocumentEnd[]): Promise<void> {
  const ends = [...unsorted].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const numbered = ends.filter(
    (e) => (e.number !== null && e.number !== e.before.number) || (e.targetId !== null && e.targetId !== e.before.targetId),
  );
  const settled = ends.filter((e) => wantsAttention(e.before.status) && !wantsAttention(e.status)).map((e) => e.id);
  await Promise.all([
    client.query({
      name: "document_end",
      text: `update document d set status = x.s, stage = coalesce(x.g, d.stage), number = coalesce(x.n, d.number), target_id = coalesce(x.t, d.target_id), attempts = x.a,
        code = x.c, cause = x.u, vendor_code = x.vc, vendor_text = x.vt, tasks = case when x.q is null then d.tasks else d.tasks || x.q end, run = $2, changed_at = now(),
        in_doubt = x.d or (d.in_doubt and x.s <> ${STATUSES.done.number}),
        former_keys = case when x.s = ${STATUSES.done.number} then '{}' else d.former_keys end
      from unnest($3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[],
        $14::boolean[]) as x(i, s, g, n, t, a, c, u, vc, vt, q, d)
      where d.lane = $1 and d.id = any($3::bigint[]) and d.id = x.i`,
      values: [
        lane,
        run,
        numberArray(ends.map((e) => e.id)),
        numberArray(ends.map((e) => e.status)),
        textArray(ends.map((e) => e.stage)),
        textArray(ends.map((e) => e.number)),
        textArray(ends.map((e) => e.targetId)),
        numberArray(ends.map((e) => e.attempts)),
        textArray(ends.map((e) => e.code)),
        textArray(ends.map((e) => e.cause)),
        textArray(ends.map((e) => e.vendorCode)),
        textArray(ends.map((e) => e.vendorText)),
        numberArray(ends.map((e) => e.task)),
        ends.map((e) => e.inDoubt === true),
      ],
    }),
    insertNumbers(client, lane, flow, numbered),
    clearAttention(client, lane, settled),
    noteAttention(client, lane, flow, ends),
    noteMissing(client, lane, flow, ends),
  ]);
}

/** Numbers and ids that the target gave, for the search: in a row together where they came together. */
async function insertNumbers(client: Queryable, lane: number, flow: number, numbered: readonly DocumentEnd[]): Promise<void> {
  if (numbered.length === 0) return;
  await client.query({
    name: "document_number_insert",
    text: `insert into document_number (lane, flow, number, target_id, document)
      select l.lane, $2, x.n, x.t, x.d from lane l cross join unnest($3::text[], $4::text[], $5::bigint[]) as x(n, t, d) where l.lane = $1`,
    values: [
      lane,
      flow,
      textArray(numbered.map((e) => (e.number === e.before.number ? null : e.number))),
      textArray(numbered.map((e) => (e.targetId === e.before.targetId ? null : e.targetId))),
      numberArray(numbered.map((e) => e.id)),
    ],
  });
}

/** Gives a claimed task back: nothing of it was sent. `maybeSent`: by a former owner it may have been, and that stays known. */
export async function returnTask(pool: pg.Pool, lane: number, owner: string, task: string, maybeSent: boolean): Promise<void> {
  await pool.query(
    "update task set owner = null, run_at = now(), attempts = greatest(attempts - 1, 0), sent_at = case when $4 then sent_at end where lane = $1 and id = $2 and owner = $3",
    [lane, task, owner, maybeSent],
  );
}

/** The heartbeat of tasks in hand. Those that are being settled right now are passed over. */
export async function renewTasks(pool: pg.Pool, lane: number, owner: string, ids: readonly string[], leaseMs: number): Promise<void> {
  await pool.query({
    name: "task_renew",
    text: `with c as materialized (select id from task where lane = $1 and owner = $2 and id = any($3::bigint[]) order by id for update skip locked)
      update task t set run_at = now() + make_interval(secs => $4) from c where t.lane = $1 and t.id = c.id`,
    values: [lane, owner, ids, leaseMs / 1000],
  });
}

/** When the next task of a flow is due, as milliseconds from now (0: one is due); null when the queue is empty. */
export async function nextDueMs(pool: pg.Pool, lane: number, flow: number): Promise<number | null> {
  const { rows } = await pool.query<{ ms: string | null }>({
    name: "task_next_due",
    text: `select extract(epoch from min(x.run_at) - now()) * 1000 as ms from unnest('{0,1,2}'::smallint[]) as q(p)
      cross join lateral (select t.run_at from task t where t.lane = $1 and t.flow = $2 and t.priority = q.p order by t.run_at limit 1) x`,
    values: [lane, flow],
  });
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? null : Math.max(0, Number(ms));
}

/** What processes that live no more have claimed of a flow is due at once, instead of after the lease. */
export async function releaseTasks(pool: pg.Pool, lane: number, flow: number, living: readonly string[] = []): Promise<void> {
  await pool.query(
    `with c as materialized (select id from task where lane = $1 and flow = $2 and owner is not null and owner <> all($3::uuid[]) and run_at > now()
        order by id for update skip locked)
      update task t set run_at = now() from c where t.lane = $1 and t.id = c.id`,
    [lane, flow, living],
  );
}
