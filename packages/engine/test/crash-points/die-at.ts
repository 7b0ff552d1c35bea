/** What the tests of the named crash points share: a process that dies where it is told to, and the account afterwards. */
import { expect } from "vitest";
import type { CrashPoint } from "../../src/crash-point.ts";
import { crashing, expectOnce, untilDone, type Crashing } from "../flow/lab/crashing.ts";
import { bills, type FlowChange, type Lab } from "../flow/lab/lab.ts";

export const COUNT = 17;
/** As many as one claim takes: two rounds of calls, three bills each. */
const CLAIM = 12;
export const CHANGE: FlowChange = { source: { pageSize: 5 }, target: { batch: 3, concurrency: 2 } };
/** What a death there leaves to doubt: the target is asked before anything is sent again. */
const DOUBTFUL: readonly CrashPoint[] = ["intent.after", "call.before", "call.after", "outcome.before", "outcome.inside"];

/** A process that dies there on its own; says how it ended. */
export async function dieAt(at: Crashing, point: string, change: FlowChange = CHANGE): Promise<NodeJS.Signals | null> {
  process.env["DATONG_CRASH_AT"] = point;
  try {
    const run = at.start(change);
    expect(await run.ended).toBeNull();
    return run.child.signalCode;
  } finally {
    delete process.env["DATONG_CRASH_AT"];
  }
}

/** Dies when it comes there for the n-th time, is started once more, and has lost and doubled nothing. */
export async function dieAndGoOn(lab: Lab, point: CrashPoint, nth: number): Promise<void> {
  const id = `${point.replace(".", "-")}-${nth}`;
  const at = await crashing(lab, id);
  // So many that a run comes there n times, however few claims it needs.
  const count = COUNT + (nth - 1) * CLAIM;
  at.vendor.rows = bills(count);
  expect(await dieAt(at, `${point}#${nth}`)).toBe("SIGKILL");
  const { outcome, starts } = await untilDone(at, CHANGE);
  expect(starts).toBe(1);
  expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
  await expectOnce(lab, id, at, count);
  expect(at.vendor.requests("probe").length).toBeGreaterThanOrEqual(DOUBTFUL.includes(point) ? 1 : 0);
}
