/** What the ledger is told of a flow's order keys. */
import { batchOf } from "../../ledger/repair/queue-again.ts";
import type { OrderRules } from "../../store/order-rows.ts";
import type { PageOrder } from "../../store/place-page.ts";
import type { Settlement } from "../../store/settle-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import type { Running } from "../running.ts";
import type { PagePlan } from "../transform/stage-records.ts";

/** Undefined where documents are written in whatever order. `count`: documents that may take or leave a place. */
export function orderRules(ready: ReadyFlow, count: number, nextId: () => string): OrderRules | undefined {
  if (ready.order === undefined) return undefined;
  return {
    onFailedHead: ready.order.onFailedHead,
    batchOf: (action) => batchOf(ready, action),
    taskIds: Array.from({ length: count }, nextId),
  };
}

/** As a part of a settlement. */
export function settledOrder(ready: ReadyFlow, count: number, nextId: () => string): Pick<Settlement, "order"> {
  const order = orderRules(ready, count, nextId);
  return order === undefined ? {} : { order };
}

/** As a part of a page. */
export function pageOrder(ready: ReadyFlow, plan: PagePlan, priority: number, nextId: () => string): { readonly order?: PageOrder } {
  const rules = orderRules(ready, plan.places.length + plan.replaced.length + plan.skipped.length, nextId);
  return rules === undefined ? {} : { order: { rules, places: plan.places.map((place) => ({ ...place, priority })) } };
}

/** Lines that were made under other rules follow those of now. */
export async function tidyOrder({ store, row, ready, ids }: Running): Promise<void> {
  const place = { lane: row.lane, flow: row.num, account: ready.target.connection.account };
  await store.tidyLines?.(place, ready.order, { batchOf: (action) => batchOf(ready, action), nextId: ids.next });
}
