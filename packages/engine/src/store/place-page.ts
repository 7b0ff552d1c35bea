/** The order keys of a page: who of its documents may go on at once, who waits, and who goes on because another left its line. */
import { STATUSES } from "@datong/core";
import {
  leavePlaces,
  letGo,
  lockHeads,
  takePlaces,
  tasksOf,
  WAITS,
  type FlowPlace,
  type OrderRules,
  type OrderTask,
  type Place,
} from "./order-rows.ts";
import type { Queryable } from "./transaction.ts";

/** What a page's transaction is told of order keys. */
export interface PageOrder {
  readonly rules: OrderRules;
  /** Of all its documents that have a key and are to be written, or stopped and hold the others up. */
  readonly places: readonly Place[];
}

interface PlacedRow {
  readonly id: string;
  readonly status: number;
  readonly code: string | null;
  readonly task: string | null;
}

interface Placing extends FlowPlace {
  readonly order?: PageOrder;
  readonly documents: readonly PlacedRow[];
  readonly replaced: readonly PlacedRow[];
  /** Left out. */
  readonly skipped: readonly string[];
  readonly planned: readonly { readonly id: string }[];
  readonly tasks: readonly Omit<OrderTask, "priority">[];
}

/** Holds the lines of the documents that the page finds in the ledger, before they are locked themselves. */
export async function lockLines(client: Queryable, page: Placing): Promise<void> {
  if (page.order === undefined) return;
  const keys = [...new Set(page.order.places.map((place) => place.key))];
  await lockHeads(
    client,
    page,
    page.planned.map((document) => document.id),
    keys,
  );
}

/** The page as it is to be stored: whoever waits is pending, whose turn it is has a task. */
export async function placePage<P extends Placing>(client: Queryable, page: P): Promise<P> {
  if (page.order === undefined) return page;
  const { rules, places } = page.order;
  const follow = await leaveOthers(client, page, rules, [...page.replaced.map((row) => row.id), ...page.skipped], places);
  const free = await takePlaces(client, page, places);
  const going = places.filter((place) => free.has(place.document));
  const own = tasksOf({ ...rules, taskIds: rules.taskIds.slice(follow.length) }, going);
  const taskOf = new Map(own.flatMap((task) => task.documents.map((document): [string, string] => [document, task.id])));
  const waiting = new Set(places.filter((place) => place.action !== null && !free.has(place.document)).map((place) => place.document));
  const placed = <R extends PlacedRow>(row: R): R =>
    waiting.has(row.id) ? { ...row, status: STATUSES.pending.number, code: WAITS } : { ...row, task: taskOf.get(row.id) ?? row.task };
  // A reversal changes nothing in its document yet but the tasks that it knows.
  const rows = new Set([...page.documents, ...page.replaced].map((row) => row.id));
  const reversals = own.map((task) => ({ ...task, documents: task.documents.filter((document) => !rows.has(document)) }));
  await letGo(client, page, reversals);
  const tasks = [...page.tasks, ...follow, ...own];
  return { ...page, documents: page.documents.map(placed), replaced: page.replaced.map(placed), tasks };
}

/** Documents whose key is another now, or that stand in no line any more. */
async function leaveOthers(
  client: Queryable,
  at: FlowPlace,
  rules: OrderRules,
  ids: readonly string[],
  places: readonly Place[],
): Promise<readonly OrderTask[]> {
  if (ids.length === 0) return [];
  const keys = new Map(places.map((place) => [place.document, place.key]));
  const { rows } = await client.query<{ id: string }>({
    name: "order_elsewhere",
    text: `select x.d as id from unnest($3::bigint[], $4::text[]) as x(d, k)
      where exists (select 1 from order_head h where h.lane = $1 and h.flow = $2 and h.document = x.d and h.order_key is distinct from x.k)
        or exists (select 1 from order_line w where w.lane = $1 and w.flow = $2 and w.document = x.d and w.order_key is distinct from x.k)`,
    values: [at.lane, at.flow, ids, ids.map((id) => keys.get(id) ?? null)],
  });
  return leavePlaces(
    client,
    at,
    rules,
    rows.map((row) => row.id),
    new Set(ids),
  );
}
