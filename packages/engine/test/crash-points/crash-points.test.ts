/**
 * A real process is killed with SIGKILL at each boundary of the ledger, by name, and started again: before, inside and after the commit of
 * a page, before and after claim, intent and call, before, inside and after the commit of an outcome. The vendor's own ledger judges. Later
 * comings to the same points are in crash-points.soak.ts.
 *
 * @module-tag one-attempt
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CRASH_POINTS } from "../../src/crash-point.ts";
import { crashing, expectOnce, untilDone } from "../flow/lab/crashing.ts";
import { bill, bills, openLab, type Lab } from "../flow/lab/lab.ts";
import { CHANGE, COUNT, dieAndGoOn, dieAt } from "./die-at.ts";

let lab: Lab;
beforeAll(async () => {
  // The lab's engine keeps the server up while the processes that use it come and go.
  lab = await openLab();
});
afterAll(() => lab.close());

describe("a process killed", () => {
  test.each(CRASH_POINTS)("at %s loses nothing and writes nothing twice", async (point) => {
    await expect(dieAndGoOn(lab, point, 1)).resolves.toBeUndefined();
  });

  test("at every boundary in turn, one death a start, still ends with each document once", async () => {
    const at = await crashing(lab, "in-turn");
    at.vendor.rows = bills(COUNT);
    for (const point of ["page.inside", "page.after", "claim.after", "intent.after", "call.after", "outcome.inside"]) {
      expect(await dieAt(at, point)).toBe("SIGKILL");
      // What is to be asked about is due after a second; the next death shall find it.
      await lab.engine.pool.query("update task set run_at = now() where owner is null");
    }
    const { outcome } = await untilDone(at, CHANGE);
    expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
    await expectOnce(lab, "in-turn", at, COUNT);
  }, 180_000);

  test("at every boundary in turn, with an order key, has written each key in the source's order", async () => {
    const at = await crashing(lab, "ordered");
    at.vendor.rows = Array.from({ length: COUNT }, (_, i) => bill(`b${String(i + 1).padStart(4, "0")}`, { order: String(i % 3) }));
    const change = { ...CHANGE, target: { ...CHANGE.target, orderKey: "{{order}}" } };
    for (const point of ["page.inside", "page.after", "claim.after", "intent.after", "call.after", "outcome.inside", "outcome.after"]) {
      expect(await dieAt(at, point, change)).toBe("SIGKILL");
      await lab.engine.pool.query("update task set run_at = now() where owner is null");
    }
    const { outcome } = await untilDone(at, change);
    expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
    await expectOnce(lab, "ordered", at, COUNT);
    for (let order = 0; order < 3; order += 1) {
      const keys = at.vendor.ledger.map((entry) => entry.key).filter((key) => (Number(key.slice(1)) - 1) % 3 === order);
      expect(keys).toEqual([...keys].sort());
    }
    const { rows } = await lab.engine.pool.query("select 1 from order_head union all select 1 from order_line");
    expect(rows).toEqual([]);
  }, 180_000);

  test("nowhere when the name is none of the points", async () => {
    const at = await crashing(lab, "nowhere");
    at.vendor.rows = bills(2);
    process.env["DATONG_CRASH_AT"] = "nowhere";
    try {
      expect(await at.start(CHANGE).ended).toMatchObject({ fault: null, written: 2 });
    } finally {
      delete process.env["DATONG_CRASH_AT"];
    }
  });
});
