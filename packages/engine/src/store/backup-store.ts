/**
 * Writes a backup of the whole store into one file while everybody goes on working: one read-only transaction of repeatable read gives
 * every table as it was at one instant. The embedded PostgreSQL brings no pg_dump, and a file of our own can also be read by another
 * major version and by a newer Datong.
 *
 * Sealed sessions go along as they are: of use only with the same master key, which is not in the file. The file holds business data in
 * readable form, hence only its owner may read it.
 */
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { DatongError } from "@datong/core";
import type pg from "pg";
import { copyOut } from "./backup-copy.ts";
import { FORMAT_VERSION, frame, type BackupHeader } from "./backup-frames.ts";
import { partitionDays } from "./partition-days.ts";
import { connectAlone, type Database } from "./postgres/index.ts";
import { identityOf, ownIdentity } from "./postgres/process-identity.ts";

export interface BackupResult {
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  /** Size of the file. */
  readonly bytes: number;
  readonly madeAt: number;
}

/** Rows are gathered to frames of about this size. */
const FRAME_BYTES = 256 * 1024;
const SILENT_MS = 600_000;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const MIGRATION_TABLE = "datong_migration";
/** Migrations are written anew by a restore; who is at work just now, and with how many calls, is no content. */
const NO_CONTENT: ReadonlySet<string> = new Set([MIGRATION_TABLE, "worker", "budget_share"]);

/**
 * Errors: STORE_BACKUP_EXISTS, STORE_BACKUP_NOTHING. A backup that fails leaves no file; of a process that dies the next backup into that folder
 * clears away what it left.
 */
export async function backupStore(database: Database, file: string, nowMs: number): Promise<BackupResult> {
  if (existsSync(file)) throw new DatongError("STORE_BACKUP_EXISTS", { file });
  await clearDead(dirname(file));
  const { pid, startTicks } = ownIdentity();
  const part = `${file}.${pid}-${startTicks}.part`;
  const tables: Record<string, number> = {};
  try {
    await pipeBackup(database, nowMs, tables, createWriteStream(part, { mode: 0o600, flush: true }));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await rename(part, file);
  return { tables, bytes: (await stat(file)).size, madeAt: nowMs };
}

/** Parts of backups whose process is gone, and that nobody on another machine has written to for a while. */
async function clearDead(folder: string): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  for (const name of names) {
    const [, pid, ticks] = /\.(\d+)-(\d*)\.part$/.exec(name) ?? [];
    if (pid === undefined || identityOf(Number(pid))?.startTicks === ticks) continue;
    const path = join(folder, name);
    // Another backup may have cleared it away meanwhile.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > SILENT_MS) await rm(path, { force: true });
  }
}

/** The same into a stream, such as a download. One that was cut off lacks its end, and no restore takes it. */
export async function streamBackup(database: Database, nowMs: number, into: Writable): Promise<void> {
  await pipeBackup(database, nowMs, {}, into);
}

async function pipeBackup(database: Database, nowMs: number, tables: Record<string, number>, into: Writable): Promise<void> {
  const client = await connectAlone(database.pool);
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query("set local statement_timeout = 0");
    await client.query("set local idle_in_transaction_session_timeout = 0");
    const frames = backupFrames(client, database, nowMs, tables);
    await pipeline(Readable.from(frames, { objectMode: true }), createZstdCompress(LEVEL), into);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

async function* backupFrames(client: pg.Client, database: Database, nowMs: number, tables: Record<string, number>): AsyncGenerator<Buffer> {
  const found = await tablesOf(client);
  if (!found.has(MIGRATION_TABLE)) throw new DatongError("STORE_BACKUP_NOTHING", { address: database.describe() });
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    `select name, checksum from ${MIGRATION_TABLE} order by name collate "C"`,
  );
  const header: BackupHeader = {
    format: "datong-backup",
    formatVersion: FORMAT_VERSION,
    madeAt: nowMs,
    serverVersion: database.serverVersion,
    migrations,
    days: await partitionDays(client),
  };
  yield frame("H", header);
  for (const [table, columns] of found) {
    if (NO_CONTENT.has(table)) continue;
    yield frame("T", { table, columns });
    const hash = createHash("sha256");
    let bytes = 0;
    const copy = rowsOf(client, table, columns);
    for (let next = await copy.next(); ; next = await copy.next()) {
      if (next.done === true) {
        tables[table] = next.value;
        break;
      }
      hash.update(next.value);
      bytes += next.value.length;
      yield frame("D", next.value);
    }
    yield frame("E", { rows: tables[table], bytes, sha256: hash.digest("hex") });
  }
  yield frame("Z", { tables });
}

/** A table's rows in pieces of some size, each of whole rows. Returns how many rows there were. */
async function* rowsOf(client: pg.Client, table: string, columns: readonly string[]): AsyncGenerator<Buffer, number> {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const copy = copyOut(client, `copy (select ${list} from ${client.escapeIdentifier(table)}) to stdout`);
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (let next = await copy.next(); ; next = await copy.next()) {
    if (next.done === true || bytes >= FRAME_BYTES) {
      if (gathered.length > 0) yield Buffer.concat(gathered);
      [gathered, bytes] = [[], 0];
    }
    if (next.done === true) return next.value;
    gathered.push(next.value);
    bytes += next.value.length;
  }
}

/** The store's tables with their columns; a partitioned table stands for its partitions. */
export async function tablesOf(client: pg.ClientBase): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ table: string; columns: readonly string[] }>(
    `select c.relname::text as "table",
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition order by c.relname`,
  );
  return new Map(rows.map((row) => [row.table, row.columns]));
}
