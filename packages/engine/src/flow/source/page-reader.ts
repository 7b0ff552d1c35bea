/** Reads pages for a run: faults are waited out, told and kept; when nothing more is to be read. */
import type { JsonObject } from "@datong/core";
import { LoginFault } from "../../connection/caller.ts";
import { tellRetry } from "../log/run-lines.ts";
import { progress, storedExchanges, type Running } from "../running.ts";
import { pullPage, type PullState } from "./pull.ts";
import { CallFault, PageFault } from "./read-page.ts";

const SOURCE_RETRIES_MS: readonly number[] = [1_000, 5_000, 20_000];

/** `record`: the stored record that the params see, of a flow that asks once for each. */
export type ReadNext = (pull: PullState, record?: JsonObject) => ReturnType<typeof pullPage>;

export function pageReader(running: Running): ReadNext {
  return (pull, record) =>
    pullPage(running.ready, pull, {
      ports: running.ports,
      retryDelaysMs: running.options.sourceRetryDelaysMs ?? SOURCE_RETRIES_MS,
      signal: running.options.signal,
      onRetry: async (fault, waitMs) => {
        await keepExchanges(running, fault);
        tellRetry(running, fault instanceof LoginFault ? fault : fault.error, waitMs);
        progress(running, { kind: "page", waitMs, fault: fault instanceof LoginFault ? fault : fault.error });
      },
      ...(record === undefined ? {} : { record }),
    }).catch(async (error: unknown) => {
      if (error instanceof CallFault || error instanceof PageFault || error instanceof LoginFault) await keepExchanges(running, error);
      throw error;
    });
}

/** What was said in a call that failed is kept too; there is no page to store it with. */
async function keepExchanges(running: Running, fault: CallFault | PageFault | LoginFault): Promise<void> {
  await running.store.insertExchanges(running.row.lane, running.row.num, running.run, storedExchanges(running, fault.exchanges, null));
}

/** Nothing more is read: the run is asked to end, the source is paused, or enough was taken. What is half read stays for the next run. */
export function isOver(running: Running): boolean {
  return running.options.signal?.aborted === true || running.paused.source || limitReached(running);
}

export function limitReached(running: Running): boolean {
  return running.options.limit !== undefined && running.counts.records - running.counts.unchanged >= running.options.limit;
}
