/**
 * One run of a flow: pull and write at the same time, until the source is read and the queue is drained.
 *
 * The pull stores pages; the writer claims tasks as they appear. Either side's fault ends that side alone: what is queued is still
 * written when the source fails, and the run says so at its end.
 */
import { randomUUID } from "node:crypto";
import { DatongError, statusOf, type Status } from "@datong/core";
import type { ReadyFlow } from "./ready-flow.ts";
import type { RunOptions, RunParts, RunResult, Running } from "./running.ts";
import { pullAll } from "./source/pull-all.ts";
import { CallFault } from "./source/read-page.ts";
import { writeAll } from "./target/write-all.ts";
import { watchPauses } from "./watch-pauses.ts";

export async function runFlow(ready: ReadyFlow, parts: RunParts, options: RunOptions): Promise<RunResult> {
  const startedAt = parts.ports.nowMs();
  const running: Running = {
    ...parts,
    ready,
    options,
    run: parts.ids.next(),
    owner: parts.owner ?? randomUUID(),
    paused: { source: false, target: false },
    counts: { read: 0, records: 0, unchanged: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: true,
  };
  await parts.store.startRun({ lane: parts.row.lane, id: running.run, flow: parts.row.num, revision: parts.revision });
  const unwatch = await watchPauses(running);
  const [pulled, written] = await Promise.allSettled([
    pullAll(running).finally(() => {
      running.pulling = false;
    }),
    writeAll(running),
  ]);
  unwatch();
  const fault = faultOf(pulled, ready.source.connection.connector.name.zh) ?? faultOf(written, ready.target.connection.connector.name.zh);
  await parts.store.endRun({
    lane: parts.row.lane,
    id: running.run,
    state: fault !== null ? "failed" : options.signal?.aborted === true ? "stopped" : "done",
    code: fault?.code ?? null,
    details: fault === null ? null : JSON.stringify(fault.details),
  });
  return summary(running, startedAt, fault);
}

async function summary(running: Running, startedAt: number, fault: DatongError | null): Promise<RunResult> {
  const byStatus = await running.store.countOpenDocuments(running.row.lane, running.row.num, running.run);
  const count = (...statuses: readonly Status[]): number =>
    [...byStatus].reduce((sum, [number, n]) => (statuses.includes(statusOf(number)) ? sum + n : sum), 0);
  return {
    id: running.ready.flow.id,
    runId: running.run,
    read: running.counts.read,
    records: running.counts.records,
    unchanged: running.counts.unchanged,
    written: running.counts.done,
    failed: count("failed"),
    skipped: count("skipped") + running.counts.dropped,
    unknown: count("unknown"),
    queued: count("queued", "pending", "sent"),
    durationMs: running.ports.nowMs() - startedAt,
    warnings: running.warnings,
    fault,
  };
}

/** Our own errors tell themselves; anything else is thrown on. */
function faultOf(pulled: PromiseSettledResult<void>, system: string): DatongError | null {
  if (pulled.status === "fulfilled") return null;
  if (pulled.reason instanceof CallFault) return pulled.reason.error;
  if (pulled.reason instanceof DatongError)
    return new DatongError(pulled.reason.code, { system, ...pulled.reason.details }, { cause: pulled.reason });
  throw pulled.reason;
}
