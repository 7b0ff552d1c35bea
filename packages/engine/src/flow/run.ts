/**
 * One run of a flow: pull and write at the same time, until the source is read and the queue is drained.
 *
 * The pull stores pages; the writer claims tasks as they appear. Either side's fault ends that side alone: what is queued is still
 * written when the source fails, and the run says so at its end.
 */
import { randomUUID } from "node:crypto";
import { DatongError, statusOf, type Status } from "@datong/core";
import type { ReadyFlow } from "./ready-flow.ts";
import {
  writeBackOf,
  writeBackQueue,
  type RunOptions,
  type RunParts,
  type RunResult,
  type Running,
  type WriteBackResult,
} from "./running.ts";
import { tellBegin, tellEnd } from "./log/run-lines.ts";
import { pullAll } from "./source/pull-all.ts";
import { CallFault } from "./source/read-page.ts";
import { tasksInHand } from "./target/hold-leases.ts";
import { writeAll } from "./target/write-all.ts";
import { openSides } from "./open-sides.ts";
import { watchPauses } from "./watch-pauses.ts";

export async function runFlow(ready: ReadyFlow, parts: RunParts, options: RunOptions): Promise<RunResult> {
  const startedAt = parts.ports.nowMs();
  const queue = writeBackQueue(parts, ready);
  const running: Running = {
    ...parts,
    ready,
    options,
    run: options.run ?? parts.ids.next(),
    owner: parts.owner ?? randomUUID(),
    inHand: parts.inHand ?? tasksInHand(),
    paused: openSides(ready, parts.ports.nowMs, false),
    counts: { read: 0, records: 0, unchanged: 0, added: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: true,
    found: new Set(),
    ...(queue === undefined ? {} : { writeBack: queue }),
  };
  const back = writeBackOf(running);
  const refill = options.refill === undefined ? {} : { refill: options.refill };
  await parts.store.startRun({ lane: parts.row.lane, id: running.run, flow: parts.row.num, revision: parts.revision, ...refill });
  tellBegin(running, options);
  const unwatch = await Promise.all([running, ...(back === undefined ? [] : [back])].map(watchPauses));
  const there = Promise.allSettled([
    pullAll(running).finally(() => {
      running.pulling = false;
    }),
    writeAll(running),
  ]).finally(() => {
    if (back !== undefined) back.pulling = false;
  });
  const [told] = await Promise.allSettled([back === undefined ? undefined : writeAll(back)]);
  const [pulled, written] = await there;
  for (const end of unwatch) end();
  const fault =
    faultOf(pulled, ready.source.connection.connector.name.zh) ??
    faultOf(written, ready.target.connection.connector.name.zh) ??
    faultOf(told, ready.writeBack?.target.connection.connector.name.zh ?? "");
  const state = fault !== null ? "failed" : options.signal?.aborted === true ? "stopped" : "done";
  tellEnd(running, state, fault);
  await parts.store.endRun({
    lane: parts.row.lane,
    id: running.run,
    state,
    code: fault?.code ?? null,
    details: fault === null ? null : JSON.stringify(fault.details),
  });
  return summary(running, back, startedAt, fault);
}

type Count = (...statuses: readonly Status[]) => number;

async function openCounts(running: Running): Promise<Count> {
  const byStatus = await running.store.countOpenDocuments(running.row.lane, running.row.num, running.run);
  return (...statuses) => [...byStatus].reduce((sum, [number, n]) => (statuses.includes(statusOf(number)) ? sum + n : sum), 0);
}

async function writeBackResult(back: Running): Promise<WriteBackResult> {
  const count = await openCounts(back);
  return { written: back.counts.done, failed: count("failed"), unknown: count("unknown"), queued: count("queued", "pending", "sent") };
}

async function summary(running: Running, back: Running | undefined, startedAt: number, fault: DatongError | null): Promise<RunResult> {
  const count = await openCounts(running);
  return {
    id: running.ready.flow.id,
    runId: running.run,
    read: running.counts.read,
    records: running.counts.records,
    unchanged: running.counts.unchanged,
    added: running.counts.added,
    written: running.counts.done,
    failed: count("failed"),
    skipped: count("skipped") + running.counts.dropped,
    unknown: count("unknown"),
    queued: count("queued", "pending", "sent"),
    durationMs: running.ports.nowMs() - startedAt,
    warnings: running.warnings,
    absent: running.options.numbers?.filter((number) => running.found?.has(number) !== true) ?? null,
    writeBack: back === undefined ? null : await writeBackResult(back),
    fault,
  };
}

/** Our own errors tell themselves; anything else is thrown on. */
function faultOf(pulled: PromiseSettledResult<undefined | void>, system: string): DatongError | null {
  if (pulled.status === "fulfilled") return null;
  if (pulled.reason instanceof CallFault) return pulled.reason.error;
  if (pulled.reason instanceof DatongError)
    return new DatongError(pulled.reason.code, { system, ...pulled.reason.details }, { cause: pulled.reason });
  throw pulled.reason;
}
