/**
 * Who waits for a record of another flow (`lookups.empty: wait`), and their waking: in the transaction of the page that stores what they
 * wait for, in one statement a page. Whoever begins to wait holds the index as a filling does, and looks again under it: what was stored
 * since it was asked, and a form that has changed since, wakes at once, so that nothing falls between. Waking means that it is mapped again, which may end in waiting again.
 */
import type pg from "pg";
import { numberArray, textArray } from "./parameters.ts";
import { storedFormOfFlow } from "./stored-form.ts";
import { transaction, type Queryable } from "./transaction.ts";

/** What would make a lookup find something. */
export interface Awaited {
  /** The other flow, as the ledger names it. */
  readonly name: string;
  /** 0 with the flow: it has never run. */
  readonly lane: number;
  readonly flow: number;
  /** The index. */
  readonly num: number;
  readonly hash: string;
  /** Of the records that were asked, as `seenOf` has it; null where not all were. */
  readonly seen: string | null;
  /** The other flow's form (stored-form.ts) by which it was asked; absent with a flow that has never run. */
  readonly form?: string | null;
}

/** `record`: a bill of its own; `group`: bills that are put together; `write-back`: a bill that its source is told of. */
export type WaiterKind = "record" | "group" | "write-back";

export interface Waiter {
  readonly key: string;
  readonly awaited: readonly Awaited[];
}

/** A value under which a page's records are found. */
export interface LookedUpValue {
  readonly num: number;
  readonly hash: string;
}

/** What is waited for without an equality: any record of the flow. */
export const ANY_HASH = "0";

/** Another text when one of the records has changed, or one has come. */
export function seenOf(records: readonly { readonly key: string; readonly status: number; readonly version?: number }[]): string {
  return records.map(({ key, status, version = 0 }) => `${key} ${status} ${version}`).join("\n");
}

/** The same of a flow's records altogether. */
export function seenAny(count: number, versions: number): string {
  return `${count} ${versions}`;
}

/** In a page's transaction, behind its values. */
export async function wakeWaiters(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  values: readonly LookedUpValue[],
): Promise<void> {
  if (values.length === 0) return;
  await client.query({
    name: "lookup_wait_wake",
    text: `update lookup_wait w set woken_at = now() from unnest($3::int[], $4::bigint[]) as x(n, h)
      where w.lane = $1 and w.flow = $2 and w.hash = any($4::bigint[]) and w.num = x.n and w.hash = x.h and w.woken_at is null`,
    values: [at.lane, at.flow, numberArray(values.map((value) => value.num)), numberArray(values.map((value) => value.hash))],
  });
}

/** Notes what bills wait for, in place of what they waited for before: in one transaction, so that whoever dies over it leaves no bill without either. */
export async function noteWaiters(pool: pg.Pool, flow: number, kind: WaiterKind, waiters: readonly Waiter[]): Promise<void> {
  const keys = waiters.map((waiter) => waiter.key);
  const each = waiters.flatMap(({ key, awaited }) => awaited.map((place) => ({ ...place, waiter: key })));
  // By name too: flows that never ran have no number yet.
  const groups = [...Map.groupBy(each, ({ flow: other, num, name }) => `${other} ${num} ${name}`).values()];
  await transaction(pool, async (client) => {
    await holdIndexes(client, each);
    await forgetWaiters(client, flow, keys, kind);
    for (const group of groups) await noteGroup(client, flow, kind, group);
  });
}

/**
 * No page of the other flows is stored meanwhile, and one that was being stored is stored first. All are held before anything else is
 * touched, in the order in which a page holds its own: nobody waits for the other crosswise.
 */
async function holdIndexes(client: Queryable, places: readonly Awaited[]): Promise<void> {
  const held = [...new Map(places.map((place) => [`${place.lane} ${place.flow} ${place.num}`, place])).values()].toSorted(
    (a, b) => a.lane - b.lane || a.flow - b.flow || a.num - b.num,
  );
  for (const { lane, flow, num } of held)
    await client.query("select 1 from lookup_index where lane = $1 and flow = $2 and num = $3 for update", [lane, flow, num]);
}

type Noted = Awaited & { readonly waiter: string };

