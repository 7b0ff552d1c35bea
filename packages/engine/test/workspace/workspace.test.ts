import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import { DatongError } from "@datong/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  checkWorkspaceFlow,
  connectionOf,
  findWorkspace,
  flowToRun,
  loadFlow,
  loadWorkspace,
  parseEnvironment,
  type Workspace,
} from "../../src/workspace/index.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-workspace-"));
  await put("workspace.yaml", "name: 测试\n");
  await put("connections/k.yaml", CONNECTION);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const CONNECTION = `id: k
system: kingdee-galaxy
settings:
  url: \${K_URL}
  acctId: "1"
  username: demo
  password: \${K_PASSWORD}
`;
const FLOW = `id: a
source: { connection: k, api: "executeBillQuery:SAL_RETURNSTOCK" }
mapping:
  - { field: FName, value: "{{FBillNo}}" }
  - { field: FNumber, value: "{{FBillNo}}" }
  - { field: FUseOrgId, value: 100 }
  - { field: FCreateOrgId, value: 100 }
  - { field: FStockStatusType, value: 0 }
  - { field: FStockProperty, value: 1 }
target: { connection: k, api: "batchSave:BD_STOCK" }
dispatch: { enabled: false }
`;
const ENV = { K_URL: "http://127.0.0.1:1/K3Cloud/", K_PASSWORD: "p" };

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
}

function load(env: Record<string, string> = ENV, envFile?: string): Promise<Workspace> {
  return loadWorkspace(dir, { env, connectors: CONNECTORS, ...(envFile === undefined ? {} : { envFile }) });
}

async function connectionIssues(text: string, env: Record<string, string> = ENV) {
  await put("connections/k.yaml", text);
  const entry = (await load(env)).connections.get("k");
  return entry?.kind === "broken" ? entry.issues : [];
}

describe("the folder", () => {
  test("is found from a folder inside it and not from outside", async () => {
    await mkdir(join(dir, "flows/deep"), { recursive: true });
    expect(findWorkspace(join(dir, "flows/deep"))).toBe(dir);
    expect(findWorkspace(dirname(dir))).toBeNull();
  });

  test("without workspace.yaml is refused", async () => {
    await rm(join(dir, "workspace.yaml"));
    await expect(load()).rejects.toMatchObject({ code: "WORKSPACE_MISSING" });
  });

  test("may have an empty marker", async () => {
    await put("workspace.yaml", "# nothing\n");
    expect((await load()).issues).toEqual([]);
  });

  test("gives flows by file and by folder, and a broken one hides no other", async () => {
    await put("flows/a.yaml", FLOW);
    await put("flows/b/flow.yaml", FLOW.replace("id: a", "id: b"));
    await put("flows/c.json", "{");
    await put("flows/d.yaml", FLOW.replace("id: a", "id: x"));
    await put("flows/notes.txt", "not a flow");
    const { flows } = await load();
    expect([...flows.values()].map((entry) => [entry.id, entry.kind])).toEqual([
      ["a", "ready"],
      ["b", "ready"],
      ["c", "broken"],
      ["d", "broken"],
    ]);
    expect(flows.get("d")).toMatchObject({ issues: [{ code: "DOCUMENT_ID_MISMATCH", line: 1 }] });
  });

  test("does not take two files for one id", async () => {
    await put("flows/a.yaml", FLOW);
    await put("flows/a/flow.yaml", FLOW);
    expect((await load()).flows.get("a")).toMatchObject({ kind: "broken", issues: [{ code: "DOCUMENT_TWICE" }] });
  });

  test("may hold its own connectors, but none with a name that is taken", async () => {
    const own = { ...CONNECTORS.find((each) => each.system === "greatonce"), system: "own-oms" };
    await put("connectors/own-oms.json", JSON.stringify(own));
    await put("connectors/taken.json", JSON.stringify({ ...own, system: "jackyun" }));
    const workspace = await load();
    expect(workspace.connectors.map((each) => each.system)).toContain("own-oms");
    expect(workspace.connectors.find((each) => each.system === "own-oms")).toEqual(own);
    expect(workspace.issues).toMatchObject([{ code: "DOCUMENT_TWICE" }]);
  });
});

