/**
 * Lines of order keys as the flow is now: at the start of a run, heads that stopped under another rule let the others pass, heads whose
 * document is over or gone leave, and a flow without an order key has no lines any more.
 */
import { STATUSES } from "@datong/core";
import type pg from "pg";
import { lockHeads, passOn, type FlowPlace, type OrderRules, type OrderTask } from "./order-rows.ts";
import { insertTurns } from "./settle-rows.ts";
import { transaction, type Queryable } from "./transaction.ts";

const PAGE = 500;

/** `rules` absent: the flow has no order key. Costs one look where it has no lines either. */
export async function tidyLines(
  pool: pg.Pool,
  at: FlowPlace & { readonly account: string },
  rules: Pick<OrderRules, "onFailedHead"> | undefined,
  tasks: Pick<OrderRules, "batchOf"> & { readonly nextId: () => string },
): Promise<void> {
  const { rows: any } = await pool.query("select 1 from order_head h where h.lane = $1 and h.flow = $2 limit 1", [at.lane, at.flow]);
  if (any.length === 0) return;
  for (let after = "0"; ;) {
    const stopped = await stoppedHeads(pool, at, rules, after, null);
    const last = stopped.at(-1);
    if (last === undefined) {
      // Without an order key those who went on are heads again, and leave in their turn.
      if (rules === undefined && after !== "0") after = "0";
      else return;
      continue;
    }
    after = last;
    await transaction(pool, async (client) => {
      await lockHeads(client, at, stopped);
      // A retry may have been before us.
      const still = await stoppedHeads(client, at, rules, "0", stopped);
      const taskIds = still.map(() => tasks.nextId());
      const next: readonly OrderTask[] = await passOn(
        client,
        at,
        { onFailedHead: rules?.onFailedHead ?? "skip", batchOf: tasks.batchOf, taskIds },
        still,
      );
      await insertTurns(client, at, next);
    });
  }
}

/** Documents of heads that nobody works on and that the rules let nobody wait for; of all, or of those given. */
async function stoppedHeads(
  client: Queryable,
  at: FlowPlace,
  rules: Pick<OrderRules, "onFailedHead"> | undefined,
  after: string,
  among: readonly string[] | null,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ document: string }>(
    `select h.document from order_head h left join document d on d.lane = $1 and d.id = h.document
     where h.lane = $1 and h.flow = $2 and h.document > $3 and ($4::bigint[] is null or h.document = any($4))
       and ($5 or ((d.id is null or d.status = any($6::smallint[]) or $7) and not exists (select 1 from task t where t.lane = $1 and t.id = any(d.tasks) and d.id = any(t.documents))))
     order by h.document limit ${PAGE}`,
    [at.lane, at.flow, after, among, rules === undefined, [STATUSES.done.number, STATUSES.skipped.number], rules?.onFailedHead === "skip"],
  );
  return rows.map((row) => row.document);
}
