/**
 * Order keys: documents of a flow that have the same key stand in line. Only the head of a key has a task; the others are `pending` with
 * the code ORDER_WAITS until those before them have left. Claims know nothing of it, and flows without order keys have no rows here.
 *
 * Locks are taken in one order everywhere: tasks, heads by key, documents by id. What is decided under a head's lock (who is next, who
 * waits behind whom) stays so until the transaction ends.
 */
import { compareIds } from "./id-source.ts";
import { STATUSES } from "@datong/core";
import { clearAttention, noteAttention } from "./attention-rows.ts";
import { countChanges } from "./status-counts.ts";
import type { Queryable } from "./transaction.ts";

export interface OrderRules {
  /** What a document that failed, or is left to a person, does to those behind it. */
  readonly onFailedHead: "block" | "skip";
  /** Documents of one request, by task action. */
  readonly batchOf: (action: string) => number;
  /** For tasks: one for each document that takes or leaves a place suffices. */
  readonly taskIds: readonly string[];
}

/** A place in the line of a key. */
export interface Place {
  readonly document: string;
  readonly key: string;
  /** An id; the lowest goes first. A document that stands in the line already keeps the place that it has. */
  readonly position: string;
  /** Task action that it waits for; null: it keeps its place, and only a person or a new version brings it on. */
  readonly action: string | null;
  readonly priority: number;
}

/** A task for documents whose turn it is. */
export interface OrderTask {
  readonly id: string;
  readonly action: string;
  readonly documents: readonly string[];
  readonly priority: number;
}

export type FlowPlace = { readonly lane: number; readonly flow: number };

/** Code of a document that waits for its turn. */
export const WAITS = "ORDER_WAITS";

/** Holds the lines of the keys, and of those in which the documents stand, to the end of the transaction. */
export async function lockHeads(
  client: Queryable,
  at: FlowPlace,
  documents: readonly string[],
  keys: readonly string[] = [],
): Promise<void> {
  await client.query({
    name: "order_head_lock",
    text: `select h.order_key from order_head h where h.lane = $1 and h.flow = $2 and h.order_key in (
        select k from unnest($4::text[]) as x(k)
        union all select o.order_key from order_head o where o.lane = $1 and o.flow = $2 and o.document = any($3::bigint[])
        union all select w.order_key from order_line w where w.lane = $1 and w.flow = $2 and w.document = any($3::bigint[]))
      order by h.order_key collate "C" for update`,
    values: [at.lane, at.flow, documents, keys],
  });
}

/** Documents join the lines of their keys. Gives those whose turn it is at once; the others wait behind a head. */
export async function takePlaces(client: Queryable, at: FlowPlace, places: readonly Place[]): Promise<ReadonlySet<string>> {
  if (places.length === 0) return new Set();
  const sorted = [...places].sort((a, b) => (a.key === b.key ? compareIds(a.position, b.position) : a.key < b.key ? -1 : 1));
  const first = sorted.filter((place, i) => sorted[i - 1]?.key !== place.key);
  // Setting what is there already holds the row.
  const { rows } = await client.query<{ key: string; document: string }>({
    name: "order_head_take",
    text: `insert into order_head as h (lane, flow, order_key, document)
      select l.lane, $2, x.k, x.d from lane l cross join unnest($3::text[], $4::bigint[]) as x(k, d) where l.lane = $1
      on conflict (lane, flow, order_key) do update set document = h.document returning h.order_key as key, h.document`,
    values: [at.lane, at.flow, first.map((place) => place.key), first.map((place) => place.document)],
  });
  const heads = new Map(rows.map((row) => [row.key, row.document]));
  const isHead = (place: Place): boolean => heads.get(place.key) === place.document;
  const behind = sorted.filter((place) => !isHead(place));
  if (behind.length > 0) {
    await client.query({
      name: "order_line_join",
      text: `insert into order_line as w (lane, flow, order_key, position, document, action, priority)
        select l.lane, $2, x.k, x.p, x.d, x.a, x.y
        from lane l cross join unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::smallint[]) as x(k, p, d, a, y) where l.lane = $1
        on conflict (lane, document) do update set action = excluded.action, priority = excluded.priority`,
      values: [
        at.lane,
        at.flow,
        behind.map((place) => place.key),
        behind.map((place) => place.position),
        behind.map((place) => place.document),
        behind.map((place) => place.action),
        behind.map((place) => place.priority),
      ],
    });
  }
  return new Set(sorted.filter((place) => isHead(place) && place.action !== null).map((place) => place.document));
}

