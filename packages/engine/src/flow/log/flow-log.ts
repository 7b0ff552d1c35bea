/**
 * The flows' log of a process: lines are gathered and stored many at once, beside the work and never in its transactions, so that a log
 * costs no bill a commit. Bounded: where the store cannot keep up, what is told least is dropped and counted. A process that is killed
 * loses what it told in the last half second; what was done is in the ledger.
 */
import type pg from "pg";
import type { IdSource } from "../../store/id-source.ts";
import { insertLogRows, listDebug, LOG_LEVELS, type LogRow } from "../../store/log-rows.ts";

export type NewLine = Omit<LogRow, "id" | "run" | "recordKey" | "exchange"> & Partial<Pick<LogRow, "run" | "recordKey" | "exchange">>;

export interface FlowLog {
  readonly note: (line: NewLine) => void;
  /** Whether the flow is to tell of every bill just now. */
  readonly isDebug: (flowId: string) => boolean;
  /** Stores what was told so far. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const FLUSH_MS = 400;
const BATCH = 1_000;
const WAITING_MAX = 10_000;
const TEXT_MAX = 2_000;
const DEBUG_LOOK_MS = 3_000;

export function createFlowLog(pool: pg.Pool, ids: IdSource, log: (line: string) => void): FlowLog {
  let waiting: LogRow[] = [];
  let dropped = 0;
  let flushing: Promise<void> = Promise.resolve();
  let debugged: ReadonlySet<string> = new Set();
  let lookedMs = Number.NEGATIVE_INFINITY;

  const store = async (): Promise<void> => {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        await insertLogRows(pool, dropped === 0 ? rows : [...rows, ...gapIn(rows)]);
        dropped = 0;
      } catch (error) {
        // A log that cannot be stored does not stop the work; the process's own log says so.
        dropped += rows.length;
        log(`log: ${rows.length} lines lost: ${String(error)}`);
      }
    }
  };
  const gapIn = (rows: readonly LogRow[]): readonly LogRow[] => {
    const last = rows.at(-1);
    if (last === undefined) return [];
    const [zh, en] = [`有 ${dropped} 行日志没有存下`, `${dropped} lines of the log were not stored`];
    return [{ ...last, id: ids.next(), level: "notice", event: "log-gap", zh, en, recordKey: null, exchange: null }];
  };
  const flush = (): Promise<void> => (flushing = flushing.then(store));
  const timer = setInterval(() => {
    if (waiting.length > 0) void flush();
  }, FLUSH_MS).unref();
  const lookForDebug = (): void => {
    lookedMs = performance.now();
    listDebug(pool).then(
      (on) => {
        debugged = new Set(on.map((each) => each.flowId));
      },
      (error: unknown) => log(`log: ${String(error)}`),
    );
  };
  return {
    note: (line) => {
      if (waiting.length >= WAITING_MAX) {
        dropped += 1;
        if (LOG_LEVELS.indexOf(line.level) < LOG_LEVELS.indexOf("error")) return;
        waiting.splice(
          waiting.findIndex((each) => each.level !== "error" && each.level !== "fatal"),
          1,
        );
      }
      const { run = null, recordKey = null, exchange = null, zh, en } = line;
      waiting.push({ ...line, id: ids.next(), run, recordKey, exchange, zh: zh.slice(0, TEXT_MAX), en: en.slice(0, TEXT_MAX) });
      if (waiting.length === BATCH) void flush();
    },
    isDebug: (flowId) => {
      if (performance.now() - lookedMs > DEBUG_LOOK_MS) lookForDebug();
      return debugged.has(flowId);
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
