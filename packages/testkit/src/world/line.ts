/**
 * The line between a process and the world's vendor, as the engine's `OpenConnection`: a request arrives after a while, its answer may
 * be lost, maimed or never asked for. What is on its way arrives also when the process that sent it has died.
 *
 * A request that is late arrives `latestMs` after it was sent at the latest. Where the target takes a key twice, that must be less than
 * the engine waits before it asks for the last time about a write whose answer did not come: no system can know of a request that is
 * still under way then.
 */
import {
  compileRule,
  compileShape,
  isObject,
  judgeReply,
  readJson,
  type Connection,
  type FaultVerdict,
  type JsonObject,
  type Reply,
  type RequestPlan,
} from "@datong/core";
import type { CallResult, OpenConnection, ReadyApi } from "@datong/engine";
import { WORLD } from "./connector.ts";
import type { Random } from "./random.ts";
import type { Actor, Schedule } from "./schedule.ts";

/** How often things go wrong on the line and at the vendor, 0 … 1 each. */
export interface LineFaults {
  readonly cutBefore: number;
  readonly cutAfter: number;
  /** The caller gives up waiting; the request arrives afterwards. */
  readonly late: number;
  readonly error: number;
  readonly throttle: number;
  readonly garbled: number;
}

export interface LineParts {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly line: Actor;
  readonly process: Actor;
  readonly latestMs: number;
  readonly faults: () => LineFaults;
  /** The vendor's own work. */
  readonly serve: (api: string, text: string) => object;
  readonly note: (what: string) => void;
}

const CONNECTION: Connection = { id: "world", system: "world", settings: { url: "world" } };
const READY = new Map<string, ReadyApi>(
  WORLD.apis.map((api) => [api.code, { api, shape: compileShape(api.shape, `world/${api.code}`), rule: compileRule(WORLD.result) }]),
);

/** Opens the vendor for one process. */
export function openLine(parts: LineParts): OpenConnection {
  const opened = {
    connection: CONNECTION,
    connector: WORLD,
    settings: CONNECTION.settings,
    account: "world",
    concurrency: WORLD.limits.concurrency,
    timeoutMs: WORLD_TIMEOUT_MS,
    callsAllowed: () => WORLD.limits.concurrency,
    api: (code: string): ReadyApi => {
      const ready = READY.get(code);
      if (ready === undefined) throw new Error(`the world has no ${code}`);
      return ready;
    },
    call: async (ready: ReadyApi, plan: RequestPlan, leave?: () => void) => {
      leave?.();
      return call(parts, ready, plan.body.kind === "json" ? plan.body.text : "{}");
    },
    fingerprint: (plan: RequestPlan) => `${plan.path} ${plan.body.kind === "json" ? plan.body.text : ""}`,
    skewMs: () => 0,
    declareLimits: () => undefined,
    close: () => Promise.resolve(),
  };
  return opened;
}

/** The engine asks a second time for what broke off, after a twelfth of it. */
const WORLD_TIMEOUT_MS = 60_000;

type Fate = keyof LineFaults | "honest";

async function call(parts: LineParts, ready: ReadyApi, text: string): Promise<CallResult> {
  const { schedule, random, line, process, note } = parts;
  const { code } = ready.api;
  const fate = fateOf(random, parts.faults());
  const told = `${code} ${fate === "honest" ? "" : `(${fate}) `}${text}`;
  if (fate === "cutBefore") return lost(ready, await schedule.ask(process, `is cut off: ${told}`, () => random.chance(0.5), 5));
  const arrived = schedule.ask(
    line,
    `arrives: ${told}`,
    (): Reply => {
      const isHelped = fate === "honest" || fate === "cutAfter" || fate === "late" || fate === "garbled";
      const answer = isHelped ? JSON.stringify(parts.serve(code, text)) : undefined;
      if (answer !== undefined) note(`  answer ${answer}`);
      if (fate === "throttle") return replyOf(429, '{"ok":false,"code":"RATE","text":"频率"}', { "retry-after": "2" });
      // An error of the other side says nothing about whether it did the work.
      if (fate === "error" && random.chance(0.5)) note(`  answer ${JSON.stringify(parts.serve(code, text))}, and then a 500`);
      if (fate === "error") return replyOf(500, "oops", {});
      return replyOf(200, fate === "garbled" ? "<html>" : (answer ?? ""), {});
    },
    fate === "late" ? random.below(parts.latestMs) : random.below(40),
  );
  if (fate === "late") {
    // Nobody waits for it any longer; an error in it is an error of the world.
    return lost(ready, await schedule.ask(process, `gives up: ${told}`, () => false, 30));
  }
  const reply = await arrived;
  return schedule.ask(process, `answered: ${code}`, () =>
    fate === "cutAfter"
      ? lost(ready, false)
      : { reply, verdict: judgeReply(ready.rule, ready.api.direction, reply), exchanges: [], mask: unmasked },
  );
}

function fateOf(random: Random, faults: LineFaults): Fate {
  let at = random.next();
  for (const name of ["cutBefore", "cutAfter", "late", "error", "throttle", "garbled"] as const) {
    if (at < faults[name]) return name;
    at -= faults[name];
  }
  return "honest";
}

function replyOf(status: number, text: string, headers: Readonly<Record<string, string>>): Reply {
  return { status, headers, text, json: text.startsWith("{") ? readJson(text) : undefined };
}

/** As the engine's caller judges a line that broke. */
function lost(ready: ReadyApi, nothingSent: boolean): CallResult {
  const fault = ready.api.direction === "write" && !nothingSent ? "uncertain" : "transient";
  const verdict: FaultVerdict = { kind: "fault", fault, cause: "other", code: nothingSent ? "HOST_UNREACHABLE" : "CALL_CUT" };
  return { reply: undefined, verdict, exchanges: [], mask: unmasked };
}

function unmasked(text: string): string {
  return text;
}

/** The request as the vendor reads it. */
export function askedOf(text: string): JsonObject {
  const json = readJson(text);
  if (!isObject(json)) throw new Error(`no object: ${text}`);
  return json;
}
