/**
 * Calls a database as if it were an API: the plan's path says what is done, its JSON body with what; the answer is a reply in JSON that is
 * judged by the connector's rules like any. The host is the connection's own, guarded like every other; what the line does to a write
 * leaves it in doubt from the moment that a statement was sent.
 */
import {
  DatongError,
  isObject,
  judgeReply,
  readJson,
  writeJson,
  type Connector,
  type DatabaseKind,
  type JsonObject,
  type Reply,
  type RequestPlan,
} from "@datong/core";
import type { Ports } from "../../ports.ts";
import { lineFault, type Caller, type CallOptions, type CallResult } from "../caller.ts";
import { bodyOf, hashOf } from "../http-send.ts";
import { createMask } from "../mask.ts";
import type { Throttle } from "../throttle.ts";
import { MYSQL } from "./mysql-session.ts";
import { POSTGRESQL } from "./postgres-session.ts";
import { findKeys, readRows } from "./read-rows.ts";
import { createSessionPool } from "./session-pool.ts";
import { DatabaseLineFault, DatabaseRefusal, type DatabaseSession, type Dialect, type SessionSettings } from "./session.ts";
import { writeRows } from "./write-rows.ts";

export interface DatabaseParts {
  readonly connector: Connector;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly throttle: Throttle;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly ports: Ports;
}

const DIALECTS: Readonly<Record<DatabaseKind, Dialect>> = { mysql: MYSQL, postgresql: POSTGRESQL };
const PORTS: Readonly<Record<DatabaseKind, number>> = { mysql: 3306, postgresql: 5432 };
const SCHEMES = /^(mysql|mariadb|postgres|postgresql):$/;

export function createDatabaseCaller(kind: DatabaseKind, parts: DatabaseParts): Caller & { readonly close: () => Promise<void> } {
  const dialect = DIALECTS[kind];
  let skewMs = 0;
  const pool = createSessionPool(async () => {
    const session = await dialect.open(sessionSettings(kind, parts));
    ({ skewMs } = session);
    return session;
  });
  const mask = createMask(parts.secrets);
  const once = async (plan: RequestPlan, options: CallOptions): Promise<CallResult> => {
    const atMs = parts.ports.nowMs();
    const request = bodyOf(plan.body)?.bytes ?? "";
    const use: typeof pool.use = (work) =>
      pool.use((session) => {
        options.leave?.();
        return work(session);
      });
    const done = await carryOut(plan.path, readJson(request), dialect, use);
    const exchange = (response: string, status: number) => [
      {
        atMs,
        tookMs: parts.ports.nowMs() - atMs,
        operation: options.operation,
        status,
        request: mask.text(`${plan.path} ${addressOf(parts.settings)}\n\n${request}`),
        response: mask.text(response),
      },
    ];
    if (done instanceof DatabaseLineFault) {
      const { failure } = done;
      const said = exchange(`(${failure.code}: ${failure.reason})`, 0);
      return { reply: undefined, verdict: lineFault(failure, options.direction), exchanges: said, mask: mask.text };
    }
    const reply: Reply = { status: 200, headers: {}, text: done, json: readJson(done, { keepSource: true }) };
    return { reply, verdict: judgeReply(options.rule, options.direction, reply), exchanges: exchange(done, 200), mask: mask.text };
  };
  return {
    fingerprint: (plan) => hashOf(`${plan.path} `, bodyOf(plan.body)?.bytes ?? ""),
    skewMs: () => skewMs,
    call: (plan, options) => parts.throttle.run(() => once(plan, options)),
    close: async () => pool.close(),
  };
}

/** The reply's text, a refusal told in it; a fault of the line is given back as it is. */
async function carryOut(
  path: string,
  read: unknown,
  dialect: Dialect,
  use: <T>(work: (session: DatabaseSession) => Promise<T>) => Promise<T>,
): Promise<string | DatabaseLineFault> {
  const body: JsonObject = isObject(read as JsonObject) ? (read as JsonObject) : {};
  try {
    return await use((session) => {
      if (path === "write") return writeRows(session, dialect, body);
      return path === "find" ? findKeys(session, dialect, body) : readRows(session, dialect, body, path === "select");
    });
  } catch (error) {
    if (error instanceof DatabaseLineFault) return error;
    if (error instanceof DatabaseRefusal) return writeJson({ error: { code: error.code, state: error.state, message: error.message } });
    // Of a write it is the documents that are refused; a reading ends with the error itself.
    if (error instanceof DatongError && path === "write")
      return writeJson({ error: { code: error.code, state: "", message: error.message } });
    throw error;
  }
}

/** `mysql://host:3306/database`; user and password are settings of their own. */
function sessionSettings(kind: DatabaseKind, { settings, connector, ...rest }: DatabaseParts): SessionSettings {
  const url = addressOf(settings);
  if (!URL.canParse(url) || !SCHEMES.test(new URL(url).protocol)) throw new DatongError("HOST_NOT_ALLOWED", { host: url });
  const { hostname, port, pathname } = new URL(url);
  const { tls } = settings;
  return {
    host: hostname,
    port: port === "" ? PORTS[kind] : Number(port),
    database: decodeURIComponent(pathname.replace(/^\//, "")),
    user: settings["user"] ?? "",
    password: settings["password"] ?? "",
    tls: tls === "yes" || tls === "unverified" ? tls : "no",
    zone: connector.zone,
    timeoutMs: rest.timeoutMs,
    bytesMax: rest.bytesMax,
    allowPrivate: rest.allowPrivate,
    nowMs: rest.ports.nowMs,
  };
}

function addressOf(settings: Readonly<Record<string, string>>): string {
  return settings["url"] ?? "";
}
