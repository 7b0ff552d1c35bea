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
  await ask("PUT", `${FLOWS}/${FLOW}`, { revision: 0, text: (await exampleTexts("flows")).get(FLOW) });
  await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 1 });
}, 60_000);
afterAll(async () => {
  child?.kill("SIGKILL");
  await Promise.all(simulators.map((each) => each.stop()));
  await rm(dir, { recursive: true, force: true });
});

const arrived = (): readonly string[] =>
  (simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger() ?? []).map((entry) => JSON.stringify(entry));

test("killed in the middle of runs, every bill arrives once", async () => {
  for (const afterMs of [150, 400]) {
    const run = await ask("POST", `${FLOWS}/${FLOW}/runs`, {});
    expect(run.status).toBe(202);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await kill("SIGKILL");
    await start();
  }
  const run = (await ask("POST", `${FLOWS}/${FLOW}/runs`, {})).body;
  await ask("GET", `/api/v1/workspaces/main/runs/${run.id}/events`);
  const ended = (await ask("GET", `/api/v1/workspaces/main/runs/${run.id}`)).body;
  expect(ended).toMatchObject({ state: "done" });
  const { counts } = (await ask("GET", `${FLOWS}/${FLOW}/records`)).body;
  expect(counts).toEqual({ done: arrived().length });
  expect(new Set(arrived()).size).toBe(arrived().length);
}, 120_000);

test("killed while it saves and publishes, a flow is what it was before or after, never between", async () => {
  const { text } = (await ask("GET", `${FLOWS}/${FLOW}`)).body;
  let published = 0;
  const saving = (async (): Promise<void> => {
    for (let revision = 1; ; revision++, published++) {
      await ask("PUT", `${FLOWS}/${FLOW}`, { revision, text: `${text}# ${revision}\n` });
      await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: revision + 1 });
    }
  })().catch(() => "cut");
  await expect.poll(() => published, { timeout: 20_000 }).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await kill("SIGKILL");
  expect(await saving).toBe("cut");
  await start();
  const flow = (await ask("GET", `${FLOWS}/${FLOW}`)).body;
  const revisions = (await ask("GET", `${FLOWS}/${FLOW}/revisions`)).body.items;
  expect(revisions[0].revision).toBe(flow.revision);
  expect(flow.publishedRevision).toBeGreaterThan(1);
  const kept = (await ask("GET", `${FLOWS}/${FLOW}/revisions/${flow.publishedRevision}`)).body;
  expect(flow.published).toBe(kept.text);
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=500")).body.items as readonly { deed: string }[];
  expect(audit.filter(({ deed }) => deed === "flow.save")).toHaveLength(flow.revision);
}, 60_000);

test("killed in the middle of bulk work it goes on: every bill is queued once and arrives once", async () => {
  await openOrders(ask);
  await pushOrders(ask, BILLS);
  await waitForCounts(ask, IN, { failed: BILLS });
  await publishOrders(ask, { isBroken: false, revision: 1 });
  const begun = await ask("POST", `${IN}/bulk`, { kind: "retry", status: "failed" });
  expect(begun.status).toBe(202);
  const seen: number[] = [];
  for (const afterMs of [100, 300]) {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await kill("SIGKILL");
    await start();
    seen.push((await ask("GET", `/api/v1/workspaces/main/bulk/${begun.body.id}`)).body.done as number);
  }
  // It was under way when it died.
  expect(seen[0]).toBeLessThan(BILLS);
  await ask("GET", `/api/v1/workspaces/main/bulk/${begun.body.id}/events`);
  const bulk = (await ask("GET", `/api/v1/workspaces/main/bulk/${begun.body.id}`)).body;
  expect(bulk).toMatchObject({ state: "done", total: BILLS, queued: BILLS, unmapped: 0, untouched: 0 });
  await waitForCounts(ask, IN, { done: BILLS });
  await waitForCounts(ask, OUT, { done: BILLS });
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=500")).body.items as readonly { deed: string }[];
  expect(audit.filter(({ deed }) => deed === "records.retry")).toHaveLength(1);
}, 120_000);

test("killed after a publication, what waits is mapped again by it all the same, each bill once", async () => {
  const MORE = 3_000;
  await ask("PUT", "/api/v1/workspaces/main/pauses/target/orders-in");
  await pushOrders(ask, MORE, 10_001);
  await waitForCounts(ask, IN, { queued: MORE, done: BILLS });
  const { queued } = await publishOrders(ask, { isBroken: false, revision: 2, prefix: "NEW-" });
  expect(queued).toMatchObject({ documents: MORE, inHand: 0 });
  await kill("SIGKILL");
  await start();
  await ask("GET", `/api/v1/workspaces/main/bulk/${queued.bulk}/events`);
  const bulk = (await ask("GET", `/api/v1/workspaces/main/bulk/${queued.bulk}`)).body;
  expect(bulk).toMatchObject({ state: "done", total: MORE, queued: MORE, unmapped: 0, untouched: 0 });
  await ask("DELETE", "/api/v1/workspaces/main/pauses/target/orders-in");
  await waitForCounts(ask, OUT, { done: BILLS + MORE });
  const numbers = Array.from({ length: 500 }, (_, i) => `NEW-SO-${String(10_001 + i * 6).padStart(6, "0")}`);
  const { items } = (await ask("POST", "/api/v1/workspaces/main/records/search", { flow: "orders-out", numbers })).body;
  expect(items.filter((item: { isMissing: boolean }) => item.isMissing)).toEqual([]);
}, 120_000);

test("killed while a backup is made, the backup is whole or there is none, and the server has all it had", async () => {
  const file = join(dir, "store.backup");
  const database = await openDatabase({ dataDir: join(dir, "data"), log: () => undefined });
  try {
    const making = backupStore(database, file, Date.now()).then(
      () => "whole",
      () => "none",
    );
    await kill("SIGKILL");
    const end = await making;
    expect((await readdir(dir)).filter((name) => name.includes("backup"))).toEqual(end === "whole" ? ["store.backup"] : []);
    await start();
  } finally {
    await database.close();
  }
  await waitForCounts(ask, OUT, { done: 5_000 });
}, 60_000);

test("SIGTERM ends it within ten seconds, with 0", async () => {
  const startedMs = performance.now();
  expect(await kill("SIGTERM")).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
