/**
 * The server is killed with SIGKILL while it publishes, runs, does bulk work and is backed up: started again it works on, every bill arrives once, and a flow's
 * revisions are whole. SIGTERM ends it within ten seconds with exit code 0.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backupStore, openDatabase } from "@datong/engine";
import { startSimulators, type RunningSimulator } from "@datong/simulators";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IN, openOrders, OUT, publishOrders, pushOrders, waitForCounts } from "./pushed-flows.ts";
import { ADMIN, asker, connectionOf, exampleTexts, type Ask } from "./server-lab.ts";

const SCRIPT = fileURLToPath(new URL("serve-in-child.ts", import.meta.url));
const FLOW = "kingdee-return-to-jushuitan-inout";
/** Its twin, which is only saved and published. */
const SAVED = "saved";
const FLOWS = "/api/v1/workspaces/main/flows";
const BILLS = 2_000;
let dir: string;
let simulators: readonly RunningSimulator[];
let child: ChildProcess | undefined;
let ask: Ask;

async function start(): Promise<void> {
  const started = spawn(process.execPath, [SCRIPT, join(dir, "data")], { stdio: ["ignore", "pipe", "ignore"] });
  child = started;
  const url = await new Promise<string>((resolve, reject) => {
    started.stdout.once("data", (line: Buffer) => resolve(line.toString("utf8").trim()));
    started.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const answer = await asker(url)({})("POST", "/api/v1/login", ADMIN);
  ask = asker(url)({ cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" });
}

async function kill(signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child as ChildProcess, "exit") as Promise<[number | null]>;
  child?.kill(signal);
  return (await ended)[0];
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-kills-"));
  await chmod(dir, 0o711);
  simulators = await startSimulators({ bills: 40, seed: 3, only: ["kingdee-galaxy", "jushuitan"] });
  await start();
  const environment = Object.assign({}, ...simulators.map((each) => each.environment)) as Record<string, string>;
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `/api/v1/workspaces/main/connections/${id}`, { revision: 0, document: await connectionOf({ environment }, id) });
  const text = (await exampleTexts("flows")).get(FLOW) ?? "";
  for (const id of [FLOW, SAVED]) {
    await ask("PUT", `${FLOWS}/${id}`, { revision: 0, text: text.replaceAll(FLOW, id) });
    await ask("POST", `${FLOWS}/${id}/publish`, { revision: 1 });
  }
}, 180_000);
afterAll(async () => {
  child?.kill("SIGKILL");
  await Promise.all(simulators.map((each) => each.stop()));
  await rm(dir, { recursive: true, force: true });
});

const arrived = (): readonly string[] =>
  (simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger() ?? []).map((entry) => JSON.stringify(entry));

const LONG_MS = 90_000;
/** Bulk work that reached every bill. */
const WHOLE = { state: "done", unmapped: 0, untouched: 0 };

/** Saves and publishes again and again, until the server is gone; tells how many it has published. */
function keepSaving(text: string, from: number): { readonly published: () => number; readonly cut: Promise<string> } {
  let published = 0;
  const saving = async (): Promise<string> => {
    for (let revision = from; ; revision++, published++) {
      await ask("PUT", `${FLOWS}/${SAVED}`, { revision, text: `${text}# ${revision}\n` });
      await ask("POST", `${FLOWS}/${SAVED}/publish`, { revision: revision + 1 });
    }
  };
  return { published: () => published, cut: saving().catch(() => "cut") };
}

/** Saving and publishing, a run, and whatever `more` does are under way when the server dies; gives the run's id. */
async function dieAtWork(more: () => Promise<unknown>): Promise<string> {
  const { text, revision } = (await ask("GET", `${FLOWS}/${SAVED}`)).body;
  const before = arrived().length;
  const run = await ask("POST", `${FLOWS}/${FLOW}/runs`, {});
  expect(run.status).toBe(202);
  const { published, cut } = keepSaving(text, revision);
  await expect.poll(() => arrived().length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(before);
  await expect.poll(published, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
  await more();
  await kill("SIGKILL");
  expect(await cut).toBe("cut");
  return run.body.id as string;
}

async function expectWholeRevisions(): Promise<void> {
  const flow = (await ask("GET", `${FLOWS}/${SAVED}`)).body;
  const revisions = (await ask("GET", `${FLOWS}/${SAVED}/revisions`)).body.items;
  expect(revisions[0].revision).toBe(flow.revision);
  expect(flow.publishedRevision).toBeGreaterThan(1);
  const kept = (await ask("GET", `${FLOWS}/${SAVED}/revisions/${flow.publishedRevision}`)).body;
  expect(flow.published).toBe(kept.text);
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=500")).body.items as readonly { deed: string; object: string }[];
  expect(audit.filter(({ deed, object }) => deed === "flow.save" && object === SAVED)).toHaveLength(flow.revision);
}

test("killed while it runs, publishes and does bulk work it goes on: every bill arrives once, a flow is as before or after, never between", async () => {
  await openOrders(ask);
  await pushOrders(ask, BILLS);
  await waitForCounts(ask, IN, { failed: BILLS }, LONG_MS);
  await publishOrders(ask, { isBroken: false, revision: 1 });
  let bulk = "";
  const run = await dieAtWork(async () => {
    const begun = await ask("POST", `${IN}/bulk`, { kind: "retry", status: "failed" });
    expect(begun.status).toBe(202);
    bulk = begun.body.id as string;
    let work = begun.body as { readonly state: string };
    while (work.state === "waiting") work = (await ask("GET", `/api/v1/workspaces/main/bulk/${bulk}`)).body;
    // The server dies in the middle of it.
    expect(work).toMatchObject({ state: "running" });
  });
  await start();
  // Nobody reads the flow again by itself; the run is over all the same, and its stream ends.
  const stopped = { id: run, state: "stopped", problem: { code: "RUN_INTERRUPTED" } };
  await expect
    .poll(async () => (await ask("GET", `/api/v1/workspaces/main/runs/${run}`)).body, { timeout: 20_000 })
    .toMatchObject({ ...stopped, endedAt: expect.any(Number) });
  expect((await ask("GET", `/api/v1/workspaces/main/runs/${run}/events`)).text).toContain("RUN_INTERRUPTED");
  await expectWholeRevisions();
  await ask("GET", `/api/v1/workspaces/main/bulk/${bulk}/events`);
  expect((await ask("GET", `/api/v1/workspaces/main/bulk/${bulk}`)).body).toMatchObject({ ...WHOLE, total: BILLS, queued: BILLS });
  await waitForCounts(ask, IN, { done: BILLS }, LONG_MS);
  await waitForCounts(ask, OUT, { done: BILLS }, LONG_MS);
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=500")).body.items as readonly { deed: string }[];
  expect(audit.filter(({ deed }) => deed === "records.retry")).toHaveLength(1);
}, 240_000);

test("killed while it runs, publishes what maps anew what waits, and is backed up, nothing is lost or doubled either", async () => {
  await ask("PUT", "/api/v1/workspaces/main/pauses/target/orders-in");
  await pushOrders(ask, BILLS, 10_001);
  await waitForCounts(ask, IN, { queued: BILLS, done: BILLS }, LONG_MS);
  const file = join(dir, "store.backup");
  const database = await openDatabase({ dataDir: join(dir, "data"), log: () => undefined });
  let end: Promise<string> | undefined;
  let download: Promise<string> | undefined;
  let queued = { documents: 0, inHand: 0, bulk: "" as string | null };
  try {
    await dieAtWork(async () => {
      // One is written by another process, the other is being downloaded from the server itself.
      end = backupStore(database, file, Date.now()).then(
        () => "whole",
        () => "none",
      );
      download = ask("GET", "/api/v1/backup").then(
        () => "whole",
        () => "cut",
      );
      ({ queued } = await publishOrders(ask, { isBroken: false, revision: 2, prefix: "NEW-" }));
    });
    expect(queued).toMatchObject({ documents: BILLS, inHand: 0 });
    await download;
    const kept = (await end) === "whole" ? ["store.backup"] : [];
    expect((await readdir(dir)).filter((name) => name.includes("backup"))).toEqual(kept);
    await start();
  } finally {
    await database.close();
  }
  await expectWholeRevisions();

  const run = (await ask("POST", `${FLOWS}/${FLOW}/runs`, {})).body;
  await ask("GET", `/api/v1/workspaces/main/runs/${run.id}/events`);
  expect((await ask("GET", `/api/v1/workspaces/main/runs/${run.id}`)).body).toMatchObject({ state: "done" });
  const { counts } = (await ask("GET", `${FLOWS}/${FLOW}/records`)).body;
  expect(counts).toEqual({ done: arrived().length });
  expect(new Set(arrived()).size).toBe(arrived().length);

  await ask("GET", `/api/v1/workspaces/main/bulk/${queued.bulk}/events`);
  expect((await ask("GET", `/api/v1/workspaces/main/bulk/${queued.bulk}`)).body).toMatchObject({ ...WHOLE, total: BILLS, queued: BILLS });
  await ask("DELETE", "/api/v1/workspaces/main/pauses/target/orders-in");
  await waitForCounts(ask, OUT, { done: 2 * BILLS }, LONG_MS);
  const numbers = Array.from({ length: 500 }, (_, i) => `NEW-SO-${String(10_001 + i * 4).padStart(6, "0")}`);
  const { items } = (await ask("POST", "/api/v1/workspaces/main/records/search", { flow: "orders-out", numbers })).body;
  expect(items.filter((item: { isMissing: boolean }) => item.isMissing)).toEqual([]);
}, 240_000);

test("SIGTERM ends it within ten seconds, with 0", async () => {
  const startedMs = performance.now();
  expect(await kill("SIGTERM")).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
