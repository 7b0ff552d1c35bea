/**
 * What is kept for how long, per flow and status: `exchanges` (requests and responses), `bodies` (source rows and documents as texts),
 * `rows` (the record itself and its documents) `certificates` (of closed source windows) and `logs` (lines of flows). Spans are days.
 *
 * Only exchanges, certificates and logs have a default. Bodies and rows stay until somebody says otherwise: without its row the ledger no longer knows that a
 * bill was written, and would write it again if the source handed it out again.
 */
import { STATUSES, type Status } from "@datong/core";
import type { Queryable } from "./transaction.ts";

export type RetentionPart = "exchanges" | "bodies" | "rows" | "certificates" | "logs";

export interface RetentionSetting {
  /** The flow's number; 0 for every flow that says nothing itself. */
  readonly flow: number;
  readonly part: RetentionPart;
  /** Null where the part has none (exchanges, certificates, logs). */
  readonly status: Status | null;
  readonly keepDays: number;
}

export const EXCHANGE_KEEP_DAYS = 30;
export const CERTIFICATE_KEEP_DAYS = 730;
export const LOG_KEEP_DAYS = 30;

/** What is settled; nothing else is ever dropped. */
export const SETTLED: readonly Status[] = ["done", "skipped", "failed"];

const NO_STATUS = -1;

export async function loadRetention(client: Queryable): Promise<readonly RetentionSetting[]> {
  const { rows } = await client.query<{ flow: number; part: RetentionPart; status: number; keepDays: number }>(
    `select flow, part, status, keep_days as "keepDays" from retention order by flow, part, status`,
  );
  return rows.map((row) => ({ ...row, status: SETTLED.find((status) => STATUSES[status].number === row.status) ?? null }));
}

/** `keepDays` null: kept without end again (exchanges: for the default). */
export async function saveRetention(
  client: Queryable,
  setting: Omit<RetentionSetting, "keepDays"> & { readonly keepDays: number | null },
): Promise<void> {
  const status = setting.status === null ? NO_STATUS : STATUSES[setting.status].number;
  if (setting.keepDays === null) {
    await client.query("delete from retention where flow = $1 and part = $2 and status = $3", [setting.flow, setting.part, status]);
    return;
  }
  await client.query(
    `insert into retention as r (flow, part, status, keep_days) values ($1, $2, $3, $4)
     on conflict (flow, part, status) do update set keep_days = excluded.keep_days, changed_at = excluded.changed_at`,
    [setting.flow, setting.part, status, setting.keepDays],
  );
}

const DEFAULTS: Partial<Record<RetentionPart, number>> = {
  exchanges: EXCHANGE_KEEP_DAYS,
  certificates: CERTIFICATE_KEEP_DAYS,
  logs: LOG_KEEP_DAYS,
};

/** For how many days; null without end. A flow's own word goes before the one for all. */
export function keepDaysOf(settings: readonly RetentionSetting[], flow: number, part: RetentionPart, status: Status | null): number | null {
  const found = (of: number): number | undefined =>
    settings.find((setting) => setting.flow === of && setting.part === part && setting.status === status)?.keepDays;
  return found(flow) ?? found(0) ?? DEFAULTS[part] ?? null;
}

/** How long a day's partition stays: as long as the flow that keeps its exchanges longest. */
export function longestExchangeDays(settings: readonly RetentionSetting[]): number {
  const all = settings.filter((setting) => setting.part === "exchanges");
  const general = all.find((setting) => setting.flow === 0)?.keepDays ?? EXCHANGE_KEEP_DAYS;
  return Math.max(general, ...all.map((setting) => setting.keepDays));
}
