/**
 * The writing side of a run: claims tasks as they become due, performs as many at once as the target allows, settles them.
 */
import type { ClaimedTask } from "../../store/task-rows.ts";
import { progress, type Running } from "../running.ts";
import { holdLeases } from "./hold-leases.ts";
import { openDoors, performClaimed } from "./perform-claimed.ts";

const WAIT_MS = 30_000;
const IDLE_MS = 20;

/** Claims and performs tasks until the pull is over and nothing is due soon. */
export async function writeAll(running: Running): Promise<void> {
  const { store, row, ready, owner } = running;
  const doors = openDoors(running);
  const leases = holdLeases({ store, lane: row.lane, owner, ...(running.log === undefined ? {} : { log: running.log }) });
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const { concurrency } = ready.target;
  const claimed: ClaimedTask[] = [];
  try {
    while (failures.length === 0 && running.options.signal?.aborted !== true) {
      // Two rounds at once: the next tasks are at hand when a call comes back.
      if (claimed.length === 0 && !running.paused.target) {
        const found = await store.claimTasks({ lane: row.lane, flow: row.num, count: concurrency * 2, owner, leaseMs: leases.leaseMs });
        claimed.push(...leases.take(found));
      }
      while (claimed.length > 0 && underWay.size < concurrency) {
        const task = claimed.shift();
        if (task === undefined) break;
        const work: Promise<void> = performClaimed(running, doors, task)
          .catch((error: unknown) => {
            failures.push(error);
          })
          .finally(() => {
            leases.drop(task.id);
            underWay.delete(work);
          });
        underWay.add(work);
      }
      if (underWay.size >= concurrency) await Promise.race(underWay);
      else if (underWay.size > 0) await Promise.race([...underWay, running.ports.sleep(IDLE_MS)]);
      else if (running.pulling) await running.ports.sleep(IDLE_MS, running.options.signal);
      else if (running.paused.target || !(await waitForDue(running))) break;
    }
  } finally {
    await Promise.all(underWay);
    leases.close();
  }
  for (const task of claimed) await store.returnTask(row.lane, owner, task.id, task.maybeSent);
  if (failures.length > 0) throw failures[0];
}

/** False when the queue counts as drained. */
async function waitForDue(running: Running): Promise<boolean> {
  const dueMs = await running.store.nextDueMs(running.row.lane, running.row.num);
  if (dueMs === null || dueMs > (running.options.waitMs ?? WAIT_MS)) return false;
  if (dueMs > 0) progress(running, { kind: "queue", waitMs: dueMs });
  await running.ports.sleep(Math.max(dueMs, 1), running.options.signal);
  return true;
}
