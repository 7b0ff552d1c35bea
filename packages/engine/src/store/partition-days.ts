/**
 * Partitions of `exchange`, one a day (UTC): made ahead, so that a day's end costs nothing, and dropped by age, which costs the same
 * for a thousand rows and for a hundred million.
 *
 * `exchange_rest` is the default partition: what no day takes lands there (a clock that runs ahead, a store that slept). It is drained
 * into days of its own. Whatever fails here leaves a store that works, hence nothing waits long for a lock: it is tried again later.
 */
import type pg from "pg";
import { idAtMs } from "./id-source.ts";
import { transaction, type Queryable } from "./transaction.ts";

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 1;
/** A day that holds more is left in the default partition; it is deleted there by age. */
const DRAIN_ROWS_MAX = 200_000;
const DRAIN_DAYS_MAX = 40;
const DELETE_ROWS = 5_000;
/** Longest wait for a lock. Any fixed number serves as the key of the advisory lock, as long as it is no other's. */
const LOCK_WAIT_MS = 2_000;
const LOCK_KEY = "7236271904518266";

export interface PartitionResult {
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** Rows taken out of the default partition, into days of their own or away. */
  readonly drained: number;
}

/** Makes the partitions of today and tomorrow, drops those that ended before `keepDays` days ago, drains the default one. */
export async function keepPartitionDays(
  pool: pg.Pool,
  at: { readonly nowMs: number; readonly keepDays: number },
): Promise<PartitionResult> {
  const today = dayOf(at.nowMs);
  const horizon = dayOf(at.nowMs - at.keepDays * DAY_MS);
  const wanted = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => today + i * DAY_MS);
  const { days, restEmpty } = await existing(pool);
  const missing = wanted.filter((day) => !days.has(day));
  const old = [...days].filter((day) => day < horizon);
  const created: string[] = [];
  const dropped: string[] = [];
  let drained = 0;
  for (const day of missing) {
    const moved = await makeDay(pool, day);
    if (moved !== null) created.push(partitionName(day));
    drained += moved ?? 0;
  }
  for (const day of old) if (await dropDay(pool, day)) dropped.push(partitionName(day));
  if (restEmpty) return { created, dropped, drained };
  drained += await deleteRest(pool, horizon);
  for (const day of await daysOfRest(pool)) {
    const moved = await makeDay(pool, day);
    if (moved !== null) created.push(partitionName(day));
    drained += moved ?? 0;
  }
  return { created, dropped, drained };
}

/** Deletes one flow's exchanges that are older, in batches; for flows that keep theirs shorter than the others. Gives their number. */
export async function deleteExchanges(pool: pg.Pool, lane: number, flow: number, beforeMs: number): Promise<number> {
  for (let deleted = 0; ;) {
    const { rowCount } = await pool.query({
      name: "exchange_delete",
      text: `delete from exchange where lane = $1 and at < to_timestamp($3 / 1000.0) and id = any(array(
          select id from exchange where lane = $1 and flow = $2 and at < to_timestamp($3 / 1000.0) and id < $4 order by id limit $5))`,
      // An id is as old as its row, or older: it bounds the search to what can be old enough.
      values: [lane, flow, beforeMs, idAtMs(beforeMs), DELETE_ROWS],
    });
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETE_ROWS) return deleted;
  }
}

/** The days (their first instants, epoch ms) that have a partition. */
export async function partitionDays(client: Queryable): Promise<readonly number[]> {
  return [...(await existing(client)).days].toSorted((a, b) => a - b);
}

/** Makes a day's partition in the caller's transaction, where nobody else can be at the table yet. */
export async function createPartition(client: Queryable, day: number): Promise<void> {
  const name = partitionName(day);
  await client.query(`create table ${name} (like exchange including defaults including storage)`);
  await client.query(`alter table ${name} replica identity full`);
  await client.query(`alter table exchange attach partition ${name} for values from (${instant(day)}) to (${instant(day + DAY_MS)})`);
}

