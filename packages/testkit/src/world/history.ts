/**
 * One history: a seed, and everything that follows from it. Real runs of the engine (its own pull, plan, write and settle) go on a
 * ledger, a line and a clock that are the world's; processes die between any two operations, or pause until their lease is gone; the
 * invariants are checked after every step. At the end the faults cease, and everything must come to rest.
 *
 * `ledgerOf` puts another ledger beside the model (PostgreSQL, in the replay): it must answer the same and be in the same state.
 */
import {
  createIdSource,
  readyFlow,
  runFlow,
  tasksInHand,
  type Database,
  type IdSource,
  type LedgerStore,
  type Ports,
  type ReadyFlow,
  type RunOptions,
  writeAll,
} from "@datong/engine";
import type { WriteApi } from "./connector.ts";
import { Broken } from "./broken.ts";
import { checkCursor, checkRest, checkStep, type WorldState } from "./invariants.ts";
import { askedOf, openLine } from "./line.ts";
import { createModelLedger } from "./model-ledger.ts";
import { createRandom, type Random } from "./random.ts";
import { createSchedule, type Actor, type Schedule } from "./schedule.ts";
import { drawSettings, flowOf, NO_FAULTS, type Settings } from "./settings.ts";
import { createSourceSide } from "./source-side.ts";
import { createTargetSide } from "./target-side.ts";

export interface HistoryOptions {
  /** In place of what the seed says. */
  readonly settings?: Partial<Settings>;
  /** Lies beside the model. `check`: throws unless it is in the model's state. */
  readonly beside?: (
    state: WorldState,
    nowMs: () => number,
  ) => Promise<{ readonly store: LedgerStore; readonly row: { readonly num: number; readonly lane: number } }>;
}

export interface HistoryResult {
  readonly seed: number;
  readonly settings: Settings;
  readonly steps: number;
  readonly processes: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly written: number;
  /** What broke, and the last steps before it; null where everything held. */
  readonly broken: { readonly message: string; readonly trace: readonly string[] } | null;
}

const START_MS = Date.UTC(2026, 10, 22);
const STEPS_MAX = 12_000;
const CALM_RUNS_MAX = 5;
/** Between a seed and that of its second stream. */
const OTHER = 1_000_003;
/** A process that has paused for so long counts as dead; what it had claimed is due by then, for nobody renews here. */
const PRESENCE_MS = 310_000;
const TRACE_MAX = 60;
const NAP_MS = 100;
const WAKE = 0.02;
const LATE_MS = 5_000;
const LATE_AND_TAKEN_MS = 5_500;
/** The source comes to rest some time, or no run would ever end. */
const VERSIONS_MAX = 40;
const CHANGES: ReadonlySet<string> = new Set(["commitPage", "claimTasks", "markSent", "settleTasks", "returnTask"]);

/** A process of ours: who it is to the ledger, and how it is asked to end. */
interface Process extends Actor {
  readonly owner: string;
  readonly stop: AbortController;
  /** When it stood still last. */
  frozenAtMs: number;
  ended: boolean;
  error: unknown;
}

interface World extends WorldState {
  readonly random: Random;
  readonly schedule: Schedule;
  readonly line: Actor;
  readonly store: LedgerStore;
  readonly row: { readonly num: number; readonly lane: number };
  readonly trace: string[];
  readonly counts: { steps: number; processes: number; crashes: number; pauses: number };
  /** Processes that have lost their lease and do not know it. */
  readonly paused: Actor[];
  /** All that were started and have not ended, died or paused for good. */
  readonly pool: Set<Process>;
  calm: boolean;
}

