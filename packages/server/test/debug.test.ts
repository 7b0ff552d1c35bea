/** What an implementer tries before it counts: the behaviour diff of a draft, the debugger with its held write. One server for all of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSpreadsheet } from "@datong/engine";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
const FLOW = `${AT}/flows/returns`;
let lab: ServerLab;
let ask: Ask;
let published = "";

beforeAll(async () => {
  lab = await openServerLab(6, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `${AT}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  const body = { source: "kingdee-galaxy", target: "jushuitan", id: "returns", publish: true };
  await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, body);
  published = (await ask("GET", FLOW)).body.text as string;
}, 180_000);
afterAll(() => lab.close());

async function save(change: (text: string) => string): Promise<number> {
  const { revision } = (await ask("GET", FLOW)).body as { revision: number };
  const saved = await ask("PUT", FLOW, { revision, text: change(published) });
  expect(saved).toMatchObject({ status: 200, body: { issues: [] } });
  return saved.body.revision as number;
}

async function run(): Promise<void> {
  const { id } = (await ask("POST", `${FLOW}/runs`, {})).body;
  const { text } = await ask("GET", `${AT}/runs/${id}/events`);
  expect(text).toContain('"state":"done"');
}

test("a behaviour diff tells which fields of real bills would be sent differently, and writes nothing", async () => {
  expect((await ask("POST", `${FLOW}/compare`, {})).body).toMatchObject({ compared: 0 });
  await run();
  const ledger = lab.vendor("jushuitan").ledger().length;
  expect((await ask("POST", `${FLOW}/compare`, {})).body).toMatchObject({ different: 0, fields: [] });
  await save((text) => text.replace(/(field: warehouse\n\s+value:) "1"/, '$1 "2"'));
  const { compared, different, fields, fates } = (await ask("POST", `${FLOW}/compare`, {})).body;
  expect(compared).toBeGreaterThan(3);
  expect({ different, fates }).toEqual({ different: compared, fates: [] });
  expect(fields).toMatchObject([
    { field: "warehouse", bills: compared, samples: [{ path: "warehouse", before: '"1"', after: '"2"' }, {}, {}] },
  ]);
  // A mapping that would fail, and another key: what was written stays under the old one.
  await save((text) => text.replace(/(field: external_id\n\s+value:) .*/, '$1 "NEW{{FBillNo}}"').replace("CK001: 0", "CK009: 0"));
  const worse = (await ask("POST", `${FLOW}/compare`, { limit: 3 })).body;
  expect(worse.compared).toBe(3);
  expect(worse.keysChanged + worse.fates.reduce((sum: number, { bills }: { bills: number }) => sum + bills, 0)).toBeGreaterThanOrEqual(3);
  const former = (await ask("POST", `${FLOW}/compare`, { revision: 1 })).body;
  expect(former).toMatchObject({ different: 0 });
  expect(await ask("POST", `${FLOW}/compare`, { revision: 99 })).toMatchObject({ status: 404 });
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(ledger);
  await save((text) => text);
});

interface Debugged {
  readonly id: string;
  readonly at: string;
  readonly records: readonly { readonly key: string; readonly number: string }[];
  readonly documents:
    | readonly {
        readonly body: string;
        readonly request: string | null;
        readonly problem: unknown;
        readonly trace: readonly { readonly path: string }[];
      }[]
    | null;
}

async function debug(body: object): Promise<Debugged> {
  const started = await ask("POST", `${FLOW}/debug-sessions`, body);
  expect(started.status).toBe(201);
  return started.body as Debugged;
}

const session = (id: string): string => `${AT}/debug-sessions/${id}`;

