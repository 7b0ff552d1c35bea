/** Whether rows that were pushed to a flow are still to be read. */
import type { Engine } from "../engine.ts";
import { findFlow } from "../store/flow-rows.ts";
import { inboxWaits } from "../store/inbox-rows.ts";

export async function pushedRowsWait({ pool }: Pick<Engine, "pool">, flow: string): Promise<boolean> {
  const row = await findFlow(pool, flow);
  return row !== null && inboxWaits(pool, row.lane, row.num);
}