/** Lives a seed's history to its end. Never throws for what breaks in it. */
export async function liveHistory(seed: number, options: HistoryOptions = {}): Promise<HistoryResult> {
  const random = createRandom(seed);
  const settings = { ...drawSettings(random, createRandom(seed + OTHER)), ...options.settings };
  const schedule = createSchedule(random, START_MS);
  const state: WorldState = {
    settings,
    source: createSourceSide(schedule.nowMs, settings.windows),
    target: createTargetSide(settings.refusesDoubles),
    ledger: createModelLedger(schedule.nowMs),
    passed: new Set(),
  };
  const counts = { steps: 0, processes: 0, crashes: 0, pauses: 0 };
  const trace: string[] = [];
  let message: string | null = null;
  try {
    const beside = await options.beside?.(state, schedule.nowMs);
    const { store, row } = beside ?? { store: state.ledger.store, row: { num: 1, lane: 1 } };
    const line: Actor = { name: "line", onItsWay: true, alive: true, frozen: false };
    await live({ ...state, random, schedule, line, store, row, trace, counts, paused: [], pool: new Set(), calm: false });
  } catch (error) {
    message = error instanceof Broken ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return {
    seed,
    settings,
    ...counts,
    written: state.target.entries.length,
    broken: message === null ? null : { message, trace: trace.slice(-TRACE_MAX) },
  };
}

async function live(world: World): Promise<void> {
  const { random, schedule, settings } = world;
  for (let i = 0; i < settings.bills; i += 1) enter(world, -random.below(40_000_000));
  for (let run = 0; run < settings.runs; run += 1) {
    await runProcess(world, {});
    schedule.pass(random.below(900_000));
    for (let i = random.below(3); i > 0; i -= 1) happen(world);
  }
  world.calm = true;
  // Whatever was entered late is visible by now, and nobody pauses any longer.
  schedule.pass(400_000);
  for (let run = 0, before = ""; run < CALM_RUNS_MAX; run += 1) {
    await runProcess(world, { waitMs: 10 ** 9 });
    schedule.pass(200_000);
    const after = standing(world);
    if (run > 0 && after === before) break;
    before = after;
  }
  checkRest(world);
}

/** What runs may still change. */
function standing({ ledger, target }: World): string {
  return JSON.stringify([[...ledger.records.values()].map((record) => record.fingerprint), [...ledger.documents.values()], target.entries]);
}

/** A bill is entered; now and then late, so that it comes up under an hour that has been read. */
function enter(world: World, atMs: number): void {
  const { random, schedule, settings, source } = world;
  const changedAtMs = schedule.nowMs() + atMs;
  const lateMs = random.chance(0.2) ? random.below(300_000) : 0;
  const bill = source.add({ lines: 1 + random.below(3), changedAtMs, visibleAtMs: changedAtMs + lateMs, bad: random.chance(settings.bad) });
  world.trace.push(`  source: ${bill.id}, ${bill.lines} lines, changed at ${changedAtMs}${lateMs > 0 ? `, ${lateMs} ms late` : ""}`);
}

/** Something happens at the source. Where a list is read by page number and time, a bill that leaves it mid-way would shift the others. */
function happen(world: World): void {
  const { random, schedule, settings, source, ledger } = world;
  const isMidWay = (ledger.cursors.get("pull") ?? "") !== "" || world.counts.processes > 0;
  if (source.bills.reduce((sum, each) => sum + each.version, 0) > VERSIONS_MAX) return undefined;
  const mayChange = !settings.windows || settings.read !== "rows-by-page" || !isMidWay;
  const bill = source.bills.length > 0 && mayChange && random.chance(0.6) ? random.pick(source.bills) : undefined;
  if (bill === undefined || bill.visibleAtMs > schedule.nowMs()) return enter(world, 0);
  bill.version += 1;
  bill.changedAtMs = schedule.nowMs();
  bill.visibleAtMs = bill.changedAtMs;
  bill.bad = random.chance(settings.bad);
  if (settings.withdrawn !== null && random.chance(0.4)) bill.void = !bill.void;
  world.trace.push(`  source: ${bill.id} is changed to version ${bill.version}${bill.void ? ", void" : ""}`);
}

/**
 * A process that reads and writes, from its start to its end, its death or its pause, with others beside it that only write; those, and
 * paused ones of before, may go on after it.
 */
async function runProcess(world: World, options: RunOptions): Promise<void> {
  const { schedule, settings, trace, pool } = world;
  const process = start(world, "reads and writes", (own) => begin(world, own, options));
  for (let i = 0; i < settings.writers; i += 1) start(world, "writes", (own) => write(world, own, () => isUnderWay(process)));
  await schedule.settle();
  // At the end of the world everybody comes to an end.
  while (isUnderWay(process) || (world.calm && [...pool].some(isUnderWay))) await step(world);
  trace.push(`${process.name} ${process.frozen ? "pauses until its lease is gone" : process.alive ? "ends" : "is dead"}`);
  if (process.frozen) schedule.pass(PRESENCE_MS);
}

function isUnderWay(process: Process): boolean {
  return !process.ended && process.alive && !process.frozen;
}

function start(world: World, what: string, work: (own: Process) => Promise<unknown>): Process {
  const { counts, trace, pool } = world;
  counts.processes += 1;
  const owner = `00000000-0000-4000-8000-${String(counts.processes).padStart(12, "0")}`;
  const process: Process = {
    name: `p${counts.processes}`,
    alive: true,
    frozen: false,
    owner,
    stop: new AbortController(),
    frozenAtMs: 0,
    ended: false,
    error: undefined,
  };
  trace.push(`${process.name} starts: ${what}${world.calm ? ", nothing goes wrong any more" : ""}`);
  pool.add(process);
  work(process).then(
    () => void (process.ended = true),
    (error: unknown) => Object.assign(process, { ended: true, error }),
  );
  return process;
}

async function begin(world: World, process: Process, options: RunOptions): Promise<void> {
  const { row, schedule, settings, pool } = world;
  const { ports, store, ids } = partsOf(world, process);
  // As the engine does: who has claimed is asked for first, who lives afterwards. A process that pauses does not look alive after a while.
  const isSeen = (each: Process): boolean => isUnderWay(each) || (each.frozen && schedule.nowMs() - each.frozenAtMs < PRESENCE_MS);
  const claimed = await store.claimants(row.lane, row.num);
  const living = new Set([...pool].filter((each) => each !== process && isSeen(each)).map((each) => each.owner));
  await store.releaseTasks(
    row.lane,
    row.num,
    claimed.filter((owner) => !living.has(owner)),
  );
  const parts = { pool: NO_POOL, store, ports, ids, row, revision: 1, owner: process.owner };
  await runFlow(readyFor(world, process, settings), parts, { ...options, signal: process.stop.signal });
}

/** As a worker does that pulls nothing: it claims and performs as long as another one reads, and until nothing is due soon. */
async function write(world: World, process: Process, isRead: () => boolean): Promise<void> {
  const { row, settings } = world;
  await writeAll({
    ...partsOf(world, process),
    pool: NO_POOL,
    row,
    revision: 1,
    ready: readyFor(world, process, settings),
    owner: process.owner,
    inHand: tasksInHand(),
    run: "0",
    options: { signal: process.stop.signal },
    paused: { source: false, target: false },
    counts: { read: 0, records: 0, unchanged: 0, added: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    get pulling() {
      return isRead();
    },
    set pulling(_) {
      // It is the other process that reads.
    },
  });
}

function partsOf(world: World, process: Actor): { readonly ports: Ports; readonly store: LedgerStore; readonly ids: IdSource } {
  const { schedule, random } = world;
  const ports: Ports = {
    nowMs: schedule.nowMs,
    random: random.next,
    // Short naps are longer here: the world would be full of processes that look at the clock.
    sleep: (ms) => schedule.ask(process, `slept ${ms} ms`, () => undefined, ms > NAP_MS ? ms : random.pick([NAP_MS, 2_000])),
  };
  return { ports, store: asking(world, process), ids: createIdSource(ports.nowMs, world.counts.processes) };
}

/** No stage may pass the store by. */
const NO_POOL = new Proxy({} as Database["pool"], {
  get: (_, name) => {
    throw new Error(`a stage went to the database by itself (${String(name)}); the world's ledger is behind LedgerStore`);
  },
});

function readyFor(world: World, process: Actor, settings: Settings): ReadyFlow {
  const { schedule, random, line, source, target, trace } = world;
  const connection = openLine({
    schedule,
    random,
    line,
    process,
    latestMs: settings.refusesDoubles && !settings.rekeys && settings.withdrawn !== "reverse" ? LATE_MS : LATE_AND_TAKEN_MS,
    faults: () => (world.calm ? NO_FAULTS : settings.faults),
    serve: (api, text) =>
      api.startsWith("rows")
        ? source.answer(askedOf(text))
        : target.answer(api as WriteApi, askedOf(text), () => !world.calm && random.chance(settings.putOff)),
    note: (what) => void trace.push(what),
  });
  return readyFlow(flowOf(settings), connection, connection);
}

/** Every operation on the ledger is a step of its own; a process may die before it, and after it. */
function asking(world: World, process: Actor): LedgerStore {
  const { schedule, store } = world;
  const asked = Object.entries(store).map(([name, operation]: [string, (...args: never[]) => Promise<unknown>]) => [
    name,
    (...args: never[]) => schedule.ask(process, name, () => operation(...args)),
  ]);
  return Object.fromEntries(asked) as LedgerStore;
}

async function step(world: World): Promise<void> {
  const { random, schedule, settings, counts, trace, pool } = world;
  counts.steps += 1;
  if (counts.steps > STEPS_MAX) throw new Broken(`no end after ${STEPS_MAX} steps`);
  if (!world.calm && random.chance(settings.change)) happen(world);
  if (world.paused.length > 0 && (world.calm || random.chance(WAKE))) wake(world);
  let done = "";
  const stepped = await schedule.step((actor, what) => {
    done = what;
    trace.push(`${schedule.nowMs() - START_MS} ${actor.name}: ${what}`);
    const process = [...pool].find((each) => each === actor);
    if (world.calm || process === undefined || world.paused.includes(actor)) return true;
    if (random.chance(settings.crash)) return die(world, actor);
    if (random.chance(settings.freeze)) pause(world, process);
    if (random.chance(settings.stop)) stop(world, process);
    return true;
  });
  if (stepped === "idle") throw new Broken("everybody waits for nothing that could come");
  for (const process of pool) {
    if (process.error !== undefined) throw process.error;
    if (process.ended || !process.alive) pool.delete(process);
  }
  // What only looks changes nothing that could break.
  if (stepped !== "acted" || !(CHANGES.has(done) || done.startsWith("arrives"))) return;
  checkStep(world);
  if (done === "commitPage") checkCursor(world);
}

function stop(world: World, process: Process): void {
  world.trace.push(`  ${process.name} is asked to end`);
  process.stop.abort();
}

/** Half of the deaths come before the operation, half after it and before its answer. */
function die(world: World, actor: Actor): boolean {
  const isBefore = world.random.chance(0.5);
  actor.alive = false;
  world.counts.crashes += 1;
  world.trace.push(`  ${actor.name} dies ${isBefore ? "before" : "after"} that`);
  return !isBefore;
}

/** Goes on where it stopped, with a lease that another has by now. */
function wake(world: World): void {
  const actor = world.paused.shift();
  if (actor === undefined) return;
  actor.frozen = false;
  world.trace.push(`  ${actor.name} goes on`);
}

function pause(world: World, process: Process): void {
  process.frozen = true;
  process.frozenAtMs = world.schedule.nowMs();
  world.paused.push(process);
  world.counts.pauses += 1;
}
