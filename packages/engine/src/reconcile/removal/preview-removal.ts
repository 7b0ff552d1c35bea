/** What a repair would take away: the extra bills of a report as the target shows them now, and what became of those that were. Changes nothing. */
import { inBothLanguages, readJson } from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { GivenFlow } from "../repair-flow.ts";
import { listRemovalRows, type RemovalRow } from "../../store/removal-rows.ts";
import { findFlow } from "../../store/flow-rows.ts";
import { listDifferences } from "../past-reconciliations.ts";
import type { Told } from "../reconciliation.ts";
import { lookAtExtra, removalOf, type LookedAt } from "./look-at-extra.ts";

export interface PreviewedBill extends Omit<LookedAt, "refusal" | "before"> {
  /** Its place in the report. */
  readonly place: number;
  /** Why it would be left as it is; null where it would be taken away. */
  readonly refusal: Omit<Told, "key"> | null;
}

export interface RemovalPreview {
  /** The calls, in their order, by the APIs' codes. */
  readonly steps: readonly { readonly api: string; readonly zh: string; readonly en: string }[];
  readonly bills: readonly PreviewedBill[];
}

/** Throws REMOVAL_MISSING, RECONCILIATION_UNKNOWN, and CallFault where the target cannot be asked. */
export async function previewRemoval(
  engine: Engine,
  { flow, connections }: GivenFlow,
  report: string,
  page: { readonly after: number; readonly limit: number },
): Promise<RemovalPreview> {
  const ready = engine.ready(flow, connections);
  const { removal } = removalOf(ready);
  const steps = removal.steps.map(({ api }) => ({ api, ...ready.target.connection.api(api).api.name }));
  const row = await findFlow(engine.pool, flow.id);
  const extra = await listDifferences(engine, flow.id, report, { ...page, kind: "extra" });
  if (row === null || extra.length === 0) return { steps, bills: [] };
  const { bills } = await lookAtExtra(
    engine,
    ready,
    { lane: row.lane, flow: row.num },
    extra.map((each) => each.key),
  );
  return {
    steps,
    bills: bills.map(({ refusal, before: _before, ...bill }, i) => ({
      ...bill,
      place: extra[i]?.place ?? 0,
      refusal: refusal === null ? null : { code: refusal.code, text: inBothLanguages(refusal) },
    })),
  };
}

export interface PastRemoval extends Omit<RemovalRow, "before"> {
  /** What the target showed of it right before; null where it never came to a call. */
  readonly before: unknown;
}

/** What became of the bills that a repair was to take away, behind an id. */
export async function listRemovals(
  { pool }: Pick<Engine, "pool">,
  flowId: string,
  report: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly PastRemoval[]> {
  const row = await findFlow(pool, flowId);
  if (row === null) return [];
  const rows = await listRemovalRows(pool, { lane: row.lane, flow: row.num }, report, page);
  return rows.map(({ before, ...rest }) => ({ ...rest, before: before === null ? null : readJson(before) }));
}
