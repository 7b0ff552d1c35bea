/**
 * Writes what is due in the queues of one target account, for all flows of this worker, in fair turns, as much at once as the account
 * and this process's share of it allow.
 */
import { DatongError } from "@datong/core";
import { LoginFault } from "../connection/caller.ts";
import { ThrottleStopped } from "../connection/throttle.ts";
import { tellFailure } from "../flow/log/run-lines.ts";
import { holdLeases, type HeldLeases } from "../flow/target/hold-leases.ts";
import { performClaimed } from "../flow/target/perform-claimed.ts";
import { dueQueues, type QueueBound } from "../store/queue-rows.ts";
import type { Handover } from "../store/handover.ts";
import { claimQueues, PRIORITY, type QueuedTask } from "../store/task-rows.ts";
import type { Breaker } from "../connection/breaker.ts";
import { createFairTurns, weightOf, type DueQueue, type FairTurns } from "./fair-turns.ts";
import { knowRun, type Member } from "./member.ts";
import { createTargetTicks, type TargetTicks } from "./target-ticks.ts";

const FLOW_PRIORITY = 5;
const BUSY_LOOK_MS = 50;
const IDLE_LOOK_MS = 500;
/** After a log-in that failed, or an error of our own, the flow's queue rests. */
const REST_MS = 30_000;
const OFF_LINE_REST_MS = 1_000;

export interface AccountWriter {
  readonly members: readonly Member[];
  readonly handover: Handover;
  readonly breaker: Breaker;
  /** At most so many calls at once in this process. */
  readonly concurrencyMax: number;
  /** Whether the targets' crons are kept; else all that is due is written. */
  readonly byCron: boolean;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Asked when nothing is due and nothing is in hand: true ends the writer. */
  readonly finished: () => Promise<boolean>;
}

interface Hands extends AccountWriter {
  readonly at: Pick<Member["running"], "pool" | "owner" | "row">;
  readonly byFlow: ReadonlyMap<number, Member>;
  readonly leases: HeldLeases;
  readonly turns: FairTurns;
  readonly ticks: TargetTicks;
  readonly underWay: Set<Promise<void>>;
  /** Flows that rest, until when. */
  readonly restUntil: Map<number, number>;
}

/** All members have one target account, hence one lane. Ends when stopped or finished, with nothing in hand. */
export async function writeAccount(writer: AccountWriter): Promise<void> {
  const first = writer.members[0]?.running;
  if (first === undefined) return;
  const { store, owner, row, ports, inHand } = first;
  const underWay = new Set<Promise<void>>();
  const hands: Hands = {
    ...writer,
    at: first,
    byFlow: new Map(writer.members.map((member) => [member.running.row.num, member])),
    leases: holdLeases({ store, ports, lane: row.lane, owner, log: writer.log, inHand }),
    turns: createFairTurns(),
    ticks: createTargetTicks(),
    underWay,
    restUntil: new Map(),
  };
  const { connection } = first.ready.target;
  const concurrency = Math.min(connection.concurrency, writer.concurrencyMax);
  let idleMs = BUSY_LOOK_MS;
  try {
    while (!writer.signal.aborted) {
      // One more than the share allows: the next task is at hand when a call comes back.
      const free = Math.min(concurrency, (connection.callsAllowed?.() ?? concurrency) + 1) - underWay.size;
      const found = free > 0 ? await round(hands, free).catch((error: unknown) => tell(writer, error)) : 0;
      if (found > 0) idleMs = BUSY_LOOK_MS;
      if (underWay.size >= concurrency) await Promise.race(underWay);
      else if (underWay.size > 0) await Promise.race([...underWay, ports.sleep(BUSY_LOOK_MS)]);
      else if (found === 0 && (await writer.finished())) break;
      else {
        await ports.sleep(idleMs, writer.signal);
        idleMs = Math.min(IDLE_LOOK_MS, idleMs * 2);
      }
    }
  } finally {
    await Promise.all(underWay);
    hands.leases.close();
  }
}

