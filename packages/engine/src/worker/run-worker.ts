/**
 * A worker: one of any number of processes on one database, with no other coordination. It writes what is due, all workers together,
 * and pulls flows when they are due, one worker a flow. It ends when it is stopped, or, with `once`, when every flow has been pulled
 * once and the queues are drained.
 *
 * Its flows may change while it works. A round works for one set of them; the next one takes over at once, while what the former has in
 * hand comes to its end: an account's writer begins when the one before it has ended, and a reading that is broken off is taken up again.
 */
import type { Engine } from "../engine.ts";
import { wakeMissing } from "../flow/target/wake-missing.ts";
import { calledApis } from "../flow/called-apis.ts";
import { listPauses, pausedSides } from "../store/pause-rows.ts";
import { endDeadRuns } from "../store/dead-runs.ts";
import { isOwnerAlive } from "../store/lease-owner.ts";
import { addRate } from "../store/queue-rows.ts";
import { nextDueMs } from "../store/task-rows.ts";
import { tellFailure } from "../flow/log/run-lines.ts";
import { buryWorkers } from "../store/worker-rows.ts";
import { knowRun, membersOf, type Member, type WorkerFlow } from "./member.ts";
import { afterIfDue, leaveSource, pullIfDue, pullOnce, reachable, remedyIfDue, sourcePresences, wakeIfDue } from "./pull-due.ts";
import { stayWith } from "./presence.ts";
import { createReconciler, reconcilePresences } from "./reconcile-due.ts";
import { targetPresence } from "./target-ticks.ts";
import { writeAccount } from "./write-account.ts";

export interface WorkerOptions {
  readonly flows: readonly WorkerFlow[];
  readonly once?: boolean;
  /** False: it reads only, and leaves the queues to other processes. */
  readonly writes?: boolean;
  /** At most so many calls at once to one account, in this process. */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly log?: (line: string) => void;
  /** Asked every half second whether the flows have changed; those that it gives to `take` are worked for from then on. */
  readonly changes?: (take: (flows: readonly WorkerFlow[]) => Promise<void>) => Promise<void>;
}

export interface WorkerResult {
  readonly pulls: number;
  readonly pullsFailed: number;
  readonly written: number;
  readonly failed: number;
  /** Bills that the source was told of, and those where that failed. */
  readonly writtenBack: number;
  readonly writeBacksFailed: number;
}

const LOOK_MS = 1_000;
const ONCE_LOOK_MS = 50;
const RATE_MS = 5_000;
const CHANGES_MS = 500;
/** What waits for master data is looked after between readings too; a flow that nobody reads here may wait all the same. */
const WAKE_MS = 30_000;
/** With `once` a queue whose next task is due later than this counts as drained. */
const WAIT_MS = 30_000;
const PULLS_MAX = 4;
/** Calls under way when the worker is stopped have this long; what is not back by then is asked about by another process. */
const DRAIN_MS = 8_000;

/** What works for one set of flows. */
interface Round {
  readonly mains: readonly Member[];
  /** The mains and their write-backs. */
  readonly members: readonly Member[];
  readonly stop: AbortController;
  readonly puller: Puller;
}

