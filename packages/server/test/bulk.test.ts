/** Bulk work through the API: asked for at once, done by a worker, told of while it goes on; search, the chain, saved views, lost answers. */
import { failuresByCause } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countsOf, IN, openOrders, OUT, orderRow, publishOrders, pushOrders, saveAndPublish, waitForCounts } from "./pushed-flows.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const MAIN = "/api/v1/workspaces/main";
const BILLS = 700;
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(1, []);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  await openOrders(ask);
  await pushOrders(ask, BILLS);
  await waitForCounts(ask, IN, { failed: BILLS });
}, 180_000);
afterAll(() => lab.close());

async function audited(deed: string): Promise<readonly { readonly object: string; readonly after: string | null }[]> {
  const { items } = (await ask("GET", `${MAIN}/audit?limit=500`)).body as {
    items: readonly { deed: string; object: string; after: string | null }[];
  };
  return items.filter((entry) => entry.deed === deed);
}

test("what is asked for without a reason, a selection or with an unknown key is refused; a count changes nothing", async () => {
  expect(await ask("POST", `${IN}/bulk`, { kind: "skip", status: "failed" })).toMatchObject({ body: { code: "REPAIR_REASON_MISSING" } });
  expect(await ask("POST", `${IN}/bulk`, { kind: "skip", reason: "r" })).toMatchObject({ body: { code: "BULK_SELECTION_EMPTY" } });
  expect(await ask("POST", `${IN}/bulk`, { kind: "retry", colour: "red" })).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID" },
  });
  expect(await ask("POST", `${MAIN}/flows/nobody/bulk`, { kind: "retry" })).toMatchObject({ status: 404 });
  const counted = await ask("POST", `${IN}/bulk/count`, { kind: "retry", code: "TARGET_FIELD_MISSING" });
  expect(counted.body).toMatchObject({ count: BILLS, isMore: false, samples: ["b1", "b2", "b3"] });
  expect((await ask("POST", `${IN}/bulk/count`, { kind: "retry", code: "ANOTHER" })).body).toMatchObject({ count: 0 });
});

test("causes of failures are counted, or told to be at least so many", async () => {
  const { pool } = lab.server().engine;
  const [all] = await failuresByCause(pool, ["orders-in"], 5);
  expect(all).toMatchObject({ documents: BILLS, isMore: false });
  const many = Array.from({ length: 60 }, (_, i) => `flow-${i}`);
  const [some] = await failuresByCause(pool, ["orders-in", ...many], 5);
  expect(some).toMatchObject({ documents: 101, isMore: true });
  expect((await ask("GET", `${MAIN}/overview`)).body.causes).toMatchObject([{ flow: "orders-in", documents: BILLS, isMore: false }]);
});

test("bills are skipped and marked as done by their numbers, each with its own number of the target's", async () => {
  const skipped = await ask("POST", `${IN}/bulk`, { kind: "skip", numbers: ["SO-000001", "b2", "SO-nobody"], reason: "测试单" });
  expect(skipped.status).toBe(202);
  const done = await ask("POST", `${IN}/bulk`, {
    kind: "mark-done",
    numbers: ["SO-000003", "SO-000004"],
    targetNumbers: ["X-3", null],
    reason: "手工录入",
  });
  await ask("GET", `${MAIN}/bulk/${done.body.id}/events`);
  expect((await ask("GET", `${MAIN}/bulk/${skipped.body.id}`)).body).toMatchObject({
    state: "done",
    total: 3,
    done: 3,
    settled: 2,
    // Whoever puts a column in is told how many of it the ledger does not have.
    missing: 1,
    problem: null,
  });
  expect((await ask("GET", `${MAIN}/bulk/${done.body.id}`)).body).toMatchObject({ state: "done", total: 2, settled: 2 });
  expect(await countsOf(ask, IN)).toEqual({ failed: BILLS - 4, skipped: 2, done: 2 });
  // Numbers whose bills the work is not for are told before it begins and after, one that is given twice once.
  const numbers = ["SO-000003", "SO-000001", "b2", "b2", "SO-000005", "SO-nobody"];
  const apart = {
    missing: 1,
    untouched: 3,
    untouchedNumbers: [
      { number: "SO-000003", status: "done" },
      { number: "SO-000001", status: "skipped" },
      { number: "b2", status: "skipped" },
    ],
  };
  expect((await ask("POST", `${IN}/bulk/count`, { kind: "retry", numbers })).body).toEqual({
    count: 1,
    isMore: false,
    samples: ["b5"],
    ...apart,
  });
  const retried = await ask("POST", `${IN}/bulk`, { kind: "retry", how: "map", numbers });
  await ask("GET", `${MAIN}/bulk/${retried.body.id}/events`);
  // The mapping is still wrong.
  expect((await ask("GET", `${MAIN}/bulk/${retried.body.id}`)).body).toMatchObject({
    state: "done",
    total: 5,
    done: 5,
    unmapped: 1,
    queued: 0,
    ...apart,
  });
  expect((await ask("POST", `${IN}/bulk/count`, { kind: "skip", numbers: ["SO-000005"] })).body).toMatchObject({
    count: 1,
    missing: 0,
    untouched: 0,
    untouchedNumbers: [],
  });
  expect((await ask("GET", `${MAIN}/records/search?number=X-3`)).body.items).toMatchObject([
    { flow: "orders-in", key: "b3", status: "done", targetNumbers: ["X-3"] },
  ]);
  const story = (await ask("GET", `${IN}/records/story?key=b1`)).body;
  expect(story.interventions).toMatchObject([{ action: "skip", reason: "测试单", person: "person:admin" }]);
  expect((await audited("records.skip"))[0]?.after).toContain(skipped.body.id);
});

