/**
 * Makes a connection ready to call: its connector, its settings, its account, its throttle. What can be compiled is compiled here, once.
 */
import { createHash } from "node:crypto";
import {
  BUILT_IN,
  BUILT_IN_SYSTEM,
  compileRule,
  compileShape,
  declaredSession,
  type Api,
  type CompiledRule,
  type CompiledShape,
  type Connection,
  type Connector,
  type Limits,
  type Session,
  DatongError,
} from "@datong/core";
import type { ReceiveRows } from "../flow/receive-rows.ts";
import { openBuiltIn } from "./built-in.ts";
import type { Ports } from "../ports.ts";
import { traced } from "../trace.ts";
import type { ApiUsage } from "./api-usage.ts";
import { countCall } from "./call-counts.ts";
import { createCaller, LoginFault, type Caller, type CallerParts, type CallResult } from "./caller.ts";
import { createDatabaseCaller } from "./database/open-database.ts";
import { createDispatcher, type Reading } from "./http-send.ts";
import type { OffLine } from "./off-line.ts";
import type { SessionCache } from "./session-cache.ts";
import { readingOf, resultRuleOf } from "./read-reply.ts";
import { compileAuth } from "./sign.ts";
import type { AccountLimits } from "./account-limits.ts";
import type { ThrottleLimits } from "./throttle.ts";
import type { RequestPlan } from "@datong/core";

/** An API made ready. */
export interface ReadyApi {
  readonly api: Api;
  readonly shape: CompiledShape;
  readonly rule: CompiledRule;
  /** JSON where absent. */
  readonly reading?: Reading;
}

export interface OpenConnection {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly settings: Readonly<Record<string, string>>;
  /** Names the account at the other side: system, host and the settings that the session is bound to. */
  readonly account: string;
  readonly concurrency: number;
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  /** How many calls this process may have open just now: its share of `concurrency`. */
  readonly callsAllowed?: () => number;
  readonly api: (code: string) => ReadyApi;
  /** `leave`: asked right before the request leaves, however long it has waited; what it throws is thrown, and nothing was sent. */
  readonly call: (ready: ReadyApi, plan: RequestPlan, leave?: () => void) => Promise<CallResult>;
  readonly fingerprint: (plan: RequestPlan) => string;
  readonly skewMs: () => number;
  /** The limits that this connection declares hold from now on, in place of those that one of its name declared before. */
  readonly declareLimits: () => void;
  readonly close: () => Promise<void>;
}

/** The connector that a connection is of; undefined: there is none. */
export type ConnectorOf = (connection: Connection) => Connector | undefined;

export const connectorsNamed =
  (connectors: readonly Connector[]): ConnectorOf =>
  ({ system }) =>
    connectors.find((each) => each.system === system);

export interface ConnectionParts {
  readonly connectorOf: ConnectorOf;
  readonly sessionsOf: Readonly<Record<string, Session>>;
  readonly sessions: SessionCache;
  readonly accounts: AccountLimits;
  readonly ports: Ports;
  /** Takes rows that a flow pushes to another one here. */
  readonly receive: ReceiveRows;
  /** Whether a connection that says nothing of it may reach the company's own network and this machine; it may unless given. */
  readonly privateNetwork?: boolean;
  /** Told of every call whether the other side was reached: an answer came, and not from a gateway alone. */
  readonly onCall?: (connection: string, reached: boolean) => void;
  /** Counts the calls of each API; absent where nobody asks. */
  readonly usage?: Pick<ApiUsage, "note" | "noteExchanges">;
  /** Asked before each call; absent where nothing is ever taken off line. */
  readonly offLine?: OffLine;
}

