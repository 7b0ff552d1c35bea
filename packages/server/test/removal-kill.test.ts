/**
 * The server is killed with SIGKILL between a removal's call and its outcome, and between the intent and the call. Started again it asks the target
 * and sends nothing a second time.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase } from "@datong/engine";
import { startSimulators, type RunningSimulator } from "@datong/simulators";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, asker, connectionOf, exampleTexts, type Ask } from "./server-lab.ts";

const SCRIPT = fileURLToPath(new URL("serve-in-child.ts", import.meta.url));
const FLOW = "jushuitan-saleout-to-kingdee-outstock";
const AT = `/api/v1/workspaces/main/flows/${FLOW}`;
const SYSTEMS = ["kingdee-galaxy", "jushuitan-qimen"];
const RULE = `reconcile:
  lines: FEntity
  list:
    api: executeBillQuery:SAL_OUTSTOCK
    params: { FilterString: "FBillNo like 'JST%'" }
dispatch:
`;
let dir: string;
let simulators: readonly RunningSimulator[];
let child: ChildProcess | undefined;
let ask: Ask;

async function start(crashAt?: string): Promise<void> {
  const env = { ...process.env, ...(crashAt === undefined ? {} : { DATONG_CRASH_AT: crashAt }) };
  const started = spawn(process.execPath, [SCRIPT, join(dir, "data")], { stdio: ["ignore", "pipe", "ignore"], env });
  child = started;
  const url = await new Promise<string>((resolve, reject) => {
    started.stdout.once("data", (line: Buffer) => resolve(line.toString("utf8").trim()));
    started.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const answer = await asker(url)({})("POST", "/api/v1/login", ADMIN);
  ask = asker(url)({ cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" });
}

async function stop(): Promise<void> {
  const ended = once(child as ChildProcess, "exit");
  child?.kill("SIGTERM");
  await ended;
}

const vendor = (): RunningSimulator["vendor"] => {
  const found = simulators.find(({ system }) => system === "kingdee-galaxy");
  if (found === undefined) throw new Error("no simulator");
  return found.vendor;
};

async function calls(): Promise<readonly number[]> {
  const origin = simulators.find(({ system }) => system === "kingdee-galaxy")?.origin ?? "";
  const { calls: told } = (await (await fetch(`${origin}/_sim/stats`)).json()) as { readonly calls: Readonly<Record<string, number>> };
  return [told["UnAudit"] ?? 0, told["Delete"] ?? 0];
}

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
async function reconciled(): Promise<any> {
  const begun = await ask("POST", `${AT}/reconciliations`, {});
  expect(begun.status).toBe(202);
  for (;;) {
    const { body } = await ask("GET", `${AT}/reconciliations/${begun.body.id}`);
    if (body.state !== "running") return body;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

/** What the heart-beat would tell after three minutes. */
async function letTimePass(): Promise<void> {
  const database = await openDatabase({ dataDir: join(dir, "data"), log: () => undefined });
  await database.pool.query("update reconciliation set touched_at = touched_at - interval '1 hour'");
  await database.close();
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-removal-"));
  await chmod(dir, 0o711);
  simulators = await startSimulators({ bills: 8, seed: 3, only: SYSTEMS });
  await start();
  const environment = Object.assign({}, ...simulators.map((each) => each.environment)) as Record<string, string>;
  for (const id of SYSTEMS)
    await ask("PUT", `/api/v1/workspaces/main/connections/${id}`, { revision: 0, document: await connectionOf({ environment }, id) });
  const text = ((await exampleTexts("flows")).get(FLOW) ?? "").replace("dispatch:\n", RULE);
  await ask("PUT", AT, { revision: 0, text });
  await ask("POST", `${AT}/publish`, { revision: 1 });
  const run = (await ask("POST", `${AT}/runs`, {})).body;
  await ask("GET", `/api/v1/workspaces/main/runs/${run.id}/events`);
  await stop();
}, 180_000);
afterAll(async () => {
  child?.kill("SIGKILL");
  await Promise.all(simulators.map((each) => each.stop()));
  await rm(dir, { recursive: true, force: true });
});

/** `point#n`: the n-th call is the one it dies at. Gives the calls that were made, and what became of the bill. */
async function dieAt(point: string, number: string): Promise<readonly unknown[]> {
  const [model = ""] = vendor()
    .ledger()
    .map((entry) => entry.key);
  vendor().control?.("copy", { formId: "SAL_OUTSTOCK", number: model, as: number });
  const before = await calls();
  await start(point);
  const { id } = await reconciled();
  const { items } = (await ask("POST", `${AT}/reconciliations/${id}/removal`, {})).body;
  const bills = items.map(({ key, seen }: { readonly key: string; readonly seen: string }) => ({ key, seen }));
  const died = once(child as ChildProcess, "exit");
  const body = { extra: "remove", reason: "录错", bills };
  const begun = await ask("POST", `${AT}/reconciliations/${id}/repair`, body).catch(() => null);
  expect(await died).toEqual([null, "SIGKILL"]);
  await letTimePass();
  await start();
  const after = await reconciled();
  const reports = (await ask("GET", `${AT}/reconciliations?limit=5`)).body.items;
  const repair = begun?.body?.id ?? reports.find(({ state }: { readonly state: string }) => state === "interrupted").id;
  const [row] = (await ask("GET", `${AT}/reconciliations/${repair}/removals`)).body.items;
  await stop();
  const made = (await calls()).map((count, i) => count - (before[i] ?? 0));
  return [row.state, row.code, after.summary.extra, ...made];
}

test("between the call and its outcome: asked, found gone, not called again", async () => {
  expect(await dieAt("removal.after#2", "JST-KILLED-1")).toEqual(["removed", null, 0, 1, 1]);
}, 300_000);

test("after an un-audit nobody heard of, and before any call: asked, still standing, told, and nothing sent", async () => {
  expect(await dieAt("removal.after#1", "JST-KILLED-2")).toEqual(["kept", "REMOVAL_UNSURE", 1, 1, 0]);
  vendor().control?.("remove", { formId: "SAL_OUTSTOCK", number: "JST-KILLED-2" });
  expect(await dieAt("removal.before#1", "JST-KILLED-3")).toEqual(["kept", "REMOVAL_UNSURE", 1, 0, 0]);
}, 300_000);