describe("a flow", () => {
  test("is loaded by id and by the path of its file", async () => {
    await put("flows/a.yaml", FLOW);
    for (const [name, cwd] of [
      ["a", dir],
      ["flows/a.yaml", dir],
      [join(dir, "flows/a.yaml"), "/"],
    ] as const) {
      expect((await loadFlow(name, { cwd, env: ENV, connectors: CONNECTORS })).entry).toMatchObject({ kind: "ready", id: "a" });
    }
  });

  test("that is not there is answered with the nearest", async () => {
    await put("flows/a-flow.yaml", FLOW.replace("id: a", "id: a-flow"));
    const loading = loadFlow("a-folw", { cwd: dir, env: ENV, connectors: CONNECTORS });
    await expect(loading).rejects.toMatchObject({ code: "FLOW_UNKNOWN", details: { suggestion: "a-flow" } });
  });

  test("is checked with the lines of its file, also while variables are missing", async () => {
    await put("flows/a.yaml", FLOW.replace("{{FBillNo}}", "{{FBilNo}}"));
    const workspace = await load({});
    const entry = workspace.flows.get("a");
    expect(entry === undefined ? [] : checkWorkspaceFlow(workspace, entry)).toMatchObject([
      { code: "SOURCE_FIELD_UNKNOWN", path: "/mapping/0/value", line: 4, details: { suggestion: "FBillNo" } },
    ]);
  });

  test("with another flow as its source is told where that one is unknown, itself, another API's, or what has no effect", async () => {
    const from = (source: string): string =>
      FLOW.replace("id: a", "id: b").replace('source: { connection: k, api: "executeBillQuery:SAL_RETURNSTOCK" }', `source: { ${source} }`);
    await put("flows/a.yaml", FLOW);
    const codes = async (source: string): Promise<readonly string[]> => {
      await put("flows/b.yaml", from(source));
      const workspace = await load();
      const entry = workspace.flows.get("b");
      return entry === undefined ? ["none"] : checkWorkspaceFlow(workspace, entry).map((issue) => issue.code);
    };
    const same = 'connection: k, api: "executeBillQuery:SAL_RETURNSTOCK"';
    expect(await codes(`flow: a, ${same}`)).toEqual([]);
    expect(await codes(`flow: aa, ${same}`)).toEqual(["FLOW_UNKNOWN"]);
    expect(await codes(`flow: b, ${same}`)).toEqual(["SOURCE_FLOW_ON_ITSELF"]);
    expect(await codes(`flow: a, ${same}, pageSize: 5`)).toEqual(["SOURCE_FLOW_UNUSED"]);
    expect(await codes('flow: a, connection: k, api: "executeBillQuery:BD_MATERIAL"')).toContain("SOURCE_FLOW_DIFFERS");
  });

  test("with lookups is told of flows and fields that there are not; a former id is as good as the id", async () => {
    await put("flows/goods.yaml", FLOW.replace("id: a", "id: goods\naliases: [255f7565-c782]"));
    const issues = async (value: string): Promise<readonly unknown[]> => {
      await put("flows/a.yaml", FLOW.replace("{{FBillNo}}", value));
      const workspace = await load();
      const entry = workspace.flows.get("a");
      const found = entry === undefined ? [] : checkWorkspaceFlow(workspace, entry);
      return found.map(({ code, path, line, details }) => [code, path, line, details["suggestion"]]);
    };
    const at = ["/mapping/0/value", 4];
    expect(await issues("_findCollection find FBillNo from goods where FBillNo={{FBillNo}}")).toEqual([]);
    expect(await issues("_function IFNULL(_findCollection find id from 255f7565-c782 where FBillNo={{FBillNo}} _endFind, 1)")).toEqual([]);
    expect(await issues("_findCollection find FBillNo from godos where FBillNo={{FBillNo}}")).toEqual([["FLOW_UNKNOWN", ...at, "goods"]]);
    expect(await issues("_findCollection find FBilNo from goods where FBillNo=1")).toEqual([["LOOKUP_FIELD_UNKNOWN", ...at, "FBillNo"]]);
    expect(await issues("_findCollection find FBillNo from goods where FBillNo={{FBilNo}}")).toEqual([
      ["SOURCE_FIELD_UNKNOWN", ...at, "FBillNo"],
    ]);
    expect(await issues("_findCollection find FBillNo where x=1")).toEqual([["LOOKUP_INVALID", ...at, undefined]]);
    await put("flows/a.yaml", FLOW.replace("{{FBillNo}}", "_findCollection find id from 255f7565-c782 where FBillNo={{FBillNo}}"));
    const workspace = await load();
    const entry = workspace.flows.get("a");
    expect(entry?.kind === "ready" && flowToRun(workspace, entry.flow).lookupNames).toEqual({ "255f7565-c782": "goods" });
  });

  test("with an unknown connection or precondition is told", async () => {
    const text = FLOW.replace("source: { connection: k", "source: { connection: kk").replace(
      "enabled: false",
      "enabled: false, precondition: { flow: b }",
    );
    await put("flows/a.yaml", text);
    const workspace = await load();
    const entry = workspace.flows.get("a");
    const found = entry === undefined ? [] : checkWorkspaceFlow(workspace, entry);
    expect(found.map((issue) => issue.code)).toEqual(["CONNECTION_UNKNOWN", "FLOW_UNKNOWN"]);
  });
});

