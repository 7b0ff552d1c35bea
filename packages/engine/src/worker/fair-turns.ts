/**
 * Whose turn it is among the queues of one account: by virtual time. A queue's time goes forward by 1/weight with every task that it was
 * given; the one that is furthest behind comes next. A queue that was empty joins at the time of those that wait, half a turn in front so
 * that it comes first where it is level with them: it can neither be starved nor catch up. Kept by each process for itself: where every process is fair, all together are.
 */
import type { QueueClaim } from "../store/task-rows.ts";

export interface DueQueue {
  readonly flow: number;
  readonly priority: number;
  readonly weight: number;
}

export interface FairTurns {
  /** Divides `slots` among the queues that have due tasks; a flow gets at most what `room` says. In the order of the turns. */
  readonly plan: (due: readonly DueQueue[], slots: number, room: (flow: number) => number) => readonly QueueClaim[];
  /** What a queue was really given. */
  readonly charge: (queue: DueQueue, tasks: number) => void;
}

/** Weight of a queue: manual before scheduled before backfill, and the flow's own priority (1 to 9). */
export function weightOf(priority: number, flowPriority: number): number {
  return flowPriority * (priority === 0 ? 64 : priority === 1 ? 8 : 1);
}

export function createFairTurns(): FairTurns {
  const times = new Map<string, number>();
  let waitingBefore = new Set<string>();
  let clock = 0;
  return {
    plan: (due, slots, room) => {
      const known = due.filter((queue) => waitingBefore.has(nameOf(queue))).map((queue) => times.get(nameOf(queue)) ?? clock);
      clock = known.length > 0 ? Math.max(clock, Math.min(...known)) : clock;
      for (const queue of due) {
        const name = nameOf(queue);
        if (!waitingBefore.has(name)) times.set(name, Math.max(times.get(name) ?? Number.NEGATIVE_INFINITY, clock - 0.5 / queue.weight));
      }
      waitingBefore = new Set(due.map(nameOf));
      return divide(due, times, slots, room);
    },
    charge: (queue, tasks) => {
      const name = nameOf(queue);
      times.set(name, (times.get(name) ?? clock) + tasks / queue.weight);
    },
  };
}

function divide(
  due: readonly DueQueue[],
  times: ReadonlyMap<string, number>,
  slots: number,
  room: (flow: number) => number,
): readonly QueueClaim[] {
  const left = new Map(due.map((queue) => [queue.flow, room(queue.flow)]));
  const plans = due.map((queue) => ({ queue, time: times.get(nameOf(queue)) ?? 0, count: 0 }));
  const order: typeof plans = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const open = plans.filter((plan) => (left.get(plan.queue.flow) ?? 0) > 0);
    const next = open.reduce<(typeof plans)[number] | undefined>(
      (best, plan) => (best === undefined || plan.time + 1 / plan.queue.weight < best.time + 1 / best.queue.weight ? plan : best),
      undefined,
    );
    if (next === undefined) break;
    if (next.count === 0) order.push(next);
    next.count += 1;
    next.time += 1 / next.queue.weight;
    left.set(next.queue.flow, (left.get(next.queue.flow) ?? 0) - 1);
  }
  return order.map(({ queue, count }) => ({ flow: queue.flow, priority: queue.priority, count }));
}

function nameOf(queue: { readonly flow: number; readonly priority: number }): string {
  return `${queue.flow}:${queue.priority}`;
}
