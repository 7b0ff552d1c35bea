/**
 * The queue: claim with lease and owner, intent before the call, settlement after it.
 *
 * A task is claimed by setting its owner and pushing `run_at` to the end of the lease; whoever finds it due again with an owner knows
 * that the former one died. A settlement by a former owner changes nothing. Intent (sent_at, request_hash) is durable before the call.
 */
import { compareIds } from "./id-source.ts";
import type pg from "pg";
import type { Handover } from "./handover.ts";
import { readPlaces, type Place } from "./stored-text.ts";
import type { Queryable } from "./transaction.ts";

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
    .sort((a, b) => a.priority - b.priority || compareIds(a.id, b.id))
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

/** Gives a claimed task back: nothing of it was sent. `maybeSent`: by a former owner it may have been, and that stays known. */
export async function returnTask(pool: pg.Pool, lane: number, owner: string, task: string, maybeSent: boolean): Promise<void> {
  await pool.query(
    "update task set owner = null, run_at = now(), attempts = greatest(attempts - 1, 0), sent_at = case when $4 then sent_at end where lane = $1 and id = $2 and owner = $3",
    [lane, task, owner, maybeSent],
  );
}

/** The heartbeat of tasks in hand; gives those that are ours still. Those that are being settled right now are passed over. */
export async function renewTasks(
  pool: pg.Pool,
  lane: number,
  owner: string,
  ids: readonly string[],
  leaseMs: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: "task_renew",
    text: `with c as materialized (select id from task where lane = $1 and owner = $2 and id = any($3::bigint[]) order by id for update skip locked)
      update task t set run_at = now() + make_interval(secs => $4) from c where t.lane = $1 and t.id = c.id returning t.id`,
    values: [lane, owner, ids, leaseMs / 1000],
  });
  return rows.map((row) => row.id);
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

/**
 * Who has claimed tasks of a flow. Asked before it is asked who lives: whoever comes later has registered in between and is not among these,
 * so that nobody is taken for dead because the list of the living is a moment old.
 */
export async function claimants(pool: pg.Pool, lane: number, flow: number): Promise<readonly string[]> {
  const { rows } = await pool.query<{ owner: string }>(
    "select distinct owner from task where lane = $1 and flow = $2 and owner is not null and run_at > now() order by owner",
    [lane, flow],
  );
  return rows.map((row) => row.owner);
}

/** What one of them has claimed of a flow. */
export async function claimedBy(pool: pg.Pool, lane: number, flow: number, owner: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>("select id from task where lane = $1 and flow = $2 and owner = $3 and run_at > now()", [
    lane,
    flow,
    owner,
  ]);
  return rows.map((row) => row.id);
}

/** What these have claimed of a flow is due at once, instead of after the lease; of it these tasks alone, where they are given. */
export async function releaseTasks(
  pool: pg.Pool,
  lane: number,
  flow: number,
  owners: readonly string[],
  tasks?: readonly string[],
): Promise<void> {
  await pool.query(
    `with c as materialized (select id from task where lane = $1 and flow = $2 and owner = any($3::uuid[]) and ($4::bigint[] is null or id = any($4)) and run_at > now()
        order by id for update skip locked)
      update task t set run_at = now() from c where t.lane = $1 and t.id = c.id`,
    [lane, flow, owners, tasks ?? null],
  );
}
