/** The settlement of tasks: how their documents ended, what was said, and what goes on, in one transaction. */
import { STATUSES, type MissingCode } from "@datong/core";
import type pg from "pg";
import { crashPoint } from "../crash-point.ts";
import { insertTasks, type TaskRow } from "./insert-tasks.ts";
import { insertExchanges, type StoredExchange } from "./exchange-rows.ts";
import { lockHeads, passOn, type FlowPlace, type OrderRules, type OrderTask } from "./order-rows.ts";
import { noteMissing } from "./missing-rows.ts";
import { moveBodies, type MovedBody } from "./moved-rows.ts";
import { PRIORITY } from "./task-rows.ts";
import { clearAttention, noteAttention, wantsAttention } from "./attention-rows.ts";
import { countChanges, keysOfDocuments } from "./status-counts.ts";
import { compareIds } from "./id-source.ts";
import { numberArray, numberColumn, textColumn } from "./parameters.ts";
import { queueWriteBacks, type WriteBackQueue } from "./write-back-rows.ts";
import { transaction, type Later, type Queryable } from "./transaction.ts";

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

/**
 * Settles several tasks in one transaction. Tasks that belong to somebody else by now are left alone, and so are their documents.
 *
 * Nearly always all are ours: the statements go out with the one that tells, and everything is taken back where one is not.
 */
export async function settleTasks(pool: pg.Pool, settlements: readonly Settlement[]): Promise<void> {
  const first = settlements[0];
  if (first === undefined) return;
  const isPlain = orderOf(settlements) === undefined && first.writeBack === undefined;
  if (isPlain && (await settlePlain(pool, first, settlements))) return;
  await transaction(pool, async (client, later) => {
    const ours = await deleteTasks(client, first, settlements);
    const valid = settlements.filter((s) => ours.has(s.task));
    const ends = valid.flatMap((s) => s.ends);
    const order = orderOf(valid);
    if (order !== undefined)
      await lockHeads(
        client,
        first,
        ends.map((end) => end.id),
      );
    await endTasks(client, later, first, settlements, valid);
    if (order !== undefined) await insertTurns(client, first, await passOn(client, first, order, leavingOf(order, ends)));
    await queueSettled(client, first, valid);
    crashPoint("outcome.inside");
  });
}

/** False: not all of the tasks are ours any more, and nothing was changed. */
async function settlePlain(pool: pg.Pool, first: Settlement, settlements: readonly Settlement[]): Promise<boolean> {
  try {
    await transaction(pool, async (client, later) => {
      const ours = deleteTasks(client, first, settlements);
      later(ours);
      await endTasks(client, later, first, settlements, settlements);
      if ((await ours).size < settlements.length) throw new SomeTaken();
      crashPoint("outcome.inside");
    });
    return true;
  } catch (error) {
    if (error instanceof SomeTaken) return false;
    throw error;
  }
}

class SomeTaken extends Error {}

/** Those of the tasks that were still ours. */
async function deleteTasks(client: Queryable, { lane, owner }: Settlement, settlements: readonly Settlement[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>({
    name: "task_delete",
    text: "delete from task where lane = $1 and owner = $2 and id = any($3::bigint[]) returning id",
    values: [lane, owner, settlements.map((s) => s.task)],
  });
  return new Set(rows.map((row) => row.id));
}

/** What becomes of the documents of those that are `valid`. What was really said is kept, also when the task has gone to another owner. */
async function endTasks(
  client: Queryable,
  later: Later,
  { lane, flow, run, account }: Settlement,
  settlements: readonly Settlement[],
  valid: readonly Settlement[],
): Promise<void> {
  const ends = valid.flatMap((s) => s.ends);
  const follow = valid.flatMap((s) => s.follow);
  const changes = ends.map((end) => ({ id: end.id, before: end.before.status, after: end.status }));
  const exchanges = settlements.flatMap((s) => s.exchanges);
  if (ends.length > 0) later(endDocuments(client, lane, flow, run, ends));
  later(moveBodies(client, lane, flow, ends));
  if (follow.length > 0) later(insertTasks(client, lane, flow, account, follow));
  later(insertExchanges(client, lane, flow, run, exchanges));
  await countChanges(client, lane, flow, changes, follow.length - valid.length);
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
  const ends = [...unsorted].sort((a, b) => compareIds(a.id, b.id));
  const numbered = ends.filter(
    (e) => (e.number !== null && e.number !== e.before.number) || (e.targetId !== null && e.targetId !== e.before.targetId),
  );
  const settled = ends.filter((e) => wantsAttention(e.before.status) && !wantsAttention(e.status)).map((e) => e.id);
  await Promise.all([
    client.query({
      name: "document_end",
      text: `update document d set status = x.s, stage = coalesce(x.g, d.stage), number = coalesce(x.n, d.number), target_id = coalesce(x.t, d.target_id), attempts = x.a,
        code = x.c, cause = x.u, vendor_code = x.vc, vendor_text = x.vt, tasks = case when x.q is null then d.tasks else d.tasks || x.q end, run = $2, changed_at = now(),
        in_doubt = coalesce(x.d, false) or (d.in_doubt and x.s <> ${STATUSES.done.number}),
        former_keys = case when x.s = ${STATUSES.done.number} then '{}' else d.former_keys end
      from unnest($3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[],
        $14::boolean[]) as x(i, s, g, n, t, a, c, u, vc, vt, q, d)
      where d.lane = $1 and d.id = any($3::bigint[]) and d.id = x.i`,
      values: [
        lane,
        run,
        numberArray(ends.map((e) => e.id)),
        numberArray(ends.map((e) => e.status)),
        textColumn(ends.map((e) => e.stage)),
        textColumn(ends.map((e) => e.number)),
        textColumn(ends.map((e) => e.targetId)),
        numberArray(ends.map((e) => e.attempts)),
        textColumn(ends.map((e) => e.code)),
        textColumn(ends.map((e) => e.cause)),
        textColumn(ends.map((e) => e.vendorCode)),
        textColumn(ends.map((e) => e.vendorText)),
        numberColumn(ends.map((e) => e.task)),
        numberColumn(ends.map((e) => (e.inDoubt === true ? "t" : null))),
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
      textColumn(numbered.map((e) => (e.number === e.before.number ? null : e.number))),
      textColumn(numbered.map((e) => (e.targetId === e.before.targetId ? null : e.targetId))),
      numberArray(numbered.map((e) => e.id)),
    ],
  });
}
