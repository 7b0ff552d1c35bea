/**
 * The writing side of a run: claims tasks as they become due, performs as many at once as the target allows, settles them.
 * Intents and settlements of calls that overlap share a transaction (group commit): durable before, but one sync for many.
 */
import { statusOf } from "@datong/core";
import { LoginFault } from "../../connection/caller.ts";
import { batched } from "../../store/batched.ts";
import type { ClaimedTask, Settlement } from "../../store/task-rows.ts";
import { progress, storedExchanges, type Running } from "../running.ts";
import { performTask } from "./perform-task.ts";

const LEASE_MS = 300_000;
const WAIT_MS = 30_000;
const IDLE_MS = 20;

/** Claims and performs tasks until the pull is over and nothing is due soon. */
export async function writeAll(running: Running): Promise<void> {
  const { store, row, ready } = running;
  const doors: Doors = {
    markSent: batched((intents) => store.markSent(row.lane, running.owner, intents)),
    settle: batched(async (settlements: readonly Settlement[]) => {
      await store.settleTasks(settlements);
      return settlements.map(() => undefined);
    }),
  };
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const { concurrency } = ready.target;
  let claimed: ClaimedTask[] = [];
  while (failures.length === 0 && running.options.signal?.aborted !== true) {
    // Two rounds at once: the next tasks are at hand when a call comes back.
    if (claimed.length === 0) {
      claimed = [
        ...(await store.claimTasks({ lane: row.lane, flow: row.num, count: concurrency * 2, owner: running.owner, leaseMs: LEASE_MS })),
      ];
    }
    while (claimed.length > 0 && underWay.size < concurrency) {
      const task = claimed.shift();
      if (task === undefined) break;
      const work: Promise<void> = perform(running, doors, task)
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => underWay.delete(work));
      underWay.add(work);
    }
    if (underWay.size >= concurrency) await Promise.race(underWay);
    else if (underWay.size > 0) await Promise.race([...underWay, running.ports.sleep(IDLE_MS)]);
    else if (running.pulling) await running.ports.sleep(IDLE_MS, running.options.signal);
    else if (!(await waitForDue(running))) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

interface Doors {
  readonly markSent: (intent: { readonly task: string; readonly requestHash: string }) => Promise<boolean>;
  readonly settle: (settlement: Settlement) => Promise<undefined>;
}

/** False when the queue counts as drained. */
async function waitForDue(running: Running): Promise<boolean> {
  const dueMs = await running.store.nextDueMs(running.row.lane, running.row.num);
  if (dueMs === null || dueMs > (running.options.waitMs ?? WAIT_MS)) return false;
  if (dueMs > 0) progress(running, { kind: "queue", waitMs: dueMs });
  await running.ports.sleep(Math.max(dueMs, 1), running.options.signal);
  return true;
}

async function perform(running: Running, doors: Doors, task: ClaimedTask): Promise<void> {
  const { row, ready } = running;
  const performed = await performOrReturn(running, doors, task);
  if (performed === null) return;
  await doors.settle({
    lane: row.lane,
    flow: row.num,
    run: running.run,
    account: ready.target.connection.account,
    owner: running.owner,
    task: task.id,
    ends: performed.ends,
    follow: performed.follow,
    exchanges: storedExchanges(running, performed.exchanges, task.id),
  });
  running.counts.done += performed.ends.filter((end) => statusOf(end.status) === "done").length;
  running.counts.failed += performed.ends.filter((end) => statusOf(end.status) === "failed").length;
  progress(running);
}

/** A log-in that fails comes before anything is sent: the task goes back as it was, and the run ends with what the other side said. */
async function performOrReturn(running: Running, doors: Doors, task: ClaimedTask): ReturnType<typeof performTask> {
  const { store, row, ready } = running;
  try {
    return await performTask(ready, task, {
      nowMs: running.ports.nowMs,
      random: running.ports.random,
      nextId: running.ids.next,
      markSent: (id, requestHash) => doors.markSent({ task: id, requestHash }),
    });
  } catch (error) {
    if (error instanceof LoginFault) {
      await store.returnTask(row.lane, running.owner, task.id, task.maybeSent);
      await store.insertExchanges(row.lane, row.num, running.run, storedExchanges(running, error.exchanges, task.id));
    }
    throw error;
  }
}
