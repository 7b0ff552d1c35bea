/**
 * What a run asks of the ledger, as one door: the run's stages know these operations and no database. Each is one transaction.
 *
 * The product has one such store, `postgresStore`. The testkit has a second, a model in memory, and runs both side by side: that is why
 * this door is here. Between its operations lie the moments at which a process may die (crash-point.ts).
 */
import type pg from "pg";
import { crashPoint } from "../crash-point.ts";
import { documentsOfRecords, documentsOfUnits, knownRecords, mergedRecords } from "./known-rows.ts";
import { forgetWaiters, forgetWoken, noteWaiters, wokenWaiters } from "./lookup-waits.ts";
import { documentsToWake } from "./missing-rows.ts";
import type { Handover } from "./handover.ts";
import { tidyLines } from "./order-tidy.ts";
import { loadCursor } from "./cursor-rows.ts";
import { commitPage } from "./page-rows.ts";
import { insertExchanges } from "./exchange-rows.ts";
import { countOpenDocuments, endRun, startRun } from "./run-rows.ts";
import { listPauses } from "./pause-rows.ts";
import { addRate } from "./queue-rows.ts";
import { claimants, claimTasks, markSent, nextDueMs, releaseTasks, renewTasks, returnTask } from "./task-rows.ts";
import { settleTasks } from "./settle-rows.ts";
import { takenOver } from "./taken-over-rows.ts";
import { waitingRecords } from "./waiting-rows.ts";
import { analyseYoung } from "./young-tables.ts";

/** An operation without the place where it is carried out. */
type Asked<F> = F extends (place: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

export interface LedgerStore {
  readonly startRun: Asked<typeof startRun>;
  readonly endRun: Asked<typeof endRun>;
  readonly countOpenDocuments: Asked<typeof countOpenDocuments>;
  readonly loadCursor: Asked<typeof loadCursor>;
  readonly insertExchanges: Asked<typeof insertExchanges>;
  readonly knownRecords: Asked<typeof knownRecords>;
  readonly documentsOfRecords: Asked<typeof documentsOfRecords>;
  readonly documentsOfUnits: Asked<typeof documentsOfUnits>;
  readonly mergedRecords: Asked<typeof mergedRecords>;
  /** Where it is absent, nothing was written by another system before. */
  readonly takenOver?: Asked<typeof takenOver>;
  readonly waitingRecords: Asked<typeof waitingRecords>;
  /** Where they are absent, nothing waits for records of other flows. */
  readonly noteWaiters?: Asked<typeof noteWaiters>;
  readonly forgetWaiters?: Asked<typeof forgetWaiters>;
  readonly forgetWoken?: Asked<typeof forgetWoken>;
  readonly wokenWaiters?: Asked<typeof wokenWaiters>;
  readonly commitPage: Asked<typeof commitPage>;
  readonly claimTasks: (at: Parameters<typeof claimTasks>[1]) => ReturnType<typeof claimTasks>;
  readonly markSent: Asked<typeof markSent>;
  readonly settleTasks: Asked<typeof settleTasks>;
  readonly returnTask: Asked<typeof returnTask>;
  readonly claimants: Asked<typeof claimants>;
  readonly releaseTasks: Asked<typeof releaseTasks>;
  readonly nextDueMs: Asked<typeof nextDueMs>;
  /** Where it is absent, leases are long and nobody renews them: one process works alone. */
  readonly renewTasks?: Asked<typeof renewTasks>;
  /** Where it is absent, nothing ever waits for master data. */
  readonly documentsToWake?: Asked<typeof documentsToWake>;
  /** Where it is absent, flows keep their order key as it is. */
  readonly tidyLines?: Asked<typeof tidyLines>;
  /** Where it is absent, nothing is ever paused. */
  readonly listPauses?: Asked<typeof listPauses>;
  /** Where it is absent, nobody asks how fast it goes. */
  readonly addRate?: Asked<typeof addRate>;
}

/** The ledger in PostgreSQL. */
export function postgresStore(pool: pg.Pool, handover?: Handover): LedgerStore {
  const lookAfterTables = analyseYoung(pool);
  return {
    startRun: (...rest) => startRun(pool, ...rest),
    endRun: (...rest) => endRun(pool, ...rest),
    countOpenDocuments: (...rest) => countOpenDocuments(pool, ...rest),
    loadCursor: (...rest) => loadCursor(pool, ...rest),
    insertExchanges: (...rest) => insertExchanges(pool, ...rest),
    knownRecords: (...rest) => knownRecords(pool, ...rest),
    documentsOfRecords: (...rest) => documentsOfRecords(pool, ...rest),
    documentsOfUnits: (...rest) => documentsOfUnits(pool, ...rest),
    mergedRecords: (...rest) => mergedRecords(pool, ...rest),
    takenOver: (...rest) => takenOver(pool, ...rest),
    waitingRecords: (...rest) => waitingRecords(pool, ...rest),
    noteWaiters: (...rest) => noteWaiters(pool, ...rest),
    forgetWaiters: (...rest) => forgetWaiters(pool, ...rest),
    forgetWoken: (...rest) => forgetWoken(pool, ...rest),
    wokenWaiters: (...rest) => wokenWaiters(pool, ...rest),
    commitPage: async (page) => {
      await handover?.room();
      crashPoint("page.before");
      const stored = await commitPage(pool, page);
      crashPoint("page.after");
      if (stored) handover?.give(page.tasks, page.documents);
      await lookAfterTables();
      return stored;
    },
    claimTasks: async (at) => {
      crashPoint("claim.before");
      const tasks = await claimTasks(pool, at, handover);
      if (tasks.length > 0) crashPoint("claim.after");
      return tasks;
    },
    markSent: async (...rest) => {
      crashPoint("intent.before");
      const ours = await markSent(pool, ...rest);
      crashPoint("intent.after");
      return ours;
    },
    settleTasks: async (settlements) => {
      crashPoint("outcome.before");
      await settleTasks(pool, settlements);
      crashPoint("outcome.after");
    },
    returnTask: (...rest) => returnTask(pool, ...rest),
    claimants: (...rest) => claimants(pool, ...rest),
    releaseTasks: (...rest) => releaseTasks(pool, ...rest),
    nextDueMs: (...rest) => nextDueMs(pool, ...rest),
    renewTasks: (...rest) => renewTasks(pool, ...rest),
    documentsToWake: (...rest) => documentsToWake(pool, ...rest),
    tidyLines: (...rest) => tidyLines(pool, ...rest),
    listPauses: (...rest) => listPauses(pool, ...rest),
    addRate: (...rest) => addRate(pool, ...rest),
  };
}
