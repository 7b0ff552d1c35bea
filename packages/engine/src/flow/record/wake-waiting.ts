/**
 * What waits for a record of another flow goes on when that has come: single bills are planned from their stored rows, groups are put
 * together, write-backs are queued to be mapped. The page that stored the record has woken them; here they are taken up.
 */
import { forgetWaiters, type WaiterKind } from "../../store/lookup-waits.ts";
import { transaction } from "../../store/transaction.ts";
import { queueWriteBacks } from "../../store/write-back-rows.ts";
import { priorityOf, writeBackOf, type Running } from "../running.ts";
import { mergeGroup } from "../transform/merge-records.ts";
import { replanWaiting } from "./replan-waiting.ts";

const PAGE = 200;

/** Under the flow's lease. */
export async function wakeWaiting(running: Running): Promise<void> {
  await takeUp(running, "record", (keys) => replanWaiting(running, keys));
  await takeUp(running, "group", async (keys) => {
    for (const key of keys) await mergeGroup(running, key);
  });
  await wakeWriteBacks(running);
}

/** Those of one round: what waits again, and is woken again meanwhile, is the next one's. */
async function takeUp(running: Running, kind: WaiterKind, goOn: (keys: readonly string[]) => Promise<void>): Promise<void> {
  const { store, row } = running;
  const woken = Map.groupBy((await store.wokenWaiters?.(row.num, kind)) ?? [], (each) => each.waiter);
  const all = [...woken.keys()];
  for (let from = 0; from < all.length; from += PAGE) {
    const keys = all.slice(from, from + PAGE);
    await goOn(keys);
    // Of bills that are not there any more, or whose document is under way: that is looked at with the next reading.
    await store.forgetWoken?.(
      row.num,
      kind,
      keys.flatMap((key) => woken.get(key) ?? []),
    );
  }
}

async function wakeWriteBacks(running: Running): Promise<void> {
  const { pool, row, writeBack } = running;
  const back = writeBackOf(running);
  if (writeBack === undefined || back === undefined) return;
  const woken = (await running.store.wokenWaiters?.(back.row.num, "write-back")) ?? [];
  const keys = [...new Set(woken.map((each) => each.waiter))];
  if (keys.length === 0) return;
  const at = { lane: row.lane, flow: row.num, run: running.run, priority: priorityOf(running.options) };
  await transaction(pool, async (client) => {
    await queueWriteBacks(client, at, writeBack, keys);
    await forgetWaiters(client, back.row.num, keys, "write-back");
  });
}
