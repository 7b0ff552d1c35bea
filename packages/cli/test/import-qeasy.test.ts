/** `datong import qeasy` and `datong export qeasy` from outside: files in, a workspace that checks, the report, the way back. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXAMPLES } from "../src/open-flow.ts";
import { main } from "../src/main.ts";
import { memoryTerminal, type MemoryTerminal } from "./memory-terminal.ts";

const CORPUS = join(import.meta.dirname, "../../qeasy/test/corpus");
const ANSWERS = join(import.meta.dirname, "../../qeasy/test/answers");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-qeasy-"));
});
afterEach(() => rm(dir, { recursive: true }));

interface Flows {
  readonly flows: readonly {
    readonly file: string;
    readonly id: string | null;
    readonly status: string;
    readonly taken: number;
    readonly changed: readonly object[];
    readonly decisions: readonly {
      readonly key: string;
      readonly line: number;
      readonly path: string;
      readonly zh: string;
      readonly en: string;
    }[];
    readonly unknown: readonly object[];
  }[];
}

async function datong(...argv: readonly string[]): Promise<{ readonly code: number; readonly terminal: MemoryTerminal }> {
  const terminal = memoryTerminal({ cwd: dir });
  return { code: await main(argv, terminal), terminal };
}

async function corpusFile(seed: string): Promise<string> {
  const name = (await readdir(CORPUS)).find((each) => each.startsWith(seed));
  return join(CORPUS, name ?? "");
}

test("--json prints the flows and nothing else; the draft loads, and check tells what is open", async () => {
  const { code, terminal } = await datong("import", "qeasy", await corpusFile("005"), "--out", "out", "--json");
  expect(code).toBe(0);
  const [flow, ...more] = (terminal.json() as Flows).flows;
  expect(Object.keys(terminal.json() as Flows)).toEqual(["flows"]);
  expect(more).toEqual([]);
  expect(Object.keys(flow ?? {})).toEqual(["file", "id", "status", "taken", "changed", "decisions", "unknown"]);
  expect(flow?.status).toBe("needs-decision");
  expect(flow?.decisions.map(({ key }) => key)).toContain("source.api");
  expect(await readdir(join(dir, "out"))).toEqual(
    [
      "connections",
      "connectors",
      `${flow?.id ?? ""}.yaml`,
      "migration-report.en.md",
      "migration-report.zh.md",
      "workspace.yaml",
    ].toSorted(),
  );
  const checked = await datong("check", flow?.file ?? "", "--json");
  const { issues } = checked.terminal.json() as { readonly issues: readonly { readonly code: string }[] };
  expect(new Set(issues.map((issue) => issue.code))).toEqual(new Set(["FLOW_UNDECIDED", "PARAMETER_MISSING", "TARGET_FIELD_UNMAPPED"]));
});

test("a flow that is in order but for an open decision does not run, by hand or by a worker", async () => {
  await mkdir(join(dir, "flows"));
  await writeFile(join(dir, "workspace.yaml"), "name: own\n");
  const sides = "source: { connection: datong, api: receive, id: [code] }\nmapping: []\ntarget: { connection: datong, api: collect }\n";
  const flow = `id: open\n${sides}dispatch: { enabled: true }\nqeasy:\n  decisions: [source.api]\n`;
  await writeFile(join(dir, "flows", "open.yaml"), flow);
  for (const argv of [
    ["run", "open"],
    ["worker", "--once"],
  ]) {
    const refused = await datong(...argv, "--json");
    expect(refused.code).toBe(1);
    expect(refused.terminal.json()).toMatchObject({ ok: false, error: { code: "FLOW_UNDECIDED" } });
  }
  await writeFile(join(dir, "flows", "open.yaml"), flow.replace(/qeasy[^]*/, ""));
  expect((await datong("check", "open", "--json")).terminal.json()).toMatchObject({ ok: true });
});

test("in a workspace, with the answers: a flow among the others, ready to run, with the workspace's connections", async () => {
  await cp(EXAMPLES, dir, { recursive: true });
  const answers = join(ANSWERS, "021.yaml");
  const { code, terminal } = await datong("import", "qeasy", await corpusFile("021"), "--answers", answers, "--json");
  expect(code).toBe(0);
  const [flow] = (terminal.json() as Flows).flows;
  expect(flow).toMatchObject({ status: "ok", decisions: [], file: join(dir, "flows", `${flow?.id ?? ""}.yaml`) });
  const checked = await datong("check", flow?.id ?? "", "--json");
  expect(checked.terminal.json()).toMatchObject({ issues: [] });
  const back = await datong("export", "qeasy", flow?.id ?? "", "--out", "back");
  expect(back.code).toBe(0);
  // The scheme's name stands in neither document.
  expect(await readdir(join(dir, "back"))).toEqual(["scheme", "source", "target"].map((part) => `${flow?.id ?? ""}.${part}.json`));
  // A workbook that is none is refused, and the others go on.
  await writeFile(join(dir, "broken.xlsx"), "PK\u0003\u0004 no archive");
  const sides = ["source", "target"].map((part) => join(dir, "back", `${flow?.id ?? ""}.${part}.json`));
  const again = await datong("import", "qeasy", "broken.xlsx", ...sides, "--answers", answers, "--out", "again", "--json");
  expect(again.code).toBe(1);
  const imported = (again.terminal.json() as Flows).flows;
  expect(imported.map(({ status }) => status).toSorted()).toEqual(["ok", "refused"]);
  const [first, second] = await Promise.all(
    [flow, imported.find(({ status }) => status === "ok")].map((each) => readFile(each?.file ?? "", "utf8")),
  );
  const nameIn = (text = ""): string | undefined => /^name: (.+)$/m.exec(text)?.[1];
  expect(nameIn(first)).toBeDefined();
  expect(nameIn(second)).toBe(nameIn(first));
});

