/**
 * Restores a backup into an empty database, all or nothing: the schema as it was when the backup was made, every row, counts and
 * checksums compared; then the newer migrations. So a backup of an older Datong, or of another PostgreSQL major version, is read too.
 *
 * A backup is older than the store that it came from. Unless the caller says that the store was moved (stopped before the backup, never
 * started again), every write that still waits in the queue may have gone out since: it is marked as maybe sent, hence asked about
 * before it is sent, or held for a person where nobody can be asked.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { DatongError } from "@datong/core";
import type pg from "pg";
import { copyIn } from "./backup-copy.ts";
import {
  broken,
  FORMAT_VERSION,
  framesOf,
  type BackupEnd,
  type BackupHeader,
  type Frame,
  type FrameType,
  type TableEnd,
  type TableHead,
} from "./backup-frames.ts";
import { tablesOf } from "./backup-store.ts";
import { applyToEmpty, migrate, MIGRATIONS, readMigrations, type Migration } from "./migrate.ts";
import { createPartition } from "./partition-days.ts";
import { connectAlone, type Database } from "./postgres/index.ts";

export interface RestoreResult {
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly madeAt: number;
  /** server_version_num of where the backup comes from. */
  readonly fromVersion: number;
  /** Migrations applied on top, because the backup is older than this program. */
  readonly migrated: readonly string[];
  /** Queued writes that are now asked about before they are sent. */
  readonly tasksDoubtful: number;
}

export interface RestoreOptions {
  /** Folder of the migrations; the program's own when absent. */
  readonly migrations?: string;
  /** The store of the backup was stopped before the backup was made and is not used any more. */
  readonly moved: boolean;
}

/** Errors: STORE_NOT_EMPTY, STORE_BACKUP_BROKEN, STORE_DATABASE_NEWER, STORE_MIGRATION_CHANGED. */
export async function restoreStore(database: Database, file: string, options: RestoreOptions): Promise<RestoreResult> {
  const folder = options.migrations ?? MIGRATIONS;
  const files = await readMigrations(folder);
  const client = await connectAlone(database.pool);
  let result: Omit<RestoreResult, "migrated">;
  try {
    await client.query("begin");
    await client.query("set local statement_timeout = 0");
    await client.query("set local idle_in_transaction_session_timeout = 0");
    await requireEmpty(client, database);
    result = await readInto(client, file, files, options.moved);
    await client.query("commit");
  } finally {
    // The server rolls back what a broken connection had begun.
    await client.end();
  }
  const { applied } = await migrate(database.pool, folder);
  await database.pool.query("analyze");
  return { ...result, migrated: applied };
}

async function requireEmpty(client: pg.Client, database: Database): Promise<void> {
  const tables = [...(await tablesOf(client)).keys()];
  if (tables.length === 0) return;
  const named = tables.slice(0, 5).join(", ");
  throw new DatongError("STORE_NOT_EMPTY", { address: database.describe(), tables: tables.length > 5 ? `${named} …` : named });
}

async function readInto(
  client: pg.Client,
  file: string,
  files: readonly Migration[],
  moved: boolean,
): Promise<Omit<RestoreResult, "migrated">> {
  let result: Omit<RestoreResult, "migrated"> | undefined;
  try {
    await pipeline(createReadStream(file), createZstdDecompress(), async (source: AsyncIterable<Buffer>) => {
      const frames = framesOf(source, file);
      const header = json<BackupHeader>(await expectFrame(frames, "H", file), file);
      await createSchema(client, header, files, file);
      const tables = await restoreTables(client, frames, file);
      // Whoever held a flow holds it in the store that the backup comes from.
      await client.query("delete from cursor where name = 'lease'");
      result = {
        tables,
        madeAt: header.madeAt,
        fromVersion: header.serverVersion,
        tasksDoubtful: moved ? 0 : await doubtTasks(client, header),
      };
    });
  } catch (error) {
    throw unreadable(error) ? new DatongError("STORE_BACKUP_BROKEN", { file, reason: (error as Error).message }, { cause: error }) : error;
  }
  return result ?? broken(file, "it is empty");
}

