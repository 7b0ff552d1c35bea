/**
 * Opens the store's database: the external PostgreSQL of `databaseUrl`, or our own below `dataDir`. One door for every process
 * of the product; several may open the same store at once. Errors: the STORE_… codes and POSTGRES_NOT_FOUND.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { PostgresBinaries } from "./binaries.ts";
import { createPool } from "./database-pool.ts";
import { socketPort } from "./data-folder.ts";
import { type EmbeddedServer, joinEmbeddedServer } from "./embedded-server.ts";
import { checkExternalServer, newestTestedMajor } from "./external-server.ts";
import { superuser } from "./init-cluster.ts";
import { databaseName } from "./server-socket.ts";

export interface Database {
  /** Rows come out as `database-pool.ts` says. */
  readonly pool: pg.Pool;
  readonly kind: "external" | "embedded" | "debian";
  /** PostgreSQL's server_version_num, such as 180004. */
  readonly serverVersion: number;
  /** Where the data is, without user and password. */
  describe(): string;
  /** Ends the connections; the last user of an embedded server stops it. May be called twice. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** Longest run of one statement on the embedded server; 0 means no limit. On an external server use `set local`. */
  readonly statementTimeoutMs?: number;
  /** PostgreSQL programs to choose from, instead of those found on the machine. */
  readonly binaries?: readonly PostgresBinaries[];
}

const statementMsMax = 60_000;
const idleInTransactionMs = 60_000;
const poolEndMsMax = 10_000;

/** Opens the database; the caller closes it. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const log = options.log ?? ((): void => undefined);
  return options.databaseUrl === undefined || options.databaseUrl === ""
    ? await openEmbedded(options, log)
    : await openExternal(options.databaseUrl, log);
}

async function openExternal(databaseUrl: string, log: (line: string) => void): Promise<Database> {
  const { address, versionNumber, isPooled } = await checkExternalServer(databaseUrl);
  if (versionNumber >= (newestTestedMajor + 1) * 10_000) log(`PostgreSQL ${versionText(versionNumber)} is newer than any tested version`);
  if (isPooled) log("a connection pooler stands before PostgreSQL: statements are sent unprepared");
  const pool = createPool({ connectionString: databaseUrl, pooled: isPooled }, log);
  return {
    pool,
    kind: "external",
    serverVersion: versionNumber,
    describe: () => `external PostgreSQL ${versionText(versionNumber)} at ${address}${isPooled ? " through a connection pooler" : ""}`,
    close: once(() => endPool(pool, log)),
  };
}

async function openEmbedded(options: OpenDatabaseOptions, log: (line: string) => void): Promise<Database> {
  const server = await joinEmbeddedServer({
    dataDir: options.dataDir,
    log,
    ...(options.binaries && { found: options.binaries }),
  });
  const session = { statementTimeoutMs: options.statementTimeoutMs ?? statementMsMax, idleInTransactionMs };
  const pool = createPool(
    { host: server.socketFolder, port: socketPort, user: superuser, database: databaseName, ssl: false, session },
    log,
  );
  // The pool reads its options for each new connection.
  server.watch((socketFolder) => (pool.options.host = socketFolder));
  try {
    const serverVersion = await readVersion(pool);
    return {
      pool,
      kind: server.kind,
      serverVersion,
      describe: () => `${server.kind} PostgreSQL ${versionText(serverVersion)} in ${server.dataDir}`,
      close: once(() => closeEmbedded(pool, server, log)),
    };
  } catch (error) {
    await closeEmbedded(pool, server, log);
    throw error;
  }
}

async function closeEmbedded(pool: pg.Pool, server: EmbeddedServer, log: (line: string) => void): Promise<void> {
  await endPool(pool, log);
  await server.leave();
}

/** A connection that somebody forgot to give back must not keep the program from ending. */
async function endPool(pool: pg.Pool, log: (line: string) => void): Promise<void> {
  const abort = new AbortController();
  const late = sleep(poolEndMsMax, "late" as const, { signal: abort.signal }).catch(() => "ended" as const);
  const first = await Promise.race([pool.end().then(() => "ended" as const), late]);
  abort.abort();
  if (first === "late") log(`${pool.totalCount} database connections were still in use at closing`);
}

async function readVersion(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ readonly number: string }>("select current_setting('server_version_num') as number");
  return Number(rows[0]?.number);
}

function versionText(versionNumber: number): string {
  return `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
