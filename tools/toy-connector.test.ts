/**
 * The promise of CONTRIBUTING.md, proven: a system is added by three data files and one simulator file, without an edit to a shared
 * file. The four files of docs/examples/toy-connector are copied into a copy of this repository, the generators run, and a flow moves
 * the new system's orders into 聚水潭. Git then tells which files differ.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { compileRule, extractRows, judgeReply, readJson, writeJson } from "@datong/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../docs/examples/toy-connector/apis/order-query.ts";
import { connector } from "../docs/examples/toy-connector/connector.ts";

const ROOT = join(import.meta.dirname, "..");
const EXAMPLE = join(ROOT, "docs/examples/toy-connector");
const CONNECTOR = "packages/connectors/src/acme";
const SIMULATOR = "packages/simulators/src/acme";
const BILLS = 7;
const run = promisify(execFile);

let clone: string;

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), "datong-toy-"));
  // The database's account must be able to pass through.
  chmodSync(clone, 0o755);
  await copyRepository();
  await node("tools/gen.ts");
  await git("init", "--quiet");
  await git("add", "--all");
  await git("-c", "user.name=test", "-c", "user.email=test@example.invalid", "commit", "--quiet", "--message=before");
  cpSync(join(EXAMPLE, "connector.ts"), join(clone, CONNECTOR, "connector.ts"));
  cpSync(join(EXAMPLE, "apis"), join(clone, CONNECTOR, "apis"), { recursive: true });
  cpSync(join(EXAMPLE, "fixtures"), join(clone, CONNECTOR, "fixtures"), { recursive: true });
  cpSync(join(EXAMPLE, "simulator.ts"), join(clone, SIMULATOR, "simulator.ts"));
  await node("tools/gen.ts");
}, 180_000);

afterAll(() => rmSync(clone, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

test("only the four files are new, and only the generated lists have changed", async () => {
  const changed = await git("status", "--porcelain", "--untracked-files=all");
  expect(changed.trimEnd().split("\n").toSorted()).toEqual([
    " M packages/connectors/src/index.ts",
    " M packages/simulators/src/index.ts",
    `?? ${CONNECTOR}/apis/order-query.ts`,
    `?? ${CONNECTOR}/connector.ts`,
    `?? ${CONNECTOR}/fixtures/order-query.ok.json`,
    `?? ${SIMULATOR}/simulator.ts`,
  ]);
});

test("the connectors' own tests pass with it, and name its API and its saved answer", async () => {
  const tests = ["data", "fixtures"].map((name) => `packages/connectors/test/${name}.test.ts`);
  const file = join(clone, ".git", "report.json");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  await node(vitest, "run", "--reporter=json", `--outputFile=${file}`, ...tests, "packages/simulators/test/gen-simulators.test.ts");
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  expect(report.numFailedTests).toBe(0);
  const names = report.testResults.flatMap((file) => file.assertionResults.map((each) => each.fullName));
  expect(names).toEqual(
    expect.arrayContaining([expect.stringContaining("acme order.query"), expect.stringContaining("acme/order-query.ok")]),
  );
}, 180_000);

test("the files fit the types of connectors and simulators", async () => {
  const config = join(clone, "tsconfig.acme.json");
  writeFileSync(config, JSON.stringify({ extends: "./tsconfig.json", include: [`${CONNECTOR}/**/*.ts`, `${SIMULATOR}/**/*.ts`] }));
  const check = run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: clone });
  await expect(check.finally(() => rmSync(config))).resolves.toEqual({ stdout: "", stderr: "" });
});

test("the saved answer is a yes, and its row keeps every digit", () => {
  const json = readJson(readFileSync(join(EXAMPLE, "fixtures/order-query.ok.json"), "utf8"));
  const verdict = judgeReply(compileRule(connector.result), "query", { status: 200, headers: {}, text: "", json });
  expect(verdict).toEqual({ kind: "ok" });
  const rows = api.rows === undefined ? [] : extractRows(api.rows, json, []);
  expect(rows.map((row) => writeJson(row.value))).toEqual([expect.stringContaining('"order_no":"9007199254740993001"')]);
  expect(writeJson(json)).toContain('"quantity":2.50');
});

test("a flow moves the new system's orders, every line and quantity as it was", async () => {
  writeWorkspace();
  const { orders, ledger, result } = JSON.parse(await node("move-orders.ts")) as Moved;
  expect(result).toMatchObject({ read: BILLS, records: BILLS, written: BILLS, failed: 0, unknown: 0, fault: null });
  expect(orders).toHaveLength(BILLS);
  expect(ledger.map(toOrder)).toEqual(orders.map(({ order_no, lines }) => ({ order_no, lines })));
}, 180_000);

interface Report {
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string }[] }[];
}

interface Line {
  readonly sku: string;
  readonly quantity: string;
}

interface Moved {
  readonly orders: readonly { readonly order_no: string; readonly lines: readonly Line[] }[];
  readonly ledger: readonly { readonly key: string; readonly body: { readonly items: readonly { sku_id: string; qty: string }[] } }[];
  readonly result: object;
}

function toOrder({ key, body }: Moved["ledger"][number]) {
  return { order_no: key, lines: body.items.map(({ sku_id, qty }) => ({ sku: sku_id, quantity: qty })) };
}

/** A workspace of two connections and a flow, and the program that runs it. */
function writeWorkspace(): void {
  const files: Readonly<Record<string, string>> = {
    "workspace/workspace.yaml": "name: toy\n",
    "workspace/connections/acme.yaml":
      "id: acme\nsystem: acme\nsettings:\n  url: ${ACME_URL}\n  appKey: ${ACME_APP_KEY}\n  appSecret: ${ACME_APP_SECRET}\n",
    "workspace/flows/acme-order-to-jushuitan-inout.yaml": FLOW,
    "move-orders.ts": PROGRAM,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  }
  cpSync(join(ROOT, "examples/workspace/connections/jushuitan.yaml"), join(clone, "workspace/connections/jushuitan.yaml"));
}

const FLOW = `id: acme-order-to-jushuitan-inout
source:
  connection: acme
  api: order.query
  pageSize: 3
  watermark: { start: -1d, lagS: 0 }
