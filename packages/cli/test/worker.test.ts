/** `datong worker`, `queue`, `pause` and `resume` on the example workspace. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const RETURNS = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;
beforeAll(async () => {
  example = await openExample(16);
});
afterAll(() => example.close());

test("a worker obeys a pause, the queue tells so, and after it writes once what was read", async () => {
  expect((await example.datong("pause", RETURNS, "--target", "--lang", "en")).terminal.outText()).toBe(`Paused: target ${RETURNS}\n`);
  const held = await example.datong("worker", "--once", "--flows", RETURNS, "--json");
  expect(held.code).toBe(0);
  expect(held.terminal.json()).toMatchObject({ pulls: 1, pullsFailed: 0, written: 0, ok: true });
  expect(example.vendor("jushuitan").ledger()).toEqual([]);
  const queued = (await example.datong("queue", RETURNS, "--json")).terminal.json() as { queues: readonly { documents: number }[] };
  expect(queued.queues).toMatchObject([{ flow: RETURNS, inHand: 0, perMinute: null, paused: { source: false, target: true } }]);
  const documents = queued.queues[0]?.documents ?? 0;
  expect(documents).toBeGreaterThan(0);
  expect((await example.datong("queue", RETURNS, "--lang", "en")).terminal.outText()).toContain("target paused");
  expect((await example.datong("resume", RETURNS, "--json")).terminal.json()).toMatchObject({
    resume: [
      { kind: "source", changed: false },
      { kind: "target", changed: true },
    ],
  });
  const worked = await example.datong("worker", "--once", "--flows", RETURNS, "--json");
  expect(worked.terminal.json()).toMatchObject({ pulls: 1 });
  expect(example.vendor("jushuitan").ledger().length).toBeGreaterThan(0);
  const after = (await example.datong("queue", RETURNS, "--json")).terminal.json();
  expect(after).toMatchObject({ queues: [{ documents: 0, emptyInMs: 0 }] });
});

test("a pause of nothing, or of a connection that is not there, is refused", async () => {
  expect((await example.datong("pause")).code).toBe(2);
  const { code, terminal } = await example.datong("pause", "--connection", "nowhere", "--json");
  expect(code).toBe(2);
  expect(terminal.json()).toMatchObject({ ok: false, error: { code: "NOTHING_TO_PAUSE" } });
});
