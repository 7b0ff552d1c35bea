/**
 * PostgreSQL: every statement in the extended protocol (one statement, values beside the text), rows one by one from the line. Types of
 * values are those of the columns they meet. Wall times are in the connector's zone.
 */
import pg from "pg";
import { guardedSocket } from "../guard-address.ts";
import {
  DatabaseRefusal,
  lineFaultOf,
  numberCell,
  skewOf,
  textCell,
  timedOut,
  tooLarge,
  type Bound,
  type DatabaseSession,
  type Dialect,
  type SessionSettings,
  type Table,
} from "./session.ts";

const CONNECT_MS = 10_000;
const GRACE_MS = 5_000;
/** Types by their object ids. */
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700]);
const BOOL = 16;
const JSON_TYPES = new Set([114, 3802]);
const TIMESTAMPTZ = 1184;

export const POSTGRESQL: Dialect = {
  kind: "postgresql",
  open,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  mark: (n) => `$${n}`,
  markOfCell: (n) => `$${n}`,
  beginRead: "BEGIN TRANSACTION READ ONLY",
  onConflict: (columns, key) => {
    const others = columns.filter((name) => !key.includes(name)).map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
    const target = ` ON CONFLICT (${key.map(quoted).join(", ")}) DO `;
    return target + (others.length === 0 ? "NOTHING" : `UPDATE SET ${others.join(", ")}`);
  },
  truth: (value) => String(value),
  // Serialization failures and deadlocks.
  rollsBack: ({ state }) => state.startsWith("40"),
};

function quoted(name: string): string {
  return POSTGRESQL.quote(name);
}

async function open(settings: SessionSettings): Promise<DatabaseSession> {
  const { host, port, user, password, database, tls, allowPrivate, timeoutMs } = settings;
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    ...(database === "" ? {} : { database }),
    stream: () => guardedSocketFor(host, port, allowPrivate),
    ssl: tls === "no" ? false : { rejectUnauthorized: tls === "yes" },
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "datong",
  });
  const line = { isBroken: false };
  client.on("error", () => {
    line.isBroken = true;
  });
  const close = (): void => void client.end().catch(() => (line.isBroken = true));
  const query = async (text: string, values: readonly Bound[]): Promise<Table> => {
    try {
      return await ask(client, text, values, settings);
    } catch (error) {
      const fault = faultOf(error, host, false);
      if (!(fault instanceof DatabaseRefusal)) {
        line.isBroken = true;
        close();
      }
      throw fault;
    }
  };
  try {
    await client.connect();
    const beforeMs = settings.nowMs();
    const { rows } = await query("SELECT extract(epoch from clock_timestamp())", []);
    const skewMs = skewOf(Number(rows[0]?.[0]) * 1000, beforeMs, settings.nowMs());
    await query(
      "SELECT set_config('TimeZone', $1, false), set_config('statement_timeout', $2, false), set_config('datestyle', 'ISO', false)",
      [settings.zone, String(timeoutMs)],
    );
    const run = async (text: string, values: readonly Bound[] = []): Promise<void> => {
      await query(text, values);
    };
    return { skewMs, query, run, isBroken: () => line.isBroken, close };
  } catch (error) {
    close();
    throw faultOf(error, host, true);
  }
}

/** The driver connects the stream itself; ours is on its way already. */
function guardedSocketFor(host: string, port: number, allowPrivate: boolean): ReturnType<typeof guardedSocket> {
  const socket = guardedSocket(host, port, allowPrivate);
  socket.connect = () => socket;
  return socket;
}

function ask(client: pg.Client, text: string, values: readonly Bound[], bounds: SessionSettings): Promise<Table> {
  return new Promise((resolve, reject) => {
    const { host, bytesMax } = bounds;
    const timeoutMs = bounds.timeoutMs + GRACE_MS;
    const timer = setTimeout(() => reject(timedOut(host, timeoutMs)), timeoutMs);
    const rows: string[][] = [];
    let bytes = 0;
    const config = { text, values: [...values], rowMode: "array", queryMode: "extended", types: { getTypeParser: () => asText } };
    const query = new pg.Query<(string | null)[], unknown[]>(config as never);
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    query.on("row", (row, result) => {
      const fields = result?.fields ?? [];
      const cells = (row as readonly (string | null)[]).map((value, i) => cellOf(value, fields[i]?.dataTypeID ?? 0));
      bytes = cells.reduce((sum, cell) => sum + cell.length, bytes);
      if (bytes > bytesMax) settle(() => reject(tooLarge(host, bytesMax)));
      else rows.push(cells);
    });
    query.on("error", (error) => settle(() => reject(error)));
    query.on("end", (result) => settle(() => resolve({ columns: (result.fields ?? []).map((field) => field.name), rows })));
    client.query(query);
  });
}

function asText(value: string): string {
  return value;
}

function cellOf(value: string | null, type: number): string {
  if (value === null) return "null";
  if (NUMBERS.has(type)) return numberCell(value);
  if (type === BOOL) return value === "t" ? "true" : "false";
  if (JSON_TYPES.has(type)) return value;
  // In the session's zone, which is the connector's: the offset says nothing new.
  return textCell(type === TIMESTAMPTZ ? value.replace(/[+-]\d{2}(?::\d{2}){0,2}$/, "") : value);
}

/** What the server refuses has a state of five letters; classes 08 and 57P are about the line and the server's end. */
function faultOf(error: unknown, host: string, opening: boolean): Error {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|57P)/.test(code))
    return new DatabaseRefusal(code, code, String(message));
  return error instanceof Error && "failure" in error ? error : lineFaultOf(error, host, opening);
}