async function noteGroup(client: Queryable, flow: number, kind: WaiterKind, group: readonly Noted[]): Promise<void> {
  const first = group[0] as Noted;
  const at = { lane: first.lane, flow: first.flow, num: first.num };
  const now = at.flow === 0 ? undefined : await seenNow(client, at, [...new Set(group.map(({ hash }) => hash))]);
  // Whoever changes it does so before it takes the index, and wakes those that wait by then.
  const formNow = at.flow === 0 ? null : await storedFormOfFlow(client, at.flow);
  const rows = new Map(
    group.map(({ hash, seen, form = formNow, waiter }) => {
      const isWoken = now !== undefined && ((seen !== null && (now.get(hash) ?? "") !== seen) || form !== formNow);
      return [`${hash} ${waiter}`, { hash, waiter, isWoken }];
    }),
  );
  const noted = [...rows.values()];
  await client.query({
    name: "lookup_wait_note",
    text: `insert into lookup_wait as w (lane, flow, num, hash, name, waiter_flow, kind, waiter, woken_at)
      select l.lane, $2, $3, x.h, $4, $5, $6, x.w, case when x.n = 1 then now() end
      from lane l cross join unnest($7::bigint[], $8::text[], $9::int[]) as x(h, w, n) where l.lane = $1
      on conflict (lane, flow, num, hash, name, waiter_flow, kind, waiter) do update set woken_at = excluded.woken_at`,
    values: [
      at.lane,
      at.flow,
      at.num,
      first.name,
      flow,
      kind,
      numberArray(noted.map((row) => row.hash)),
      textArray(noted.map((row) => row.waiter)),
      numberArray(noted.map((row) => (row.isWoken ? 1 : 0))),
    ],
  });
}

/** What stands there now, by hash. */
async function seenNow(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly num: number },
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ hash: string; key: string; status: number; version: number }>({
    name: "lookup_seen_now",
    text: `select v.hash, r.key, r.status, r.version from lookup_value v join record r on r.lane = $1 and r.flow = $2 and r.key = v.record_key
      where v.lane = $1 and v.flow = $2 and v.num = $3 and v.hash = any($4::bigint[]) order by v.hash, r.key`,
    values: [at.lane, at.flow, at.num, hashes],
  });
  const seen = new Map([...Map.groupBy(rows, (row) => row.hash)].map(([hash, group]) => [hash, seenOf(group)]));
  if (!hashes.includes(ANY_HASH)) return seen;
  const all = await client.query<{ count: string; versions: string }>({
    name: "lookup_seen_any",
    text: "select count(*) as count, coalesce(sum(version), 0) as versions from record where lane = $1 and flow = $2",
    values: [at.lane, at.flow],
  });
  return new Map([...seen, [ANY_HASH, seenAny(Number(all.rows[0]?.count ?? 0), Number(all.rows[0]?.versions ?? 0))]]);
}

/** They wait no longer. */
export async function forgetWaiters(client: Queryable, flow: number, keys: readonly string[], kind: WaiterKind): Promise<void> {
  if (keys.length === 0) return;
  await client.query({
    text: "delete from lookup_wait w where w.waiter_flow = $1 and w.kind = $2 and w.waiter = any($3::text[])",
    values: [flow, kind, textArray(keys)],
  });
}

/** A bill that has been woken, and by which waking: what it waits for next is another one, even where that wakes it at once. */
export interface Woken {
  readonly waiter: string;
  /** The other flow. */
  readonly name: string;
  /** The database's word for when; empty where the other flow has run for the first time. */
  readonly wokenAt: string;
}

/** These wakings have been taken up; of what has come since, nothing is forgotten. */
export async function forgetWoken(client: Queryable, flow: number, kind: WaiterKind, woken: readonly Woken[]): Promise<void> {
  if (woken.length === 0) return;
  await client.query({
    text: `delete from lookup_wait w using unnest($3::text[], $4::text[], $5::text[]) as x(waiter, name, woken)
      where w.waiter_flow = $1 and w.kind = $2 and w.waiter = any($3::text[]) and w.waiter = x.waiter and w.name = x.name
        and coalesce(w.woken_at::text, '') = x.woken and ${WOKEN}`,
    values: [
      flow,
      kind,
      textArray(woken.map((each) => each.waiter)),
      textArray(woken.map((each) => each.name)),
      textArray(woken.map((each) => each.wokenAt)),
    ],
  });
}

const ROUND = 10_000;
// The other flow has run for the first time since.
const WOKEN = "(w.woken_at is not null or w.flow = 0 and exists (select 1 from flow f where f.id = w.name))";

/** Those that have been woken, a bill's wakings together; as many as a round takes. */
export async function wokenWaiters(pool: pg.Pool, flow: number, kind: WaiterKind): Promise<readonly Woken[]> {
  const { rows } = await pool.query<Woken>({
    text: `select distinct w.waiter, w.name, coalesce(w.woken_at::text, '') as "wokenAt" from lookup_wait w
      where w.waiter_flow = $1 and w.kind = $2 and ${WOKEN} order by w.waiter limit ${ROUND}`,
    values: [flow, kind],
  });
  return rows;
}

/** Flows of which something has been woken. */
export async function wokenFlows(pool: pg.Pool): Promise<ReadonlySet<number>> {
  const { rows } = await pool.query<{ flow: number }>({
    text: `select distinct waiter_flow as flow from lookup_wait w where w.woken_at is not null
      union select distinct waiter_flow from lookup_wait w where w.flow = 0 and ${WOKEN}`,
  });
  return new Set(rows.map((row) => row.flow));
}
