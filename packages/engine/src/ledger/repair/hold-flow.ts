/**
 * Work by hand on a flow's ledger holds the flow's lease, so that no run and no other hand queues the same documents meanwhile. The
 * lease is renewed while the work goes on. Throws FLOW_RUNNING where somebody else holds it.
 */
import { DatongError } from "@datong/core";
import type { Engine } from "../../engine.ts";
import { isOwnerAlive, leaseOwner } from "../../store/lease-owner.ts";
import { giveLease, takeLease } from "../../store/run-rows.ts";

const LEASE_MS = 120_000;

/** Throws too when the lease was lost while the work went on: `stillOurs` is to be asked before each step that writes. */
export async function holdFlow<T>(
  engine: Engine,
  at: { readonly flowId: string; readonly lane: number; readonly flow: number },
  work: (stillOurs: () => void) => Promise<T>,
): Promise<T> {
  const { pool, ports } = engine;
  const owner = leaseOwner();
  const take = (): Promise<string | null> =>
    takeLease(pool, { lane: at.lane, flow: at.flow, owner, nowMs: ports.nowMs(), leaseMs: LEASE_MS, alive: isOwnerAlive });
  const held = await take();
  if (held !== null) throw new DatongError("FLOW_RUNNING", { flow: at.flowId, owner: held });
  let lostTo: string | null = null;
  // A renewal that fails is tried again by the next one; the lease lasts for three.
  const renewal = setInterval(() => void take().then((other) => (lostTo ??= other), noted), LEASE_MS / 3);
  try {
    return await work(() => {
      if (lostTo !== null) throw new DatongError("FLOW_RUNNING", { flow: at.flowId, owner: lostTo });
    });
  } finally {
    clearInterval(renewal);
    await giveLease(pool, at.lane, at.flow, owner);
  }
}

/** The next renewal, or the next statement of the work, meets what is wrong with the database. */
function noted(): undefined {
  return undefined;
}
