/**
 * The store's housekeeping: partitions ahead and away, and what the retention settings let go. By the engine at opening (partitions
 * only: that is one query when there is nothing to do) and hourly, or by hand (`datong db prune`).
 */
import type { Status } from "@datong/core";
import type pg from "pg";
import { deleteExchanges, keepPartitionDays, type PartitionResult } from "./partition-days.ts";
import { tidyCertificates } from "./retention-certificates.ts";
import { pruneLogLines } from "./log-rows.ts";
import { pruneFlow, type PruneResult } from "./retention-prune.ts";
import { keepExchangeQuota, type QuotaNotice } from "./exchange-quota.ts";
import { keepDaysOf, loadRetention, longestExchangeDays, SETTLED, type RetentionSetting } from "./retention-settings.ts";

const DAY_MS = 86_400_000;

export interface PruneOptions {
  readonly nowMs: number;
  /** Only this flow, by its id; every flow when absent. */
  readonly flow?: string;
  /** Drops by this span instead of by the settings. */
  readonly by?: { readonly part: "bodies" | "rows"; readonly statuses: readonly Status[]; readonly keepDays: number };
}

export interface StorePruned extends PruneResult, PartitionResult {
  readonly exchanges: number;
  /** Days that went because there was no more room; null: there was room. */
  readonly quota: QuotaNotice | null;
}

/** The partitions alone. */
export async function keepExchangeDays(pool: pg.Pool, nowMs: number): Promise<PartitionResult> {
  return keepPartitionDays(pool, { nowMs, keepDays: longestExchangeDays(await loadRetention(pool)) });
}

/** Everything that the settings, or `by`, let go. Null when there is no such flow. */
export async function pruneStore(pool: pg.Pool, options: PruneOptions): Promise<StorePruned | null> {
  const settings = await loadRetention(pool);
  // Write-backs are kept as long as what they tell of.
  const { rows: flows } = await pool.query<{ num: number; lane: number; settings: number }>(
    `select w.num, w.lane, f.num as settings from flow w join flow f on f.num = coalesce(w.write_back_of, w.num)
     where $1::text is null or f.id = $1 order by w.num`,
    [options.flow ?? null],
  );
  if (options.flow !== undefined && flows.length === 0) return null;
  const partitions = await keepPartitionDays(pool, { nowMs: options.nowMs, keepDays: longestExchangeDays(settings) });
  let sum: StorePruned = { ...partitions, records: 0, documents: 0, blocks: 0, exchanges: 0, quota: null };
  for (const flow of flows) {
    sum = { ...sum, exchanges: sum.exchanges + (await pruneExchanges(pool, flow, settings, options.nowMs)) };
    const certificateDays = keepDaysOf(settings, flow.settings, "certificates", null);
    await tidyCertificates(pool, { lane: flow.lane, flow: flow.num }, options.nowMs, certificateDays ?? Number.POSITIVE_INFINITY);
    const logDays = keepDaysOf(settings, flow.settings, "logs", null);
    if (logDays !== null) await pruneLogLines(pool, flow.lane, flow.num, options.nowMs - logDays * DAY_MS);
    for (const part of ["bodies", "rows"] as const) {
      const before = horizonsOf(settings, flow.settings, part, options);
      const pruned = await pruneFlow(pool, { lane: flow.lane, flow: flow.num, part, before });
      sum = {
        ...sum,
        records: sum.records + pruned.records,
        documents: sum.documents + pruned.documents,
        blocks: sum.blocks + pruned.blocks,
      };
    }
  }
  const quota = await keepExchangeQuota(pool, options.nowMs);
  return { ...sum, quota };
}

function horizonsOf(
  settings: readonly RetentionSetting[],
  flow: number,
  part: "bodies" | "rows",
  { by, nowMs }: PruneOptions,
): readonly { readonly status: Status; readonly beforeMs: number }[] {
  const days = (status: Status): number | null => {
    if (by === undefined) return keepDaysOf(settings, flow, part, status);
    return by.part === part && by.statuses.includes(status) ? by.keepDays : null;
  };
  return SETTLED.flatMap((status) => {
    const keepDays = days(status);
    return keepDays === null ? [] : [{ status, beforeMs: nowMs - keepDays * DAY_MS }];
  });
}

/** Whole partitions go by the longest span; a flow that keeps less has its own rows deleted. */
async function pruneExchanges(
  pool: pg.Pool,
  flow: { readonly num: number; readonly lane: number; readonly settings: number },
  settings: readonly RetentionSetting[],
  nowMs: number,
): Promise<number> {
  const keepDays = keepDaysOf(settings, flow.settings, "exchanges", null);
  if (keepDays === null || keepDays >= longestExchangeDays(settings)) return 0;
  return deleteExchanges(pool, flow.lane, flow.num, nowMs - keepDays * DAY_MS);
}