test("the debugger stops at breakpoints, runs on from edited data, and shows every message without its secrets", async () => {
  const at = await debug({ stopAt: ["bills"] });
  expect(at).toMatchObject({ at: "bills", isDraft: true, isTrial: false, documents: null, problem: null });
  expect(at.records.length).toBeGreaterThan(3);
  const shown = await ask("GET", session(at.id));
  const { exchanges } = shown.body.read;
  expect(exchanges.at(-1)).toMatchObject({ status: 200 });
  expect(exchanges.at(-1).request).toMatch(/^POST http/);
  for (const name of ["KINGDEE_PASSWORD", "JUSHUITAN_APP_SECRET"]) expect(shown.text).not.toContain(lab.environment[name]);
  // Another bill of the page, up to the request.
  const { key } = at.records[1] as { key: string };
  const mapped = (await ask("POST", `${session(at.id)}/go`, { from: "rows", record: key })).body;
  expect(mapped).toMatchObject({ at: "request", record: { key, isEdited: false } });
  expect(mapped.documents[0].trace.map((each: { path: string }) => each.path)).toContain("warehouse");
  expect(mapped.documents[0].request).toMatch(/^POST http/);
  // A bill edited, run again from there; what is no JSON is told.
  const bill = mapped.bills.items[0];
  const edited = await ask("POST", `${session(at.id)}/go`, {
    from: "bills",
    part: bill.part,
    text: bill.text.replace(/"FStockId_FNumber":"[^"]*"/, '"FStockId_FNumber":"CK404"'),
  });
  expect(edited.body).toMatchObject({ at: "map", bills: { items: [{ isEdited: true }] }, documents: [{ body: null, problem: {} }] });
  expect(await ask("POST", `${session(at.id)}/go`, { from: "bills", part: bill.part, text: "{no" })).toMatchObject({
    status: 400,
    body: { code: "DEBUG_DATA_INVALID" },
  });
  expect(await ask("POST", `${session(at.id)}/write`, { confirm: "jushuitan" })).toMatchObject({
    status: 422,
    body: { code: "DEBUG_NOTHING_TO_WRITE" },
  });
  expect(await ask("DELETE", session(at.id))).toMatchObject({ status: 204 });
  expect(await ask("GET", session(at.id))).toMatchObject({ status: 404, body: { code: "DEBUG_SESSION_GONE" } });
});

test("a write is held until the connection is named; then it is in the ledger like any other, and never twice", async () => {
  const before = lab.vendor("jushuitan").ledger().length;
  // Bills of another key, which the ledger does not have as written: a copy of the flow.
  const { text } = (await ask("GET", FLOW)).body;
  const copy = (text as string).replace(/^id: returns$/m, "id: tried").replace(/(field: external_id\n\s+value:) .*/, '$1 "T{{FBillNo}}"');
  await ask("PUT", `${AT}/flows/tried`, { revision: 0, text: copy });
  const flow = `${AT}/flows/tried`;
  const { id, records, documents } = (await ask("POST", `${flow}/debug-sessions`, {})).body as Debugged;
  expect(documents?.[0]?.request).toContain("TXSTH");
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before);
  expect(await ask("POST", `${session(id)}/write`, { confirm: "kingdee-galaxy" })).toMatchObject({
    status: 422,
    body: { code: "DEBUG_WRITE_UNCONFIRMED" },
  });
  // The mapped body edited: what is sent is what was edited, and the ledger says who did it.
  const body = (documents?.[0]?.body ?? "").replace(/"warehouse":"1"/, '"warehouse":"1","remark":"by the debugger"');
  await ask("POST", `${session(id)}/go`, { from: "map", part: "", text: body });
  const written = (await ask("POST", `${session(id)}/write`, { confirm: "jushuitan" })).body;
  expect(written.written).toMatchObject({
    status: "done",
    documents: [{ status: "done" }],
    interventions: [{ action: "debug-write", person: "person:admin" }],
  });
  expect(decodeURIComponent(written.written.documents[0].exchanges.at(-1).request as string)).toContain("by the debugger");
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before + 1);
  const story = await ask("GET", `${flow}/records/story?key=${records[0]?.key}`);
  expect(story.body).toMatchObject({ status: "done" });
  expect(await ask("POST", `${session(id)}/write`, { confirm: "jushuitan" })).toMatchObject({
    status: 409,
    body: { code: "DEBUG_WRITE_KNOWN" },
  });
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before + 1);
});

