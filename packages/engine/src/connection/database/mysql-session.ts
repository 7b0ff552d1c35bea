/**
 * MySQL and MariaDB: prepared statements (values go beside the text), rows one by one from the line. Wall times are in the connector's
 * zone, texts are utf8mb4, what does not fit a column is an error and not cut. No file of ours is ever sent, whatever the server asks for.
 */
import type { Connection, FieldPacket } from "mysql2";
import { guardedSocket } from "../guard-address.ts";
import {
  bytesCell,
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
/** The server ends a statement first; a server that does not answer is given up a little later. */
const GRACE_MS = 5_000;

/** Column types by their number in the protocol. */
const NUMBERS = new Set([0, 1, 2, 3, 5, 8, 9, 13, 246]);
const FLOAT = 4;
const BIT = 16;
const JSON_TYPE = 245;

export const MYSQL: Dialect = {
  kind: "mysql",
  open,
  quote: (name) => `\`${name.replaceAll("`", "``")}\``,
  mark: () => "?",
  // A text beside a number would be compared as a binary fraction, which ids past 2^53 do not survive.
  markOfCell: (_, cell) => (/^-?\d{1,18}$/.test(cell) ? "CAST(? AS SIGNED)" : /^-?\d/.test(cell) ? "CAST(? AS DECIMAL(65, 20))" : "?"),
  beginRead: "START TRANSACTION READ ONLY",
  onConflict: (columns) =>
    ` ON DUPLICATE KEY UPDATE ${columns.map((name) => `${MYSQL.quote(name)} = VALUES(${MYSQL.quote(name)})`).join(", ")}`,
  truth: (value) => (value ? "1" : "0"),
  // Deadlock, and a lock that was waited for too long where the server is set so.
  rollsBack: ({ code }) => code === "1213" || code === "1205",
};

async function open(settings: SessionSettings): Promise<DatabaseSession> {
  const { host, port, user, password, database, tls, allowPrivate } = settings;
  // 90 modules, which most installations never need.
  const { createConnection } = await import("mysql2");
  const connection = createConnection({
    host,
    port,
    user,
    password,
    ...(database === "" ? {} : { database }),
    stream: () => guardedSocket(host, port, allowPrivate),
    ...(tls === "no" ? {} : { ssl: { rejectUnauthorized: tls === "yes" } }),
    connectTimeout: CONNECT_MS,
    charset: "utf8mb4",
    disableEval: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    flags: ["-LOCAL_FILES"],
  });
  const line = { isBroken: false };
  connection.on("error", () => {
    line.isBroken = true;
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    return await sessionOf(connection, settings, line);
  } catch (error) {
    connection.destroy();
    throw faultOf(error, host, true);
  }
}

async function sessionOf(connection: Connection, settings: SessionSettings, line: { isBroken: boolean }): Promise<DatabaseSession> {
  const { host, timeoutMs, bytesMax } = settings;
  const query = async (text: string, values: readonly Bound[]): Promise<Table> => {
    try {
      return await ask(connection, text, values, { host, bytesMax, timeoutMs: timeoutMs + GRACE_MS });
    } catch (error) {
      const fault = faultOf(error, host, false);
      if (!(fault instanceof DatabaseRefusal)) {
        line.isBroken = true;
        connection.destroy();
      }
      throw fault;
    }
  };
  const beforeMs = settings.nowMs();
  const { rows } = await query("SELECT VERSION(), UNIX_TIMESTAMP(NOW(3))", []);
  const [version = "", now = ""] = (rows[0] ?? []).map((cell) => String(JSON.parse(cell)));
  const skewMs = skewOf(Number(now) * 1000, beforeMs, settings.nowMs());
  const limit = version.includes("MariaDB") ? `max_statement_time = ${timeoutMs / 1000}` : `max_execution_time = ${timeoutMs}`;
  const offset = new Intl.DateTimeFormat("en", { timeZone: settings.zone, timeZoneName: "longOffset" })
    .format(settings.nowMs())
    .replace(/^.*GMT/, "");
  await query(
    `SET SESSION ${limit}, time_zone = '${offset === "" ? "+00:00" : offset}', sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_ALL_TABLES')`,
    [],
  );
  return {
    skewMs,
    query,
    run: async (text, values = []) => {
      await query(text, values);
    },
    isBroken: () => line.isBroken,
    close: () => connection.destroy(),
  };
}

/** Statements without values go as they are: the server prepares not all of them. */
function ask(
  connection: Connection,
  text: string,
  values: readonly Bound[],
  bounds: { readonly host: string; readonly bytesMax: number; readonly timeoutMs: number },
): Promise<Table> {
  return new Promise((resolve, reject) => {
    const command = values.length === 0 ? connection.query(text) : connection.execute(text, [...values]);
    const rows: string[][] = [];
    let columns: readonly FieldPacket[] = [];
    let bytes = 0;
    const timer = setTimeout(() => reject(timedOut(bounds.host, bounds.timeoutMs)), bounds.timeoutMs);
    // What happens to the line the driver tells the connection alone.
    const lost = (error: Error): void => settle(() => reject(error));
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      connection.off("error", lost);
      done();
    };
    connection.on("error", lost);
    command
      .on("fields", (fields: FieldPacket[] | undefined) => {
        if (fields !== undefined) columns = fields;
      })
      .on("result", (row: unknown) => {
        if (!Array.isArray(row)) return;
        const cells = row.map((value, i) => cellOf(value, columns[i]));
        bytes = cells.reduce((sum, cell) => sum + cell.length, bytes);
        if (bytes > bounds.bytesMax) settle(() => reject(tooLarge(bounds.host, bounds.bytesMax)));
        else rows.push(cells);
      })
      .on("error", (error: unknown) => settle(() => reject(error as Error)))
      .on("end", () => settle(() => resolve({ columns: columns.map((column) => column.name), rows })));
  });
}

function cellOf(value: unknown, column: FieldPacket | undefined): string {
  if (value === null || value === undefined) return "null";
  const type = column?.columnType ?? column?.type ?? -1;
  // Four bytes hold seven digits; the rest is what the eight bytes of ours make of them.
  if (type === FLOAT) return numberCell(String(Number(Number(value).toPrecision(7))));
  if (type === BIT && Buffer.isBuffer(value)) return String(BigInt(`0x${value.toString("hex") || "0"}`));
  if (type === JSON_TYPE && typeof value === "string") return value;
  if (NUMBERS.has(type) && (typeof value === "number" || typeof value === "string")) return numberCell(String(value));
  return Buffer.isBuffer(value) ? bytesCell(value) : textCell(String(value));
}

/** What the server refuses has a number and a state; anything else is the line. */
function faultOf(error: unknown, host: string, opening: boolean): Error {
  const { errno, sqlState, sqlMessage } = error as { readonly errno?: unknown; readonly sqlState?: unknown; readonly sqlMessage?: unknown };
  // 1927 and 1053: the connection was ended by the server; what was under way is unknown.
  if (typeof errno === "number" && errno > 0 && typeof sqlMessage === "string" && errno !== 1927 && errno !== 1053)
    return new DatabaseRefusal(String(errno), typeof sqlState === "string" ? sqlState : "", sqlMessage);
  return error instanceof Error && "failure" in error ? error : lineFaultOf(error, host, opening);
}
