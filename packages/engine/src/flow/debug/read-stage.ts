/**
 * The debugger's reading: one page, the bills of given numbers, or a bill that the ledger has, with every request and answer. Nothing is
 * stored and no cursor moves; what goes wrong comes back with what was said before it.
 */
import { DatongError, errorToJson, groupRows, readJson, readRows, rowsText, type SourceRecord } from "@datong/core";
import type pg from "pg";
import { LoginFault, type Exchange } from "../../connection/caller.ts";
import { flowPosition } from "../../ledger/flow-position.ts";
import { recordStory } from "../../ledger/record-story.ts";
import type { Ports } from "../../ports.ts";
import { lastKeys, recordsOfKeys } from "../compare/last-records.ts";
import { isPassive, type ReadyFlow } from "../ready-flow.ts";
import { CallFault, PageFault } from "../source/read-page.ts";
import { openPull, pullPage } from "../source/pull.ts";
import { readByNumber } from "../source/read-by-number.ts";

/** Where the bills come from. `key`: the record as the ledger has it; the source is not asked. */
export type DebugFrom =
  { readonly kind: "page" } | { readonly kind: "number"; readonly number: string } | { readonly kind: "stored"; readonly key: string };

export interface DebugRead {
  readonly exchanges: readonly Pick<Exchange, "operation" | "status" | "tookMs" | "request" | "response">[];
  readonly records: readonly SourceRecord[];
  /** Read from the ledger and not from the source. */
  readonly isStored: boolean;
  readonly problem: ReturnType<typeof errorToJson> | null;
  /** The answer that the bills are in, as it came; null where there is none, or where each row was asked for apart. */
  readonly answer?: string | null;
}

/** Pages without a bill that are passed over before the debugger gives up. */
const EMPTY_PAGES = 10;

export async function debugRead(
  ready: ReadyFlow,
  from: DebugFrom,
  engine: { readonly pool: pg.Pool; readonly ports: Ports },
): Promise<DebugRead> {
  // These read what the ledger holds, or what is pushed: there is nobody to ask.
  const asksNobody = isPassive(ready) || ready.flow.source.flow !== undefined || ready.flow.source.each !== undefined;
  if (from.kind === "stored" || (from.kind === "page" && asksNobody)) return readStored(ready, from, engine.pool);
  try {
    return from.kind === "page" ? await readFirst(ready, engine.ports) : await readNumber(ready, from.number, engine.ports);
  } catch (error) {
    if (error instanceof CallFault) return failed(ready, error.error, error.exchanges);
    if (error instanceof PageFault || error instanceof LoginFault) return failed(ready, error, error.exchanges);
    if (error instanceof DatongError) return failed(ready, error, []);
    throw error;
  }
}

function failed(ready: ReadyFlow, error: DatongError, exchanges: DebugRead["exchanges"]): DebugRead {
  return { exchanges, records: [], isStored: false, problem: errorToJson(error), answer: answerOf(ready, exchanges) };
}

/** The list's own answer, which is the last one where no row is asked for by itself; a log-in's is none. */
function answerOf({ source }: ReadyFlow, exchanges: DebugRead["exchanges"]): string | null {
  const last = exchanges.at(-1);
  return source.detail !== undefined || last === undefined || last.status === 0 || last.operation === "login" ? null : last.response;
}

async function readFirst(ready: ReadyFlow, ports: Ports): Promise<DebugRead> {
  const exchanges: Exchange[] = [];
  let pull = openPull(ready, null, null, ports.nowMs() + ready.source.connection.skewMs());
  for (let pages = 0; pages < EMPTY_PAGES && pull.slices.length > 0; pages += 1) {
    const { page, next } = await pullPage(ready, pull, { ports, retryDelaysMs: [], signal: undefined, onRetry: () => Promise.resolve() });
    exchanges.push(...page.exchanges);
    if (page.records.length > 0)
      return { exchanges: page.exchanges, records: page.records, isStored: false, problem: null, answer: answerOf(ready, page.exchanges) };
    pull = next;
  }
  return { exchanges, records: [], isStored: false, problem: null, answer: answerOf(ready, exchanges) };
}

async function readNumber(ready: ReadyFlow, number: string, ports: Ports): Promise<DebugRead> {
  const exchanges: Exchange[] = [];
  for await (const page of readByNumber(ready, [number], ports.nowMs())) {
    exchanges.push(...page.exchanges);
    if (page.records.length > 0)
      return { exchanges, records: page.records, isStored: false, problem: null, answer: answerOf(ready, exchanges) };
  }
  return { exchanges, records: [], isStored: false, problem: null, answer: answerOf(ready, exchanges) };
}

/** The record of the key; without one the bill that was written last. */
async function readStored(ready: ReadyFlow, from: DebugFrom, pool: pg.Pool): Promise<DebugRead> {
  const at = await flowPosition(pool, ready.flow.id);
  const keys = at === null ? [] : from.kind === "stored" ? [from.key] : await lastKeys(pool, at, 1);
  const found = at === null ? [] : await recordsOfKeys(pool, at, keys);
  const [only] = found;
  const story = at === null || only === undefined ? null : await recordStory(pool, { ...at, flowId: ready.flow.id, key: only.key });
  return {
    exchanges: story?.read === null || story === null ? [] : [story.read],
    records: found.map(({ record }) => record),
    isStored: true,
    problem: null,
  };
}

/** Rows that a person has edited, as the record they make. Throws DEBUG_DATA_INVALID. */
export function recordOfText(ready: ReadyFlow, text: string, record: Pick<SourceRecord, "key" | "number">): SourceRecord {
  const given = read(text);
  const rows = (() => {
    try {
      return readRows(given);
    } catch (error) {
      throw new DatongError("DEBUG_DATA_INVALID", { expected: "[{…}, …]" }, { cause: error });
    }
  })();
  const [first, second] = groupRows(ready.source.keys, [], rows, true).records;
  if (first === undefined) throw new DatongError("DEBUG_DATA_INVALID", { expected: "[{…}, …]" });
  // Rows whose keys were edited apart stay one bill here: the debugger follows one.
  return second === undefined ? first : { ...record, rows: rows.map((row) => row.value), text: rowsText(rows) };
}

function read(text: string) {
  try {
    return readJson(text, { keepSource: true });
  } catch (error) {
    throw new DatongError("DEBUG_DATA_INVALID", { expected: error instanceof Error ? error.message : "JSON" }, { cause: error });
  }
}