describe("a connection", () => {
  test("gets its values from the environment", async () => {
    expect(connectionOf(await load(), "k").settings).toMatchObject({ url: ENV.K_URL, password: "p" });
  });

  test("takes the given file before the environment, and that before .env", async () => {
    await put(".env", "K_URL=http://dot\nK_PASSWORD=dot\n");
    await put("extra.env", "K_PASSWORD='given # not a comment'\n");
    const workspace = await load({ K_URL: "http://process" }, join(dir, "extra.env"));
    expect(connectionOf(workspace, "k").settings).toMatchObject({ url: "http://process", password: "given # not a comment" });
  });

  test("names a variable that is missing, with file and path", async () => {
    const workspace = await load({ K_URL: ENV.K_URL });
    expect(workspace.connections.get("k")).toMatchObject({
      kind: "broken",
      issues: [{ code: "ENV_MISSING", path: "/settings/password", line: 7, details: { name: "K_PASSWORD" } }],
    });
    expect(() => connectionOf(workspace, "k")).toThrow(DatongError);
  });

  test("may not hold a secret, and the secret is not repeated", async () => {
    for (const secret of ["hunter2", "pre${K_PASSWORD}", "$${K_PASSWORD}"]) {
      const issues = await connectionIssues(CONNECTION.replace("${K_PASSWORD}", () => secret));
      expect(issues).toMatchObject([{ code: "SECRET_IN_FILE", path: "/settings/password" }]);
      expect(JSON.stringify(issues)).not.toContain("hunter2");
    }
  });

  test.each([
    ["an unknown setting", CONNECTION.replace("acctId:", "acctid:"), ["SETTING_UNKNOWN", "SETTING_MISSING"]],
    ["a missing setting", CONNECTION.replace("  username: demo\n", ""), ["SETTING_MISSING"]],
    ["maintenance of every day all day", `${CONNECTION}maintenance: [{ from: "08:00", to: "08:00" }]\n`, ["MAINTENANCE_ENDLESS"]],
    ["a setting that is not on the list", `${CONNECTION}  authMode: magic\n`, ["SETTING_NOT_ALLOWED"]],
    ["a URL of another kind", CONNECTION.replace("${K_URL}", "ftp://x"), ["CONNECTION_URL_INVALID"]],
    ["a URL with an account in it", CONNECTION.replace("${K_URL}", "http://u:p@x/"), ["CONNECTION_URL_INVALID"]],
    ["an unknown connector", CONNECTION.replace("kingdee-galaxy", "kingdee-galxy"), ["CONNECTOR_UNKNOWN"]],
  ])("with %s is refused", async (_, text, codes) => {
    expect((await connectionIssues(text)).map((issue) => issue.code)).toEqual(codes);
  });

  test("with an empty required variable lacks the setting", async () => {
    expect(await connectionIssues(CONNECTION, { ...ENV, K_URL: "" })).toMatchObject([{ code: "SETTING_MISSING" }]);
  });

  test("that nobody wrote is unknown", async () => {
    const workspace = await load();
    expect(() => connectionOf(workspace, "kk")).toThrow(expect.objectContaining({ code: "CONNECTION_UNKNOWN" }));
  });
});

describe("environment files", () => {
  test("take comments, export, quotes and escapes", () => {
    const text = `# c\nexport A=1 # end\nB="a\\n\\"b\\" \\$x"\nC='$x \\n'\nD=\n\nE = a=b\r\n`;
    expect(parseEnvironment(".env", text)).toEqual({ A: "1", B: 'a\n"b" $x', C: "$x \\n", D: "", E: "a=b" });
  });

  test.each(["no equals sign", "1A=x", 'A="open', "A='open"])("refuse the line %s", (line) => {
    expect(() => parseEnvironment(".env", `A=1\n${line}`)).toThrow(expect.objectContaining({ code: "ENV_FILE_UNREADABLE" }));
  });
});
