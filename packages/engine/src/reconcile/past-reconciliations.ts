/** The reconciliations of a flow that are kept: a list, one with a page of its differences, and accepting what is as it should be. */
import { DatongError, readJson, type Json } from "@datong/core";
import type { Engine } from "../engine.ts";
import { findFlow } from "../store/flow-rows.ts";
import {
  acceptRows,
  forgetAcceptedRows,
  listAcceptedRows,
  type AcceptedRow,
  differencePage,
  findReconciliationRow,
  listReconciliationRows,
  type DifferenceRow,
  type FlowPlace,
  type ReconciliationRow,
} from "../store/reconciliation-rows.ts";
import type { Difference, DifferenceKind, ReconcileProgress, ReconcileSummary } from "./reconciliation.ts";

export interface PastReconciliation extends Omit<ReconciliationRow, "summary" | "progress"> {
  /** Null where it is not running, or has not said anything yet. */
  readonly progress: ReconcileProgress | null;
  /** Null where it is not done. */
  readonly summary: ReconcileSummary | null;
  /** Why it failed. */
  readonly problem: { readonly code: string; readonly text: string } | null;
}

export interface PlacedDifference extends Difference {
  /** Its place in the report, from 1. */
  readonly place: number;
}

type Store = Pick<Engine, "pool" | "ports">;

/** The newest first; `before`: the last id of the page before. */
export async function listReconciliations(
  { pool, ports }: Store,
  flowId: string,
  page: { readonly before?: string; readonly limit: number },
): Promise<readonly PastReconciliation[]> {
  const at = await placeOfFlow(pool, flowId);
  if (at === null) return [];
  const rows = await listReconciliationRows(pool, at, { nowMs: ports.nowMs(), before: page.before ?? null, limit: page.limit });
  return rows.map(past);
}

/** Throws RECONCILIATION_UNKNOWN. */
export async function showReconciliation({ pool, ports }: Store, flowId: string, id: string): Promise<PastReconciliation> {
  const at = await placeOfFlow(pool, flowId);
  const row = at === null ? null : await findReconciliationRow(pool, at, id, ports.nowMs());
  if (row === null) throw new DatongError("RECONCILIATION_UNKNOWN", { id });
  return past(row);
}

/** Behind a place of the report. Throws RECONCILIATION_UNKNOWN. */
export async function listDifferences(
  engine: Store,
  flowId: string,
  id: string,
  page: { readonly after: number; readonly limit: number; readonly kind?: DifferenceKind },
): Promise<readonly PlacedDifference[]> {
  const at = await doneAt(engine, flowId, id);
  const rows = await differencePage(engine.pool, at.lane, id, page.after, page.limit, page.kind ?? null);
  return rows.map((row) => ({ place: row.place, ...(readJson(row.body) as unknown as Difference) }));
}

/**
 * Differences that are as they should be: left out of later reports until they change. By external key or the bill's number. Throws
 * RECONCILIATION_UNKNOWN, and RECONCILE_DIFFERENCE_UNKNOWN for one that the report does not have; none is accepted then.
 */
export async function acceptDifferences(
  engine: Store,
  flowId: string,
  id: string,
  deed: { readonly keys: readonly string[]; readonly reason: string; readonly person: string },
): Promise<number> {
  const at = await doneAt(engine, flowId, id);
  const found = new Map<string, DifferenceRow>();
  const left = new Set(deed.keys);
  for (let after = 0; ;) {
    const page = await differencePage(engine.pool, at.lane, id, after, PAGE);
    if (page.length === 0) break;
    for (const row of page) {
      const { number } = readJson(row.body) as unknown as Difference;
      const meant = [row.key, number ?? row.key].filter((name) => deed.keys.includes(name));
      if (meant.length > 0) found.set(row.key, row);
      for (const name of meant) left.delete(name);
    }
    after = page.at(-1)?.place ?? after;
  }
  const [unknown] = left;
  if (unknown !== undefined) throw new DatongError("RECONCILE_DIFFERENCE_UNKNOWN", { key: unknown });
  await acceptRows(engine.pool, at, [...found.values()], { ...deed, nowMs: engine.ports.nowMs() });
  return found.size;
}

/** What was accepted of a flow and why, by key, behind one of them. */
export async function listAccepted(
  { pool }: Pick<Engine, "pool">,
  flowId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly AcceptedRow[]> {
  const at = await placeOfFlow(pool, flowId);
  return at === null ? [] : listAcceptedRows(pool, at, page);
}

/** Told again from the next reconciliation on. Gives how many there were. */
export async function forgetAccepted({ pool }: Pick<Engine, "pool">, flowId: string, keys: readonly string[]): Promise<number> {
  const at = await placeOfFlow(pool, flowId);
  return at === null ? 0 : forgetAcceptedRows(pool, at, keys);
}

const PAGE = 1_000;

async function doneAt(engine: Store, flowId: string, id: string): Promise<FlowPlace> {
  const at = await placeOfFlow(engine.pool, flowId);
  const row = at === null ? null : await findReconciliationRow(engine.pool, at, id, engine.ports.nowMs());
  if (at === null || row?.state !== "done") throw new DatongError("RECONCILIATION_UNKNOWN", { id });
  return at;
}

async function placeOfFlow(pool: Engine["pool"], flowId: string): Promise<FlowPlace | null> {
  const row = await findFlow(pool, flowId);
  return row === null ? null : { lane: row.lane, flow: row.num };
}

function past({ summary, progress, ...row }: ReconciliationRow): PastReconciliation {
  const told = summary === null ? null : (readJson(summary) as unknown as Record<string, Json>);
  const problem = (told?.["problem"] ?? null) as PastReconciliation["problem"];
  const now = progress === null ? null : (JSON.parse(progress) as ReconcileProgress);
  return { ...row, progress: now, summary: problem === null ? (told as unknown as ReconcileSummary | null) : null, problem };
}
