/**
 * The writing side of a run: claims tasks as they become due, performs as many at once as the target allows, settles them.
 */
import type { ClaimedTask } from "../../store/task-rows.ts";
import { circuitFault, progress, type Running } from "../running.ts";
import { holdLeases } from "./hold-leases.ts";
import { openDoors, performClaimed } from "./perform-claimed.ts";

const WAIT_MS = 30_000;
const IDLE_MS = 20;
const AWAY_LOOK_MS = 250;

/** Claims and performs tasks until the pull is over and nothing is due soon. */
export async function writeAll(running: Running): Promise<void> {
  const { store, row, ready, owner } = running;
  const doors = openDoors(running);
  const leases = holdLeases({ store, lane: row.lane, owner, ...(running.log === undefined ? {} : { log: running.log }) });
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const concurrency = (): number =>
    Math.min(ready.target.concurrency, running.breaker?.room(ready.target.connection.connection.id) ?? Infinity);
  const claimed: ClaimedTask[] = [];
  try {
    while (failures.length === 0 && running.options.signal?.aborted !== true) {
      // Two rounds at once: the next tasks are at hand when a call comes back.
      const count = Math.min(concurrency() * 2, ready.target.concurrency * 2);
      if (claimed.length === 0 && !running.paused.target && count > 0) {
        const found = await store.claimTasks({ lane: row.lane, flow: row.num, count, owner, leaseMs: leases.leaseMs });
        claimed.push(...leases.take(found));
      }
      while (claimed.length > 0 && underWay.size < concurrency()) {
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
      if (underWay.size > 0 && underWay.size >= concurrency()) await Promise.race(underWay);
      else if (underWay.size > 0) await Promise.race([...underWay, running.ports.sleep(IDLE_MS)]);
      else if (running.pulling) await running.ports.sleep(IDLE_MS, running.options.signal);
      else if (running.paused.target || !(await waitForDue(running))) break;
    }
  } catch (error) {
    failures.push(error);
  } finally {
    await Promise.all(underWay);
    leases.close();
  }
  for (const task of claimed) await store.returnTask(row.lane, owner, task.id, task.maybeSent);
  if (failures.length > 0) throw failures[0];
}

/** False when the queue counts as drained. Throws where the target is left alone for longer than the run waits. */
async function waitForDue(running: Running): Promise<boolean> {
  const maxMs = running.options.waitMs ?? WAIT_MS;
  const dueMs = await running.store.nextDueMs(running.row.lane, running.row.num);
  if (dueMs === null || dueMs > maxMs) return false;
  const away = circuitFault(running, "target");
  if (away !== null) {
    const awayMs = running.breaker?.waitMs(running.ready.target.connection.connection.id) ?? 0;
    if (awayMs > maxMs) throw away;
    progress(running, { kind: "queue", waitMs: awayMs });
    await running.ports.sleep(AWAY_LOOK_MS, running.options.signal);
    return true;
  }
  if (dueMs > 0) progress(running, { kind: "queue", waitMs: dueMs });
  await running.ports.sleep(Math.max(dueMs, 1), running.options.signal);
  return true;
}
