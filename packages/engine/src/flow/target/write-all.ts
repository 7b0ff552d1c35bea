/**
 * The writing side of a run: claims tasks as they become due, performs as many at once as the target allows, settles them.
 */
import type { ClaimedTask } from "../../store/task-rows.ts";
import { circuitFault, progress, type Running } from "../running.ts";
import { holdLeases } from "./hold-leases.ts";
import { openDoors, performClaimed } from "./perform-claimed.ts";
import { tellRate } from "./tell-rate.ts";

const WAIT_MS = 30_000;
const IDLE_MS = 20;
const AWAY_LOOK_MS = 250;
/** So many rounds of calls may wait to be settled while the next ones go out: settlements that wait together share a transaction. */
const UNSETTLED_ROUNDS = 3;

/** Claims and performs tasks until the pull is over and nothing is due soon. */
export async function writeAll(running: Running): Promise<void> {
  const rate = tellRate(running);
  await performTasks(running, rate.called).finally(rate.end);
}

async function performTasks(running: Running, called: () => void): Promise<void> {
  const { store, row, ready, owner, ports, log, inHand } = running;
  const doors = openDoors(running);
  const leases = holdLeases({ store, ports, lane: row.lane, owner, log, inHand });
  const underWay = new Set<Promise<void>>();
  /** Of those under way, the ones whose call has not come back. */
  const calling = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const concurrency = (): number =>
    Math.min(ready.target.concurrency, running.breaker?.room(ready.target.connection.connection.id) ?? Infinity);
  const claimed: ClaimedTask[] = [];
  let asking: Promise<void> | undefined;
  let isDrained = false;
  const isBusy = (): boolean => running.pulling || underWay.size > 0;
  const ask = async (count: number): Promise<void> => {
    try {
      const found = await leases.claim((leaseMs) => store.claimTasks({ lane: row.lane, flow: row.num, count, owner, leaseMs }));
      claimed.push(...found);
      isDrained = found.length === 0;
      if (isDrained && isBusy()) await running.ports.sleep(IDLE_MS, running.options.signal);
    } catch (error) {
      failures.push(error);
    } finally {
      asking = undefined;
    }
  };
  const start = (task: ClaimedTask): void => {
    let answered = (): void => undefined;
    const call = new Promise<void>((resolve) => (answered = resolve)).finally(() => calling.delete(call));
    calling.add(call);
    const work: Promise<void> = performClaimed(running, doors, task, { leave: leases.leave, answered })
      .then(called)
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => {
        answered();
        leases.drop(task.id);
        underWay.delete(work);
      });
    underWay.add(work);
  };
  try {
    while (failures.length === 0 && running.options.signal?.aborted !== true) {
      // The next tasks are asked for while the last of these are called for; two rounds at once.
      const room = concurrency();
      if (asking === undefined && claimed.length < room && !running.paused.target && (!isDrained || isBusy()))
        asking = ask(Math.min(room, ready.target.concurrency) * 2);
      while (calling.size < concurrency() && underWay.size < concurrency() * UNSETTLED_ROUNDS) {
        const task = claimed.shift();
        if (task === undefined) break;
        start(task);
      }
      const awaited = [...(asking === undefined ? [] : [asking]), ...underWay, ...(claimed.length > 0 ? calling : [])];
      if (awaited.length > 0) await Promise.race(awaited);
      else if (running.pulling) await running.ports.sleep(IDLE_MS, running.options.signal);
      else if (running.paused.target || !(await waitForDue(running))) break;
      else isDrained = false;
    }
  } catch (error) {
    failures.push(error);
  } finally {
    await asking;
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
