/** What one run is made of and what its stages share: options, counts, ids, the flow made ready. */
import { DatongError, type Range, type SourceRecord } from "@datong/core";
import type pg from "pg";
import type { Breaker } from "../connection/breaker.ts";
import type { Exchange } from "../connection/caller.ts";
import type { Ports } from "../ports.ts";
import type { FlowRow } from "../store/flow-rows.ts";
import type { IdSource } from "../store/id-source.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import type { TaskRow } from "../store/insert-tasks.ts";
import type { StoredExchange } from "../store/exchange-rows.ts";
import type { WriteBackQueue } from "../store/write-back-rows.ts";
import { PRIORITY } from "../store/task-rows.ts";
import { openSides } from "./open-sides.ts";
import type { FlowLog } from "./log/flow-log.ts";
import type { ReadyFlow } from "./ready-flow.ts";
import type { TasksInHand } from "./target/hold-leases.ts";
import { PROBE } from "./target/settle.ts";
import type { RunWarning } from "./transform/stage-records.ts";

export interface RunOptions {
  /** Its id, where whoever asked was told one already. */
  readonly run?: string;
  /** Only these numbers (试推一单). */
  readonly numbers?: readonly string[];
  /**
   * These records and no reading; `bodies`: what is sent in place of what the mapping makes of them, by unit; `requests`: the bodies of
   * requests in place of those that are built, by the document's external key.
   */
  readonly given?: {
    readonly records: readonly SourceRecord[];
    readonly bodies: ReadonlyMap<string, string>;
    readonly requests?: ReadonlyMap<string, string>;
  };
  /** Only this span of time (回补): the watermark does not move. */
  readonly range?: Range;
  /** Of a range: the refill (补漏) that it is read for; it has a cursor of its own, and the run's counts are the refill's. */
  readonly refill?: string;
  /** Reads by the flow's remedy (查漏补缺) in place of its own params: the watermark does not move. */
  readonly remedy?: boolean;
  /** At most so many new records. */
  readonly limit?: number;
  /** Waits between the tries of one page; empty: no second try. */
  readonly sourceRetryDelaysMs?: readonly number[];
  /** A number of PRIORITY: what waits longer where a target is busy. Unless given: manual where `numbers` are asked for, backfill for a `range`, else scheduled. */
  readonly priority?: number;
  /** A queue whose next task is due later than this counts as drained. */
  readonly waitMs?: number;
  /** How long a missing code is left alone before one document tries it again; half an hour where it is absent. */
  readonly missingTryMs?: number;
  /** How long after the target was asked for a missing code it is asked again; two minutes where it is absent. */
  readonly missingAskMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** The flow is this run's: from here on FLOW_RUNNING is not what it ends with. */
  readonly onBegun?: () => void;
}

export interface RunProgress {
  readonly read: number;
  readonly records: number;
  readonly written: number;
  readonly failed: number;
  /** Set while the run waits: how long and why. */
  readonly waiting?: RunWait;
}

/** A page is tried again after `fault`, or the queue's next task is due later. Whoever shows it words it in the reader's language. */
export type RunWait =
  { readonly kind: "page"; readonly waitMs: number; readonly fault: DatongError } | { readonly kind: "queue"; readonly waitMs: number };

export interface RunResult {
  readonly id: string;
  readonly runId: string;
  readonly read: number;
  readonly records: number;
  readonly unchanged: number;
  /** Of the records, those that the ledger did not have; the rest of what is not unchanged it had in another version. */
  readonly added: number;
  readonly written: number;
  readonly failed: number;
  /** Documents that were skipped, and records that a rule dropped before they became any. */
  readonly skipped: number;
  readonly unknown: number;
  readonly queued: number;
  readonly durationMs: number;
  /** Bills that are left to a person. */
  readonly warnings: readonly RunWarning[];
  /** Of the numbers that were asked for, those that the source does not have; null where none were asked for. */
  readonly absent: readonly string[] | null;
  /** How the run's write-backs stand; null for a flow that has none. */
  readonly writeBack: WriteBackResult | null;
  /** What ended the pull before its end; null when the source was read to it. */
  readonly fault: DatongError | null;
}

export interface WriteBackResult {
  readonly written: number;
  readonly failed: number;
  readonly unknown: number;
  readonly queued: number;
}