mapping:
  - { field: type, value: out }
  - { field: external_id, value: "{{order_no}}" }
  - field: items
    value: lines
    children:
      - { field: sku_id, value: "{{lines.sku}}" }
      - { field: qty, value: "{{lines.quantity}}" }
target: { connection: jushuitan, api: jushuitan.otherinout.upload, batch: 1, concurrency: 1 }
dispatch: { enabled: true }
`;

const PROGRAM = `import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { loadWorkspace, openEngine } from "@datong/engine";
import { startSimulators } from "@datong/simulators";

const madeAt = Date.now() - 120_000;
let isMade = false;
const simulators = await startSimulators({ bills: ${BILLS}, only: ["acme", "jushuitan"], now: () => (isMade ? Date.now() : madeAt) });
isMade = true;
const vendor = (system) => simulators.find((each) => each.system === system).vendor;
const env = Object.assign({}, ...simulators.map((each) => each.environment));
const workspace = await loadWorkspace("workspace", { env, connectors: CONNECTORS });
const { flow } = workspace.flows.get("acme-order-to-jushuitan-inout");
const connections = new Map([...workspace.connections].map(([id, { connection }]) => [id, connection]));
const engine = await openEngine({ dataDir: "data", connectors: workspace.connectors, sessionsOf: SESSIONS });
try {
  const result = await engine.run(flow, connections);
  console.log(JSON.stringify({ result, orders: vendor("acme").data("order"), ledger: vendor("jushuitan").ledger() }));
} finally {
  await engine.close();
  await Promise.all(simulators.map((each) => each.stop()));
}
`;

/** The files that git knows or would know, and the installed packages by links: ours to the copy, others to where they lie. */
async function copyRepository(): Promise<void> {
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  const files = stdout.split("\n").filter((file) => /^(packages|tools|docs|[^/]+$)/.test(file) && existsSync(join(ROOT, file)));
  for (const file of files) cpSync(join(ROOT, file), join(clone, file));
  linkPackages("node_modules");
  for (const name of readdirSync(join(ROOT, "packages"))) linkPackages(join("packages", name, "node_modules"));
}

function linkPackages(folder: string): void {
  if (!existsSync(join(ROOT, folder))) return;
  for (const name of readdirSync(join(ROOT, folder))) {
    if (name.startsWith(".")) continue;
    if (name.startsWith("@")) linkPackages(join(folder, name));
    else {
      const real = realpathSync(join(ROOT, folder, name));
      const isOurs = real.startsWith(join(ROOT, "packages"));
      mkdirSync(join(clone, folder), { recursive: true });
      symlinkSync(isOurs ? join(clone, real.slice(ROOT.length)) : real, join(clone, folder, name));
    }
  }
}

async function node(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, args, { cwd: clone });
  return stdout;
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", args, { cwd: clone });
  return stdout;
}
