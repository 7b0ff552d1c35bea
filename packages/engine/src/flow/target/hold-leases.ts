/**
 * Keeps the leases of tasks in hand alive. A lease is short, so that a dead process's tasks soon go on elsewhere; what takes longer is
 * renewed while it is in hand. Most tasks are settled before the first renewal and cost nothing.
 */
import type { LedgerStore } from "../../store/ledger-store.ts";
import type { ClaimedTask } from "../../store/task-rows.ts";

const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Of a ledger where nobody renews. */
const LONG_LEASE_MS = 300_000;

export interface HeldLeases {
  /** Length of the lease to claim with. */
  readonly leaseMs: number;
  /** Takes claimed tasks in hand, and gives those that were not in hand already: a process that stood still may claim its own again. */
  readonly take: <T extends ClaimedTask>(tasks: readonly T[]) => readonly T[];
  readonly drop: (task: string) => void;
  readonly close: () => void;
}

export function holdLeases(at: {
  readonly store: Pick<LedgerStore, "renewTasks">;
  readonly lane: number;
  readonly owner: string;
  readonly log?: (line: string) => void;
}): HeldLeases {
  const { renewTasks } = at.store;
  const leaseMs = renewTasks === undefined ? LONG_LEASE_MS : LEASE_MS;
  const held = new Map<string, number>();
  const renew = async (): Promise<void> => {
    const now = performance.now();
    const old = [...held].filter(([, sinceMs]) => now - sinceMs > RENEW_MS / 2).map(([id]) => id);
    if (old.length > 0) await renewTasks?.(at.lane, at.owner, old, leaseMs);
  };
  const timer =
    renewTasks === undefined
      ? undefined
      : setInterval(() => void renew().catch((error: unknown) => at.log?.(`leases of tasks: ${String(error)}`)), RENEW_MS);
  return {
    leaseMs,
    take: (tasks) => {
      const fresh = tasks.filter((task) => !held.has(task.id));
      for (const task of fresh) held.set(task.id, performance.now());
      return fresh;
    },
    drop: (task) => void held.delete(task),
    close: () => clearInterval(timer),
  };
}