test("the mended mapping brings all the rest to the target, once; the events tell of it", async () => {
  await publishOrders(ask, { isBroken: false, revision: 1 });
  const begun = await ask("POST", `${IN}/bulk`, { kind: "retry", status: "failed" });
  const events = await ask("GET", `${MAIN}/bulk/${begun.body.id}/events`);
  expect(events.text).toContain('"state":"done"');
  const bulk = (await ask("GET", `${MAIN}/bulk/${begun.body.id}`)).body;
  expect(bulk).toMatchObject({ state: "done", total: BILLS - 4, queued: BILLS - 4, unmapped: 0, untouched: 0 });
  await expect.poll(() => countsOf(ask, OUT), { timeout: 20_000 }).toEqual({ done: BILLS - 4 });
  await expect.poll(() => countsOf(ask, IN), { timeout: 20_000 }).toEqual({ done: BILLS - 2, skipped: 2 });
  expect((await ask("GET", `${MAIN}/bulk?flow=orders-in`)).body.items).toHaveLength(4);
  expect((await ask("POST", `${MAIN}/bulk/${begun.body.id}/cancel`)).body).toMatchObject({ state: "done" });
}, 180_000);

test("a chain leads from the order to what came of it; extra keys declared later are found once they are indexed", async () => {
  const chain = (await ask("GET", `${IN}/records/chain?key=b10`)).body;
  expect(chain.records).toMatchObject([
    { flow: "orders-in", key: "b10" },
    { flow: "orders-out", key: "b10" },
  ]);
  expect(chain.links).toHaveLength(1);
  const bySource = await ask("GET", `${MAIN}/records/search?number=SO-000010`);
  expect(bySource.body.items.map((item: { flow: string }) => item.flow)).toEqual(["orders-in", "orders-out"]);
  expect((await ask("GET", `${MAIN}/records/search?number=TB90000010`)).body.items).toEqual([]);
  await publishOrders(ask, { isBroken: false, revision: 2, extraKeys: ["online", "lines.express"] });
  await expect
    .poll(async () => (await ask("GET", `${MAIN}/records/search?number=SF699`)).body.items, { timeout: 20_000 })
    .toMatchObject([{ flow: "orders-in", key: "b699" }]);
  expect((await ask("GET", `${MAIN}/records/search?number=TB9000001&beginning=true`)).body.items.length).toBeGreaterThan(5);
  await ask("POST", `${IN}/push`, [{ ...orderRow(699), lines: [{ express: "SF-new" }, { express: "SF-two" }] }]);
  await expect.poll(async () => (await ask("GET", `${MAIN}/records/search?number=SF-two`)).body.items.length, { timeout: 20_000 }).toBe(1);
  expect((await ask("GET", `${MAIN}/records/search?number=SF699`)).body.items).toEqual([]);
});

