/**
 * Retries by hand, one bill or thousands: the same request, mapped again from the stored rows by the flow as it is now (the default),
 * or read from the source again. Goes through the selection page by page, each page queued in one transaction. What was saved at the
 * target before it failed goes on from the stage reached; what is in doubt is asked for; nothing that the target has is written a
 * second time. Holds the flow's lease, so that no run and no other retry queues the same documents meanwhile; throws FLOW_RUNNING
 * where one does.
 */
import { STATUSES, type Connection, type Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { registerRevision } from "../store/flow-rows.ts";
import { flowPosition, lastRunId } from "./flow-position.ts";
import { holdFlow } from "./repair/hold-flow.ts";
import { retryPage, type RetryCounts, type RetryHow } from "./repair/retry-page.ts";
import { selectedPages, type RetrySelection } from "./repair/select-documents.ts";

export type RetryResult = RetryCounts;

/** Without a status: what failed, and what waits for master data; a mended mapping may name other codes. */
const OPEN = ["failed", "pending"] as const;

export interface RetryOptions {
  /** Default: map. */
  readonly how?: RetryHow;
  readonly signal?: AbortSignal;
  /** After every page, the sums so far. */
  readonly onProgress?: (sum: RetryResult) => void;
}

const NOTHING: RetryResult = { queued: 0, unmapped: 0, untouched: 0, missing: 0 };

/** Where the source cannot be asked by number, its whole window is read for every page. */
const WINDOW_PAGE = 10_000;

/** Unknown numbers are passed over. Stopped by the signal, what was queued stays queued. */
export async function retryRecords(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  selection: RetrySelection,
  options: RetryOptions = {},
): Promise<RetryResult> {
  const ready = engine.ready(flow, connections);
  const at = await flowPosition(engine.pool, flow.id);
  if (at === null) return NOTHING;
  const place = { lane: at.lane, flow: at.flow, flowId: flow.id };
  return holdFlow(engine, place, async (stillOurs) => {
    const scope = {
      engine,
      ready,
      lane: at.lane,
      flow: at.flow,
      revision: await registerRevision(engine.pool, at.flow, JSON.stringify(ready.flow)),
      run: (await lastRunId(engine.pool, at)) ?? engine.ids.next(),
      how: options.how ?? "map",
      // One bill that a person looks at is judged by itself; many go in batches.
      each: selection.numbers !== undefined,
    };
    const byWindow = scope.how === "fetch" && ready.source.ready.api.byNumber === undefined;
    let sum = NOTHING;
    for (const status of selection.status === undefined ? OPEN : [selection.status]) {
      const left = selection.limit === undefined ? {} : { limit: selection.limit - sum.queued - sum.unmapped - sum.untouched };
      for await (const page of selectedPages(engine.pool, place, { ...selection, ...left, status }, byWindow ? WINDOW_PAGE : undefined)) {
        if (options.signal?.aborted === true) break;
        stillOurs();
        const counts = await retryPage({ ...scope, status: STATUSES[status].number }, page);
        sum = added(sum, counts, scope.each && status === "pending");
        options.onProgress?.(sum);
      }
    }
    return sum;
  });
}

/** `again`: the page's documents have been counted once, as untouched; those of them that go on now were not. */
function added(sum: RetryResult, counts: RetryCounts, again: boolean): RetryResult {
  return {
    queued: sum.queued + counts.queued,
    unmapped: sum.unmapped + counts.unmapped,
    untouched: again ? Math.max(0, sum.untouched - counts.queued - counts.unmapped) : sum.untouched + counts.untouched,
    missing: again ? sum.missing : sum.missing + counts.missing,
  };
}
