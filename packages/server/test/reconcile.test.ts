/** Reconciliation through the API alone: what was deleted, changed and added at the target by hand is found, repaired, accepted, taken away. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const FLOW = "jushuitan-saleout-to-kingdee-outstock";
const AT = `/api/v1/workspaces/main/flows/${FLOW}`;
const RULE = `reconcile:
  lines: FEntity
  sums: [{ target: FEntity.FRealQty, source: items.qty }]
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
}, 60_000);
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
  const csv = await ask("GET", `${AT}/reconciliations/${found.id}/export?format=csv&lang=en`);
  expect(csv.text).toContain(`missing,${gone}`);
  const list = (await ask("GET", `${AT}/reconciliations?limit=2`)).body;
  expect(list.items).toHaveLength(2);
  expect((await ask("GET", `${AT}/reconciliations?limit=50&after=${list.next}`)).body).toMatchObject({
    items: [{ id: found.id }, { id: clean.id }],
  });
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=20")).body.items.map(({ deed }: { deed: string }) => deed);
  expect(audit).toEqual(expect.arrayContaining(["reconcile.start", "reconcile.repair", "reconcile.accept"]));
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
