import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { EXAMPLES } from "../src/open-flow.ts";
import { memoryTerminal } from "./memory-terminal.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-cli-"));
  await cp(EXAMPLES, dir, { recursive: true });
  await rm(join(dir, ".env"), { force: true });
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function run(argv: readonly string[], cwd = dir) {
  const terminal = memoryTerminal({ cwd });
  return { code: await main(argv, terminal), terminal };
}

describe("flows and variables that are not there", () => {
  test("an unknown flow names the flows that there are", async () => {
    const { code, terminal } = await run(["run", "kingdee-retrun", "--json"]);
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      ok: false,
      error: { code: "FLOW_UNKNOWN", zh: expect.stringContaining("kingdee-retrun"), todoZh: expect.stringContaining(FLOW) },
    });
  });

  test("missing variables are all told, with file and line, and without a stack trace", async () => {
    const { code, terminal } = await run(["run", FLOW]);
    expect(code).toBe(1);
    expect(terminal.errText()).toMatch(/✗ connections\/kingdee-galaxy\.yaml:\d+ {2}ENV_MISSING .*KINGDEE_URL/);
    expect(terminal.errText()).toContain("KINGDEE_PASSWORD");
    expect(terminal.errText()).not.toMatch(/^\s+at /m);
    expect(terminal.outText()).toBe("");
    const json = (await run(["run", FLOW, "--json"])).terminal.json() as {
      readonly error: { readonly details: { readonly issues: readonly object[] } };
    };
    expect(json.error.details.issues.length).toBeGreaterThan(3);
  });

  test("check resolves every reference: a missing variable is an error, with them all there the flow is well", async () => {
    const { code, terminal } = await run(["check", `flows/${FLOW}.yaml`]);
    expect(code).toBe(1);
    expect(terminal.outText()).toMatch(/✗ connections\/kingdee-galaxy\.yaml:\d+ {2}ENV_MISSING .*KINGDEE_URL/);
    const text = await readFile(join(dir, "connections", "kingdee-galaxy.yaml"), "utf8");
    const other = await readFile(join(dir, "connections", "jushuitan.yaml"), "utf8");
    const names = [...`${text}${other}`.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? "");
    await writeFile(
      join(dir, "all.env"),
      names.map((name) => `${name}=${name.endsWith("_URL") ? "http://127.0.0.1:9/" : "2052"}`).join("\n"),
    );
    const well = await run(["check", FLOW, "--env", "all.env"]);
    expect(well.terminal.outText()).toBe(`✓ ${FLOW}：没有问题\n`);
    expect(well.code).toBe(0);
  });

  test("an unreadable variable file is named", async () => {
    const { code, terminal } = await run(["run", FLOW, "--env", "nowhere.env", "--json"]);
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({ error: { code: "ENV_FILE_UNREADABLE", zh: expect.stringContaining("nowhere.env") } });
  });

  test("--workspace finds the flow from anywhere; a folder that is none is an error", async () => {
    expect((await run(["check", FLOW, "--workspace", dir, "--env", join(dir, "all.env")], "/")).code).toBe(0);
    const { code, terminal } = await run(["check", FLOW, "--workspace", "/nowhere", "--json"], "/");
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({ error: { code: "WORKSPACE_MISSING" } });
  });
});

describe("a flow that is not in order", () => {
  test("check tells place, line and what was expected; run refuses it before anybody is called", async () => {
    const broken = join(dir, "flows", "broken.yaml");
    const text = await readFile(join(dir, "flows", `${FLOW}.yaml`), "utf8");
    await writeFile(broken, text.replace(`id: ${FLOW}`, "id: broken").replace("batch: 1", "batch: none"));
    const { code, terminal } = await run(["check", "broken"]);
    expect(code).toBe(1);
    expect(terminal.outText()).toMatch(/✗ flows\/broken\.yaml:\d+ {2}DOCUMENT_INVALID .*\/target\/batch/);
    const refused = await run(["run", "broken", "--json"]);
    expect(refused.code).toBe(1);
    expect(refused.terminal.json()).toMatchObject({ ok: false, error: { code: "DOCUMENT_INVALID" } });
  });
});

/**
 * Begun at a port that nobody has, with the next one free too: below those that the system gives to whoever asks for any, and tried again
 * where another program was quicker.
 */
async function simulate(more: readonly string[]) {
  for (let tried = 1; ; tried += 1) {
    const port = String(12_000 + Math.floor(Math.random() * 7_000));
    const terminal = memoryTerminal({ cwd: dir });
    const running = main(["simulate", "--port", port, ...more, "--json"], terminal);
    while (terminal.outText() === "") await new Promise((resolve) => setTimeout(resolve, 20));
    if (tried === 10 || !terminal.outText().includes("PORT_TAKEN")) return { port, terminal, running };
    await running;
  }
}

describe("simulate", () => {
  test("prints one object, writes the variables for the owner alone, and runs until a signal", async () => {
    const { port, terminal, running } = await simulate(["--only", "jushuitan", "kingdee-galaxy", "--env", "sim.env"]);
    const { systems } = terminal.json() as {
      readonly systems: readonly { readonly system: string; readonly baseUrl: string; readonly ledger: string }[];
    };
    expect(systems.map((each) => each.system)).toEqual(["jushuitan", "kingdee-galaxy"]);
    expect(await (await fetch(systems[0]?.ledger ?? "")).json()).toEqual({ entries: [], duplicates: [], count: 0 });
    expect((await stat(join(dir, "sim.env"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, "sim.env"), "utf8")).toContain(`KINGDEE_URL=${systems[1]?.baseUrl}`);
    const second = await run(["simulate", "--port", port, "--json"]);
    expect(second.code).toBe(1);
    expect(second.terminal.json()).toMatchObject({ error: { code: "PORT_TAKEN" } });
    terminal.stop("SIGTERM");
    expect(await running).toBe(143);
  });
});