/**
 * Documents leave the lines, wherever they stand; where a head leaves, the next one goes on in one of the tasks given. The heads must be
 * locked. `except`: whose turn may come, and who gets a task from elsewhere.
 */
export async function leavePlaces(
  client: Queryable,
  at: FlowPlace,
  rules: OrderRules,
  documents: readonly string[],
  except?: ReadonlySet<string>,
): Promise<readonly OrderTask[]> {
  if (documents.length === 0) return [];
  await client.query({
    name: "order_line_leave",
    text: "delete from order_line w where w.lane = $1 and w.flow = $2 and w.document = any($3::bigint[])",
    values: [at.lane, at.flow, documents],
  });
  return passOn(client, at, rules, documents, except);
}

/** Of the documents those that are heads leave, and the next in line go on: their tasks. Whoever is no head is passed over. */
export async function passOn(
  client: Queryable,
  at: FlowPlace,
  rules: OrderRules,
  documents: readonly string[],
  except: ReadonlySet<string> = new Set(),
): Promise<readonly OrderTask[]> {
  const going: Place[] = [];
  for (let leaving = documents; leaving.length > 0;) {
    const next = await nextInLine(client, at, leaving);
    going.push(...next.filter((place) => place.action !== null && !except.has(place.document)));
    // A document that stopped before its turn came lets the others pass, or stops them.
    leaving = rules.onFailedHead === "skip" ? next.filter((place) => place.action === null).map((place) => place.document) : [];
  }
  const tasks = tasksOf(rules, going);
  await letGo(client, at, tasks);
  return tasks;
}

/** Heads are followed by those behind them, or their keys are free. */
async function nextInLine(client: Queryable, at: FlowPlace, leaving: readonly string[]): Promise<readonly Place[]> {
  const { rows: next } = await client.query<Place>({
    name: "order_line_next",
    text: `delete from order_line w using (
        select n.order_key, n.position from order_head h cross join lateral (
          select l.order_key, l.position from order_line l where l.lane = $1 and l.flow = $2 and l.order_key = h.order_key order by l.position limit 1) n
        where h.lane = $1 and h.flow = $2 and h.document = any($3::bigint[])) x
      where w.lane = $1 and w.flow = $2 and w.order_key = x.order_key and w.position = x.position
      returning w.order_key as key, w.position, w.document, w.action, w.priority`,
    values: [at.lane, at.flow, leaving],
  });
  if (next.length > 0) {
    await client.query({
      name: "order_head_follow",
      text: `update order_head h set document = x.d from unnest($3::text[], $4::bigint[]) as x(k, d)
        where h.lane = $1 and h.flow = $2 and h.order_key = any($3::text[]) and h.order_key = x.k`,
      values: [at.lane, at.flow, next.map((place) => place.key), next.map((place) => place.document)],
    });
  }
  await client.query({
    name: "order_head_free",
    text: "delete from order_head h where h.lane = $1 and h.flow = $2 and h.document = any($3::bigint[])",
    values: [at.lane, at.flow, leaving],
  });
  return next;
}

/** Documents of the same action and priority share tasks, in the order of their places. */
export function tasksOf(rules: OrderRules, places: readonly Place[]): readonly OrderTask[] {
  const open = new Map<string, { id: string; action: string; documents: string[]; priority: number }>();
  const tasks: OrderTask[] = [];
  for (const { document, action, priority } of [...places].sort((a, b) => compareIds(a.position, b.position))) {
    if (action === null) continue;
    const name = `${priority} ${action}`;
    let task = open.get(name);
    if (task === undefined || task.documents.length >= rules.batchOf(action)) {
      const id = rules.taskIds[tasks.length];
      if (id === undefined) throw new Error("fewer task ids than documents that may go on");
      task = { id, action, documents: [], priority };
      open.set(name, task);
      tasks.push(task);
    }
    task.documents.push(document);
  }
  return tasks;
}

