/**
 * A process that dies in the middle of a run, again and again, and is started anew on the same folder: at the end the target has each
 * document once. The vendor decides the moment: it kills when it has received its n-th page or write, before or after doing the work.
 *
 * @module-tag one-attempt
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChildRun } from "./lab/child-run.ts";
import { crashing, expectOnce, killAt, untilDone } from "./lab/crashing.ts";
import { bills, openLab, type FlowChange, type Lab } from "./lab/lab.ts";
import type { SeenRequest } from "./lab/vendor.ts";

let lab: Lab;
beforeAll(async () => {
  // The lab's engine keeps the server up while the processes that use it come and go.
  lab = await openLab();
});
afterAll(() => lab.close());

const moments: readonly (readonly [string, (request: SeenRequest) => boolean, boolean])[] = [
  ["when it asks for the first page", (r) => r.operation === "rows" && r.nth === 0, false],
  ["when it asks for the third page", (r) => r.operation === "rows" && r.nth === 2, false],
  ["when its first write arrives and is not taken", (r) => r.operation === "save" && r.nth === 0, false],
  ["when its second write was taken and not yet answered", (r) => r.operation === "save" && r.nth === 1, true],
];

describe("a process killed", () => {
  test.each(moments.map((moment, i) => [...moment, i] as const))(
    "%s leaves nothing undone and nothing done twice",
    async (_, moment, done, i) => {
      const id = `crash-${i}`;
      const at = await crashing(lab, id);
      at.vendor.rows = bills(24);
      const change: FlowChange = { source: { pageSize: 5 }, target: { batch: 4, concurrency: 2 } };
      const run: { current: ChildRun | undefined } = { current: undefined };
      killAt(at, run, moment, done);
      run.current = at.start(change);
      expect(await run.current.ended).toBeNull();
      const { outcome } = await untilDone(at, change);
      expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
      await expectOnce(lab, id, at, 24);
    },
  );

  test("after it had written its intent is asked about, and what the target has is not sent again", async () => {
    const at = await crashing(lab, "intent");
    at.vendor.rows = bills(3);
    const run: { current: ChildRun | undefined } = { current: undefined };
    killAt(at, run, (request) => request.operation === "save", true);
    run.current = at.start();
    await run.current.ended;
    expect(at.vendor.ledger).toHaveLength(3);
    await untilDone(at, {});
    expect(at.vendor.requests("save")).toHaveLength(1);
    expect(at.vendor.requests("probe").length).toBeGreaterThanOrEqual(1);
    await expectOnce(lab, "intent", at, 3);
  });

  test("after the vendor took a write that nobody can ask about holds it for a person instead of sending it again", async () => {
    const at = await crashing(lab, "blind");
    at.vendor.rows = bills(1);
    const change: FlowChange = { target: { api: "save-blind" } };
    const run: { current: ChildRun | undefined } = { current: undefined };
    killAt(at, run, (request) => request.operation === "save", true);
    run.current = at.start(change);
    await run.current.ended;
    const { outcome } = await untilDone(at, change);
    expect(outcome).toMatchObject({ unknown: 1, written: 0 });
    expect(at.vendor.ledger).toHaveLength(1);
  });
});
