/**
 * One claimed task from intent to settlement, as a run and a worker do it. Intents and settlements of calls that overlap share a
 * transaction (group commit): durable before, but one sync for many.
 */
import { DatongError, statusOf } from "@datong/core";
import { LoginFault } from "../../connection/caller.ts";
import { ThrottleStopped } from "../../connection/throttle.ts";
import { batched } from "../../store/batched.ts";
import { PRIORITY, type ClaimedTask } from "../../store/task-rows.ts";
import type { Settlement } from "../../store/settle-rows.ts";
import { tellSettled } from "../log/run-lines.ts";
import { progress, storedExchanges, type Running } from "../running.ts";
import { LeaseGone } from "./hold-leases.ts";
import { mapWriteBacks } from "./map-write-backs.ts";
import { settledOrder } from "./order-rules.ts";
import { performTask } from "./perform-task.ts";
import { MAP } from "./settle.ts";

export interface Doors {
  readonly markSent: (intent: { readonly task: string; readonly requestHash: string }) => Promise<boolean>;
  readonly settle: (settlement: Settlement) => Promise<undefined>;
}

/** The ways to the ledger that a flow's tasks share. */
export function openDoors({ store, row, owner }: Pick<Running, "store" | "row" | "owner">): Doors {
  return {
    markSent: batched((intents) => store.markSent(row.lane, owner, intents)),
    settle: batched(async (settlements: readonly Settlement[]) => {
      await store.settleTasks(settlements);
      return settlements.map(() => undefined);
    }),
  };
}

export interface InHand {
  /** Of the lease that the task is held by. */
  readonly leave: (task: string) => void;
  /** Told when the call has come back: the next one need not wait for this one's settlement. */
  readonly answered?: () => void;
}

/** Performs and settles. Throws what ends the writer: a log-in that failed, ThrottleStopped; the task has been given back then. */
export async function performClaimed(running: Running, doors: Doors, task: ClaimedTask, inHand: InHand): Promise<void> {
  if (task.action === MAP) return mapWriteBacks(running, task);
  const { row, ready } = running;
  const performed = await performOrReturn(running, doors, task, inHand);
  inHand.answered?.();
  if (performed === null) return;
  const exchanges = storedExchanges(running, performed.exchanges, task.id);
  await doors.settle({
    lane: row.lane,
    flow: row.num,
    run: running.run,
    account: ready.target.connection.account,
    owner: running.owner,
    task: task.id,
    ends: performed.ends,
    follow: performed.follow.map((follow) => ({ ...follow, ...(task.priority === undefined ? {} : { priority: task.priority }) })),
    ...settledOrder(ready, performed.ends.length, running.ids.next),
    exchanges,
    ...(running.writeBack === undefined ? {} : { writeBack: { ...running.writeBack, priority: task.priority ?? PRIORITY.scheduled } }),
  });
  running.counts.done += performed.ends.filter((end) => statusOf(end.status) === "done").length;
  running.counts.failed += performed.ends.filter((end) => statusOf(end.status) === "failed").length;
  tellSettled(running, task, performed.ends, exchanges.at(-1)?.id ?? null);
  progress(running);
}

/**
 * A log-in that fails, an API that is off line, a stop, or a lease that ran out meanwhile, comes before anything is sent: the task goes
 * back as it was, if it is still ours.
 */
async function performOrReturn(running: Running, doors: Doors, task: ClaimedTask, inHand: InHand): ReturnType<typeof performTask> {
  const { store, row, ready } = running;
  try {
    return await performTask(ready, task, {
      nowMs: running.ports.nowMs,
      random: running.ports.random,
      nextId: running.ids.next,
      markSent: (id, requestHash) => doors.markSent({ task: id, requestHash }),
      leave: () => inHand.leave(task.id),
      ...(running.options.given?.requests === undefined ? {} : { requests: running.options.given.requests }),
    });
  } catch (error) {
    const isOffLine = error instanceof DatongError && error.code === "API_OFF_LINE";
    const isLate = error instanceof LeaseGone;
    if (error instanceof LoginFault || error instanceof ThrottleStopped || isOffLine || isLate)
      await store.returnTask(row.lane, running.owner, task.id, task.maybeSent);
    if (isLate) return null;
    if (error instanceof LoginFault)
      await store.insertExchanges(row.lane, row.num, running.run, storedExchanges(running, error.exchanges, task.id));
    throw error;
  }
}