/** A gateway that answers for a system that is away. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
const TIMEOUT_MS = 60_000;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export function openConnection(connection: Connection, parts: ConnectionParts): OpenConnection {
  if (connection.system === BUILT_IN_SYSTEM) return openBuiltIn(connection, BUILT_IN, parts);
  const connector = parts.connectorOf(connection);
  if (connector === undefined) throw new DatongError("CONNECTOR_UNKNOWN", { system: connection.system, connection: connection.id });
  const settings = settingsOf(connector, connection);
  const account = accountOf(connector, connection.id, settings);
  const limits = { ...connector.limits, ...connection.limits };
  const declared = limitsByKey(account, limits);
  const declareLimits = (): void => parts.accounts.declare(connection.id, declared);
  declareLimits();
  const throttle = parts.accounts.throttle(account);
  if (throttle === undefined) throw new Error(`no limits for ${account}`);
  const allowPrivate = connection.privateNetwork ?? parts.privateNetwork ?? true;
  const secrets = connector.settings.filter((field) => field.secret === true).map((field) => settings[field.field] ?? "");
  const timeoutMs = limits.timeoutMs ?? TIMEOUT_MS;
  const common = { connector, settings, secrets, throttle, timeoutMs, ports: parts.ports };
  const caller =
    connector.database === undefined
      ? httpCaller({ ...common, owner: { account, proof: proofOf(secrets) }, concurrency: limits.concurrency, allowPrivate, parts })
      : createDatabaseCaller(connector.database, { ...common, allowPrivate, bytesMax: BODY_BYTES_MAX });
  const ready = new Map<string, ReadyApi>();
  return {
    connection,
    connector,
    settings,
    account,
    concurrency: limits.concurrency,
    timeoutMs,
    callsAllowed: throttle.allowed,
    api: (code) => {
      const found = ready.get(code) ?? readyApi(connector, code);
      ready.set(code, found);
      return found;
    },
    call: watched(connection, parts.ports, async (at, plan, leave) => {
      const options = { operation: at.api.code, direction: at.api.direction, ...at, ...(leave === undefined ? {} : { leave }) };
      const once = (): Promise<CallResult> => caller.call(plan, options);
      await parts.offLine?.check(connection.id, at.api.code);
      // Asked anew for each call: limits of single APIs may come and go with a correction.
      const own = parts.accounts.throttle(apiKey(account, at.api.code));
      const result = await (own === undefined ? once() : own.run(once)).catch((error: unknown) => {
        if (error instanceof LoginFault) {
          parts.onCall?.(connection.id, error.fault !== "transient");
          parts.usage?.noteExchanges(connection.id, error.exchanges);
        }
        throw error;
      });
      parts.onCall?.(connection.id, reached(result));
      parts.usage?.note(connection.id, at.api.code, result);
      return result;
    }),
    fingerprint: caller.fingerprint,
    skewMs: caller.skewMs,
    declareLimits,
    close: caller.close,
  };
}

/** Counted and traced: by connection and API, with its outcome, waiting for the account's turn and log-in included. */
function watched({ id, system }: Connection, { nowMs }: Ports, call: OpenConnection["call"]): OpenConnection["call"] {
  return async (at, plan, leave) => {
    const { code, direction } = at.api;
    const startedMs = nowMs();
    const outcomeOf = ({ verdict }: CallResult): string => (verdict.kind === "fault" ? verdict.fault : "ok");
    const attributes = { "datong.connection": id, "datong.system": system, "datong.api": code, "datong.direction": direction };
    try {
      const result = await traced(
        "call",
        attributes,
        () => call(at, plan, leave),
        (ended) => ({
          attributes: { "datong.outcome": outcomeOf(ended), "http.response.status_code": ended.reply?.status ?? 0 },
          failed: ended.verdict.kind === "fault",
        }),
      );
      countCall(id, code, outcomeOf(result), nowMs() - startedMs);
      return result;
    } catch (error) {
      countCall(id, code, error instanceof DatongError ? error.fault : "defect", nowMs() - startedMs);
      throw error;
    }
  };
}

function httpCaller({
  owner,
  concurrency,
  allowPrivate,
  parts,
  ...common
}: Pick<CallerParts, "connector" | "settings" | "secrets" | "throttle" | "timeoutMs" | "ports" | "owner"> & {
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  readonly parts: ConnectionParts;
}): Caller & { readonly close: () => Promise<void> } {
  const { connector } = common;
  const dispatcher = createDispatcher(concurrency, allowPrivate);
  const caller = createCaller({
    ...common,
    owner,
    auth: compileAuth(connector.auth),
    session: connector.auth.session?.kind === "custom" ? parts.sessionsOf[connector.system] : declaredSession(connector),
    sessions: parts.sessions,
    dispatcher,
    bodyBytesMax: BODY_BYTES_MAX,
  });
  return { ...caller, close: () => dispatcher.close() };
}

function reached({ reply, verdict }: CallResult): boolean {
  if (reply === undefined) return false;
  return !AWAY.has(reply.status) || (verdict.kind === "fault" && verdict.fault === "throttled");
}

function readyApi(connector: Connector, code: string): ReadyApi {
  const api = connector.apis.find((a) => a.code === code);
  if (api === undefined)
    throw new DatongError("API_UNKNOWN", { api: code, system: connector.system, known: connector.apis.map((a) => a.code).join(", ") });
  return {
    api,
    shape: compileShape(api.shape, `${connector.system}/${code}`),
    rule: compileRule(resultRuleOf(connector, api)),
    reading: readingOf(connector, api),
  };
}

/** The connection's settings over the connector's defaults. */
function settingsOf(connector: Connector, connection: Connection): Readonly<Record<string, string>> {
  const defaults = connector.settings.flatMap((field): [string, string][] =>
    field.default === undefined ? [] : [[field.field, field.default]],
  );
  return { ...Object.fromEntries(defaults), ...connection.settings };
}

function proofOf(secrets: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(secrets)).digest("base64url");
}

function limitsByKey(
  account: string,
  { apis = {}, ...limits }: Limits & Pick<NonNullable<Connection["limits"]>, "apis">,
): Readonly<Record<string, ThrottleLimits>> {
  const own = Object.entries(apis).map(([code, api]) => [
    apiKey(account, code),
    { ...api, concurrency: api.concurrency ?? limits.concurrency },
  ]);
  return { ...(Object.fromEntries(own) as Record<string, ThrottleLimits>), [account]: limits };
}

function apiKey(account: string, code: string): string {
  return `${account}|${code}`;
}

/**
 * A connection of another workspace than the first (`<workspace>/<id>`) shares no account with those of others: whoever knows the name of
 * somebody's account must not get its session.
 */
function accountOf(connector: Connector, id: string, settings: Readonly<Record<string, string>>): string {
  const names =
    connector.auth.session?.account ??
    connector.auth.oauth2?.account ??
    connector.settings.filter((field) => field.secret !== true).map((field) => field.field);
  const workspace = id.includes("/") ? [id.slice(0, id.indexOf("/"))] : [];
  return [...workspace, connector.system, ...[...new Set(["url", ...names])].map((name) => settings[name] ?? "")].join("|");
}
