/**
 * How much room requests and responses may take. Beyond it the oldest days go first, never the day that is written; bills, their rows and
 * documents are not touched. What was let go is noted for people. Sizes are bytes, instants epoch ms.
 */
import type pg from "pg";
import { dropDay, partitionDays, partitionName } from "./partition-days.ts";
import type { Queryable } from "./transaction.ts";

const QUOTA = "exchange-quota";
const NOTICE = "exchange-quota-notice";
const DAY_MS = 86_400_000;

export interface QuotaNotice {
  readonly at: number;
  /** Days (yyyy-MM-dd, UTC) whose exchanges went before their time. */
  readonly days: readonly string[];
  /** False: even without all former days it is more than allowed. */
  readonly isEnough: boolean;
}

export interface ExchangeRoom {
  /** Null: without end. */
  readonly bytesMax: number | null;
  readonly bytes: number;
  readonly notice: QuotaNotice | null;
}

async function setting<T>(client: Queryable, name: string): Promise<T | null> {
  const { rows } = await client.query<{ value: string }>("select value from setting where name = $1", [name]);
  return rows[0] === undefined ? null : (JSON.parse(rows[0].value) as T);
}

async function keepSetting(client: Queryable, name: string, value: unknown): Promise<void> {
  await client.query(
    `insert into setting as s (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`,
    [name, JSON.stringify(value)],
  );
}

/** Null: without end again. */
export async function saveExchangeQuota(client: Queryable, bytesMax: number | null): Promise<void> {
  await keepSetting(client, QUOTA, bytesMax);
  await client.query("delete from setting where name = $1", [NOTICE]);
}

export async function exchangeRoom(client: Queryable): Promise<ExchangeRoom> {
  const sizes = await sizesOf(client);
  return {
    bytesMax: await setting<number>(client, QUOTA),
    bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    notice: await setting<QuotaNotice>(client, NOTICE),
  };
}

/** Lets days go until the rest fits. Null: there was nothing to do. */
export async function keepExchangeQuota(pool: pg.Pool, nowMs: number): Promise<QuotaNotice | null> {
  const bytesMax = await setting<number>(pool, QUOTA);
  if (bytesMax === null) return null;
  const sizes = await sizesOf(pool);
  let bytes = [...sizes.values()].reduce((sum, each) => sum + each, 0);
  const days: string[] = [];
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (const day of await partitionDays(pool)) {
    if (bytes <= bytesMax || day >= today) break;
    if (!(await dropDay(pool, day))) continue;
    bytes -= sizes.get(partitionName(day)) ?? 0;
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  if (days.length === 0 && bytes <= bytesMax) return null;
  const notice = { at: nowMs, days, isEnough: bytes <= bytesMax };
  await keepSetting(pool, NOTICE, notice);
  return notice;
}

/** Of the table's parts, with their indexes and long values. */
async function sizesOf(client: Queryable): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select c.relname::text as name, pg_total_relation_size(c.oid) as bytes
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'exchange'::regclass`,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}
