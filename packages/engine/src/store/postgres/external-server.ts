/**
 * An external PostgreSQL named by a URL: reached, let in, new enough, writable, in UTF-8; each failure has its own code.
 * Nothing in a message holds the password. A server that is just starting is waited for, up to 30 s.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DatongError } from "@datong/core";
import pg from "pg";
import { oldestMajor } from "./binaries.ts";
import { connectionsMax } from "./database-pool.ts";

export const newestTestedMajor = 18;
const connectMsMax = 10_000;
const startingMsMax = 30_000;
const startingPollMs = 500;

interface ExternalServer {
  /** host:port/database, without user and password. */
  readonly address: string;
  /** As the server states it, such as 180004. */
  readonly versionNumber: number;
  /** A pooler (PgBouncer and its like) stands between: it says another process number than the one that answers. */
  readonly isPooled: boolean;
}

/** Checks the server behind the URL. */
export async function checkExternalServer(databaseUrl: string): Promise<ExternalServer> {
  const target = readTarget(databaseUrl);
  const endAt = Date.now() + startingMsMax;
  for (;;) {
    try {
      return await examine(databaseUrl, target.address);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "57P03" || Date.now() > endAt) throw explainRefusal(error, target);
    }
    await sleep(startingPollMs);
  }
}

interface Target {
  readonly address: string;
  readonly database: string;
}

function readTarget(databaseUrl: string): Target {
  // The parser's own messages may repeat the URL with its password, so they are not passed on.
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(databaseUrl)?.[1]?.toLowerCase();
  if (scheme === undefined) throw new DatongError("STORE_URL_INVALID", { reason: "it does not begin with postgresql://" });
  if (scheme !== "postgresql" && scheme !== "postgres") {
    throw new DatongError("STORE_URL_INVALID", { reason: `it begins with ${scheme}:// instead of postgresql://` });
  }
  const { host, port, database } = clientOf(databaseUrl);
  return { address: `${host}:${port}/${database ?? ""}`, database: database ?? "" };
}

function clientOf(databaseUrl: string): pg.Client {
  try {
    return new pg.Client({ connectionString: databaseUrl, application_name: "datong", connectionTimeoutMillis: connectMsMax });
  } catch (error) {
    const missing =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "a certificate file named in it does not exist" : "it cannot be parsed";
    throw new DatongError("STORE_URL_INVALID", { reason: missing });
  }
}

async function examine(databaseUrl: string, address: string): Promise<ExternalServer> {
  const client = clientOf(databaseUrl);
  // A line that breaks later is reported by the query in hand; without a listener it would end this process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Readonly<Record<"version" | "number" | "encoding" | "style" | "readonly" | "pid", string>>>(
      `select current_setting('server_version') as version, current_setting('server_version_num') as number,
        current_setting('server_encoding') as encoding, current_setting('DateStyle') as style,
        current_setting('transaction_read_only') as readonly, pg_backend_pid()::text as pid`,
    );
    const row = rows[0];
    if (row === undefined) throw new Error("the server gave no settings");
    const versionNumber = Number(row.number);
    if (versionNumber < oldestMajor * 10_000) throw new DatongError("STORE_VERSION_UNSUPPORTED", { address, version: row.version });
    requireSetting(address, "server_encoding", row.encoding, "UTF8", row.encoding === "UTF8");
    requireSetting(address, "DateStyle", row.style, "ISO, YMD", row.style.startsWith("ISO"));
    requireSetting(address, "default_transaction_read_only", row.readonly, "off", row.readonly === "off");
    // The greeting's process number is what a cancel request would need; the driver's typings lack it.
    const greeted = (client as unknown as { readonly processID: number | null }).processID;
    return { address, versionNumber, isPooled: row.pid !== undefined && Number(row.pid) !== greeted };
  } finally {
    await client.end();
  }
}

function requireSetting(address: string, setting: string, value: string, expected: string, fits: boolean): void {
  if (!fits) throw new DatongError("STORE_DATABASE_UNSUITABLE", { address, setting, value, expected });
}

/** The right code for a refused or failed connection. */
function explainRefusal(error: unknown, target: Target): DatongError {
  if (error instanceof DatongError) return error;
  const { address } = target;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = reasonOf(error, code);
  if (code === "28P01" || code === "28000" || /^(SASL|SCRAM)/.test(reason))
    return new DatongError("STORE_LOGIN_REFUSED", { address, reason });
  if (code === "3D000") return new DatongError("STORE_DATABASE_MISSING", { address, database: target.database });
  if (code === "53300") return new DatongError("STORE_CONNECTIONS_FULL", { address, connectionsMax });
  if (code === "42501") return new DatongError("STORE_LOGIN_REFUSED", { address, reason });
  if (/SSL|TLS|CERT|certificate/i.test(`${code} ${reason}`)) return new DatongError("STORE_TLS_FAILED", { address, reason });
  return new DatongError("STORE_UNREACHABLE", { address, reason });
}

/** A name with several addresses fails with a list of errors and an empty message. */
function reasonOf(error: unknown, code: string): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map((one) => (one as Error).message))].join("; ");
  return error instanceof Error && error.message !== "" ? error.message : code || "unknown";
}
