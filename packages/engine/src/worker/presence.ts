/**
 * Since when this process has been there to fire a flow's ticks: what came due before that was missed. A flow that a person pauses, or
 * that is worked for no more, is left, and found anew afterwards. Instants are epoch ms.
 */
import type { Engine } from "../engine.ts";

type Place = Pick<Engine, "pool">["pool"];

const presences = new WeakMap<Place, Map<string, number>>();

function presenceOf(pool: Place): Map<string, number> {
  const found = presences.get(pool) ?? new Map<string, number>();
  presences.set(pool, found);
  return found;
}

/** A flow that is asked after for the first time is there from now on. */
export function presentSince(pool: Place, flow: string, nowMs: number): number {
  const presence = presenceOf(pool);
  const since = presence.get(flow) ?? nowMs;
  presence.set(flow, since);
  return since;
}

/** Nobody fires this flow's ticks until it is asked after again. */
export function leave(pool: Place, flow: string): void {
  presenceOf(pool).delete(flow);
}

/** All other flows are left. */
export function stayWith(pool: Place, flows: ReadonlySet<string>): void {
  const presence = presenceOf(pool);
  for (const flow of presence.keys()) if (!flows.has(flow)) presence.delete(flow);
}
