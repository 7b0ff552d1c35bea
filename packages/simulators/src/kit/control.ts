/**
 * The control endpoints of a simulator, all under `/_sim/`: what a test uses to set faults and to judge what happened.
 *
 * Requests and answers are JSON. A request that makes no sense is answered 400 with `{error}`; an unknown address 404.
 */
import type { CallStats } from "./call-stats.ts";
import { readJson, writeJson } from "./exact-json.ts";
import { parseFaults, type FaultList } from "./fault-list.ts";
import { duplicateKeys } from "./ledger.ts";
import type { SimReply, SimRequest, Vendor } from "./simulator.ts";

/** Everything the endpoints act upon; `reset` puts a fresh vendor in place and clears faults and counts. */
export interface Controlled {
  readonly vendor: Vendor;
  readonly faults: FaultList;
  readonly stats: CallStats;
  reset(): void;
}

/** Path prefix of the control endpoints; no vendor uses it. */
export const CONTROL_PREFIX = "/_sim/";

/** Answers one control request. */
export function handleControl(controlled: Controlled, request: SimRequest): SimReply {
  try {
    const answer = route(controlled, request);
    return answer === undefined ? json(404, { error: `no control endpoint ${request.method} ${request.path}` }) : json(200, answer.value);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function route(controlled: Controlled, request: SimRequest): { readonly value: unknown } | undefined {
  const { vendor, faults, stats } = controlled;
  const query = new URLSearchParams(request.rawQuery);
  switch (`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`) {
    case "GET ledger":
      return { value: ledgerReport(vendor, query.get("kind")) };
    case "GET faults":
      return { value: { faults: faults.list() } };
    case "POST faults":
      faults.add(parseFaults(parseBody(request)));
      return { value: { faults: faults.list() } };
    case "DELETE faults":
      faults.clear();
      return { value: { faults: [] } };
    case "POST insert": {
      const { count, late } = objectBody(request);
      if (typeof count !== "number" || count < 1) throw new TypeError("insert needs count: a whole number from 1 up");
      return { value: { keys: vendor.insertRows(count, late === undefined ? {} : { late: late === true }) } };
    }
    case "POST lose-sessions":
      vendor.loseSessions();
      return { value: { lost: true } };
    case "POST control":
      return { value: vendorControl(vendor, objectBody(request)) ?? null };
    case "GET data": {
      const rows = vendor.data(query.get("kind") ?? "");
      return { value: { kind: query.get("kind") ?? "", count: rows.length, rows } };
    }
    case "GET stats":
      return { value: stats.report() };
    case "POST reset":
      controlled.reset();
      return { value: { reset: true } };
    default:
      return undefined;
  }
}

function ledgerReport(vendor: Vendor, kind: string | null): unknown {
  const entries = vendor.ledger().filter((entry) => kind === null || entry.kind === kind);
  return { entries, duplicates: duplicateKeys(entries), count: entries.length };
}

function vendorControl(vendor: Vendor, body: Readonly<Record<string, unknown>>): unknown {
  if (vendor.control === undefined) throw new TypeError("this vendor has no control of its own");
  if (typeof body["action"] !== "string") throw new TypeError("control needs action: the name of what to do");
  return vendor.control(body["action"], body);
}

function parseBody(request: SimRequest): unknown {
  return request.rawBody.length === 0 ? {} : readJson(request.rawBody.toString("utf8"));
}

function objectBody(request: SimRequest): Readonly<Record<string, unknown>> {
  const body = parseBody(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new TypeError("the body must be a JSON object");
  return body as Record<string, unknown>;
}

function json(status: number, value: unknown): SimReply {
  return { status, headers: { "Content-Type": "application/json; charset=utf-8" }, body: writeJson(value) };
}
