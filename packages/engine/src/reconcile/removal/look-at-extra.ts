/**
 * What a repair may take away at the target: bills that a reconciliation has found there and that nobody here wrote. Each is looked at as it
 * stands now; what the ledger knows, what is gone, and what has changed since it was seen is left alone, with the reason. Only queries.
 */
import { askedFields, DatongError, linesOf, sumOf, decimalText, writeJson, type Json, type JsonObject, type Probe } from "@datong/core";
import type { Exchange } from "../../connection/caller.ts";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { hashHex } from "../../flow/record/fingerprint.ts";
import { TargetReader } from "../../flow/shadow/read-back.ts";
import { probeTarget } from "../../flow/target/probe-target.ts";
import type { FlowPlace } from "../../store/reconciliation-rows.ts";
import { writtenByFlows } from "../../store/removal-rows.ts";

export interface LookedAt {
  readonly key: string;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly stage: string | null;
  /** Of all that the target shows of it; empty where it is not there. */
  readonly seen: string;
  /** The same as JSON. */
  readonly before: string;
  /** As declared for comparing; null where the target does not show it. */
  readonly lines: number | null;
  readonly sums: readonly (string | null)[];
  /** Why it is left alone; null where it may be taken away. */
  readonly refusal: DatongError | null;
}

/** The rule of taking away that the flow's target declares. Throws REMOVAL_MISSING. */
export function removalOf({ flow, target }: ReadyFlow): { readonly removal: NonNullable<Removal>; readonly probe: Probe } {
  const { removal, probe } = target.ready.api.write ?? {};
  if (removal === undefined || probe === undefined) throw new DatongError("REMOVAL_MISSING", { api: flow.target.api });
  return { removal, probe };
}

type Removal = NonNullable<ReadyFlow["target"]["ready"]["api"]["write"]>["removal"];

/** Throws CallFault where the target cannot be asked. */
export async function lookAtExtra(
  engine: Pick<Engine, "pool" | "ports">,
  ready: ReadyFlow,
  at: FlowPlace,
  keys: readonly string[],
): Promise<{ readonly bills: readonly LookedAt[]; readonly exchanges: readonly Exchange[] }> {
  const { removal, probe } = removalOf(ready);
  const rule = ready.flow.reconcile ?? {};
  const nowMs = engine.ports.nowMs();
  const { found, exchanges } = await probeTarget(ready, probe, keys, nowMs);
  const there = keys.filter((key) => found.has(key));
  const asked = { ...askedFields(rule, undefined), ...Object.fromEntries((removal.seen ?? []).map((field) => [field, ""])) } as JsonObject;
  const shown = await new TargetReader(ready, probe).read(new Map(there.map((key) => [key, asked])), nowMs);
  const numbers = there.flatMap((key) => found.get(key)?.number ?? []);
  const ids = there.flatMap((key) => found.get(key)?.id ?? []);
  const own = await writtenByFlows(engine.pool, at, { keys: [...keys, ...numbers], ids });
  const bills = keys.map((key): LookedAt => {
    const standing = found.get(key);
    const { number = null, id: targetId = null, stage = null } = standing ?? {};
    const body = shown.get(key) ?? {};
    const before = writeJson({ key, number, id: targetId, stage, document: body } as Json);
    const isOwn = [key, number, targetId].some((name) => name !== null && own.has(name));
    const refusal = isOwn
      ? new DatongError("REMOVAL_OWN", { key })
      : standing === undefined
        ? new DatongError("REMOVAL_GONE", { key })
        : null;
    const sums = (rule.sums ?? []).map(({ target }) => sumText(sumOf([body], target)));
    const lines = rule.lines === undefined ? null : linesOf([body], rule.lines);
    return { key, number, targetId, stage, seen: standing === undefined ? "" : hashHex(before), before, lines, sums, refusal };
  });
  return { bills, exchanges };
}

function sumText(sum: ReturnType<typeof sumOf>): string | null {
  return sum === null || typeof sum === "string" ? sum : decimalText(sum);
}
