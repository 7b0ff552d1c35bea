/** What `datong doctor` and the settings page tell of the database: version, settings, clock, what is unfinished or stuck. Read only. */
import type pg from "pg";
import { MIGRATIONS, readMigrations } from "./migrate.ts";

export interface StoreDiagnosis {
  /** Such as `18.1`. */
  readonly version: string;
  readonly encoding: string;
  readonly connectionsMax: number;
  readonly bytes: number;
  /** How far the database's clock is ahead of ours. */
  readonly aheadMs: number;
  /** Migrations that are not applied yet, and those that this program does not know. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  /** Flows that somebody holds by a lease whose time is over. */
  readonly stuckFlows: readonly string[];
  /** Processes that have not been heard of for a minute. */
  readonly silentWorkers: number;
}

export async function diagnoseStore(pool: pg.Pool): Promise<StoreDiagnosis> {
  const askedMs = Date.now();
  const { rows } = await pool.query<{ version: string; encoding: string; max: string; bytes: string; now: string; known: boolean }>(
    `select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
       current_setting('max_connections') as max, pg_database_size(current_database()) as bytes,
       extract(epoch from clock_timestamp()) * 1000 as now, to_regclass('datong_migration') is not null as known`,
  );
  const heardMs = Date.now();
  const row = rows[0] ?? { version: "", encoding: "", max: "0", bytes: "0", now: String(heardMs), known: false };
  const files = (await readMigrations(MIGRATIONS)).map(({ name }) => name);
  const applied = row.known ? (await pool.query<{ name: string }>("select name from datong_migration")).rows.map(({ name }) => name) : [];
  const missing = files.filter((name) => !applied.includes(name));
  return {
    version: row.version.split(" ")[0] ?? row.version,
    encoding: row.encoding,
    connectionsMax: Number(row.max),
    bytes: Number(row.bytes),
    aheadMs: Math.round(Number(row.now) - (askedMs + heardMs) / 2),
    missing,
    unknown: applied.filter((name) => !files.includes(name)),
    // The tables of an older state may not be there yet.
    ...(missing.length === 0 ? await stuck(pool, heardMs) : { stuckFlows: [], silentWorkers: 0 }),
  };
}

async function stuck(pool: pg.Pool, nowMs: number): Promise<Pick<StoreDiagnosis, "stuckFlows" | "silentWorkers">> {
  const leases = await pool.query<{ id: string; value: string }>(
    "select f.id, c.value from cursor c join flow f on f.lane = c.lane and f.num = c.flow where c.name = 'lease'",
  );
  const over = leases.rows.filter(({ value }) => (JSON.parse(value) as { readonly untilMs: number }).untilMs < nowMs);
  const workers = await pool.query<{ n: number }>("select count(*)::int as n from worker where beat_at < now() - interval '1 minute'");
  return { stuckFlows: over.map(({ id }) => id), silentWorkers: workers.rows[0]?.n ?? 0 };
}