/** What the decompression says of a damaged file. */
function unreadable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return /^(Z_|ZSTD_|ERR_ZSTD|ERR_STREAM_PREMATURE_CLOSE)/.test(code);
}

async function createSchema(client: pg.Client, header: BackupHeader, files: readonly Migration[], file: string): Promise<void> {
  if (header.format !== "datong-backup") broken(file, "it is not a backup of Datong");
  if (header.formatVersion > FORMAT_VERSION) throw new DatongError("STORE_DATABASE_NEWER", { file });
  for (const [index, { name, checksum }] of header.migrations.entries()) {
    const known = files[index];
    if (known?.name !== name) throw new DatongError("STORE_DATABASE_NEWER", { file: name });
    if (known.checksum !== checksum) {
      throw new DatongError("STORE_MIGRATION_CHANGED", { file: name, appliedAt: new Date(header.madeAt).toISOString() });
    }
  }
  await applyToEmpty(client, files.slice(0, header.migrations.length));
  for (const day of header.days) await createPartition(client, day);
}

async function restoreTables(client: pg.Client, frames: AsyncGenerator<Frame, void>, file: string): Promise<Record<string, number>> {
  const known = await tablesOf(client);
  const tables: Record<string, number> = {};
  for (;;) {
    const next = await expectFrame(frames, ["T", "Z"], file);
    if (next.type === "Z") {
      compareEnd(tables, json<BackupEnd>(next, file), file);
      return tables;
    }
    const head = json<TableHead>(next, file);
    const columns = known.get(head.table) ?? broken(file, `the schema has no table ${head.table}`);
    const strange = head.columns.find((column) => !columns.includes(column));
    if (strange !== undefined) broken(file, `the table ${head.table} has no column ${strange}`);
    tables[head.table] = await restoreTable(client, head, frames, file);
  }
}

/** Loads one table and compares what came with what its end says; gives the rows. */
async function restoreTable(client: pg.Client, head: TableHead, frames: AsyncGenerator<Frame, void>, file: string): Promise<number> {
  const hash = createHash("sha256");
  let end: TableEnd | undefined;
  async function* data(): AsyncGenerator<Buffer> {
    for (;;) {
      const next = await expectFrame(frames, ["D", "E"], file);
      if (next.type === "E") {
        end = json<TableEnd>(next, file);
        return;
      }
      hash.update(next.payload);
      yield next.payload;
    }
  }
  const table = client.escapeIdentifier(head.table);
  // Migrations fill some tables themselves.
  await client.query(`delete from ${table}`);
  const columns = head.columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const rows = await copyIn(client, `copy ${table} (${columns}) from stdin`, data());
  if (end?.rows !== rows) broken(file, `${head.table}: ${rows} rows instead of ${end?.rows ?? "none"}`);
  if (end.sha256 !== hash.digest("hex")) broken(file, `${head.table}: the checksum differs`);
  return rows;
}

function compareEnd(tables: Readonly<Record<string, number>>, end: BackupEnd, file: string): void {
  for (const [table, rows] of Object.entries(end.tables)) {
    if (tables[table] !== rows) broken(file, `${table}: ${tables[table] ?? "no"} rows instead of ${rows}`);
  }
}

/** Whoever worked on after the backup may have sent what waits in it. */
async function doubtTasks(client: pg.Client, header: BackupHeader): Promise<number> {
  const { rowCount } = await client.query("update task set sent_at = to_timestamp($1 / 1000.0) where sent_at is null", [header.madeAt]);
  return rowCount ?? 0;
}

async function expectFrame(frames: AsyncGenerator<Frame, void>, types: FrameType | readonly FrameType[], file: string): Promise<Frame> {
  const next = await frames.next();
  if (next.done === true) return broken(file, "its end is missing");
  if (!types.includes(next.value.type)) broken(file, `a frame ${next.value.type} stands where ${String(types)} belongs`);
  return next.value;
}

function json<T>(given: Frame, file: string): T {
  try {
    return JSON.parse(given.payload.toString("utf8")) as T;
  } catch {
    return broken(file, `the frame ${given.type} cannot be read`);
  }
}
