/**
 * The pull of a passive flow: rows that were pushed become records, entry by entry in the order they came, as pages without a cursor. An
 * entry goes after its records are stored; what a crash leaves behind is read again and found unchanged.
 */
import { groupRows, readJson, readRows } from "@datong/core";
import { dropFromInbox, readInbox } from "../../store/inbox-rows.ts";
import { storePage } from "../record/store-page.ts";
import type { Running } from "../running.ts";

/** Entries in one page; each has at most as many rows as were pushed at once. */
const ENTRIES = 20;
const ROWS_MAX = 1_000;

/** `stop`: asked before every page, and before its entries are let go: a page that was cut short is read again. */
export async function pullInbox(running: Running, stop: () => boolean): Promise<void> {
  const { pool, row, ready, ports } = running;
  for (let left = true; left && !stop();) {
    const entries = await readInbox(pool, row.lane, row.num, ENTRIES);
    const taken: string[] = [];
    const rows = [];
    for (const entry of entries) {
      if (rows.length >= ROWS_MAX) break;
      taken.push(entry.id);
      rows.push(...readRows(readJson(entry.rows, { keepSource: true })));
    }
    left = taken.length > 0;
    if (!left) return;
    const nowMs = ports.nowMs();
    const { records } = groupRows(ready.source.keys, [], rows, true);
    await storePage(running, {
      records,
      rowCount: rows.length,
      exchanges: [],
      slice: { fromMs: nowMs, toMs: nowMs },
      cursors: [],
      last: false,
    });
    if (stop()) return;
    await dropFromInbox(pool, row.lane, row.num, taken);
  }
}