export async function runWorker(engine: Engine, options: WorkerOptions): Promise<WorkerResult> {
  const log = options.log ?? ((): void => undefined);
  const { breaker } = engine;
  const rounds = new Set<Round>();
  const ended: WorkerResult[] = [];
  const living = (): readonly Member[] => [...rounds].flatMap((round) => round.members);
  const over = Promise.withResolvers<void>();
  const writers: Writers = new Map();
  const broken = new Set<string>();
  let latest: Round | undefined;

  const look = async (members: readonly Member[]): Promise<void> => {
    const pauses = await listPauses(engine.pool);
    for (const member of members) Object.assign(member.paused, pausedSides(pauses, calledApis(member.running.ready)));
    await breaker.look();
    await buryWorkers(engine.pool, [...new Set(members.map((member) => member.running.row.lane))]);
  };
  const end = async (round: Round): Promise<void> => {
    await storeRates(engine, round.members).catch((error: unknown) => log(`rates: ${String(error)}`));
    if (rounds.delete(round)) ended.push(countsOf(round));
    if (rounds.size === 0) over.resolve();
  };
  const { changes } = options;
  const refresh = changes === undefined ? undefined : oneByOne(() => changes(begin));
  const begin = async (flows: readonly WorkerFlow[]): Promise<void> => {
    const both = [];
    for (const flow of flows) both.push(await membersOf(engine, flow, log));
    const mains = both.map(({ main }) => main);
    const members = both.flatMap(({ main, writeBack }) => [main, ...(writeBack === undefined ? [] : [writeBack])]);
    for (const member of members) member.refresh = refresh;
    await look(members);
    const stop = new AbortController();
    if (options.signal.aborted) stop.abort();
    const own = { ...options, signal: stop.signal, log };
    const round: Round = { mains, members, stop, puller: startPuller(engine, mains, own, broken) };
    rounds.add(round);
    latest?.stop.abort();
    latest = round;
    Promise.all([round.puller.ended, ...(options.writes === false ? [] : startWriters(engine, round, own, writers))])
      .then(() => end(round))
      .catch(over.reject);
  };

  options.signal.addEventListener(
    "abort",
    () => {
      engine.stopCalls();
      latest?.stop.abort();
    },
    { once: true },
  );
  await buryRuns(engine);
  await begin(options.flows);
  const timers = [
    every(LOOK_MS, () => look(living()), log),
    every(WAKE_MS, () => wakeAll(latest?.members ?? [], options.signal), log),
    every(WAKE_MS, () => buryRuns(engine), log),
    every(RATE_MS, () => storeRates(engine, living()), log),
    ...(refresh === undefined ? [] : [every(CHANGES_MS, refresh, log)]),
  ];
  try {
    await Promise.race([over.promise, stoppedFor(options.signal, DRAIN_MS)]);
  } finally {
    for (const stopTimer of timers) stopTimer();
    // Calls that did not come back in time are counted as far as they got.
    await Promise.all([...rounds].map(end));
  }
  return sumOf(ended);
}

const buryRuns = (engine: Engine): Promise<void> => endDeadRuns(engine.pool, { nowMs: engine.ports.nowMs(), alive: isOwnerAlive });

/** One at a time; whoever asks while one is under way has another that begins after he asked, which all who wait share. */
function oneByOne(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  let waiting: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    waiting = undefined;
    return work();
  };
  return () => {
    // What failed was told to whoever had asked for it; the next begins all the same.
    waiting ??= last = last.then(begin, begin);
    return waiting;
  };
}

/** The writers of an account, one after the other: what the former has in hand counts against the limits of a flow. */
type Writers = Map<string, Promise<void>>;

function startWriters(
  engine: Engine,
  { mains, members, puller }: Round,
  options: WorkerOptions & { readonly log: (line: string) => void },
  writers: Writers,
): readonly Promise<void>[] {
  // What an account is still to be told comes from documents that another one may be writing.
  const writing = (account: readonly Member[]): readonly Member[] =>
    mains.filter((main) => account.some((member) => member.running.main?.num === main.running.row.num));
  return [...byAccount(members)].map(([key, account]) => {
    const work = (writers.get(key) ?? Promise.resolve()).then(() =>
      writeAccount({
        members: account,
        handover: engine.handover,
        breaker: engine.breaker,
        byCron: options.once !== true,
        concurrencyMax: options.concurrency ?? Number.POSITIVE_INFINITY,
        signal: options.signal,
        log: options.log,
        finished: async () => options.once === true && puller.done() && (await drained([...account, ...writing(account)])),
      }),
    );
    writers.set(key, work);
    return work;
  });
}

function countsOf({ mains, members, puller }: Round): WorkerResult {
  const sum = (of: readonly Member[], name: "done" | "failed"): number =>
    of.reduce((total, member) => total + member.running.counts[name], 0);
  const backs = members.filter((member) => !mains.includes(member));
  return {
    ...puller.counts,
    written: sum(mains, "done"),
    failed: sum(mains, "failed"),
    writtenBack: sum(backs, "done"),
    writeBacksFailed: sum(backs, "failed"),
  };
}

function sumOf(results: readonly WorkerResult[]): WorkerResult {
  const sum = (name: keyof WorkerResult): number => results.reduce((total, result) => total + result[name], 0);
  return {
    pulls: sum("pulls"),
    pullsFailed: sum("pullsFailed"),
    written: sum("written"),
    failed: sum("failed"),
    writtenBack: sum("writtenBack"),
    writeBacksFailed: sum("writeBacksFailed"),
  };
}

interface Puller {
  readonly ended: Promise<void>;
  /** With `once`: every flow has had its turn. */
  readonly done: () => boolean;
  readonly counts: { pulls: number; pullsFailed: number };
}

