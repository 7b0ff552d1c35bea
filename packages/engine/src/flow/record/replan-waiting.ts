/**
 * Bills whose new version, or withdrawal, had to wait for a document that was under way: once that is settled they are planned from the
 * stored rows; so are those whose lookups wait for the records of another flow. The source need not give them again, which a window that has gone on would not do.
 */
import { storedRecord } from "@datong/core";
import type { Running } from "../running.ts";
import { storePage } from "./store-page.ts";

const PAGE = 200;

/** `keys`: only these. */
export async function replanWaiting(running: Running, keys?: readonly string[]): Promise<void> {
  const { store, row, ports } = running;
  const nowMs = ports.nowMs();
  for (let after = ""; ;) {
    const waiting = await store.waitingRecords({
      lane: row.lane,
      flow: row.num,
      after,
      count: PAGE,
      ...(keys === undefined ? {} : { keys }),
    });
    const last = waiting.at(-1);
    if (last === undefined) return;
    const records = waiting.map(storedRecord);
    const slice = { fromMs: nowMs, toMs: nowMs };
    await storePage(running, { records, rowCount: 0, exchanges: [], slice, cursors: [], last: false, replans: true });
    after = last.key;
  }
}
