/**
 * The connection pool and how values come out of it. Rules, which hold for this pool only and not for other users of `pg`:
 * int8 and numeric stay strings (exact); json and jsonb stay text (exact numbers, parsed by our own reader when needed);
 * timestamptz becomes epoch milliseconds (send one with `to_timestamp($1 / 1000.0)`); date, time and timestamp stay text;
 * arrays follow their element. No statement may rely on session state, so that PgBouncer in transaction mode works; named statements are
 * session state, so behind a pooler they are sent without their names.
 */
import { Socket } from "node:net";
import pg from "pg";
import { SparingPool } from "./sparing-pool.ts";
import { parseTimestamp } from "./timestamp.ts";

export const connectionsMax = 10;
/** As many as a run alone needs. */
const connectionsFew = 5;
const connectWaitMsMax = 30_000;
/** A connection is 15 MB of the server's memory. */
const idleMsMax = 10_000;

type PoolSettings = Pick<pg.PoolConfig, "host" | "port" | "user" | "database" | "connectionString" | "ssl"> & {
  /** Sent when connecting; only for our own server, because PgBouncer refuses such parameters. */
  readonly session?: { readonly statementTimeoutMs: number; readonly idleInTransactionMs: number };
  /** A pooler stands between: the next statement may be run by another server process, which knows no prepared one. */
  readonly pooled?: boolean;
};

/** Makes the pool. A connection that breaks while idle is logged and replaced, never thrown. */
export function createPool(settings: PoolSettings, log: (line: string) => void): pg.Pool {
  const { session, pooled, ...target } = settings;
  const config: pg.PoolConfig = {
    ...target,
    ...(pooled === true && { Client: UnnamedClient }),
    ...(session && { statement_timeout: session.statementTimeoutMs, idle_in_transaction_session_timeout: session.idleInTransactionMs }),
    pipeline: true,
    stream: () => new TickSocket(),
    application_name: "datong",
    connectionTimeoutMillis: connectWaitMsMax,
    idleTimeoutMillis: idleMsMax,
    keepAlive: true,
    types: poolTypes,
  };
  const pool = new SparingPool(config, connectionsFew, connectionsMax);
  pool.on("error", (error) => log(`a database connection broke while idle: ${error.message}`));
  // The pool listens only while a connection is idle. In use, the failing query tells; an 'error' event nobody hears ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** A connection of its own to the pool's database, for COPY, which cannot be pipelined. The caller ends it. */
export async function connectAlone(pool: pg.Pool): Promise<pg.Client> {
  const { Client = pg.Client, ...target } = pool.options as pg.PoolConfig;
  const client = new Client({ ...target, pipeline: false }) as pg.Client;
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Statements that are started in one go travel together: one write for us, and one wake-up for the server instead of one for each. */
class TickSocket extends Socket {
  private waits = false;

  override cork(): void {
    if (!this.waits) {
      this.waits = true;
      super.cork();
      process.nextTick(() => {
        this.waits = false;
        this.uncork();
      });
    }
    super.cork();
  }
}

/** Sends every statement without a name, parsed and planned anew: slower, and right wherever a transaction's connection is not the last one's. */
class UnnamedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const send = this.query.bind(this) as (...given: readonly unknown[]) => unknown;
    Object.defineProperty(this, "query", { value: (first: unknown, ...rest: readonly unknown[]) => send(withoutName(first), ...rest) });
  }
}

function withoutName(query: unknown): unknown {
  if (typeof query !== "object" || query === null || !("name" in query) || "submit" in query) return query;
  const { name: _, ...rest } = query;
  return rest;
}

const identity = (text: string): string => text;
// Cutting an array apart does not depend on its element type. The number is wider than the typings' list, which lacks text[].
const textArrayOid: number = 1009;
const parseTextArray = pg.types.getTypeParser(textArrayOid, "text") as (text: string) => readonly (string | null)[];

const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [20, identity], // int8
  [1700, identity], // numeric
  [114, identity], // json
  [3802, identity], // jsonb
  [1082, identity], // date
  [1083, identity], // time
  [1266, identity], // timetz
  [1114, identity], // timestamp
  [1184, parseTimestamp], // timestamptz
  [1016, parseTextArray], // int8[]
  [1231, parseTextArray], // numeric[]
  [199, parseTextArray], // json[]
  [3807, parseTextArray], // jsonb[]
  [1182, parseTextArray], // date[]
  [1115, parseTextArray], // timestamp[]
  [1185, (text: string) => parseTextArray(text).map((item) => (item === null ? null : parseTimestamp(item)))], // timestamptz[]
]);

const poolTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    (format === "binary" ? undefined : parsers.get(oid)) ??
    pg.types.getTypeParser(oid, format ?? "text")) as pg.CustomTypesConfig["getTypeParser"],
};