test("the answers file is made where there is none, and a second import keeps what was edited", async () => {
  const file = await corpusFile("022");
  const first = await datong("import", "qeasy", file, "--answers", "answers.yaml", "--out", "out");
  expect(first.code).toBe(0);
  expect(await readFile(join(dir, "answers.yaml"), "utf8")).toMatch(/^# source\.params\.FilterString: null$/m);
  const [name] = (await readdir(join(dir, "out"))).filter((each) => each.includes("-to-"));
  const path = join(dir, "out", name ?? "");
  await writeFile(path, `${await readFile(path, "utf8")}# 改过\n`);
  await writeFile(join(dir, "answers.yaml"), await readFile(join(ANSWERS, "022.yaml"), "utf8"));
  const second = await datong("import", "qeasy", file, "--answers", "answers.yaml", "--out", "out", "--json");
  expect((second.terminal.json() as Flows).flows[0]).toMatchObject({ status: "ok" });
  expect(await readFile(`${path}.before`, "utf8")).toMatch(/# 改过\n$/);
});

test("another scheme of the same name gets a file of its own", async () => {
  const scheme = (note: string): string =>
    JSON.stringify([
      { api: "/v1/a", effect: "QUERY", id: "id", request: [{ field: "note", value: note }] },
      { api: "写入空操作", effect: "EXECUTE" },
    ]);
  for (const note of ["x", "y", "x", "y"]) {
    await writeFile(join(dir, "a.json"), scheme(note));
    expect((await datong("import", "qeasy", "a.json", "--source-connection", "crm", "--out", "out")).code).toBe(0);
  }
  const names = (await readdir(join(dir, "out"))).filter((each) => each.endsWith(".yaml") && each.includes("-to-"));
  expect(names).toHaveLength(2);
});

test("credentials go to a file for oneself, not into the flow; APIs are added to a private connector that is there", async () => {
  const side = (api: string): object => ({
    api,
    effect: "QUERY",
    id: "id",
    request: [
      { field: "app_secret", value: "t0p-s3cret" },
      { field: "page", value: "1" },
    ],
  });
  for (const [i, api] of ["/v1/a", "/v1/b"].entries()) {
    await writeFile(join(dir, `${i}.json`), JSON.stringify([side(api), { api: "写入空操作", effect: "EXECUTE" }]));
    const { code } = await datong("import", "qeasy", `${i}.json`, "--source-connection", "crm", "--out", "out");
    expect(code).toBe(0);
  }
  const files = (await readdir(join(dir, "out"), { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  for (const each of files) {
    const text = await readFile(join(each.parentPath, each.name), "utf8");
    expect([each.name, text.includes("t0p-s3cret")]).toEqual([each.name, each.name === "qeasy-credentials.env"]);
  }
  expect((await stat(join(dir, "out/qeasy-credentials.env"))).mode & 0o077).toBe(0);
  const connector = await readFile(join(dir, "out/connectors/crm.yaml"), "utf8");
  expect(connector.match(/^ {2}- code: .*$/gm)).toEqual(["  - code: /v1/a", "  - code: /v1/b"]);
});

test("what is not Qeasy's is refused, with exit code 1, and the rest is imported", async () => {
  await mkdir(join(dir, "in"));
  await writeFile(join(dir, "in/package.json"), '{"name":"x","version":"1.0.0"}');
  const { code, terminal } = await datong("import", "qeasy", "in/package.json", await corpusFile("059"), "--out", "out", "--json");
  expect(code).toBe(1);
  expect((terminal.json() as Flows).flows.map(({ status }) => status)).toEqual(["needs-decision", "refused"]);
});

test("a file that is not there, a wrong --map, an unknown option", async () => {
  expect((await datong("import", "qeasy", "nothing.json")).code).toBe(1);
  expect((await datong("import", "qeasy", await corpusFile("059"), "--map", "x")).code).toBe(2);
  expect((await datong("import", "qeasy")).code).toBe(2);
});
