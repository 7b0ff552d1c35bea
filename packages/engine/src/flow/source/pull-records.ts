/**
 * The pull of a flow whose source is another flow (分发): its stored records in the order of their change, with a cursor, and no call to
 * the vendor. One pull serves several targets. What has not changed since this flow last saw it costs one comparison, so that the few
 * minutes before the cursor are looked at again every time: a change is stamped when its transaction begins and seen when it ends.
 */
import { storedRecord } from "@datong/core";
import { findRecords } from "../../ledger/find-records.ts";
import { storedRecords } from "../../ledger/repair/open-documents.ts";
import { ensureChangeIndex, FIRST_CHANGE, recordsChanged, type ChangePlace } from "../../store/change-rows.ts";
import { findFlowNamed } from "../../store/flow-rows.ts";
import { storePage } from "../record/store-page.ts";
import type { Running } from "../running.ts";

const PAGE = 500;
const BACK_S = 300;
const CURSOR = "records";

/** `stop`: asked before every page. A flow that has never run has nothing to read. */
export async function pullRecords(running: Running, flowId: string, stop: () => boolean): Promise<void> {
  const { pool, store, row, ports } = running;
  const other = await findFlowNamed(pool, flowId);
  if (other === null) return;
  await ensureChangeIndex(pool, other.num);
  const saved = await store.loadCursor(row.lane, row.num, CURSOR);
  let after = saved === null || saved === "" ? FIRST_CHANGE : (JSON.parse(saved) as ChangePlace);
  for (let backS = after === FIRST_CHANGE ? 0 : BACK_S; !stop(); backS = 0) {
    const { records, last } = await recordsChanged(pool, { lane: other.lane, flow: other.num, after, backS, count: PAGE });
    if (last === null) return;
    const nowMs = ports.nowMs();
    await storePage(running, {
      records: records.map(storedRecord),
      rowCount: records.length,
      exchanges: [],
      slice: { fromMs: nowMs, toMs: nowMs },
      cursors: [{ name: CURSOR, value: JSON.stringify(last) }],
      last: false,
    });
    after = last;
  }
}

/** Only the asked bills, as the other flow has them; the cursor does not move. */
export async function pullRecordsByNumber(running: Running, flowId: string, numbers: readonly string[]): Promise<void> {
  const { pool, ports } = running;
  const other = await findFlowNamed(pool, flowId);
  if (other === null || numbers.length === 0) return;
  const keys = new Set<string>();
  for (const number of numbers) for (const ref of await findRecords(pool, number, flowId)) keys.add(ref.key);
  const stored = await storedRecords(pool, { lane: other.lane, flow: other.num }, [...keys]);
  const records = stored.map((read) => read.record);
  const nowMs = ports.nowMs();
  const slice = { fromMs: nowMs, toMs: nowMs };
  await storePage(running, { records, rowCount: records.length, exchanges: [], slice, cursors: [], last: true });
}
