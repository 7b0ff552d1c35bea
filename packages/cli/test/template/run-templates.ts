/**
 * Takes templates into use with `datong template use` in a workspace with two connections, and runs them against simulators of their own;
 * all with one engine. Split over several test files, so that they go at the same time.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { BUILT_IN_SYSTEM, STATUSES, type Connection } from "@datong/core";
import { loadWorkspace, openEngine, readTemplates, type Engine, type TemplateEntry } from "@datong/engine";
import { startSimulators, type RunningSimulator, type Vendor } from "@datong/simulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TEMPLATES } from "../../src/command/template.ts";
import { main } from "../../src/main.ts";
import { checkedFlow, EXAMPLES } from "../../src/open-flow.ts";
import { isWhole } from "../../src/output/run-json.ts";
import { memoryTerminal } from "../memory-terminal.ts";
import { problemsOf } from "./judge-run.ts";

const BILLS = 10;
const CALLS_PER_SECOND = 200;
const EXAMPLE_CONNECTIONS = [...(await loadWorkspace(EXAMPLES, { env: {}, connectors: CONNECTORS })).connections.values()].flatMap(
  (entry) => (entry.document === undefined ? [] : [entry.document]),
);
const ENTRIES = await readTemplates(TEMPLATES);

/** Whoever adds a test file raises this; every template is in exactly one of them. */
export const SHARDS = 2;

/** Registers the tests of every `SHARDS`-th template, and `more` tests of templates in the same database. */
export function testTemplates(shard: number, more?: (folder: () => string) => void): void {
  let dir: string;
  let engine: Engine;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "datong-templates-"));
    // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
    await chmod(dir, 0o711);
    engine = await openEngine({ dataDir: join(dir, ".datong"), connectors: CONNECTORS, sessionsOf: SESSIONS });
  });
  afterAll(async () => {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  });
  more?.(() => dir);
  const own = ENTRIES.flatMap((entry, i) => (i % SHARDS === shard ? [{ entry, seed: i + 1 }] : []));
  describe("templates arrive at the simulators", () => {
    test.each(own.map(({ entry, seed }) => [entry.id, entry, seed] as const))("%s", async (_, entry, seed) => {
      if (entry.kind === "broken") throw new Error(JSON.stringify(entry.issues));
      expect(await runTemplate(engine, dir, entry, seed)).toEqual([]);
    });
  });
}

type Ready = Extract<TemplateEntry, { readonly kind: "ready" }>;

/** What its `shows` finds wrong after one run. */
async function runTemplate(engine: Engine, dataDir: string, template: Ready, seed: number): Promise<readonly string[]> {
  const { head } = template;
  const systems = [...new Set([head.source.system, head.target.system])].filter((system) => system !== BUILT_IN_SYSTEM);
  const simulators = await startFilled({ bills: BILLS, seed, only: systems, settings: { ...RELAXED, ...head.shows.settings } });
  const dir = join(dataDir, template.id);
  try {
    const env = Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>;
    await writeWorkspace(dir, template);
    const isCollecting = head.target.system === BUILT_IN_SYSTEM;
    const terminal = memoryTerminal({ cwd: dir, env });
    const code = await main(
      ["template", "use", template.id, "--source", "from", ...(isCollecting ? [] : ["--target", "to"]), "--json"],
      terminal,
    );
    if (code !== 0) return [terminal.outText()];
    const workspace = await loadWorkspace(dir, { env, connectors: CONNECTORS });
    const entry = workspace.flows.get(template.id);
    if (entry === undefined) return ["the flow was not written"];
    const { flow, connections } = checkedFlow(workspace, entry);
    const result = await engine.run(flow, connections);
    if (!isWhole(result)) return [JSON.stringify(result)];
    const vendor = (system: string): Vendor => {
      const found = simulators.find((simulator) => simulator.system === system);
      if (found === undefined) throw new Error(`no simulator ${system}`);
      return found.vendor;
    };
    const target = isCollecting ? await collected(engine, template.id) : vendor(head.target.system);
    return problemsOf(head.shows, vendor(head.source.system), target);
  } finally {
    await Promise.all(simulators.map((simulator) => simulator.stop()));
  }
}

/** What a flow that only collects has stored, as the ledger of a target: one `collected` for each record that is done. */
async function collected({ pool }: Engine, flow: string): Promise<Pick<Vendor, "ledger">> {
  const { rows } = await pool.query<{ key: string }>(
    "select r.key from record r join flow f on f.lane = r.lane and f.num = r.flow where f.id = $1 and r.status = $2 order by r.key",
    [flow, STATUSES.done.number],
  );
  return {
    ledger: () => rows.map(({ key }, i) => ({ sequence: i + 1, at: 0, api: "collect", kind: "collected", key, number: key, body: {} })),
  };
}

/** The vendors' real limits would make it last; the connections below raise their own side. */
const RELAXED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  jushuitan: { callsPerSecond: 0, callsPerMinute: 0 },
  "jushuitan-qimen": { callsPerSecond: 0 },
  "wangdiantong-qimen": { callsPerSecond: 0, directCallsPerMinute: 0 },
  "kingdee-stars": { callsPerMinute: 1_000_000 },
  jackyun: { callsPerSecond: 1_000_000 },
  greatonce: { callsPerSecond: 1_000_000 },
};

/** What they hold was entered two minutes ago: a first run stays a minute behind the source's clock. */
async function startFilled(options: Parameters<typeof startSimulators>[0]): Promise<RunningSimulator[]> {
  let ageMs = 120_000;
  const simulators = await startSimulators({ ...options, now: () => Date.now() - ageMs });
  ageMs = 0;
  return simulators;
}

/** Connections `from` and `to`: those of the example workspace for the two systems, which name the variables that simulators hand out. */
async function writeWorkspace(dir: string, template: Ready): Promise<void> {
  await mkdir(join(dir, "connections"), { recursive: true });
  await writeFile(join(dir, "workspace.yaml"), `name: ${template.id}\n`);
  const ends = { from: template.head.source.system, to: template.head.target.system };
  for (const [id, system] of Object.entries(ends)) {
    if (system === BUILT_IN_SYSTEM) continue;
    const known = EXAMPLE_CONNECTIONS.find((connection) => connection.system === system);
    if (known === undefined) throw new Error(`examples/workspace/connections has no connection of ${system}: add one, as for the others`);
    const connection: Connection = { ...known, id, limits: { callsPerSecond: CALLS_PER_SECOND, callsPerMinute: CALLS_PER_SECOND * 60 } };
    await writeFile(join(dir, "connections", `${id}.json`), JSON.stringify(connection));
  }
}