export interface RunParts {
  readonly pool: pg.Pool;
  /** What the stages ask the ledger through. */
  readonly store: LedgerStore;
  readonly ports: Ports;
  readonly ids: IdSource;
  readonly row: FlowRow;
  /** Where the flow's write-backs lie; absent for a flow that has none. */
  readonly writeBackRow?: FlowRow;
  readonly revision: number;
  /** This process, as the owner of the tasks that it claims; a new one unless given. */
  readonly owner?: string;
  /** Tasks that this process is working on, by all its runs and writers; its own unless given. */
  readonly inHand?: TasksInHand;
  readonly log?: (line: string) => void;
  /** Where the run tells what it does; absent where nobody keeps it. */
  readonly flowLog?: FlowLog;
  /** Absent where nothing is kept of what cannot be reached. */
  readonly breaker?: Pick<Breaker, "look" | "room" | "waitMs">;
}

/** Sides of a flow that are paused, by themselves or by their connection. */
export interface Paused {
  source: boolean;
  target: boolean;
}

/** Everything that the stages of one run share. */
export interface Running extends RunParts {
  readonly ready: ReadyFlow;
  readonly run: string;
  readonly owner: string;
  readonly inHand: TasksInHand;
  readonly options: RunOptions;
  /** What a person has paused; kept up to date while the run goes on. */
  readonly paused: Paused;
  /** `dropped`: records that a rule kept from becoming documents. */
  readonly counts: { read: number; records: number; unchanged: number; added: number; dropped: number; done: number; failed: number };
  readonly warnings: RunWarning[];
  /** Numbers and keys that the source gave, of a run that asks for some. */
  readonly found?: Set<string>;
  /** Where a bill is queued to be written back when its documents are done. */
  readonly writeBack?: WriteBackQueue;
  /** Of write-backs: the flow whose records they tell of. */
  readonly main?: FlowRow;
  /** Whether there may be more to write: the pull goes on; for write-backs, documents are still being written. */
  pulling: boolean;
}

/** Where the flow's write-backs are queued; undefined for a flow that has none. */
export function writeBackQueue(parts: Pick<RunParts, "ids" | "writeBackRow" | "revision">, ready: ReadyFlow): WriteBackQueue | undefined {
  if (ready.writeBack === undefined || parts.writeBackRow === undefined) return undefined;
  const { account } = ready.writeBack.target.connection;
  return { flow: parts.writeBackRow.num, account, revision: parts.revision, nextId: parts.ids.next };
}

/** The write-backs of a run beside it: queue, counts and pauses of their own, and the same code. */
export function writeBackOf(running: Running): Running | undefined {
  const { ready, writeBackRow, writeBack: _queue, ...parts } = running;
  if (ready.writeBack === undefined || writeBackRow === undefined) return undefined;
  const { onProgress: _told, ...options } = running.options;
  return {
    ...parts,
    ready: ready.writeBack,
    row: writeBackRow,
    main: running.row,
    options: {
      ...options,
      onProgress: ({ waiting }) => {
        if (waiting !== undefined) progress(running, waiting);
      },
    },
    paused: openSides(ready.writeBack, running.ports.nowMs, false),
    counts: { read: 0, records: 0, unchanged: 0, added: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: true,
  };
}

/** Documents to tasks of at most one batch each, in order: a question takes more of them than a write. */
export function toTasks(running: Running, action: string, documents: readonly string[]): readonly TaskRow[] {
  const { ready, batch: written } = running.ready.target;
  const batch = action === PROBE ? Math.max(written, ready.api.write?.probe?.batchMax ?? 1) : written;
  const tasks: TaskRow[] = [];
  for (let from = 0; from < documents.length; from += batch)
    tasks.push({ id: running.ids.next(), action, documents: documents.slice(from, from + batch), priority: priorityOf(running.options) });
  return tasks;
}

export function priorityOf(options: RunOptions): number {
  if (options.priority !== undefined) return options.priority;
  if (options.numbers !== undefined || options.given !== undefined) return PRIORITY.manual;
  return options.range === undefined ? PRIORITY.scheduled : PRIORITY.backfill;
}

/** Exchanges with the ids they are stored under. */
export function storedExchanges(running: Running, exchanges: readonly Exchange[], task: string | null): readonly StoredExchange[] {
  return exchanges.map((exchange) => ({ ...exchange, id: running.ids.next(), task }));
}

/** Tells whoever watches the run; `waiting` says why nothing happens just now. */
export function progress(running: Running, waiting?: RunWait): void {
  const { read, records, done, failed } = running.counts;
  running.options.onProgress?.({ read, records, written: done, failed, ...(waiting === undefined ? {} : { waiting }) });
}

/** What a side that is left alone says; null where calls may be made. */
export function circuitFault({ breaker, ready }: Running, side: "source" | "target"): DatongError | null {
  const { connection, connector } = ready[side].connection;
  if (breaker === undefined || breaker.room(connection.id) > 0) return null;
  const seconds = String(Math.ceil(breaker.waitMs(connection.id) / 1000));
  return new DatongError("CIRCUIT_OPEN", { connection: connection.id, system: connector.name.zh, seconds });
}
