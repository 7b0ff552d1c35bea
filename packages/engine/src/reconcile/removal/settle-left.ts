/**
 * Removals that a process has left between their intent and their end. What was sent is asked for at the target: gone is taken away, standing is
 * left as it is; nothing is sent a second time. What was only planned is told as not begun.
 */
import { DatongError } from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { probeTarget } from "../../flow/target/probe-target.ts";
import type { FlowPlace } from "../../store/reconciliation-rows.ts";
import { endRemovals, leftRemovals, type LeftRemoval, type RemovalEnd } from "../../store/removal-rows.ts";
import { transaction } from "../../store/transaction.ts";
import { keepExchanges, kept } from "./remove-extra.ts";

/** Gives how many were settled. Throws CallFault where the target cannot be asked: they stay for the next time. */
export async function settleLeft(engine: Engine, ready: ReadyFlow, at: FlowPlace): Promise<number> {
  const { pool, ports, ids } = engine;
  const left = await leftRemovals(pool, at, ports.nowMs());
  if (left.length === 0) return 0;
  // Nothing was sent by an API without one.
  const { probe } = ready.target.ready.api.write ?? {};
  if (probe === undefined) return 0;
  const unsent = left.filter((row) => row.state === "planned");
  const stopped = unsent.map((row) => kept(row, new DatongError("REMOVAL_STOPPED", { key: row.key })));
  if (stopped.length > 0) await endRemovals(pool, at.lane, stopped, ports.nowMs());
  for (const [report, rows] of Map.groupBy(
    left.filter((row) => row.state === "sent"),
    (row) => row.report,
  )) {
    const keys = rows.map((row) => row.key);
    const { found, exchanges } = await probeTarget(ready, probe, keys, ports.nowMs());
    const ends = rows.map((row): RemovalEnd => endOf(ready, row, found.has(row.key)));
    await transaction(pool, async (client) => {
      await endRemovals(client, at.lane, ends, ports.nowMs());
      await keepExchanges(engine, client, { at, report }, exchanges, ids.next());
    });
  }
  return left.length;
}

function endOf({ flow }: ReadyFlow, row: LeftRemoval, stands: boolean): RemovalEnd {
  if (!stands) return { id: row.id, state: "removed", code: null, text: null };
  return kept(row, new DatongError("REMOVAL_UNSURE", { key: row.key, api: flow.target.api }));
}