test("written to another connection the bill is tried apart: the flow's own list does not have it", async () => {
  await ask("PUT", `${AT}/connections/jushuitan-sim`, {
    revision: 0,
    document: { ...(await connectionOf(lab, "jushuitan")), id: "jushuitan-sim" },
  });
  const flow = `${AT}/flows/tried`;
  const started = (await ask("POST", `${flow}/debug-sessions`, { target: "jushuitan-sim" })).body;
  expect(started).toMatchObject({ isTrial: true, at: "request" });
  const other = (await ask("POST", `${session(started.id)}/go`, { from: "rows", record: started.records[2].key })).body;
  const written = (await ask("POST", `${session(other.id)}/write`, { confirm: "jushuitan-sim" })).body;
  expect(written.written).toMatchObject({ status: "done" });
  expect((await ask("GET", `${flow}/records`)).body.items).toHaveLength(1);
  expect((await ask("GET", `${AT}/counts`)).text).not.toContain("~");
  expect(await ask("POST", `${flow}/debug-sessions`, { target: "kingdee-galaxy" })).toMatchObject({ status: 400 });
});

test("the answer and the final request are edited and run on from: tried elsewhere with a mark in story and audit, never written as the flow's own", async () => {
  const flow = `${AT}/flows/tried`;
  const own = (await ask("POST", `${flow}/debug-sessions`, { stopAt: ["read"] })).body;
  expect(own.read).toMatchObject({ isEdited: false, answer: expect.stringContaining(own.records[0].number) });
  // What is no answer, and an answer that the source's own rule refuses.
  expect(await ask("POST", `${session(own.id)}/go`, { from: "read", text: "<" })).toMatchObject({
    status: 400,
    body: { code: "DEBUG_DATA_INVALID" },
  });
  const refused =
    '[[{"Result":{"ResponseStatus":{"IsSuccess":false,"ErrorCode":500,"Errors":[{"Message":"元数据中标识为X的字段不存在"}]}}}]]';
  const faulty = (await ask("POST", `${session(own.id)}/go`, { from: "read", text: refused })).body;
  expect(faulty).toMatchObject({ at: "read", edited: ["read"], record: null, records: [], problem: { zh: expect.stringContaining("X") } });
  const answer = (own.read.answer as string).replaceAll(own.records[0].number as string, "EDITED-1");
  const edited = (await ask("POST", `${session(own.id)}/go`, { from: "read", text: answer })).body;
  expect(edited).toMatchObject({ at: "request", edited: ["read"], record: { number: "EDITED-1" }, read: { isEdited: true } });
  expect(edited.documents[0].request).toContain("EDITED-1");
  expect(await ask("POST", `${session(own.id)}/write`, { confirm: "jushuitan" })).toMatchObject({
    status: 422,
    body: { code: "DEBUG_NOTHING_TO_WRITE" },
  });
  // The final request: on the flow's own target it is held for good, on another it goes as it was edited.
  const editRequest = async (body: object): Promise<string> => {
    const started = (await ask("POST", `${flow}/debug-sessions`, body)).body;
    const { key } = started.records[3];
    const at = (await ask("POST", `${session(started.id)}/go`, { from: "rows", record: key })).body;
    const { part, requestBody, request } = at.documents[0];
    expect(request).not.toContain("sent by hand");
    expect(await ask("POST", `${session(started.id)}/go`, { from: "request", part, text: "{no" })).toMatchObject({ status: 400 });
    const text = (requestBody as string).replace(/"warehouse":"?1"?/, '"warehouse":1,"remark":"sent by hand"');
    expect(text).not.toBe(requestBody);
    const again = (await ask("POST", `${session(started.id)}/go`, { from: "request", part, text })).body;
    expect(again).toMatchObject({ at: "request", edited: ["request"], documents: [{ isRequestEdited: true, isEdited: false }] });
    expect(decodeURIComponent(again.documents[0].request as string)).toContain("sent by hand");
    return started.id as string;
  };
  const before = lab.vendor("jushuitan").ledger().length;
  const held = await editRequest({});
  expect(await ask("POST", `${session(held)}/write`, { confirm: "jushuitan" })).toMatchObject({
    status: 422,
    body: { code: "DEBUG_NOTHING_TO_WRITE" },
  });
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before);
  // Run on from the body, the edited request is gone with what it was made of.
  const back = (await ask("POST", `${session(held)}/go`, { from: "map" })).body;
  expect(back).toMatchObject({ edited: [], documents: [{ isRequestEdited: false }] });
  const tried = await editRequest({ target: "jushuitan-sim" });
  const { written } = (await ask("POST", `${session(tried)}/write`, { confirm: "jushuitan-sim" })).body;
  expect(written).toMatchObject({ status: "done", interventions: [{ action: "debug-write", person: "person:admin", reason: "request" }] });
  expect(decodeURIComponent(written.documents[0].exchanges.at(-1).request as string)).toContain("sent by hand");
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before + 1);
  expect(JSON.stringify(lab.vendor("jushuitan").ledger().at(-1))).toContain("sent by hand");
  const { items } = (await ask("GET", `${AT}/audit`)).body;
  expect(items.find((entry: { deed: string }) => entry.deed === "debug.write").after).toContain('"edited":["request"]');
});

