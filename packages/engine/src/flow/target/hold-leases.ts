/**
 * Keeps the leases of tasks in hand alive. A lease is short, so that a dead process's tasks soon go on elsewhere; what takes longer is
 * renewed while it is in hand. Most tasks are settled before the first renewal and cost nothing.
 *
 * A process that stood still (a machine that slept, a container that was paused) finds its leases run out, and what it was about to send
 * may have been sent by another one: so it asks here right before a request leaves.
 */
import type { Ports } from "../../ports.ts";
import type { LedgerStore } from "../../store/ledger-store.ts";
import type { ClaimedTask } from "../../store/task-rows.ts";

const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Of a ledger where nobody renews. */
const LONG_LEASE_MS = 300_000;
/** A request leaves so long before its lease ends at the latest: it takes a while to arrive. */
const MARGIN_MS = 2_000;

/** Nothing was sent: the task may be another process's by now. */
export class LeaseGone extends Error {}

/** What a process is working on, by whichever of its writers. */
export interface TasksInHand {
  readonly ids: Set<string>;
  /** Questions for tasks whose answers are not among them yet. */
  readonly asking: Set<Promise<unknown>>;
}

export function tasksInHand(): TasksInHand {
  return { ids: new Set(), asking: new Set() };
}

/** An instant by both clocks: what a machine sleeps only the one on the wall counts, and that one may be set back. */
interface Since {
  readonly wallMs: number;
  readonly steadyMs: number;
}

export interface HeldLeases {
  /**
   * Asks for tasks with leases of that length and takes them in hand; gives those that this process had not in hand already: one that stood
   * still may claim its own again.
   */
  readonly claim: <T extends ClaimedTask>(ask: (leaseMs: number) => Promise<readonly T[]>) => Promise<readonly T[]>;
  /** Throws LeaseGone where the lease may have run out. */
  readonly leave: (task: string) => void;
  readonly drop: (task: string) => void;
  readonly close: () => void;
}

export function holdLeases(at: {
  readonly store: Pick<LedgerStore, "renewTasks">;
  readonly ports: Pick<Ports, "nowMs">;
  readonly lane: number;
  readonly owner: string;
  readonly inHand: TasksInHand;
  readonly log: ((line: string) => void) | undefined;
}): HeldLeases {
  const { renewTasks } = at.store;
  const leaseMs = renewTasks === undefined ? LONG_LEASE_MS : LEASE_MS;
  const held = new Map<string, Since>();
  const now = (): Since => ({ wallMs: at.ports.nowMs(), steadyMs: performance.now() });
  const ageMs = ({ wallMs, steadyMs }: Since): number => Math.max(at.ports.nowMs() - wallMs, performance.now() - steadyMs);
  const renew = async (): Promise<void> => {
    const old = [...held].filter(([, since]) => ageMs(since) > RENEW_MS / 2).map(([id]) => id);
    const since = now();
    const ours = old.length === 0 ? [] : await renewTasks?.(at.lane, at.owner, old, leaseMs);
    for (const id of ours ?? []) if (held.has(id)) held.set(id, since);
  };
  const timer =
    renewTasks === undefined
      ? undefined
      : setInterval(() => void renew().catch((error: unknown) => at.log?.(`leases of tasks: ${String(error)}`)), RENEW_MS);
  return {
    claim: async (ask) => {
      // Their leases run from now on at the earliest.
      const since = now();
      const asked = ask(leaseMs);
      at.inHand.asking.add(asked);
      try {
        const fresh = (await asked).filter((task) => !at.inHand.ids.has(task.id));
        for (const task of fresh) {
          held.set(task.id, since);
          at.inHand.ids.add(task.id);
        }
        return fresh;
      } finally {
        at.inHand.asking.delete(asked);
      }
    },
    leave: (task) => {
      const since = held.get(task);
      if (since === undefined || ageMs(since) > leaseMs - MARGIN_MS) throw new LeaseGone(task);
    },
    drop: (task) => {
      if (held.delete(task)) at.inHand.ids.delete(task);
    },
    close: () => {
      clearInterval(timer);
      for (const task of held.keys()) at.inHand.ids.delete(task);
      held.clear();
    },
  };
}
