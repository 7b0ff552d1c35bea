/** `datong worker`, `queue`, `pause` and `resume` on the example workspace. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";
import { memoryTerminal } from "./memory-terminal.ts";

const RETURNS = "kingdee-return-to-jushuitan-inout";
const CUSTOMERS = "kingdee-customer-to-greatonce-distributor";
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

test("a changed workspace is taken up while the worker works; one that is not in order is refused, and the former stays at work", async () => {
  const file = `flows/${CUSTOMERS}.yaml`;
  const queued = async (): Promise<number> => {
    const { terminal } = await example.datong("queue", CUSTOMERS, "--json");
    return (terminal.json() as { queues: readonly { documents: number }[] }).queues[0]?.documents ?? 0;
  };
  // Its target has a cron, and nobody is to wait for the next ten minutes.
  await example.edit(file, 'cron: "*/10 * * * *"', 'cron: "* * * * * *"');
  await example.datong("pause", CUSTOMERS, "--target");
  await example.datong("worker", "--once", "--flows", CUSTOMERS, "--json");
  const before = await queued();
  expect(before).toBeGreaterThan(0);
  await example.edit(file, "enabled: true", "enabled: false");
  await example.datong("resume", CUSTOMERS, "--target");
  const terminal = memoryTerminal({ cwd: example.dir, env: { ...example.env, LANG: "en_US.UTF-8" } });
  const ended = main(["worker"], terminal);
  const says = async (text: string): Promise<void> => {
    await expect.poll(() => terminal.errText(), { timeout: 20_000, interval: 50 }).toContain(text);
  };
  try {
    await says("The worker is at work for 4 flows");
    await example.edit(file, "enabled: false", "enabled: maybe");
    await says(
      "The changed workspace is not used, the former one stays at work: ✗ flows/kingdee-customer-to-greatonce-distributor.yaml:65",
    );
    await example.edit(file, "enabled: maybe", "enabled: false");
    expect(await queued()).toBe(before);
    await example.edit(file, "enabled: false", "enabled: true");
    await says(`at work for 5 flows; new: ${CUSTOMERS}`);
    await expect.poll(() => example.vendor("greatonce").ledger().length, { timeout: 20_000 }).toBeGreaterThan(0);
    await example.edit("connections/greatonce.yaml", "\nsettings:", "\nlimits: { concurrency: 1 }\nsettings:");
    await says(`at work for 5 flows; changed: ${CUSTOMERS}`);
    await rm(join(example.dir, file));
    await says(`at work for 4 flows; gone: ${CUSTOMERS}`);
  } finally {
    terminal.stop("SIGTERM");
  }
  expect(await ended).toBe(0);
});

test("a pause of nothing, or of a connection that is not there, is refused", async () => {
  expect((await example.datong("pause")).code).toBe(2);
  const { code, terminal } = await example.datong("pause", "--connection", "nowhere", "--json");
  expect(code).toBe(2);
  expect(terminal.json()).toMatchObject({ ok: false, error: { code: "NOTHING_TO_PAUSE" } });
});
