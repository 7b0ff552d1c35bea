/**
 * Reconciliation and completeness through the API alone: what was deleted, changed and added at the target by hand is found, repaired,
 * accepted, taken away; gaps are told and filled in, single bills are asked for.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const FLOW = "jushuitan-saleout-to-kingdee-outstock";
const AT = `/api/v1/workspaces/main/flows/${FLOW}`;
const RULE = `reconcile:
  lines: FEntity
  sums:
    - { target: FEntity.FRealQty, source: items.qty }
    - { target: FEntity.FAllAmount, source: items.amount }
  list:
    api: executeBillQuery:SAL_OUTSTOCK
    params: { FilterString: "FBillNo like 'JST%'" }
dispatch:
`;
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(8, ["kingdee-galaxy", "jushuitan-qimen"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan-qimen"])
    await ask("PUT", `/api/v1/workspaces/main/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  const text = ((await exampleTexts("flows")).get(FLOW) ?? "").replace("dispatch:\n", RULE);
  await ask("PUT", AT, { revision: 0, text });
  await ask("POST", `${AT}/publish`, { revision: 1 });
  const run = (await ask("POST", `${AT}/runs`, {})).body;
  await ask("GET", `/api/v1/workspaces/main/runs/${run.id}/events`);
}, 180_000);
afterAll(() => lab.close());

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
async function ended(started: { readonly status: number; readonly body: any }): Promise<any> {
  expect(started.status).toBe(202);
  for (;;) {
    const { body } = await ask("GET", `${AT}/reconciliations/${started.body.id}`);
    if (body.state !== "running") return body;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

test("begun, read, repaired, accepted and exported", async () => {
  const clean = await ended(await ask("POST", `${AT}/reconciliations`, {}));
  expect(clean).toMatchObject({ state: "done", person: "person:admin", problem: null, summary: { flow: FLOW, missing: 0, different: 0 } });
  expect(clean.summary.total.source).toEqual(clean.summary.total.target);
  const [gone = "", changed = "", copied = ""] = lab
    .vendor("kingdee-galaxy")
    .ledger()
    .map((entry) => entry.key);
  const byHand = (action: string, number: string, more: object = {}): unknown =>
    lab.vendor("kingdee-galaxy").control?.(action, { action, formId: "SAL_OUTSTOCK", number, ...more });
  byHand("remove", gone);
  byHand("change-line", changed, { entry: "FEntity", values: { FRealQty: "77" } });
  byHand("copy", copied, { as: "JST-BY-HAND" });
  const found = await ended(await ask("POST", `${AT}/reconciliations`, {}));
  expect(found.summary).toMatchObject({ missing: 1, different: 1, extra: 1 });
  const page = (await ask("GET", `${AT}/reconciliations/${found.id}/differences?limit=2`)).body;
  expect(page).toMatchObject({ items: [{ place: 1 }, { place: 2 }], next: "2" });
  expect((await ask("GET", `${AT}/reconciliations/${found.id}/differences?after=2`)).body).toMatchObject({
    items: [{ place: 3 }],
    next: null,
  });
  const repaired = await ended(await ask("POST", `${AT}/reconciliations/${found.id}/repair`, {}));
  expect(repaired.summary).toMatchObject({ missing: 0, different: 0, extra: 1, repaired: { pushed: 1, updated: 1 } });
  const accepted = await ask("POST", `${AT}/reconciliations/${repaired.id}/accept`, { keys: ["JST-BY-HAND"], reason: "样品" });
  expect(accepted).toMatchObject({ status: 200, body: { accepted: 1 } });
  expect((await ended(await ask("POST", `${AT}/reconciliations`, {}))).summary).toMatchObject({ extra: 0, accepted: 1 });
  expect((await ask("GET", `${AT}/accepted-differences`)).body.items).toMatchObject([
    { key: "JST-BY-HAND", reason: "样品", person: "person:admin" },
  ]);
  expect((await ask("GET", `${AT}/reconciliations/${found.id}/differences?kind=missing`)).body.items).toMatchObject([{ key: gone }]);
  expect((await ask("POST", `${AT}/accepted-differences/forget`, { keys: ["JST-BY-HAND"] })).body).toEqual({ forgotten: 1 });
  const csv = await ask("GET", `${AT}/reconciliations/${found.id}/export?format=csv&lang=en`);
  expect(csv.text).toContain(`missing,${gone}`);
  const list = (await ask("GET", `${AT}/reconciliations?limit=2`)).body;
  expect(list.items).toHaveLength(2);
  expect((await ask("GET", `${AT}/reconciliations?limit=50&after=${list.next}`)).body).toMatchObject({
    items: [{ id: found.id }, { id: clean.id }],
  });
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=20")).body.items.map(({ deed }: { deed: string }) => deed);
  expect(audit).toEqual(expect.arrayContaining(["reconcile.start", "reconcile.repair", "reconcile.accept"]));
  // What nobody here wrote is never deleted by a repair: a person takes it away.
  byHand("remove", "JST-BY-HAND");
  const zero = await ended(await ask("POST", `${AT}/reconciliations`, {}));
  expect(zero.summary).toMatchObject({ missing: 0, different: 0, extra: 0, accepted: 0, total: { source: clean.summary.total.source } });
  expect(zero.summary.total.target).toEqual(zero.summary.total.source);
  expect(Number(zero.summary.total.target.sums[1])).toBeGreaterThan(0);
});

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
async function settled(path: string): Promise<any> {
  for (;;) {
    const { body } = await ask("GET", path);
    if (body.state !== "running") return body;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

test("closed windows have certificates; a gap is told, estimated, filled in, and what was there is not written again", async () => {
  const whole = (await ask("GET", `${AT}/coverage`)).body;
  expect(whole).toMatchObject({ reads: "windows", zone: "Asia/Shanghai" });
  expect(whole.gaps.filter(({ kind }: { kind: string }) => kind === "hole")).toEqual([]);
  expect(whole.days.filter(({ state }: { state: string }) => state === "whole").length).toBeGreaterThan(5);
  const page = (await ask("GET", `${AT}/certificates?limit=2`)).body;
  expect(page.items[0]).toMatchObject({ windows: 1, hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const behind = (await ask("GET", `${AT}/certificates?limit=500&after=${page.next}`)).body.items;
  expect(behind.length).toBeGreaterThan(0);
  // As an installation that read before there were certificates.
  const middle = behind[1] ?? behind[0];
  await lab.server().engine.pool.query("delete from certificate where id = $1", [middle.id]);
  const [gap] = (await ask("GET", `${AT}/coverage`)).body.gaps;
  expect(gap).toMatchObject({ kind: "hole", toMs: middle.toMs });
  const { from, to } = gap;
  expect((await ask("POST", `${AT}/refills/estimate`, { from, to })).body).toMatchObject({ windows: 1, how: "counted" });
  expect(await ask("POST", `${AT}/refills`, { from, to })).toMatchObject({ status: 409, body: { code: "REFILL_NEEDS_CONFIRMATION" } });
  const begun = await ask("POST", `${AT}/refills`, { gaps: true });
  expect(begun).toMatchObject({ status: 202, body: { ids: [expect.any(String)] } });
  const done = await settled(`${AT}/refills/${begun.body.ids[0]}`);
  expect(done).toMatchObject({ state: "done", progress: 1, added: 0, changed: 0, person: "person:admin" });
  expect([done.asked, (await ask("GET", `${AT}/coverage`)).body.gaps.length]).toEqual([done.there, whole.gaps.length]);
  const again = await ask("POST", `${AT}/refills`, { from, to, confirm: true });
  expect(await settled(`${AT}/refills/${again.body.ids[0]}`)).toMatchObject({ state: "done", estimate: { how: "counted" } });
  expect((await ask("GET", `${AT}/refills?limit=1`)).body).toMatchObject({ items: [{ id: again.body.ids[0] }], next: again.body.ids[0] });
  expect(await ask("POST", `${AT}/refills/${again.body.ids[0]}/stop`, {})).toMatchObject({ status: 200, body: { stopped: false } });
  expect(await ask("POST", `${AT}/refills`, { from: "-1d", to: "-2d" })).toMatchObject({ status: 422, body: { code: "RANGE_EMPTY" } });
  expect(await ask("GET", `${AT}/refills/123`)).toMatchObject({ status: 404, body: { code: "REFILL_UNKNOWN" } });
});

test("single bills are asked for by number, and those that are not there are told", async () => {
  const { items } = (await ask("GET", `${AT}/records?status=done&limit=1`)).body;
  const pulled = await ask("POST", `${AT}/pull`, { numbers: [items[0].number, "99999999"] });
  expect(pulled.status).toBe(202);
  const { result } = await settled(`/api/v1/workspaces/main/runs/${pulled.body.id}`);
  expect(result).toMatchObject({ records: 1, unchanged: 1, added: 0, absent: ["99999999"] });
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=20")).body.items.map(({ deed }: { deed: string }) => deed);
  expect(audit).toEqual(expect.arrayContaining(["refill.start", "flow.pull"]));
});

test("what is not there, or asked wrongly, is told", async () => {
  expect(await ask("GET", `${AT}/reconciliations/123`)).toMatchObject({ status: 404, body: { code: "RECONCILIATION_UNKNOWN" } });
  expect(await ask("POST", `${AT}/reconciliations/123/repair`, {})).toMatchObject({ status: 404 });
  expect(await ask("POST", `${AT}/reconciliations`, { to: "-1d" })).toMatchObject({
    status: 400,
    body: { details: { path: "body/from" } },
  });
  expect(await ask("POST", `${AT}/reconciliations`, { from: "-1d", to: "-2d" })).toMatchObject({
    status: 422,
    body: { code: "RANGE_EMPTY" },
  });
  expect(await ask("GET", "/api/v1/workspaces/main/flows/none/reconciliations")).toMatchObject({ status: 404 });
});