/** Starts pulls as they become due, a few at once. `broken`: flows whose reading was broken off by a change; they are read on at once. */
function startPuller(
  engine: Engine,
  members: readonly Member[],
  options: WorkerOptions & { readonly log: (line: string) => void },
  broken: Set<string>,
): Puller {
  const counts = { pulls: 0, pullsFailed: 0 };
  const pulling = new Map<Member, Promise<void>>();
  const left = new Set(members);
  const pull = async (member: Member): Promise<void> => {
    const once = options.once === true;
    const { id } = member.running.ready.flow;
    const readOn = broken.has(id) && reachable(engine, member);
    if (readOn) broken.delete(id);
    const due = await (once || readOn ? pullOnce(engine, member, options.signal) : pullIfDue(engine, member, options.signal));
    const after = due === "not-due" ? await afterIfDue(engine, member, options.signal) : due;
    const end = after === "not-due" ? await remedyIfDue(engine, member, options.signal) : after;
    if (end === "not-due") await wakeIfDue(engine, member, options.signal);
    if (once) left.delete(member);
    // Its tick has been claimed already: nobody else would read on before the next one.
    if (end === "stopped" || (readOn && (end === "busy" || end === "not-due"))) broken.add(id);
    if (end === "done" || end === "failed" || end === "stopped") counts.pulls += 1;
    if (end === "failed") counts.pullsFailed += 1;
  };
  const reconciler = createReconciler(engine, options.signal);
  const loop = async (): Promise<void> => {
    const names = members
      .map((member) => member.running.ready.flow)
      .flatMap((flow) => [...sourcePresences(flow.id), targetPresence(flow.id), ...reconcilePresences(flow)]);
    stayWith(engine.pool, new Set(names));
    while (!options.signal.aborted && (options.once !== true || left.size > 0)) {
      for (const member of options.once === true ? left : members) {
        // The next in turn waits for a free hand: beginning again with the first would leave the last ones out for ever.
        if (pulling.size >= PULLS_MAX) await Promise.race(pulling.values());
        if (options.signal.aborted) break;
        if (options.once !== true) reconciler.look(member);
        if (pulling.has(member)) continue;
        if (member.paused.byHand.source) leaveSource(engine, member);
        if (member.paused.source || (options.once === true && !reachable(engine, member))) {
          if (options.once === true) left.delete(member);
          continue;
        }
        const work = pull(member)
          .catch((error: unknown) => {
            left.delete(member);
            counts.pullsFailed += 1;
            options.log(`${member.running.ready.flow.id}: ${String(error)}`);
            tellFailure(member.running, error);
          })
          .finally(() => pulling.delete(member));
        pulling.set(member, work);
      }
      await engine.ports.sleep(options.once === true ? ONCE_LOOK_MS : LOOK_MS, options.signal);
    }
    await Promise.all([...pulling.values(), reconciler.ended()]);
  };
  return { ended: loop(), done: () => left.size === 0 && pulling.size === 0, counts };
}

async function drained(account: readonly Member[]): Promise<boolean> {
  for (const { running, paused } of account) {
    if (paused.target) continue;
    const dueMs = await nextDueMs(running.pool, running.row.lane, running.row.num);
    if (dueMs !== null && dueMs <= WAIT_MS) return false;
  }
  return true;
}

async function storeRates(engine: Engine, members: readonly Member[]): Promise<void> {
  const minute = Math.floor(engine.ports.nowMs() / 60_000);
  for (const { running, settled } of members) {
    if (settled.calls === 0) continue;
    const { documents, calls } = settled;
    Object.assign(settled, { documents: 0, calls: 0, stored: settled.stored + documents });
    await addRate(engine.pool, { lane: running.row.lane, flow: running.row.num, minute, documents, calls });
  }
}

async function wakeAll(members: readonly Member[], signal: AbortSignal): Promise<void> {
  for (const member of members) {
    if (signal.aborted) return;
    if (member.paused.target) continue;
    await knowRun(member);
    await wakeMissing(member.running);
  }
}

function byAccount(members: readonly Member[]): ReadonlyMap<string, readonly Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = `${member.running.row.lane} ${member.running.ready.target.connection.account}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return groups;
}

/** One at a time, again and again. */
function every(ms: number, work: () => Promise<void>, log: (line: string) => void): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch((error: unknown) => log(String(error)))
      .finally(() => (busy = false));
  }, ms);
  return () => clearInterval(timer);
}

function stoppedFor(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      setTimeout(resolve, ms).unref();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
