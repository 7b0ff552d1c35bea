/**
 * A repair that takes away what was added at the target by hand, through the API alone: what is previewed, named and unchanged goes, everything
 * else stays and is told; no call is made twice. 金蝶 un-audits an audited bill and then deletes it.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Answer, type Ask, type ServerLab } from "./server-lab.ts";

const FLOW = "jushuitan-saleout-to-kingdee-outstock";
const FLOWS = "/api/v1/workspaces/main/flows";
const AT = `${FLOWS}/${FLOW}`;
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
/** Its target declares no removal. */
const UNDECLARED = "kingdee-customer-to-greatonce-distributor";
/** Its target voids instead of deleting. */
const VOIDS = "kingdee-return-to-jushuitan-inout";
const PASSWORD = "a long enough password";
const SYSTEMS = ["kingdee-galaxy", "jushuitan-qimen", "jushuitan", "greatonce"];
let lab: ServerLab;
let ask: Ask;
let text: string;

beforeAll(async () => {
  lab = await openServerLab(8, SYSTEMS);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of SYSTEMS)
    await ask("PUT", `/api/v1/workspaces/main/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  text = ((await exampleTexts("flows")).get(FLOW) ?? "").replace("dispatch:\n", RULE);
  await runAs(FLOW, text);
}, 180_000);
beforeEach(async () => {
  await sim("faults", []);
});
afterAll(() => lab.close());

async function publish(id: string, flow: string): Promise<void> {
  await ask("PUT", `${FLOWS}/${id}`, { revision: 0, text: flow });
  await ask("POST", `${FLOWS}/${id}/publish`, { revision: 1 });
}

async function runAs(id: string, flow: string): Promise<void> {
  await publish(id, flow);
  const run = (await ask("POST", `${FLOWS}/${id}/runs`, {})).body;
  await ask("GET", `/api/v1/workspaces/main/runs/${run.id}/events`);
}

// oxlint-disable-next-line typescript/no-explicit-any -- what the simulator answers is judged by the test
async function sim(path: string, body?: unknown): Promise<any> {
  const url = new URL(`/_sim/${path}`, lab.environment["KINGDEE_URL"]);
  if (path === "faults") await fetch(url, { method: "DELETE" });
  if (Array.isArray(body) && body.length === 0) return undefined;
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await fetch(url, sent)).json();
}

const calls = async (): Promise<readonly number[]> => {
  const { calls: told } = await sim("stats");
  return [told.UnAudit ?? 0, told.Delete ?? 0];
};

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
async function ended(started: Answer, flow = FLOW): Promise<any> {
  expect([started.status, started.body]).toEqual([202, { id: expect.any(String) }]);
  for (;;) {
    const { body } = await ask("GET", `${FLOWS}/${flow}/reconciliations/${started.body.id}`);
    if (body.state !== "running") return body;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
const reconciled = async (): Promise<any> => ended(await ask("POST", `${AT}/reconciliations`, {}));

const byHand = (action: string, number: string, more: object = {}): unknown =>
  lab.vendor("kingdee-galaxy").control?.(action, { action, formId: "SAL_OUTSTOCK", number, ...more });

const written = (): readonly string[] =>
  lab
    .vendor("kingdee-galaxy")
    .ledger()
    .map((entry) => entry.key);

/** Adds bills by hand, reconciles, and looks at what would be taken away. */
async function added(...numbers: readonly string[]): Promise<{
  readonly report: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
  readonly items: readonly any[];
  readonly bills: readonly { readonly key: string; readonly seen: string }[];
}> {
  for (const number of numbers) byHand("copy", written()[0] ?? "", { as: number });
  const { id } = await reconciled();
  const preview = await ask("POST", `${AT}/reconciliations/${id}/removal`, {});
  expect(preview.status).toBe(200);
  const { items } = preview.body;
  const bills = items.map(({ key, seen }: { readonly key: string; readonly seen: string }) => ({ key, seen }));
  return { report: id, items, bills: bills.filter(({ key }: { readonly key: string }) => numbers.includes(key)) };
}

const repair = (report: string, body: object, who: Ask = ask): Promise<Answer> =>
  who("POST", `${AT}/reconciliations/${report}/repair`, body);

// oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
const removals = async (report: string): Promise<readonly any[]> =>
  (await ask("GET", `${AT}/reconciliations/${report}/removals`)).body.items;

test("deleted, changed and added by hand: all found, the sums agree to the cent, one repair brings it to zero differences", async () => {
  const clean = await reconciled();
  expect(clean.summary).toMatchObject({ missing: 0, different: 0, extra: 0 });
  expect(clean.summary.total.target).toEqual(clean.summary.total.source);
  const [gone = "", changed = ""] = written();
  byHand("change-line", changed, { entry: "FEntity", values: { FRealQty: "77" } });
  const { report, items, bills } = await added("JST-HAND-1", "JST-HAND-2");
  byHand("remove", gone);
  const found = await reconciled();
  expect(found.summary).toMatchObject({ missing: 1, different: 1, extra: 2 });
  expect(items).toMatchObject([
    {
      key: "JST-HAND-1",
      number: "JST-HAND-1",
      stage: "audited",
      refusal: null,
      lines: expect.any(Number),
      sums: [expect.any(String), expect.any(String)],
    },
    { key: "JST-HAND-2", refusal: null },
  ]);
  const before = await calls();
  const repaired = await ended(await repair(found.id, { extra: "remove", reason: "录错的单", bills }));
  expect(repaired.problem).toBeNull();
  expect(repaired.summary).toMatchObject({
    missing: 0,
    different: 0,
    extra: 0,
    ledger: 0,
    repaired: { pushed: 1, updated: 1, removed: 2, told: [] },
  });
  expect((await calls()).map((count, i) => count - (before[i] ?? 0))).toEqual([3, 2]);
  const zero = await reconciled();
  expect(zero.summary).toMatchObject({ missing: 0, different: 0, extra: 0, ledger: 0, accepted: 0, total: clean.summary.total });
  expect(zero.summary.total.target).toEqual(zero.summary.total.source);
  const past = await removals(repaired.id);
  expect(past).toMatchObject([
    {
      key: "JST-HAND-1",
      state: "removed",
      code: null,
      api: "delete",
      reason: "录错的单",
      person: "person:admin",
      before: { stage: "audited" },
    },
    { key: "JST-HAND-2", state: "removed" },
  ]);
  const said = await Promise.all(past[0].exchanges.map((id: string) => ask("GET", `${AT}/exchanges/${id}`)));
  expect(said.map(({ body }) => body.operation)).toEqual(expect.arrayContaining(["unAudit", "delete"]));
  expect(JSON.stringify(said)).not.toContain(lab.environment["KINGDEE_APP_SECRET"] ?? "-");
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=20")).body.items;
  const deed = audit.find((each: { readonly deed: string }) => each.deed === "reconcile.remove");
  expect(JSON.parse(deed.after)).toMatchObject({ report: found.id, reason: "录错的单" });
  expect(JSON.parse(deed.before)[0]).toMatchObject({ key: expect.stringMatching(/^JST-HAND/), stage: "audited" });
  expect(report).not.toBe(found.id);
});

test("what has changed since, what a flow wrote, and what the target does not let go stays and is told", async () => {
  await runAs("twin", text.replace(`id: ${FLOW}`, "id: twin").replace('"JST{{io_id}}"', '"JSTW{{io_id}}"'));
  const { report, items, bills } = await added("JST-CHANGED", "JST-DOWN", "JST-VANISHED");
  const own = items.filter(({ key }) => key.startsWith("JSTW"));
  expect(own.length).toBeGreaterThan(0);
  expect(own[0].refusal).toMatchObject({ code: "REMOVAL_OWN", text: expect.stringContaining("接管") });
  byHand("change-line", "JST-CHANGED", { entry: "FEntity", values: { FRealQty: "78" } });
  byHand("push-down", "JST-DOWN", { to: "应收单" });
  byHand("remove", "JST-VANISHED");
  const before = await calls();
  const named = [...bills, { key: own[0].key, seen: own[0].seen }];
  const { id, summary } = await ended(await repair(report, { extra: "remove", reason: "录错", bills: named }));
  const told = Object.fromEntries(
    summary.repaired.told.map((each: { readonly key: string; readonly code: string }) => [each.key, each.code]),
  );
  expect(told).toMatchObject({
    "JST-CHANGED": "REMOVAL_CHANGED",
    "JST-DOWN": "REMOVAL_REFUSED",
    "JST-VANISHED": "REMOVAL_GONE",
    [own[0].key]: "REMOVAL_OWN",
  });
  expect(summary.repaired.removed).toBe(0);
  expect((await calls()).map((count, i) => count - (before[i] ?? 0))).toEqual([1, 0]);
  const refused = (await removals(id)).find(({ key }) => key === "JST-DOWN");
  expect(refused).toMatchObject({ state: "kept", text: expect.stringContaining("下游单据（应收单）") });
  byHand("remove", "JST-CHANGED");
  byHand("remove", "JST-DOWN");
});

test("a call without an answer is asked for and not repeated; one that was refused for now is tried again", async () => {
  const { report, bills } = await added("JST-CUT", "JST-NEVER");
  await sim("faults", [
    { api: "Delete", kind: "cut-after", times: 1 },
    { api: "Delete", kind: "cut-before", times: 1, skip: 1 },
  ]);
  const before = await calls();
  const { id, summary } = await ended(await repair(report, { extra: "remove", reason: "录错", bills }));
  // The first was deleted before the line broke; the second never reached the vendor, and nobody can know that before he asks.
  const past = await removals(id);
  expect(past).toMatchObject([
    { key: "JST-CUT", state: "removed" },
    { key: "JST-NEVER", state: "kept", code: "REMOVAL_UNSURE" },
  ]);
  expect(summary.repaired).toMatchObject({
    removed: 1,
    told: expect.arrayContaining([expect.objectContaining({ key: "JST-NEVER", code: "REMOVAL_UNSURE" })]),
  });
  expect((await calls()).map((count, i) => count - (before[i] ?? 0))).toEqual([2, 2]);
  // It is un-audited by now: seen anew, it goes.
  const again = await added();
  const bill = again.items.find(({ key }) => key === "JST-NEVER");
  expect(bill).toMatchObject({ stage: "saved", refusal: null });
  byHand("lock", bill.key, { times: 1 });
  const done = await ended(await repair(again.report, { extra: "remove", reason: "录错", bills: [{ key: bill.key, seen: bill.seen }] }));
  expect(done.summary.repaired).toMatchObject({ removed: 1 });
}, 100_000);

test("a line that breaks after the un-audit is asked for too, and the way goes on from where the bill stands", async () => {
  const { report, bills } = await added("JST-HALF");
  await sim("faults", [{ api: "UnAudit", kind: "cut-after", times: 1 }]);
  const before = await calls();
  const { summary } = await ended(await repair(report, { extra: "remove", reason: "录错", bills }));
  expect(summary.repaired).toMatchObject({ removed: 1 });
  expect((await calls()).map((count, i) => count - (before[i] ?? 0))).toEqual([1, 1]);
});

test("a repair accepts the extra ones with a reason, in the same act, or leaves them", async () => {
  const { report } = await added("JST-SAMPLE");
  const left = await ended(await repair(report, { extra: "leave" }));
  expect(left.summary.repaired).not.toHaveProperty("accepted");
  expect(left.summary.repaired.told).toEqual(
    expect.arrayContaining([expect.objectContaining({ key: "JST-SAMPLE", code: "RECONCILE_BY_HAND" })]),
  );
  const accepted = await ended(await repair(left.id, { extra: "accept", reason: "样品" }));
  expect(accepted.summary).toMatchObject({ extra: 0, repaired: { accepted: expect.any(Number), told: [] } });
  expect((await ask("GET", `${AT}/accepted-differences`)).body.items).toEqual(
    expect.arrayContaining([expect.objectContaining({ key: "JST-SAMPLE", reason: "样品", person: "person:admin" })]),
  );
});

test("nothing is taken away without a reason, named bills, the right, and a declaration", async () => {
  const { report, bills } = await added("JST-STAYS");
  expect(await repair(report, { extra: "remove", bills })).toMatchObject({ status: 400, body: { details: { path: "body/reason" } } });
  expect(await repair(report, { extra: "remove", reason: "x" })).toMatchObject({ status: 400, body: { details: { path: "body/bills" } } });
  expect(await repair(report, { extra: "accept" })).toMatchObject({ status: 400, body: { details: { path: "body/reason" } } });
  expect(await repair(report, { extra: "leave", bills })).toMatchObject({ status: 400, body: { details: { path: "body/bills" } } });
  const twice = [...bills, ...bills];
  expect(await repair(report, { extra: "remove", reason: "x", bills: twice })).toMatchObject({ status: 400 });
  const unknown = [{ key: written()[0], seen: bills[0]?.seen }];
  expect(await repair(report, { extra: "remove", reason: "x", bills: unknown })).toMatchObject({
    status: 404,
    body: { code: "RECONCILE_DIFFERENCE_UNKNOWN" },
  });
  await ask("POST", "/api/v1/people", { name: "operator", password: PASSWORD });
  await ask("PUT", "/api/v1/workspaces/main/members/operator", { role: "operator" });
  const operator = await lab.logIn("operator", PASSWORD);
  expect(await operator("POST", `${AT}/reconciliations/${report}/removal`, {})).toMatchObject({ status: 403 });
  const refused = { status: 403, body: { code: "RIGHT_MISSING", details: { right: "design" } } };
  expect(await repair(report, { extra: "remove", reason: "x", bills }, operator)).toMatchObject(refused);
  // Rights come before what is wrong with the body.
  expect(await repair(report, { extra: "remove", nonsense: 1 }, operator)).toMatchObject(refused);
  expect((await repair(report, {}, operator)).status).toBe(202);
  await publish(UNDECLARED, (await exampleTexts("flows")).get(UNDECLARED) ?? "");
  const undeclared = await ask("POST", `${FLOWS}/${UNDECLARED}/reconciliations/${report}/removal`, {});
  expect(undeclared).toMatchObject({ status: 422, body: { code: "REMOVAL_MISSING", todoZh: expect.stringContaining("手工删除") } });
  byHand("remove", "JST-STAYS");
});

test("where the vendor voids, what was typed in goes by that, is no extra any more, and what is in force stays", async () => {
  const rule = `reconcile:
  lines: items
  list: { api: other.inout.query, key: so_id }
dispatch:
`;
  await runAs(
    VOIDS,
    ((await exampleTexts("flows")).get(VOIDS) ?? "").replace("dispatch:\n", rule).replace("start: -31d\n", "start: -31d\n    lagS: 0\n"),
  );
  const at = `${FLOWS}/${VOIDS}/reconciliations`;
  const before = await ended(await ask("POST", at, {}), VOIDS);
  const typed = lab.vendor("jushuitan").insertRows(6, { late: true });
  const open = typed.slice(0, 4);
  for (const externalId of open) lab.vendor("jushuitan").control?.("unconfirm", { externalId });
  const found = await ended(await ask("POST", at, {}), VOIDS);
  expect(found.summary.extra).toBe(before.summary.extra + 6);
  const { steps, items } = (await ask("POST", `${at}/${found.id}/removal`, {})).body;
  expect(steps).toMatchObject([{ api: "jushuitan.otherinout.cancel", zh: "取消其它出入库" }]);
  const bills = items.map(({ key, seen }: { readonly key: string; readonly seen: string }) => ({ key, seen }));
  const done = await ended(await ask("POST", `${at}/${found.id}/repair`, { extra: "remove", reason: "录错", bills }), VOIDS);
  const past = (await ask("GET", `${at}/${done.id}/removals`)).body.items;
  const keysOf = (state: string): readonly string[] =>
    past.flatMap((row: { readonly key: string; readonly state: string }) => (row.state === state ? [row.key] : []));
  expect(keysOf("removed").toSorted()).toEqual(open.toSorted());
  const kept = past.filter(({ state }: { readonly state: string }) => state === "kept");
  expect(kept).toHaveLength(bills.length - open.length);
  for (const each of kept) expect(each).toMatchObject({ code: "REMOVAL_REFUSED", text: expect.stringContaining("已确认生效，不能取消") });
  expect(done.summary.extra).toBe(kept.length);
});
