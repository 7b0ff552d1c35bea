/**
 * The connection to this installation itself: nothing goes over a line. A push is carried out in the ledger and answered like any call, so
 * that intents, outcomes, retries and the kept exchange are those of every write.
 */
import {
  compileRule,
  compileShape,
  DatongError,
  isArray,
  isObject,
  judgeReply,
  readJson,
  writeJson,
  type Connection,
  type Connector,
  type Json,
  type RequestPlan,
} from "@datong/core";
import type { ReceivedRow, ReceiveRows } from "../flow/receive-rows.ts";
import type { Ports } from "../ports.ts";
import type { CallResult } from "./caller.ts";
import { bodyOf, hashOf } from "./http-send.ts";
import type { OpenConnection, ReadyApi } from "./open-connection.ts";

export interface BuiltInParts {
  readonly receive: ReceiveRows;
  readonly ports: Ports;
}

export function openBuiltIn(connection: Connection, connector: Connector, parts: BuiltInParts): OpenConnection {
  const ready = new Map(
    connector.apis.map((api): [string, ReadyApi] => [
      api.code,
      { api, shape: compileShape(api.shape, `${connector.system}/${api.code}`), rule: compileRule(api.result ?? connector.result) },
    ]),
  );
  return {
    connection,
    connector,
    settings: connection.settings,
    account: `${connector.system}|${connection.id}`,
    concurrency: connector.limits.concurrency,
    // What is pushed is in the ledger or it is not: there is no line on which it could be late.
    timeoutMs: 0,
    api: (code) => {
      const found = ready.get(code);
      if (found !== undefined) return found;
      throw new DatongError("API_UNKNOWN", { api: code, system: connector.system, known: [...ready.keys()].join(", ") });
    },
    call: (at, plan, leave) => {
      leave?.();
      return push(at, plan, parts);
    },
    fingerprint: (plan) => hashOf(bodyOf(plan.body)?.bytes ?? ""),
    skewMs: () => 0,
    declareLimits: () => undefined,
    close: () => Promise.resolve(),
  };
}

async function push(at: ReadyApi, plan: RequestPlan, { receive, ports }: BuiltInParts): Promise<CallResult> {
  if (at.api.local !== "push") throw new Error(`${at.api.code} is never called`);
  const atMs = ports.nowMs();
  const request = bodyOf(plan.body)?.bytes ?? "";
  const json = await answer(request, receive);
  const text = writeJson(json);
  const reply = { status: 200, headers: {}, text, json };
  return {
    reply,
    verdict: judgeReply(at.rule, "write", reply),
    exchanges: [{ atMs, tookMs: ports.nowMs() - atMs, operation: at.api.operation, status: 200, request, response: text }],
    mask: (secretless) => secretless,
  };
}

function told(row: ReceivedRow): Json {
  if ("key" in row) return { index: row.index, key: row.key, number: row.number };
  return { index: row.index, code: row.code, message: row.message };
}

/** What stands in the ledger's way (a database that is away) is thrown, and the write is in doubt; it may be repeated. */
async function answer(request: string, receive: ReceiveRows): Promise<Json> {
  const body = readJson(request);
  const { flow, rows } = isObject(body) ? body : {};
  try {
    return { rows: (await receive(typeof flow === "string" ? flow : "", isArray(rows) ? rows : [])).map(told) };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { code: error.code, message: error.message };
  }
}