test("a column of numbers tells where each is, which condition dropped it, which flow has it, and why one is missing", async () => {
  await ask("POST", `${IN}/push`, [{ ...orderRow(9_001), kind: "test" }]);
  await expect
    .poll(async () => (await ask("GET", `${MAIN}/records/search?number=SO-009001`)).body.items, { timeout: 20_000 })
    .toMatchObject([{ status: "skipped", reason: "no-tests" }]);
  const { items, why } = (
    await ask("POST", `${MAIN}/records/search`, { flow: "orders-out", numbers: ["OUT-SO-000010", "X-3", "SO-999999"] })
  ).body;
  expect(items).toMatchObject([
    { number: "OUT-SO-000010", isMissing: false, found: [{ flow: "orders-out" }], elsewhere: [{ flow: "orders-in" }] },
    { number: "X-3", isMissing: true, elsewhere: [{ flow: "orders-in", key: "b3" }] },
    { number: "SO-999999", isMissing: true, found: [], elsewhere: [] },
  ]);
  expect(why).toMatchObject([{ flow: "orders-out", code: "waiting-pushed" }]);
  expect((await ask("GET", `${MAIN}/records/search?number=SO-999999&why=true`)).body.why).toHaveLength(2);
});

test("views are one's own, shared ones are seen by others and changed by nobody else", async () => {
  const made = await ask("POST", `${MAIN}/views`, { page: "records", name: "失败的", filter: { status: "failed" } });
  expect(made).toMatchObject({ status: 201, body: { isOwn: true, isShared: false } });
  expect(await ask("POST", `${MAIN}/views`, { page: "records", name: "失败的", filter: {} })).toMatchObject({ status: 409 });
  await ask("POST", "/api/v1/people", { name: "other", password: "a password of some length" });
  await ask("PUT", `${MAIN}/members/other`, { role: "viewer" });
  const other = await lab.logIn("other", "a password of some length");
  expect((await other("GET", `${MAIN}/views`)).body.items).toEqual([]);
  const shared = { name: "失败的", filter: { status: "failed" }, isShared: true };
  expect(await ask("PUT", `${MAIN}/views/${made.body.id}`, shared)).toMatchObject({ status: 200 });
  expect((await other("GET", `${MAIN}/views?page=records`)).body.items).toMatchObject([
    { name: "失败的", isOwn: false, filter: { status: "failed" } },
  ]);
  expect(await other("DELETE", `${MAIN}/views/${made.body.id}`)).toMatchObject({ status: 404 });
  expect(await ask("DELETE", `${MAIN}/views/${made.body.id}`)).toMatchObject({ status: 204 });
});

test("publishing maps again what waits and is not sent, leaves out what the flow makes no more, and touches nothing that was sent", async () => {
  const before = (await countsOf(ask, OUT))["done"] ?? 0;
  await ask("PUT", `${MAIN}/pauses/target/orders-in`);
  await pushOrders(ask, 3, 20_001);
  await expect.poll(async () => (await countsOf(ask, IN))["queued"], { timeout: 20_000 }).toBe(3);
  const { queued } = await publishOrders(ask, { isBroken: false, revision: 3, prefix: "NEW-", without: "SO-020002" });
  expect(queued).toMatchObject({ documents: 3, inHand: 0 });
  await ask("GET", `${MAIN}/bulk/${queued.bulk}/events`);
  expect((await ask("GET", `${MAIN}/bulk/${queued.bulk}`)).body).toMatchObject({
    state: "done",
    total: 3,
    queued: 2,
    settled: 1,
    untouched: 0,
    person: "person:admin",
  });
  const left = (await ask("GET", `${IN}/records/story?key=b20002`)).body;
  expect(left.documents).toMatchObject([{ status: "skipped", code: "FLOW_LEAVES_OUT" }]);
  // A mapping that fails now says so instead of sending what the former one made.
  const broken = await publishOrders(ask, { isBroken: true, revision: 4 });
  expect(broken.queued).toMatchObject({ documents: 2 });
  await ask("GET", `${MAIN}/bulk/${broken.queued.bulk}/events`);
  expect((await ask("GET", `${MAIN}/bulk/${broken.queued.bulk}`)).body).toMatchObject({ total: 2, queued: 0, unmapped: 2 });
  expect((await publishOrders(ask, { isBroken: false, revision: 5, prefix: "NEW-" })).queued).toMatchObject({ documents: 0, bulk: null });
  await ask("POST", `${IN}/bulk`, { kind: "retry", numbers: ["SO-020001", "SO-020003"] });
  await ask("DELETE", `${MAIN}/pauses/target/orders-in`);
  await expect.poll(async () => (await countsOf(ask, OUT))["done"], { timeout: 20_000 }).toBe(before + 2);
  for (const [number, found] of [
    ["NEW-SO-020001", 1],
    ["NEW-SO-000010", 0],
    ["OUT-SO-000010", 1],
  ] as const)
    expect((await ask("POST", `${MAIN}/records/search`, { flow: "orders-out", numbers: [number] })).body.items[0].found).toHaveLength(
      found,
    );
}, 180_000);