/** The partition's name, such as exchange_20261122. */
export function partitionName(dayMs: number): string {
  return `exchange_${new Date(dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;
}

function instant(ms: number): string {
  return `'${new Date(ms).toISOString()}'`;
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

async function existing(client: Queryable): Promise<{ readonly days: ReadonlySet<number>; readonly restEmpty: boolean }> {
  const { rows } = await client.query<{ names: readonly string[]; empty: boolean }>(
    `select array(select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'exchange'::regclass) as names,
       not exists (select 1 from exchange_rest) as empty`,
  );
  const days = (rows[0]?.names ?? []).flatMap((name) => {
    const parts = /^exchange_(\d{4})(\d\d)(\d\d)$/.exec(name);
    return parts === null ? [] : [Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))];
  });
  return { days: new Set(days), restEmpty: rows[0]?.empty ?? true };
}

/**
 * Makes a day's partition with what the default one holds of it; the number of rows moved, null when it was left undone (another
 * process is at it or has done it, a lock was not to be had, or the day is too large to be moved). Built apart and attached:
 * unlike `create table … partition of`, that lets everybody else write meanwhile.
 */
async function makeDay(pool: pg.Pool, day: number): Promise<number | null> {
  const name = partitionName(day);
  const [from, to] = [instant(day), instant(day + DAY_MS)];
  return attempt(pool, async (client) => {
    const { rows } = await client.query<{ there: boolean; n: string }>(
      `select to_regclass($1) is not null as there,
         (select count(*) from (select 1 from exchange_rest where at >= ${from} and at < ${to} limit ${DRAIN_ROWS_MAX + 1}) x) as n`,
      [name],
    );
    const found = Number(rows[0]?.n ?? 0);
    if (rows[0]?.there === true || found > DRAIN_ROWS_MAX) return null;
    await client.query(`create table ${name} (like exchange including defaults including storage)`);
    await client.query(`alter table ${name} replica identity full`);
    if (found > 0) {
      // Nobody may add to the day while it moves, else the default partition would still hold some of it.
      await client.query("lock table exchange_rest in share row exclusive mode");
      await client.query(
        `with moved as (delete from exchange_rest where at >= ${from} and at < ${to} returning *) insert into ${name} select * from moved`,
      );
    }
    await client.query(`alter table exchange attach partition ${name} for values from (${from}) to (${to})`);
    return found;
  });
}

export async function dropDay(pool: pg.Pool, day: number): Promise<boolean> {
  const done = await attempt(pool, async (client) => {
    await client.query(`drop table if exists ${partitionName(day)}`);
    return true;
  });
  return done ?? false;
}

async function deleteRest(pool: pg.Pool, beforeMs: number): Promise<number> {
  for (let deleted = 0; ;) {
    const { rowCount } = await pool.query(
      "delete from exchange_rest where ctid = any(array(select ctid from exchange_rest where at < to_timestamp($1 / 1000.0) limit $2))",
      [beforeMs, DELETE_ROWS],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETE_ROWS) return deleted;
  }
}

async function daysOfRest(client: Queryable): Promise<readonly number[]> {
  const { rows } = await client.query<{ at: number }>(
    `select distinct date_trunc('day', at at time zone 'UTC') at time zone 'UTC' as at from exchange_rest order by 1 limit ${DRAIN_DAYS_MAX}`,
  );
  return rows.map((row) => row.at);
}

/** One process at a time, in one transaction, with short waits; null when it did not come to it. */
async function attempt<T>(pool: pg.Pool, work: (client: Queryable) => Promise<T>): Promise<T | null> {
  try {
    return await transaction(pool, async (client) => {
      await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
      const { rows } = await client.query<{ ours: boolean }>("select pg_try_advisory_xact_lock($1::bigint) as ours", [LOCK_KEY]);
      return rows[0]?.ours === true ? await work(client) : null;
    });
  } catch (error) {
    // Lock not available, deadlock, or the day was made by somebody between the look and the making: the next hour tries again.
    if (["55P03", "40P01", "42P07"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