/** Documents that waited are queued; what stands at the target and is to be taken back keeps its status (`joinTasks` says of its number). */
export async function letGo(client: Queryable, at: FlowPlace, tasks: readonly OrderTask[]): Promise<void> {
  const going = tasks.flatMap((task) => task.documents.map((document) => ({ document, task: task.id })));
  if (going.length === 0) return;
  going.sort((a, b) => compareIds(a.document, b.document));
  const { rows } = await client.query<{ id: string; status: number }>({
    name: "document_go",
    text: `update document d set status = case when d.status = $4 then $5 else d.status end, code = case when d.code = $6 then null else d.code end,
        number = case when d.status = $7 then coalesce(d.number, d.external_key) else d.number end, tasks = d.tasks || x.q, changed_at = now()
      from unnest($2::bigint[], $3::bigint[]) as x(i, q) where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i returning d.id, d.status`,
    values: [
      at.lane,
      going.map((each) => each.document),
      going.map((each) => each.task),
      STATUSES.pending.number,
      STATUSES.queued.number,
      WAITS,
      STATUSES.done.number,
    ],
  });
  const queued = rows.filter((row) => row.status === STATUSES.queued.number).map((row) => row.id);
  await clearAttention(client, at.lane, queued);
  const changes = queued.map((id) => ({ id, before: STATUSES.pending.number, after: STATUSES.queued.number }));
  await countChanges(client, at.lane, at.flow, changes, 0);
}

/**
 * Documents that were queued again by hand join the lines of their keys, at their old places. Gives those that must wait, which are
 * pending now (in doubt: unknown still) and must get no task. The heads must be locked: `lockKeyed`.
 */
export async function joinAgain(
  client: Queryable,
  at: FlowPlace,
  keys: ReadonlyMap<string, string>,
  going: readonly { readonly id: string; readonly action: string; readonly priority: number }[],
): Promise<ReadonlySet<string>> {
  const places = going.flatMap(({ id, action, priority }): Place[] => {
    const key = keys.get(id);
    return key === undefined ? [] : [{ document: id, key, position: id, action, priority }];
  });
  const free = await takePlaces(client, at, places);
  const waiting = places.filter((place) => !free.has(place.document)).map((place) => place.document);
  if (waiting.length === 0) return new Set();
  const { rows } = await client.query<{ id: string; status: number }>({
    name: "document_wait",
    text: `update document d set status = case when d.status = $3 then $4 else d.status end, code = $5
      where d.lane = $1 and d.id = any($2::bigint[]) returning d.id, d.status`,
    values: [at.lane, waiting.toSorted(compareIds), STATUSES.queued.number, STATUSES.pending.number, WAITS],
  });
  await noteAttention(client, at.lane, at.flow, rows);
  const held = rows.filter((row) => row.status === STATUSES.pending.number);
  const changes = held.map(({ id }) => ({ id, before: STATUSES.queued.number, after: STATUSES.pending.number }));
  await countChanges(client, at.lane, at.flow, changes, 0);
  return new Set(waiting);
}

/** Locks the lines of documents and gives their keys; those without one are not among them. */
export async function lockKeyed(client: Queryable, at: FlowPlace, documents: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: string; key: string }>({
    name: "document_order_keys",
    text: "select d.id, d.order_key as key from document d where d.lane = $1 and d.id = any($2::bigint[]) and d.order_key is not null",
    values: [at.lane, documents],
  });
  const keys = new Map(rows.map((row) => [row.id, row.key]));
  if (keys.size > 0) await lockHeads(client, at, documents, [...new Set(keys.values())]);
  return keys;
}