test("summaries that wait are sent as they were made, and publishing says how many", async () => {
  const DAYS = `${MAIN}/flows/days`;
  const summing = (prefix: string): object => ({
    id: "days",
    source: { connection: "datong", api: "receive", id: ["id"], number: "no" },
    restructure: [{ kind: "merge", by: ["day"], lines: "lines", lineFields: ["amount"] }],
    mapping: [{ field: "id", value: `${prefix}{{day}}{{supplement_no}}` }],
    target: { connection: "datong", api: "push", options: { flow: "orders-out" } },
    dispatch: { enabled: true },
  });
  await saveAndPublish(ask, DAYS, summing("FORMER-"), 0);
  await ask("PUT", `${MAIN}/pauses/target/days`);
  await ask("POST", `${DAYS}/enable`);
  const rows = [1, 1, 2].map((day, i) => ({ id: `d${i}`, no: `D-${i}`, day: `2026-01-0${day}`, amount: 1 }));
  expect((await ask("POST", `${DAYS}/push`, rows)).body).toMatchObject({ stored: 3 });
  await expect.poll(async () => (await countsOf(ask, DAYS))["queued"], { timeout: 20_000 }).toBe(3);
  const { queued } = await saveAndPublish(ask, DAYS, summing("LATTER-"), 1);
  expect(queued).toEqual({ documents: 0, summaries: 2, inHand: 0, bulk: null });
  await ask("DELETE", `${MAIN}/pauses/target/days`);
  await waitForCounts(ask, DAYS, { done: 3 });
  const found = async (number: string): Promise<number> => (await ask("GET", `${MAIN}/records/search?number=${number}`)).body.items.length;
  expect(await found("FORMER-2026-01-01")).toBeGreaterThan(0);
  expect(await found("LATTER-2026-01-01")).toBe(0);
}, 180_000);

test("a key whose process died is done now where nothing was done, told of where it was, and doubtful where nobody can tell", async () => {
  const { pool } = lab.server().engine;
  const actor = (await pool.query<{ actor: string }>("select 'person:' || id as actor from person where name = 'admin'")).rows[0]?.actor;
  const GONE = "00000000-0000-4000-8000-000000000009";
  const repeat = async (path: string, key: string, body: object) => ask("POST", path, body, { "idempotency-key": key });
  const view = { page: "logs", name: "a", filter: {} };
  const lose = (key: string, deed: string | null) =>
    pool.query("update kept_answer set owner = $3, status = null, body = null, deed = $4 where actor = $1 and key = $2", [
      actor,
      key,
      GONE,
      deed,
    ]);
  const first = await repeat(`${MAIN}/views`, "k1", view);
  expect((await repeat(`${MAIN}/views`, "k1", view)).body).toEqual(first.body);
  // The deed was noted: it is never done twice.
  await lose("k1", "view.save logs a, 7");
  expect(await repeat(`${MAIN}/views`, "k1", view)).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_DONE" } });
  // Not noted: the transaction did not happen, and the same request is carried out.
  await ask("DELETE", `${MAIN}/views/${first.body.id}`);
  await lose("k1", null);
  expect(await repeat(`${MAIN}/views`, "k1", view)).toMatchObject({ status: 201 });
  expect((await ask("GET", `${MAIN}/views?page=logs`)).body.items).toHaveLength(1);
  // A run is more than a transaction.
  await repeat(`${IN}/runs`, "k2", {});
  await lose("k2", null);
  expect(await repeat(`${IN}/runs`, "k2", {})).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_OUTCOME_UNKNOWN" } });
  // What was refused may be sent again, and a deed that was done is noted with the key.
  expect(await repeat(`${MAIN}/views`, "k3", view)).toMatchObject({ body: { code: "NAME_TAKEN" } });
  expect(await repeat(`${MAIN}/views`, "k3", view)).toMatchObject({ body: { code: "NAME_TAKEN" } });
  const { rows } = await pool.query<{ deed: string }>("select deed from kept_answer where actor = $1 and key = 'k1'", [actor]);
  expect(rows[0]?.deed).toContain("view.save logs a");
});
