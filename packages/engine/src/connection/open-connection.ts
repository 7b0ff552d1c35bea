/**
 * Makes a connection ready to call: its connector, its settings, its account, its throttle. What can be compiled is compiled here, once.
 */
import {
  compileRule,
  compileShape,
  declaredSession,
  type Api,
  type CompiledRule,
  type CompiledShape,
  type Connection,
  type Connector,
  type Session,
  DatongError,
} from "@datong/core";
import type { Ports } from "../ports.ts";
import { createCaller, LoginFault, type CallResult } from "./caller.ts";
import { createDispatcher, type Reading } from "./http-send.ts";
import type { SessionCache } from "./session-cache.ts";
import { readingOf, resultRuleOf } from "./read-reply.ts";
import { compileAuth } from "./sign.ts";
import { createThrottle, type SharedLimits, type Throttle, type ThrottleLimits } from "./throttle.ts";
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
  /** How many calls this process may have open just now: its share of `concurrency`. */
  readonly callsAllowed?: () => number;
  readonly api: (code: string) => ReadyApi;
  readonly call: (ready: ReadyApi, plan: RequestPlan) => Promise<CallResult>;
  readonly fingerprint: (plan: RequestPlan) => string;
  readonly skewMs: () => number;
  readonly close: () => Promise<void>;
}

export interface ConnectionParts {
  readonly connectors: readonly Connector[];
  readonly sessionsOf: Readonly<Record<string, Session>>;
  readonly sessions: SessionCache;
  /** Connections of one account share one throttle, also across flows. */
  readonly throttles: Map<string, Throttle>;
  readonly ports: Ports;
  /** The limits that all processes on one database share; absent where time is not real. */
  readonly sharedLimits?: (key: string, limits: ThrottleLimits) => SharedLimits;
  /** Aborted when the process is to end: calls that wait for their turn are not made. */
  readonly stop?: AbortSignal;
  /** Told of every call whether the other side was reached: an answer came, and not from a gateway alone. */
  readonly onCall?: (connection: string, reached: boolean) => void;
}

/** A gateway that answers for a system that is away. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
const TIMEOUT_MS = 60_000;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export function openConnection(connection: Connection, parts: ConnectionParts): OpenConnection {
  const connector = parts.connectors.find((c) => c.system === connection.system);
  if (connector === undefined) throw new DatongError("CONNECTOR_UNKNOWN", { system: connection.system, connection: connection.id });
  const settings = settingsOf(connector, connection);
  const account = accountOf(connector, settings);
  const limits = { ...connector.limits, ...connection.limits };
  const throttleOf = (key: string, own: ThrottleLimits): Throttle => {
    const found = parts.throttles.get(key) ?? createThrottle(own, parts.ports, parts.sharedLimits?.(key, own), parts.stop);
    parts.throttles.set(key, found);
    return found;
  };
  const throttle = throttleOf(account, limits);
  const dispatcher = createDispatcher(limits.concurrency);
  const caller = createCaller({
    connector,
    settings,
    secrets: connector.settings.filter((field) => field.secret === true).map((field) => settings[field.field] ?? ""),
    account,
    auth: compileAuth(connector.auth),
    session: connector.auth.session?.kind === "custom" ? parts.sessionsOf[connector.system] : declaredSession(connector),
    sessions: parts.sessions,
    throttle,
    dispatcher,
    timeoutMs: limits.timeoutMs ?? TIMEOUT_MS,
    bodyBytesMax: BODY_BYTES_MAX,
    ports: parts.ports,
  });
  const ready = new Map<string, ReadyApi>();
  return {
    connection,
    connector,
    settings,
    account,
    concurrency: limits.concurrency,
    callsAllowed: throttle.allowed,
    api: (code) => {
      const found = ready.get(code) ?? readyApi(connector, code);
      ready.set(code, found);
      return found;
    },
    call: async (at, plan) => {
      const own = limits.apis?.[at.api.code];
      const once = (): Promise<CallResult> => caller.call(plan, { operation: at.api.code, direction: at.api.direction, ...at });
      const result = await (
        own === undefined
          ? once()
          : throttleOf(`${account}|${at.api.code}`, { ...own, concurrency: own.concurrency ?? limits.concurrency }).run(once)
      ).catch((error: unknown) => {
        if (error instanceof LoginFault) parts.onCall?.(connection.id, error.fault !== "transient");
        throw error;
      });
      parts.onCall?.(connection.id, reached(result));
      return result;
    },
    fingerprint: caller.fingerprint,
    skewMs: caller.skewMs,
    close: () => dispatcher.close(),
  };
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

function accountOf(connector: Connector, settings: Readonly<Record<string, string>>): string {
  const names =
    connector.auth.session?.account ??
    connector.auth.oauth2?.account ??
    connector.settings.filter((field) => field.secret !== true).map((field) => field.field);
  return [connector.system, ...[...new Set(["url", ...names])].map((name) => settings[name] ?? "")].join("|");
}