/** Claims for the free slots, in turns; how many tasks were found. */
async function round(hands: Hands, free: number): Promise<number> {
  const { byFlow, turns } = hands;
  const { pool, owner, row } = hands.at;
  const flows = [...byFlow.keys()].filter((flow) => ownRoomOf(hands, flow) > 0);
  if (flows.length === 0) return 0;
  const bounds = boundsOf(hands);
  const asked = flows.map((flow) => bounds.get(flow) ?? { flow });
  const found = await dueQueues(pool, row.lane, asked);
  noteDrained(hands, asked, found);
  const due = found.map((queue): DueQueue => {
    const priority = byFlow.get(queue.flow)?.running.ready.flow.dispatch.priority ?? FLOW_PRIORITY;
    return { ...queue, weight: weightOf(queue.priority, priority) };
  });
  const queues = turns.plan(due, free, (flow) => roomOf(hands, flow)).map((queue) => ({ ...bounds.get(queue.flow), ...queue }));
  if (queues.length === 0) return 0;
  const fresh = await hands.leases.claim((leaseMs) =>
    claimQueues(pool, { lane: row.lane, queues, count: free, owner, leaseMs }, hands.handover),
  );
  for (const queue of due) turns.charge(queue, fresh.filter((task) => task.flow === queue.flow && task.priority === queue.priority).length);
  for (const member of new Set(fresh.flatMap((task) => byFlow.get(task.flow) ?? []))) await knowRun(member);
  for (const task of fresh) {
    const member = byFlow.get(task.flow);
    if (member !== undefined) start(hands, member, task);
  }
  return fresh.length;
}

/** By flow; of those that have nothing to keep to as well. */
function boundsOf({ byFlow, byCron, ticks }: Hands): ReadonlyMap<number, QueueBound> {
  return byCron ? new Map([...byFlow].map(([flow, member]) => [flow, ticks.boundOf(member)])) : new Map();
}

/** A queue in which nothing was found of what its tick is for is over with it. */
function noteDrained(
  { byFlow, ticks }: Hands,
  asked: readonly QueueBound[],
  found: readonly { readonly flow: number; readonly priority: number }[],
): void {
  for (const { flow, before } of asked) {
    const member = byFlow.get(flow);
    if (before === undefined || member === undefined) continue;
    if (!found.some((queue) => queue.flow === flow && queue.priority !== PRIORITY.manual)) ticks.drained(member);
  }
}

/** How many tasks of a flow may be taken in hand now. Asked only of flows that have due tasks: a target that is away is wanted then. */
function roomOf(hands: Hands, flow: number): number {
  const member = hands.byFlow.get(flow);
  const id = member?.running.ready.target.connection.connection.id;
  return member === undefined || id === undefined ? 0 : Math.min(ownRoomOf(hands, flow), hands.breaker.room(id) - member.inHand);
}

/** The same, whether or not the target can be reached. */
function ownRoomOf(hands: Hands, flow: number): number {
  const member = hands.byFlow.get(flow);
  if (member === undefined || member.paused.target || (hands.restUntil.get(flow) ?? 0) > performance.now()) return 0;
  return member.running.ready.target.concurrency - member.inHand;
}

function start(hands: Hands, member: Member, task: QueuedTask): void {
  const { counts, row, ready } = member.running;
  member.inHand += 1;
  const work: Promise<void> = performClaimed(member.running, member.doors, task, hands.leases)
    .then(() => {
      member.settled.calls += 1;
      member.settled.documents = counts.done + counts.failed - member.settled.stored;
    })
    .catch((error: unknown) => {
      if (error instanceof ThrottleStopped) return;
      // It is paused within a second.
      const isOffLine = error instanceof DatongError && error.code === "API_OFF_LINE";
      hands.restUntil.set(row.num, performance.now() + (isOffLine ? OFF_LINE_REST_MS : REST_MS));
      hands.log(`${ready.flow.id}: ${error instanceof LoginFault ? error.code : String(error)}`);
      tellFailure(member.running, error);
    })
    .finally(() => {
      hands.leases.drop(task.id);
      member.inHand -= 1;
      hands.underWay.delete(work);
    });
  hands.underWay.add(work);
}

/** The database may be away for a while: the next round tries again. */
function tell(writer: AccountWriter, error: unknown): number {
  writer.log(`queue: ${String(error)}`);
  return 0;
}
