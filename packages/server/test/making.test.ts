/** A flow from a template in three requests, a mapping table in use, a value as it is typed, a scheme of Qeasy as a draft. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type ServeOptions, type Server } from "../src/index.ts";
import { ADMIN, asker, connectionOf, openDemo, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;
beforeAll(async () => {
  lab = await openServerLab(4, ["kingdee-galaxy", "jushuitan"], { demo: openDemo });
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `${AT}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
}, 180_000);
afterAll(() => lab.close());

test("a template asks for nothing but two connections, and its bills arrive", async () => {
  const { items } = (await ask("GET", "/api/v1/templates")).body;
  expect(items.length).toBeGreaterThanOrEqual(20);
  // Flows with the same API are offered to be borrowed from.
  expect(items.find((each: { id: string }) => each.id === "kingdee-return-to-jushuitan-inout")).toMatchObject({
    source: { system: "kingdee-galaxy", api: expect.stringContaining("executeBillQuery") },
    target: { system: "jushuitan", api: expect.any(String) },
  });
  const body = { source: "kingdee-galaxy", target: "jushuitan", id: "returns", publish: true };
  const used = await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, body);
  expect(used).toMatchObject({ status: 201, body: { id: "returns", publishedRevision: 1, issues: [] } });
  expect(await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, body)).toMatchObject({ status: 409 });
  const swapped = { source: "jushuitan", target: "kingdee-galaxy", id: "swapped" };
  const refused = await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, swapped);
  expect(refused).toMatchObject({ status: 422, body: { code: "CONNECTION_UNFIT" } });
  const run = (await ask("POST", `${AT}/flows/returns/runs`, {})).body;
  const events = await ask("GET", `${AT}/runs/${run.id}/events`);
  expect(events.text).toContain('"state":"done"');
  expect(lab.vendor("jushuitan").ledger().length).toBeGreaterThan(0);
});

test("a template's tables are made with its flow, and those that are there stay", async () => {
  const at = `${AT}/templates/jushuitan-received-to-kingdee-return/use`;
  const body = { source: "jushuitan", target: "kingdee-galaxy" };
  await ask("PUT", `${AT}/tables/jushuitan-stocks`, { revision: 0, table: { columns: ["a", "b"], rows: [["0", "OWN"]] } });
  const used = await ask("POST", at, { ...body, id: "received" });
  expect(used).toMatchObject({ status: 201, body: { issues: [], tables: ["jushuitan-shops"], tablesKept: ["jushuitan-stocks"] } });
  expect((await ask("GET", `${AT}/flows/received`)).body.text).toMatch(/^id: received\nname: 聚水潭.*→ 金蝶云星空.*$/m);
  expect((await ask("GET", `${AT}/tables/jushuitan-shops`)).body.table.rows).toContainEqual(["10001", "KH10001"]);
  expect((await ask("GET", `${AT}/tables/jushuitan-stocks`)).body.table.rows).toEqual([["0", "OWN"]]);
});

test("a flow is kept as a template of the workspace with its tables, used for other connections, and taken away again", async () => {
  const at = `${AT}/templates/our-received`;
  const body = { revision: 0, flow: "received", name: "我们的到货", description: "先建好店铺对照", tags: ["到货"] };
  expect(await ask("PUT", at, body)).toMatchObject({ status: 200, body: { id: "our-received", revision: 1 } });
  expect(await ask("PUT", at, body)).toMatchObject({ status: 409, body: { code: "REVISION_STALE" } });
  expect(await ask("PUT", `${AT}/templates/kingdee-return-to-jushuitan-inout`, body)).toMatchObject({ body: { code: "NAME_TAKEN" } });
  expect(await ask("PUT", `${AT}/templates/lost`, { ...body, flow: "nowhere" })).toMatchObject({ status: 404 });
  const { items } = (await ask("GET", `${AT}/templates`)).body;
  expect(items).toMatchObject([
    { id: "our-received", name: { zh: "我们的到货" }, source: { system: "jushuitan" }, target: { system: "kingdee-galaxy" }, revision: 1 },
  ]);
  expect(new Set(items[0].tables)).toEqual(new Set(["jushuitan-shops", "jushuitan-stocks"]));
  expect((await ask("GET", at)).body.text).toMatch(/^id: our-received$/m);
  // What becomes of the flow is not the template's.
  const before = (await ask("GET", `${AT}/flows/received`)).body;
  await ask("PUT", `${AT}/flows/received`, { revision: before.revision, text: `${before.text}\n# changed since\n` });
  const used = await ask("POST", `${at}/use`, { source: "jushuitan", target: "kingdee-galaxy", id: "received-2" });
  expect(used).toMatchObject({ status: 201, body: { issues: [], tablesKept: expect.arrayContaining(["jushuitan-stocks"]) } });
  const made = (await ask("GET", `${AT}/flows/received-2`)).body.text as string;
  expect(made).toMatch(/^id: received-2$/m);
  expect(made).not.toContain("changed since");
  // Another workspace has its own.
  await ask("POST", "/api/v1/workspaces", { id: "apart", name: "另一家" });
  expect((await ask("GET", "/api/v1/workspaces/apart/templates")).body.items).toEqual([]);
  expect(await ask("GET", "/api/v1/workspaces/apart/templates/our-received")).toMatchObject({ status: 404 });
  expect((await ask("DELETE", at)).status).toBe(204);
  expect(await ask("POST", `${at}/use`, { source: "jushuitan", target: "kingdee-galaxy", id: "received-3" })).toMatchObject({
    status: 404,
  });
  expect((await ask("DELETE", `${AT}/flows/received-2`)).status).toBe(204);
});

test("a flow with an open decision is kept, and neither published nor run", async () => {
  const { text } = (await ask("GET", `${AT}/flows/returns`)).body;
  const open = `${(text as string).replace(/^id: returns$/m, "id: open")}\nqeasy:\n  decisions:\n    - source.connection\n`;
  const saved = await ask("PUT", `${AT}/flows/open`, { revision: 0, text: open });
  expect(saved.body.issues).toMatchObject([{ code: "FLOW_UNDECIDED", path: "/qeasy/decisions/0" }]);
  expect(await ask("POST", `${AT}/flows/open/publish`, { revision: 1 })).toMatchObject({ status: 422 });
  expect((await ask("POST", `${AT}/flows/open/runs`, {})).status).toBeGreaterThanOrEqual(400);
});

test("a table is kept, told of and used by a flow's mapping; rows that contradict each other are refused", async () => {
  const saved = await ask("PUT", `${AT}/tables/shops`, {
    revision: 0,
    table: {
      columns: ["店铺", "仓库"],
      rows: [
        ["a", "W1"],
        ["a", "W1"],
        ["b", "W2"],
      ],
    },
  });
  expect(saved.body).toEqual({ id: "shops", revision: 1, rows: 2 });
  const refused = await ask("PUT", `${AT}/tables/shops`, {
    revision: 1,
    table: {
      columns: ["店铺", "仓库"],
      rows: [
        ["a", "W1"],
        ["a", "W9"],
      ],
    },
  });
  expect(refused).toMatchObject({ status: 400, body: { details: { path: "body/table/rows/1" } } });
  const { text } = (await ask("GET", `${AT}/flows/returns`)).body;
  const withTable = (table: string) =>
    `${(text as string).replace(/^id: returns$/m, "id: tabled").replace(/^mapping:\n/m, `mapping:\n  - { field: remark, value: a, table: ${table} }\n`)}`;
  const unknown = await ask("PUT", `${AT}/flows/tabled`, { revision: 0, text: withTable("nothing") });
  expect(unknown.body.issues.map((issue: { path: string }) => issue.path)).toContain("/mapping/0/table");
});

test("a table is told with the flows that use it, comes from a spreadsheet and goes out as one, and stays while it is used", async () => {
  const { items } = (await ask("GET", `${AT}/tables`)).body;
  expect(items).toContainEqual(expect.objectContaining({ id: "jushuitan-shops", usedBy: ["received"] }));
  expect(await ask("DELETE", `${AT}/tables/jushuitan-shops`)).toMatchObject({ status: 409, body: { code: "OBJECT_IN_USE" } });
  const content = Buffer.from("店铺,仓库\n01,总仓\n01,别仓\n,没有\n").toString("base64");
  const read = await ask("POST", `${AT}/table-files`, { file: "店铺.csv", content });
  expect(read.body.findings.map(({ row, kind }: { row: number; kind: string }) => [row, kind])).toEqual([
    [3, "conflict"],
    [4, "key-missing"],
  ]);
  const table = { columns: read.body.table.columns, rows: [read.body.table.rows[0]] };
  await ask("PUT", `${AT}/tables/from-file`, { revision: 0, table });
  expect((await ask("GET", `${AT}/tables/from-file/export?format=csv`)).text).toBe("店铺,仓库\r\n01,总仓\r\n");
  expect((await ask("DELETE", `${AT}/tables/from-file`)).status).toBe(204);
});

test("a value is what a run would make of it, exactly; what is wrong is told with its position", async () => {
  const evaluate = async (body: string) => ask("POST", `${AT}/eval`, body);
  const exact = await evaluate('{"value":"_function {{qty}} * {{price}}","record":{"qty":9007199254740993,"price":1.10}}');
  expect(exact.text).toContain('"value":9907919180215092.3');
  const found = await evaluate(
    JSON.stringify({
      value: "_findCollection find FNumber from 255f7565-c782-3985-9020-59aa6a647e61 where FName={{shop}}",
      record: { shop: "旗舰 店" },
      collections: { "255f7565-c782-3985-9020-59aa6a647e61": [{ FName: "旗舰 店", FNumber: "S01" }] },
    }),
  );
  expect(found.body.value).toBe("S01");
  const wrong = await evaluate('{"value":"_function 1 +","record":{}}');
  expect(wrong.body.error).toMatchObject({ code: "EXPRESSION_INVALID" });
});

test("the canvas tells what binds flows, and keeps what each person moves and notes beside what others do", async () => {
  const { text, revision } = (await ask("GET", `${AT}/flows/tabled`)).body;
  const bound = (text as string).replace(/^dispatch:\n/m, "dispatch:\n  after: returns\n  precondition: { flow: returns }\n");
  await ask("PUT", `${AT}/flows/tabled`, { revision, text: bound });
  expect((await ask("GET", `${AT}/canvas`)).body).toEqual({
    places: {},
    notes: {},
    relations: ["after", "precondition"].map((kind) => ({ kind, from: "returns", to: "tabled" })),
  });
  const changes = [
    { places: { "f:returns": { x: 10, y: 20.5 }, "c:jushuitan": { x: -5, y: 0 } } },
    { places: { "f:tabled": { x: 1, y: 1 } }, notes: { "n:a": { x: 3, y: 4, text: "周一上线 {null}" } } },
    { places: { "f:returns": null } },
  ];
  const answers = await Promise.all(changes.slice(0, 2).map((change) => ask("PATCH", `${AT}/canvas`, change)));
  answers.push(await ask("PATCH", `${AT}/canvas`, changes[2]));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect((await ask("GET", `${AT}/canvas`)).body).toMatchObject({
    places: { "c:jushuitan": { x: -5, y: 0 }, "f:tabled": { x: 1, y: 1 } },
    notes: { "n:a": { x: 3, y: 4, text: "周一上线 {null}" } },
  });
  await ask("POST", "/api/v1/workspaces", { id: "other", name: "别处" });
  expect((await ask("GET", "/api/v1/workspaces/other/canvas")).body).toEqual({ places: {}, notes: {}, relations: [] });
  for (const bad of [
    { places: { nowhere: { x: 1, y: 1 } } },
    { places: { "f:a": { x: "1", y: 1 } } },
    { places: { "f:a": { x: 1e9, y: 1 } } },
  ])
    expect(await ask("PATCH", `${AT}/canvas`, bad)).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
});

test("a source is sampled before there is a target, and a draft is tried over the sample without being saved", async () => {
  const { text } = (await ask("GET", `${AT}/flows/returns`)).body as { text: string };
  const source = (await ask("GET", `${AT}/flows/returns`)).body.document.source;
  const sample = await ask("POST", `${AT}/sample`, { source, limit: 2 });
  expect(sample.body.records).toHaveLength(2);
  const refused = await ask("POST", `${AT}/sample`, { source: { ...source, api: "nothing" } });
  expect(refused).toMatchObject({ status: 422, body: { code: "FLOW_NOT_IN_ORDER" } });
  const rows = sample.body.rowsText as string;
  const whole = await ask("POST", `${AT}/try`, { text, rows });
  expect(whole.body).toMatchObject({ issues: [], flaws: [], stopped: null });
  expect(whole.body.steps.map((step: { kind: string }) => step.kind)).toEqual(["source", "group"]);
  const [bill] = whole.body.documents;
  expect(bill.issues).toEqual([]);
  // A line of the bill knows the rows of the source that it was made of.
  expect(whole.body.steps[1].bills[0].lineSources.items[0]).toEqual([{ source: 0, rowIndex: 0 }]);
  // What is typed stands in for the draft's value; a broken one is a flaw of that field, and the others go on.
  const at = whole.body.documents[0].fields.findIndex((field: { fieldPath: string }) => field.fieldPath === "warehouse");
  expect(at).toBeGreaterThanOrEqual(0);
  const mapping = (await ask("GET", `${AT}/flows/returns`)).body.document.mapping as { field: string }[];
  const place = `/mapping/${mapping.findIndex(({ field }) => field === "warehouse")}`;
  const typed = await ask("POST", `${AT}/try`, { text, rows, values: { [place]: "{{FBillNo" } });
  expect(typed.body.flaws).toMatchObject([{ path: place, code: "TEMPLATE_INVALID" }]);
  expect(typed.body.documents[0].fields.length).toBeGreaterThan(3);
  const other = await ask("POST", `${AT}/try`, { text, rows, values: { [place]: "{{FBillNo}}" } });
  const traced = other.body.documents[0].fields.find((field: { fieldPath: string }) => field.fieldPath === "warehouse");
  expect(traced.references).toMatchObject([{ path: "FBillNo", value: sample.body.records[0].number }]);
  const { document } = (await ask("GET", `${AT}/flows/returns`)).body;
  const asJson = (await ask("POST", `${AT}/try`, { text: JSON.stringify(document), rows })).body;
  expect(asJson.documents).toEqual(whole.body.documents);
  // Without a target nothing is tried, and the answer says why: not chosen, not there, or there and not complete.
  const half = await ask("PUT", `${AT}/connections/half`, {
    revision: 0,
    document: { id: "half", system: "jushuitan", settings: { url: "https://jst.example.com" } },
  });
  expect(half).toMatchObject({ status: 200 });
  for (const [target, stopped] of [
    [
      { connection: "", api: "" },
      { code: "DOCUMENT_INVALID", path: expect.stringMatching(/^\/target/) },
    ],
    [{ connection: "nobody" }, { code: "CONNECTION_UNKNOWN", path: "/target/connection" }],
    [{ connection: "half" }, { code: "SETTING_MISSING", zh: expect.stringContaining("App Key") }],
  ] as const) {
    const partly = JSON.stringify({ ...document, target: { ...document.target, ...target } });
    expect((await ask("POST", `${AT}/try`, { text: partly, rows })).body).toMatchObject({ documents: [], stopped });
  }
  // A text that is no flow yet has problems and nothing else; rows that are none are refused.
  expect((await ask("POST", `${AT}/try`, { text: "id: x\n", rows })).body).toMatchObject({ documents: [], steps: [] });
  expect(await ask("POST", `${AT}/try`, { text, rows: "[1]" })).toMatchObject({ status: 400, body: { details: { path: "body/rows/0" } } });
  const words = (await ask("GET", "/api/v1/language")).body;
  for (const kind of ["globals", "filters", "functions", "parsers"]) expect(words[kind].length).toBeGreaterThan(3);
});

test("a scheme of Qeasy is told with its decisions, made a disabled draft once they are answered, and not asked again", async () => {
  const file = "020-seed-k3-salesreturn-to-jst-otherinout.json";
  const text = await readFile(new URL(`../../qeasy/test/corpus/${file}`, import.meta.url), "utf8");
  const bring = async (more: object = {}) => (await ask("POST", `${AT}/flow-imports/qeasy`, { files: [{ file, text }], ...more })).body;
  const [told] = (await bring()).flows;
  expect(told).toMatchObject({ status: "needs-decision", revision: null, lacks: [] });
  expect((await ask("GET", `${AT}/flows/${told.id}`)).status).toBe(404);
  const answers = {
    [told.id]: Object.fromEntries(told.decisions.map((each: { key: string; proposal: unknown }) => [each.key, each.proposal])),
  };
  const [made] = (await bring({ answers, keep: true })).flows;
  expect(made).toMatchObject({ id: told.id, status: "ok", decisions: [], revision: 1 });
  const view = (await ask("GET", `${AT}/flows/${told.id}`)).body;
  expect(view).toMatchObject({ isEnabled: false, publishedRevision: null, document: { dispatch: { enabled: false } } });
  // The same scheme again: the answers are in the flow, and the draft gets a new revision in place of a second flow.
  const [again] = (await bring({ keep: true })).flows;
  expect(again).toMatchObject({ id: told.id, status: "ok", decisions: [], revision: 2 });
  // One answer changed is asked about no more than the others.
  const [changed] = (await bring({ answers: { [told.id]: { "mapping.receiver_name": "{{FBillNo}}" } } })).flows;
  expect(changed).toMatchObject({ status: "ok", revision: null });
  expect(changed.text).toContain("{{FBillNo}}");
  // What is nothing of Qeasy's is refused with the reason, and nothing is made.
  const other = await ask("POST", `${AT}/flow-imports/qeasy`, { files: [{ file: "a.txt", text: "你好" }], keep: true });
  expect(other.body).toMatchObject({ flows: [], refused: [{ file: "a.txt" }] });
  expect(await ask("POST", `${AT}/flow-imports/qeasy`, { files: [{ file: "a.txt" }] })).toMatchObject({ status: 400 });
});

test("what the first run of a draft will read is told before it is enabled", async () => {
  const told = await ask("POST", `${AT}/flows/returns/first-run`);
  expect(told.body).toMatchObject({ reads: "span", fromMs: expect.any(Number), toMs: expect.any(Number) });
  expect(told.body.fromMs).toBeLessThan(told.body.toMs);
  expect((await ask("POST", `${AT}/flows/nothing/first-run`)).status).toBe(404);
});

test("the overview tells what was read, how runs ended, what is next and how much of each account's limits is used; each workspace its own", async () => {
  await ask("POST", `${AT}/flows/returns/enable`);
  const { body } = await ask("GET", `${AT}/overview`);
  const counted = (await ask("GET", `${AT}/counts`)).body.items.find(({ flow }: { flow: string }) => flow === "returns");
  const read = (body.hours as { records: number }[]).reduce((sum, { records }) => sum + records, 0);
  expect(read).toBe(counted.records);
  expect(read).toBeGreaterThan(0);
  // What was run by hand counts as what workers write does.
  const settled = (body.minutes as { documents: number }[]).reduce((sum, { documents }) => sum + documents, 0);
  expect(settled).toBe(counted.documents);
  const returns = body.flows.find(({ flow }: { flow: string }) => flow === "returns");
  expect(returns.lastRun).toMatchObject({ state: "done", code: null });
  expect(returns.nextAt).toBeGreaterThan(body.at);
  expect(returns.nextAt - body.at).toBeLessThanOrEqual(3_600_000);
  expect(body.flows.find(({ flow }: { flow: string }) => flow === "tabled")).toMatchObject({ lastRun: null, nextAt: null });
  expect(body.causes).toEqual([]);
  expect(body.budgets).toContainEqual(expect.objectContaining({ connection: "jushuitan", limit: expect.any(Number) }));
  expect(await ask("GET", "/api/v1/workspaces/other/overview")).toMatchObject({
    status: 200,
    body: { hours: [], minutes: [], causes: [], flows: [], budgets: [] },
  });
});

test("a collection takes the rows of a spreadsheet, and gives them back by page, by a word, and to whom looks it up", async () => {
  const text = [
    "id: customers",
    "source: { connection: datong, api: receive, id: [code], number: code, learn: true }",
    "mapping: []",
    "target: { connection: datong, api: collect }",
    "dispatch: { enabled: false }",
  ].join("\n");
  await ask("PUT", `${AT}/flows/customers`, { revision: 0, text });
  await ask("POST", `${AT}/flows/customers/publish`, { revision: 1 });
  const file = { file: "客户.csv", content: Buffer.from("code,name\n001,甲店\n002,乙店\n,没有编码\n").toString("base64") };
  const taken = await ask("POST", `${AT}/flows/customers/rows`, file);
  expect(taken).toMatchObject({ status: 202, body: { stored: 2, refused: 1, problems: [{ row: 4, code: "SOURCE_KEY_MISSING" }] } });
  expect(await ask("POST", `${AT}/flows/returns/rows`, file)).toMatchObject({ status: 422, body: { code: "FLOW_NOT_PASSIVE" } });
  const run = (await ask("POST", `${AT}/flows/customers/runs`, {})).body;
  await ask("GET", `${AT}/runs/${run.id}/events`);
  const first = (await ask("GET", `${AT}/flows/customers/rows?limit=1`)).body;
  expect([first.items, first.next]).toEqual([
    [{ key: "001", number: "001", status: "done", rows: [{ code: "001", name: "甲店" }] }],
    "001",
  ]);
  const found = (await ask("GET", `${AT}/flows/customers/rows?find=${encodeURIComponent("乙")}`)).body;
  expect([found.items.map(({ key }: { key: string }) => key), found.next, found.looked]).toEqual([["002"], null, 2]);
  // The name of a column is no content.
  expect((await ask("GET", `${AT}/flows/customers/rows?find=name`)).body.items).toEqual([]);
  expect((await ask("GET", `${AT}/flows/customers/rows/export`)).status).toBe(200);
  const { text: returns } = (await ask("GET", `${AT}/flows/returns`)).body;
  const lookup = "_findCollection find name from customers where code={{FBillNo}}";
  const looking = (returns as string)
    .replace(/^id: returns$/m, "id: looking")
    .replace(/^mapping:\n/m, `mapping:\n  - { field: remark, value: "${lookup}" }\n`);
  await ask("PUT", `${AT}/flows/looking`, { revision: 0, text: looking });
  const { items } = (await ask("GET", `${AT}/collections`)).body;
  expect(items).toContainEqual({
    flow: "customers",
    name: null,
    records: 2,
    isStore: true,
    takesRows: true,
    readers: [{ flow: "looking", how: "lookup", fields: ["name", "code"] }],
  });
});

test("a workspace is filled with the demo, which is marked, moves bills, and is not filled in twice", async () => {
  await ask("POST", "/api/v1/workspaces", { id: "trying", name: "试用" });
  const at = "/api/v1/workspaces/trying";
  expect((await ask("GET", `${at}/demo`)).body).toEqual({ isOffered: true, connections: [], flows: [] });
  const filled = await ask("POST", `${at}/demo`);
  expect(filled).toMatchObject({ status: 201 });
  expect([filled.body.connections.length, filled.body.flows.length]).toEqual([7, 5]);
  const { items } = (await ask("GET", `${at}/connections`)).body;
  expect(items.every((each: { name: string; environment: string }) => /演示/.test(each.name) && each.environment === "development")).toBe(
    true,
  );
  const done = async (): Promise<number> =>
    ((await ask("GET", `${at}/counts`)).body.items as { status: string; records: number }[])
      .filter(({ status }) => status === "done")
      .reduce((sum, { records }) => sum + records, 0);
  await expect.poll(done, { timeout: 60_000, interval: 300 }).toBeGreaterThan(0);
  expect((await ask("POST", `${at}/demo`)).body).toEqual(filled.body);
  expect((await ask("GET", `${at}/flows`)).body.items).toHaveLength(5);
  // Whoever reads English is told the names in English.
  await ask("POST", "/api/v1/workspaces", { id: "trying-in-english", name: "Try" });
  const there = "/api/v1/workspaces/trying-in-english";
  expect((await ask("POST", `${there}/demo?language=en`)).status).toBe(201);
  for (const kind of ["connections", "flows"]) {
    const { items: named } = (await ask("GET", `${there}/${kind}`)).body as { items: { name: string }[] };
    expect(named.length).toBeGreaterThan(4);
    for (const { name } of named) expect(name).toMatch(/^[^\p{Script=Han}]+ \(demo\)$/u);
  }
}, 180_000);

test("a process that starts beside it leaves the demo's systems to the one that has them; one that writes nothing offers none", async () => {
  const at = "/api/v1/workspaces/trying";
  const addresses = async (): Promise<readonly unknown[]> => {
    const { items } = (await ask("GET", `${at}/connections`)).body as { items: { id: string }[] };
    return Promise.all(items.map(async ({ id }) => (await ask("GET", `${at}/connections/${id}`)).body.document.settings.url));
  };
  const before = await addresses();
  expect(before.length).toBe(7);
  let opened = 0;
  const beside = (roles: ServeOptions["roles"]): Promise<Server> =>
    serve({
      host: "127.0.0.1",
      port: 0,
      dataDir: join(lab.dir, "data"),
      roles,
      log: () => undefined,
      demo: () => {
        opened++;
        return openDemo();
      },
    });
  for (const [roles, isOffered] of [
    [["api", "worker"], true],
    [["api"], false],
  ] as const) {
    const second = await beside(roles);
    try {
      const { headers } = await asker(second.url)({})("POST", "/api/v1/login", ADMIN);
      const askThere = asker(second.url)({ cookie: (headers.get("set-cookie") ?? "").split(";")[0] ?? "" });
      expect((await askThere("GET", `${at}/demo`)).body.isOffered).toBe(isOffered);
    } finally {
      await second.close();
    }
  }
  expect(opened).toBe(0);
  expect(await addresses()).toEqual(before);
}, 180_000);