test("failures are grouped by cause with the field that each is about; a retry is seen on three before it is done; Excel holds the rows", async () => {
  const flow = `${AT}/flows/failing`;
  const broken = published
    .replace(/^id: returns$/m, "id: failing")
    .replace(/(field: warehouse\n\s+value:) "1"/, '$1 "5"')
    .replace(/(field: external_id\n\s+value:) .*/, '$1 "F{{FBillNo}}"');
  await ask("PUT", flow, { revision: 0, text: broken });
  await ask("POST", `${flow}/publish`, { revision: 1 });
  const { id } = (await ask("POST", `${flow}/runs`, {})).body;
  expect((await ask("GET", `${AT}/runs/${id}/events`)).text).toContain('"state":"done"');
  const { items } = (await ask("GET", `${flow}/failures`)).body;
  expect(items).toMatchObject([{ code: "VENDOR_REFUSED", field: "warehouse", isAlone: true, text: expect.stringContaining("【5】") }]);
  const { keys, documents } = items[0];
  expect(documents).toBe(keys.length);
  await ask("PUT", flow, { revision: 1, text: broken.replace('"5"', '"1"') });
  const selection = { status: "failed", code: items[0].vendorCode, cause: items[0].cause };
  const same = (await ask("POST", `${flow}/records/retry-samples`, selection)).body.items;
  expect(same).toHaveLength(3);
  expect(same[0].changes).toEqual([]);
  await ask("POST", `${flow}/publish`, { revision: 2 });
  const [changed] = (await ask("POST", `${flow}/records/retry-samples`, selection)).body.items;
  expect(changed).toMatchObject({ problem: null, changes: [{ path: "warehouse", before: '"5"', after: '"1"' }] });
  const exported = async (more: object) => {
    const { key } = (await ask("POST", `${AT}/api-keys`, { name: "excel", role: "viewer", ...more })).body as { key: string };
    const answer = await fetch(`${lab.url()}${flow}/records/export?status=failed`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.headers.get("content-disposition")).toContain("failing.xlsx");
    const [sheet] = readSpreadsheet("failing.xlsx", new Uint8Array(await answer.arrayBuffer()));
    expect(sheet?.rows).toHaveLength(1 + documents);
    expect(sheet?.rows[0]?.slice(0, 2)).toEqual(["源单号", "状态"]);
    return sheet?.rows ?? [];
  };
  const whole = await exported({ seesPersonal: true });
  expect(whole[0]).toContain("说明");
  expect(whole[1]).toEqual(expect.arrayContaining(["错误", "仓库类型【5】不存在"]));
  // Masked cell by cell for who may not see personal data; here is none.
  expect(await exported({ name: "excel-masked" })).toEqual(whole);
});
