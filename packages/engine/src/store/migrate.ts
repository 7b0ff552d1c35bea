/**
 * Brings the database's tables up to this program: numbered files `NNNN-name.sql`, applied in order, each once and in a
 * transaction of its own, recorded in `datong_migration` with the SHA-256 of its text. Processes that start at once take
 * turns under a transaction-level advisory lock, which PgBouncer in transaction mode keeps too. A changed file, a gap in
 * the numbers, and a database that knows more than this program are refused before anything is run.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatongError } from "@datong/core";
import type pg from "pg";

export interface MigrationResult {
  /** Files applied by this call, in order. */
  readonly applied: readonly string[];
  /** Files the database has now. */
  readonly total: number;
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
  readonly applied_at: string;
}

/** The files that come with this program. */
export const MIGRATIONS = fileURLToPath(new URL("./migrations", import.meta.url));

/** Any fixed number serves, as long as nothing else in the database locks the same one. */
const lockKey = "7236271904518265";

/** Applies what is missing. Safe to call at every start. */
export async function migrate(pool: pg.Pool, folder: string): Promise<MigrationResult> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(pool, migrations);
    if (name === undefined) return { applied, total: migrations.length };
    applied.push(name);
  }
}

/** The files in order; refuses a folder that breaks the rules. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const migrations: Migration[] = [];
  for (const [index, name] of names.entries()) {
    if (!/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.test(name)) invalid(name, "the name is not NNNN-name.sql");
    if (Number(name.slice(0, 4)) !== index + 1) invalid(name, `number ${String(index + 1).padStart(4, "0")} was expected here`);
    // Line ends depend on how git checked the file out; they must not change the checksum.
    const sql = (await readFile(join(folder, name), "utf8")).replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
    if (/^\s*(begin|commit|rollback|start\s+transaction)\b[^;\n]*;/im.test(sql)) invalid(name, "it begins or ends a transaction");
    migrations.push({ name, sql, checksum: createHash("sha256").update(sql).digest("hex") });
  }
  return migrations;
}

function invalid(file: string, reason: string): never {
  throw new DatongError("STORE_MIGRATION_INVALID", { file, reason });
}

/** Applies the first so many of the files to an empty database, inside the caller's transaction. */
export async function applyToEmpty(client: pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  await client.query("select pg_advisory_xact_lock($1::bigint)", [lockKey]);
  await createTable(client);
  for (const migration of migrations) await apply(client, migration);
}

/** Runs the first missing migration; undefined when there is none. */
async function applyNext(pool: pg.Pool, migrations: readonly Migration[]): Promise<string | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    // Waiting for the other process, or building an index on a large table, may take as long as it takes.
    await client.query("set local statement_timeout = 0");
    await client.query("select pg_advisory_xact_lock($1::bigint)", [lockKey]);
    const next = migrations[await countApplied(client, migrations)];
    if (next !== undefined) await apply(client, next);
    await client.query("commit");
    return next?.name;
  } catch (error) {
    // A connection that cannot even roll back is thrown away; the server rolls back by itself.
    await client.query("rollback").catch((failure: unknown) => (broken = failure instanceof Error ? failure : new Error(String(failure))));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** How many of the files the database has; refuses a database that does not fit them. */
async function countApplied(client: pg.ClientBase, migrations: readonly Migration[]): Promise<number> {
  await createTable(client);
  const { rows } = await client.query<AppliedRow>(
    "select name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"') as applied_at from datong_migration order by name collate \"C\"",
  );
  for (const [index, row] of rows.entries()) {
    const file = migrations[index];
    if (file?.name !== row.name) throw new DatongError("STORE_DATABASE_NEWER", { file: row.name });
    if (file.checksum !== row.checksum) throw new DatongError("STORE_MIGRATION_CHANGED", { file: row.name, appliedAt: row.applied_at });
  }
  return rows.length;
}

async function createTable(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(
      `create table if not exists datong_migration(
        name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp())`,
    );
  } catch (error) {
    throw failed("datong_migration", "", error);
  }
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
    await client.query("insert into datong_migration(name, checksum) values($1, $2)", [migration.name, migration.checksum]);
  } catch (error) {
    throw failed(migration.name, migration.sql, error);
  }
}

function failed(file: string, sql: string, error: unknown): DatongError {
  const { message, position } = error as { readonly message: string; readonly position?: string };
  const line = position === undefined ? 1 : sql.slice(0, Number(position) - 1).split("\n").length;
  return new DatongError("STORE_MIGRATION_FAILED", { file, line, reason: message }, { cause: error });
}
