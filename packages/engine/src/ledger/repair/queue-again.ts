/**
 * Documents go on with the body they have: at the stage reached, as the same request, or with a question to the target first. One
 * statement for all. A document that has a task in the queue, or whose status is another by now, is left alone.
 */
import { compareIds } from "../../store/id-source.ts";
import { STATUSES } from "@datong/core";
import { clearAttention } from "../../store/attention-rows.ts";
import { insertTasks, type TaskRow } from "../../store/insert-tasks.ts";
import { joinAgain, lockKeyed } from "../../store/order-rows.ts";
import { countChanges } from "../../store/status-counts.ts";
import type { Queryable } from "../../store/transaction.ts";
import { firstAction } from "../../flow/target/first-action.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import type { OpenDocument } from "./open-documents.ts";
import { MAP, PROBE, probedAction, REVERSE, UPDATE, WRITE } from "../../flow/target/settle.ts";

export interface Going {
  readonly id: string;
  /** Task action: write, update, a stage's API, or a probe. */
  readonly action: string;
  /** The status it has, which it must still have. */
  readonly status: number;
}

/** What makes no call, or cuts its calls itself. */
const CALL_FREE_TASK = 500;

/** The call by which a document goes on with the body it has: the stage's, the write's, the update's; null where only a person can. */
export function requestAgain(ready: ReadyFlow, document: OpenDocument): string | null {
  const { write } = ready.target.ready.api;
  const step = document.stage === null ? undefined : write?.stages?.steps[document.stage];
  if (step !== undefined) return step;
  if (document.externalKey === null) return null;
  if (document.targetId === null && document.number === null) return firstCall(ready, document);
  return ready.flow.target.changed === "update" && document.targetId !== null && write?.update !== undefined ? UPDATE : null;
}

/** The call that begins a document: what may have been taken before is asked for first, where the target can be asked. */
export function firstCall(ready: ReadyFlow, document: { readonly doubted: boolean }): string {
  return document.doubted && ready.target.ready.api.write?.probe !== undefined ? PROBE : firstAction(ready);
}

/**
 * Documents that share an action share tasks, as many as one request takes; `each`: every document in a task of its own. What a person
 * asked for goes before what came by itself; `priority` is a number of PRIORITY.
 */
export function tasksFor(
  ready: ReadyFlow,
  going: readonly Going[],
  { each, priority }: { readonly each: boolean; readonly priority: number },
  nextId: () => string,
): readonly TaskRow[] {
  const tasks: TaskRow[] = [];
  for (const action of new Set(going.map((item) => item.action))) {
    const ids = going.filter((item) => item.action === action).map((item) => item.id);
    const batch = each ? 1 : batchOf(ready, action);
    for (let from = 0; from < ids.length; from += batch)
      tasks.push({ id: nextId(), action, documents: ids.slice(from, from + batch), priority });
  }
  return tasks;
}

/** Gives the ids that were queued. A document in doubt stays unknown while it is asked for. */
export async function queueAgain(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly account: string; readonly forget?: boolean; readonly ordered: boolean },
  going: readonly Going[],
  tasks: readonly TaskRow[],
): Promise<ReadonlySet<string>> {
  if (going.length === 0) return new Set();
  const ids = going.map((item) => item.id);
  const keys = at.ordered ? await lockKeyed(client, at, ids) : new Map<string, string>();
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((id): [string, string] => [id, task.id])));
  const sorted = [...going].sort((a, b) => compareIds(a.id, b.id));
  const { rows } = await client.query<{ id: string }>({
    name: "repair_queue_again",
    text: `update document d set status = case when d.status = $5 then $5 else $6 end, attempts = 0, code = null, cause = null, vendor_code = null,
        vendor_text = null, tasks = d.tasks || x.q, changed_at = now(),
        number = case when $7 then null else d.number end, target_id = case when $7 then null else d.target_id end, stage = case when $7 then null else d.stage end
      from unnest($2::bigint[], $3::bigint[], $4::smallint[]) as x(i, q, s)
      where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i and d.status = x.s
        and not exists (select 1 from task t where t.lane = $1 and t.id = any(d.tasks) and d.id = any(t.documents)) returning d.id`,
    values: [
      at.lane,
      sorted.map((item) => item.id),
      sorted.map((item) => taskOf.get(item.id) ?? null),
      sorted.map((item) => item.status),
      STATUSES.unknown.number,
      STATUSES.queued.number,
      at.forget === true,
    ],
  });
  const queued = new Set(rows.map((row) => row.id));
  const settled = going.filter((item) => queued.has(item.id) && item.status !== STATUSES.unknown.number).map((item) => item.id);
  await clearAttention(client, at.lane, settled);
  const changes = going.flatMap(({ id, status: before }) => {
    const after = before === STATUSES.unknown.number ? before : STATUSES.queued.number;
    return queued.has(id) ? [{ id, before, after }] : [];
  });
  await countChanges(client, at.lane, at.flow, changes, 0);
  const again = going.filter((item) => queued.has(item.id)).map((item) => ({ ...item, priority: tasks[0]?.priority ?? 1 }));
  const waiting = keys.size === 0 ? new Set<string>() : await joinAgain(client, at, keys, again);
  const mine = tasks.map((task) => ({ ...task, documents: task.documents.filter((id) => queued.has(id) && !waiting.has(id)) }));
  const filled = mine.filter((task) => task.documents.length > 0);
  if (filled.length > 0) await insertTasks(client, at.lane, at.flow, at.account, filled);
  await countChanges(client, at.lane, at.flow, [], filled.length);
  return queued;
}

/** Documents of one request. */
export function batchOf(ready: ReadyFlow, action: string): number {
  if (action === MAP || probedAction(action) !== null) return CALL_FREE_TASK;
  if (action === WRITE || action === UPDATE) return ready.target.batch;
  if (action === REVERSE) return 1;
  return ready.target.connection.api(action).api.write?.batchMax ?? 1;
}
