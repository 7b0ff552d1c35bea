/** Of a page that has been stored: which of its bills wait for which records of other flows, for whoever stores those. */
import type { Waiter } from "../../store/lookup-waits.ts";
import type { KnownRecord } from "../../store/known-rows.ts";
import type { Running } from "../running.ts";
import type { StagedRecord } from "../transform/stage-records.ts";

/** `known`: the page's records as the ledger had them. */
export async function noteWaitingRecords(
  running: Running,
  staged: readonly StagedRecord[],
  known: ReadonlyMap<string, KnownRecord>,
): Promise<void> {
  const waiters = staged.flatMap((item): Waiter[] => {
    const awaited = item.made.flatMap((made) => (made.taken === undefined ? (made.awaited ?? []) : []));
    return awaited.length === 0 ? [] : [{ key: item.key, awaited }];
  });
  const waiting = new Set(waiters.map((waiter) => waiter.key));
  const over = staged.filter((item) => known.get(item.key)?.waiting === true && !waiting.has(item.key)).map((item) => item.key);
  if (over.length > 0) await running.store.forgetWaiters?.(running.row.num, over, "record");
  if (waiters.length > 0) await running.store.noteWaiters?.(running.row.num, "record", waiters);
}
