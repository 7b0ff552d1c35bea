/** The rows behind a run: transactions, what the ledger knows, claims, intents, settlements by owners and by former owners. */
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STATUSES } from "@datong/core";
import { registerFlow, registerRevision, findFlow, type FlowRow } from "../../src/store/flow-rows.ts";
import { documentsOfRecords, documentsOfUnits, knownRecords } from "../../src/store/known-rows.ts";
import { loadCursor } from "../../src/store/cursor-rows.ts";
import { insertTasks } from "../../src/store/insert-tasks.ts";
import { commitPage, type DocumentRow, type PageRows } from "../../src/store/page-rows.ts";
import { createSessionCache, type SessionOwner } from "../../src/connection/session-cache.ts";
import { seal } from "../../src/store/seal.ts";
import { giveLease, startRun, takeLease } from "../../src/store/run-rows.ts";
import { sealedSessions } from "../../src/store/sealed-sessions.ts";
import { claimTasks, markSent, nextDueMs, releaseTasks, returnTask, type ClaimedTask } from "../../src/store/task-rows.ts";
import { settleTasks, type Settlement } from "../../src/store/settle-rows.ts";
import { rowsJson } from "../../src/store/parameters.ts";
import { transaction } from "../../src/store/transaction.ts";
import { openLab, type Lab } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

interface Place {
  readonly row: FlowRow;
  readonly run: string;
  readonly page: (keys: readonly string[], more?: Partial<PageRows>) => PageRows;
  /** A page that brings a newer version of a queued document. */
  readonly newer: (document: DocumentRow) => PageRows;
}

let flows = 0;
async function place(): Promise<Place> {
  flows += 1;
  const { pool, ids } = lab.engine;
  const row = await registerFlow(pool, `store-${flows}`, `account-${flows}`);
  const revision = await registerRevision(pool, row.num, "{}");
  const run = ids.next();
  await startRun(pool, { lane: row.lane, id: run, flow: row.num, revision });
  const page: Place["page"] = (keys, more = {}) => {
    const documents = keys.map((key): DocumentRow => ({
      id: ids.next(),
      unit: key,
      recordKey: key,
      part: "",
      version: 1,
      externalKey: `K-${key}`,
      status: STATUSES.queued.number,
      code: null,
      vendorText: null,
      task: null,
      body: `{"k":"${key}"}`,
    }));
    const task = ids.next();
    return {
      lane: row.lane,
      flow: row.num,
      revision,
      run,
      account: `account-${flows}`,
      nextId: ids.next,
      records: keys.map((key) => ({
        key,
        number: `N-${key}`,
        fingerprint: "ab".repeat(16),
        version: 1,
        status: STATUSES.queued.number,
        reason: null,
        rows: `[{"id":"${key}"}]`,
        isNew: true,
      })),
      documents: documents.map((document) => ({ ...document, task })),
      replaced: [],
      planned: [],
      skipped: [],
      links: [],
      mergeItems: [],
      mergeDone: [],
      tasks: [{ id: task, action: "write", documents: documents.map((document) => document.id) }],
      cursors: [{ name: "pull", value: "here" }],
      counts: { read: keys.length, records: keys.length, unchanged: 0 },
      exchanges: [],
      ...more,
    };
  };
  return {
    row,
    run,
    page,
    newer: (document) =>
      page([], {
        tasks: [],
        replaced: [{ ...document, version: 2, body: '{"k":"new"}', task: null }],
        planned: [{ id: document.id, status: STATUSES.queued.number }],
        cursors: [{ name: "pull", value: "there" }],
      }),
  };
}

const claim = (at: Place, owner: string, count = 10): Promise<readonly ClaimedTask[]> =>
  claimTasks(lab.engine.pool, { lane: at.row.lane, flow: at.row.num, count, owner, leaseMs: 60_000 });
const intend = async (at: Place, owner: string, task: string): Promise<boolean> =>
  (await markSent(lab.engine.pool, at.row.lane, owner, [{ task, requestHash: "h" }]))[0] === true;
const settlement = (at: Place, owner: string, task: ClaimedTask): Settlement => ({
  lane: at.row.lane,
  flow: at.row.num,
  run: at.run,
  account: "a",
  owner,
  task: task.id,
  ends: task.documents.map((document) => ({
    id: document.id,
    status: STATUSES.done.number,
    stage: null,
    number: `by-${owner}`,
    targetId: "1",
    attempts: 1,
    code: null,
    cause: null,
    vendorCode: null,
    vendorText: null,
    task: null,
    before: { status: document.status, number: document.number, targetId: document.targetId },
  })),
  follow: [],
  exchanges: [
    { id: lab.engine.ids.next(), task: task.id, atMs: Date.now(), tookMs: 1, operation: "save", status: 200, request: "q", response: "r" },
  ],
});
/** Until somebody waits for a lock that another transaction holds. */
async function waitsForLock(pool: typeof lab.engine.pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
    if (rows.length > 0) return;
    await sleep(5);
  }
}
const count = async (at: Place, table: string): Promise<number> =>
  Number(
    (
      await lab.engine.pool.query<{ n: string }>(`select count(*) as n from ${table} where lane = $1 and flow = $2`, [
        at.row.lane,
        at.row.num,
      ])
    ).rows[0]?.n,
  );

describe("a transaction", () => {
  test("that throws leaves nothing behind, and its connection is of use to the next", async () => {
    const at = await place();
    await expect(
      transaction(lab.engine.pool, async (client) => {
        await client.query("insert into cursor (lane, flow, name, value) values ($1, $2, 'x', 'y')", [at.row.lane, at.row.num]);
        throw new Error("in the middle");
      }),
    ).rejects.toThrow("in the middle");
    expect(await loadCursor(lab.engine.pool, at.row.lane, at.row.num, "x")).toBeNull();
    await expect(transaction(lab.engine.pool, (client) => client.query("select no_such_column"))).rejects.toThrow("no_such_column");
    expect(
      await transaction(lab.engine.pool, async (client) => (await client.query<{ one: number }>("select 1 as one")).rows[0]?.one),
    ).toBe(1);
  });

  test("of a page is all or nothing: one row that cannot be stored undoes records, documents, tasks and the cursor", async () => {
    const at = await place();
    const page = at.page(["a", "b"]);
    const twice = { ...page, documents: [...page.documents, ...page.documents] };
    await expect(commitPage(lab.engine.pool, twice)).rejects.toThrow();
    for (const table of ["record", "document", "task", "block", "cursor"]) expect(await count(at, table)).toBe(0);
    expect(await commitPage(lab.engine.pool, page)).toBe(true);
    expect(await count(at, "document")).toBe(2);
  });

  test("of a page of new records stores none of it where one of them was stored since: the page is planned anew", async () => {
    const at = await place();
    // Without documents: only the records can tell.
    const alone = (keys: readonly string[]): PageRows => ({ ...at.page(keys), documents: [], tasks: [] });
    expect(await commitPage(lab.engine.pool, alone(["b"]))).toBe(true);
    expect(await commitPage(lab.engine.pool, alone(["a", "b"]))).toBe(false);
    for (const table of ["record", "block"]) expect(await count(at, table)).toBe(1);
    const again = alone(["a", "b"]);
    const records = again.records.map((record) => (record.key === "b" ? { ...record, isNew: false, version: 2 } : record));
    expect(await commitPage(lab.engine.pool, { ...again, records })).toBe(true);
    const { rows } = await lab.engine.pool.query<{ key: string; version: number }>(
      "select key, version from record where lane = $1 and flow = $2 order by key",
      [at.row.lane, at.row.num],
    );
    expect(rows).toEqual([
      { key: "a", version: 1 },
      { key: "b", version: 2 },
    ]);
  });

  test("writes texts that the store can hold, whatever came", () => {
    expect(JSON.parse(rowsJson([{ t: "a\u0000b", s: "x\ud800y", n: 1 }]))).toEqual([{ t: "a\uFFFDb", s: "x\uFFFDy", n: 1 }]);
  });
});

describe("what the ledger knows", () => {
  test("of a page: new, changed and the same", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a", "b"]));
    const known = await knownRecords(lab.engine.pool, at.row.lane, at.row.num, [
      { key: "a", fingerprint: "ab".repeat(16) },
      { key: "b", fingerprint: "cd".repeat(16) },
      { key: "c", fingerprint: "ab".repeat(16) },
    ]);
    expect([...known.values()].map(({ same, version }) => [same, version]).toSorted()).toEqual([
      [false, 1],
      [true, 1],
    ]);
    expect(known.has("c")).toBe(false);
    expect(await knownRecords(lab.engine.pool, at.row.lane, at.row.num, [])).toEqual(new Map());
  });

  test("of documents: in flight once a worker has taken their task", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a"]));
    const flying = async (): Promise<boolean | undefined> =>
      (await documentsOfRecords(lab.engine.pool, at.row.lane, at.row.num, ["a"]))[0]?.inFlight;
    expect(await flying()).toBe(false);
    await claim(at, randomUUID());
    expect(await flying()).toBe(true);
    expect((await documentsOfUnits(lab.engine.pool, at.row.lane, at.row.num, ["a", "zz"])).map((document) => document.unit)).toEqual(["a"]);
  });

  test("changes under a plan: a document that the writer has taken or settled since makes the page be planned anew", async () => {
    const at = await place();
    const page = at.page(["a"]);
    await commitPage(lab.engine.pool, page);
    const [document] = page.documents;
    if (document === undefined) throw new Error("no document");
    const later = at.newer(document);
    const owner = randomUUID();
    const [task] = await claim(at, owner);
    if (task === undefined) throw new Error("no task");
    expect(await commitPage(lab.engine.pool, later)).toBe(false);
    await settleTasks(lab.engine.pool, [settlement(at, owner, task)]);
    expect(await commitPage(lab.engine.pool, later)).toBe(false);
    expect(await loadCursor(lab.engine.pool, at.row.lane, at.row.num, "pull")).toBe("here");
    expect((await documentsOfRecords(lab.engine.pool, at.row.lane, at.row.num, ["a"]))[0]).toMatchObject({
      version: 1,
      status: STATUSES.done.number,
    });
  });

  test("changes under a plan: what was given back by somebody who may have sent it counts as under way", async () => {
    const at = await place();
    const page = at.page(["a"]);
    await commitPage(lab.engine.pool, page);
    const [document] = page.documents;
    if (document === undefined) throw new Error("no document");
    const [former, present] = [randomUUID(), randomUUID()];
    const [task] = await claim(at, former);
    await intend(at, former, task?.id ?? "");
    await releaseTasks(lab.engine.pool, at.row.lane, at.row.num, [former]);
    const [again] = await claim(at, present);
    await returnTask(lab.engine.pool, at.row.lane, present, again?.id ?? "", again?.maybeSent === true);
    const known = await documentsOfRecords(lab.engine.pool, at.row.lane, at.row.num, ["a"]);
    expect(known).toMatchObject([{ status: STATUSES.queued.number, inFlight: true }]);
    expect(await commitPage(lab.engine.pool, at.newer(document))).toBe(false);
  });

  test("changes under a plan: a document that goes on in another task while its page waits for the first one", async () => {
    const at = await place();
    const page = at.page(["a"]);
    await commitPage(lab.engine.pool, page);
    const [document] = page.documents;
    if (document === undefined) throw new Error("no document");
    const next = lab.engine.ids.next();
    const page2 = await transaction(lab.engine.pool, async (client) => {
      await client.query("delete from task where lane = $1 and id = any($2::bigint[])", [at.row.lane, page.tasks.map((task) => task.id)]);
      const stored = commitPage(lab.engine.pool, at.newer(document));
      await waitsForLock(lab.engine.pool);
      await client.query("update document set tasks = tasks || $3::bigint where lane = $1 and id = $2", [at.row.lane, document.id, next]);
      await insertTasks(client, at.row.lane, at.row.num, "a", [{ id: next, action: "write", documents: [document.id] }]);
      return { stored };
    });
    expect(await page2.stored).toBe(false);
  });
});

describe("the queue", () => {
  test("gives a task to one of many who ask at once", async () => {
    const at = await place();
    for (let i = 0; i < 10; i += 1) await commitPage(lab.engine.pool, at.page([`k${i}`]));
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(at, randomUUID(), 3)));
    const ids = claims.flat().map((task) => task.id);
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(10);
  });

  test("hands out the oldest first, with the bodies as they were stored", async () => {
    const at = await place();
    for (const key of ["a", "b", "c"]) await commitPage(lab.engine.pool, at.page([key]));
    const tasks = await claim(at, randomUUID(), 2);
    expect(tasks.map((task) => task.documents.map((document) => document.body))).toEqual([['{"k":"a"}'], ['{"k":"b"}']]);
  });

  test("tells the next owner that the former one may have sent it", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["sent"]));
    await commitPage(lab.engine.pool, at.page(["not-sent"]));
    const former = randomUUID();
    const [first] = await claim(at, former);
    expect(await intend(at, former, first?.id ?? "")).toBe(true);
    expect(await claim(at, randomUUID())).toEqual([]);
    await releaseTasks(lab.engine.pool, at.row.lane, at.row.num, [former]);
    expect((await claim(at, randomUUID())).map((task) => [task.documents[0]?.recordKey, task.maybeSent])).toEqual([
      ["sent", true],
      ["not-sent", false],
    ]);
  });

  test("takes no intent from an owner who lost the task to somebody who sent it, also where it is his again", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a"]));
    const [first, second] = [randomUUID(), randomUUID()];
    const [task] = await claim(at, first);
    await releaseTasks(lab.engine.pool, at.row.lane, at.row.num, [first]);
    await claim(at, second);
    expect(await intend(at, second, task?.id ?? "")).toBe(true);
    await releaseTasks(lab.engine.pool, at.row.lane, at.row.num, [second]);
    expect(await claim(at, first)).toMatchObject([{ id: task?.id, maybeSent: true }]);
    expect(await intend(at, first, task?.id ?? "")).toBe(false);
  });

  test("takes neither an intent nor a settlement from a former owner, but keeps what was really said", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a"]));
    const [former, present] = [randomUUID(), randomUUID()];
    const [theirs] = await claim(at, former);
    await releaseTasks(lab.engine.pool, at.row.lane, at.row.num, [former]);
    const [ours] = await claim(at, present);
    if (theirs === undefined || ours === undefined) throw new Error("no task");
    expect(await intend(at, former, theirs.id)).toBe(false);
    await settleTasks(lab.engine.pool, [settlement(at, former, theirs)]);
    const state = async (): Promise<{ status: number; number: string | null } | undefined> =>
      (await documentsOfRecords(lab.engine.pool, at.row.lane, at.row.num, ["a"]))[0];
    expect(await state()).toMatchObject({ status: STATUSES.queued.number, number: null });
    expect(await count(at, "task")).toBe(1);
    await settleTasks(lab.engine.pool, [settlement(at, present, ours)]);
    expect(await state()).toMatchObject({ status: STATUSES.done.number, number: `by-${present}` });
    expect(await count(at, "task")).toBe(0);
    expect(await count(at, "exchange")).toBe(2);
    // A second settlement of the same task changes nothing either.
    await settleTasks(lab.engine.pool, [{ ...settlement(at, present, ours), ends: settlement(at, former, ours).ends }]);
    expect(await state()).toMatchObject({ number: `by-${present}` });
  });

  test("settles what is ours together with what has gone to another owner, whose document stays as it is", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a"]));
    await commitPage(lab.engine.pool, at.page(["b"]));
    const [former, present] = [randomUUID(), randomUUID()];
    const [lost, kept] = await claim(at, former);
    if (lost === undefined || kept === undefined) throw new Error("no tasks");
    await lab.engine.pool.query("update task set owner = $3 where lane = $1 and id = $2", [at.row.lane, lost.id, present]);
    await settleTasks(lab.engine.pool, [settlement(at, former, lost), settlement(at, former, kept)]);
    const states = await documentsOfRecords(lab.engine.pool, at.row.lane, at.row.num, ["a", "b"]);
    expect(new Map(states.map((state) => [state.recordKey, state.number]))).toEqual(
      new Map([
        ["a", null],
        ["b", `by-${former}`],
      ]),
    );
    expect(await count(at, "task")).toBe(1);
    expect(await count(at, "exchange")).toBe(2);
  });

  test("puts what goes on into a new task, due when it was told", async () => {
    const at = await place();
    await commitPage(lab.engine.pool, at.page(["a"]));
    const owner = randomUUID();
    const [task] = await claim(at, owner);
    if (task === undefined) throw new Error("no task");
    const follow = {
      id: lab.engine.ids.next(),
      action: "probe",
      documents: task.documents.map((document) => document.id),
      delayMs: 60_000,
      attempts: 0,
    };
    await settleTasks(lab.engine.pool, [{ ...settlement(at, owner, task), follow: [follow] }]);
    expect(await claim(at, owner)).toEqual([]);
    const dueMs = await nextDueMs(lab.engine.pool, at.row.lane, at.row.num);
    expect(dueMs).toBeGreaterThan(50_000);
    expect(dueMs).toBeLessThanOrEqual(60_000);
  });

  test("is told as empty where nothing waits", async () => {
    const at = await place();
    expect(await nextDueMs(lab.engine.pool, at.row.lane, at.row.num)).toBeNull();
    await commitPage(lab.engine.pool, at.page(["a"]));
    expect(await nextDueMs(lab.engine.pool, at.row.lane, at.row.num)).toBe(0);
  });
});

describe("flows and leases", () => {
  test("a flow that is registered by many at once gets one number and keeps its lane, whatever its account becomes", async () => {
    const rows = await Promise.all(Array.from({ length: 8 }, (_, i) => registerFlow(lab.engine.pool, "crowd", `account-${i}`)));
    expect(new Set(rows.map((row) => `${row.num}/${row.lane}`)).size).toBe(1);
    expect(await findFlow(lab.engine.pool, "crowd")).toEqual(rows[0]);
    expect(await findFlow(lab.engine.pool, "nobody")).toBeNull();
  });

  test("a document of a flow that ran before gets its old revision again", async () => {
    const { num } = await registerFlow(lab.engine.pool, "revised", "a");
    const revisions = [];
    for (const text of ["one", "two", "one", "three"]) revisions.push(await registerRevision(lab.engine.pool, num, text));
    expect(revisions).toEqual([1, 2, 1, 3]);
  });

  test("a lease is held by one, renewed by its owner, and given back by nobody else", async () => {
    const at = await place();
    const take = (owner: string, nowMs: number, alive = true): Promise<string | null> =>
      takeLease(lab.engine.pool, { lane: at.row.lane, flow: at.row.num, owner, nowMs, leaseMs: 1_000, alive: () => alive });
    expect(await Promise.all(["a", "b", "c"].map((owner) => take(owner, 0)))).toContain(null);
    const [holder] = (await Promise.all(["a", "b", "c"].map(async (owner) => ((await take(owner, 1)) === null ? owner : "")))).filter(
      (owner) => owner !== "",
    );
    expect(holder).toBeDefined();
    const other = holder === "a" ? "b" : "a";
    await giveLease(lab.engine.pool, at.row.lane, at.row.num, other);
    expect(await take(other, 500)).toBe(holder);
    expect(await take(other, 500, false)).toBeNull();
    await giveLease(lab.engine.pool, at.row.lane, at.row.num, other);
    expect(await take("c", 500)).toBeNull();
  });
});

describe("sealed sessions", () => {
  const stored = { session: { token: "session-token-1" }, expiresAtMs: 5 };
  const owner = (account: string, proof = "p"): SessionOwner => ({ account, proof });
  test("open under their key and for their account alone", async () => {
    const [key, otherKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const sessions = sealedSessions(lab.engine.pool, key);
    await sessions.save(owner("account-a"), stored);
    expect(await sessions.load(owner("account-a"))).toEqual(stored);
    expect(await sessions.load(owner("account-b"))).toBeNull();
    expect(await sealedSessions(lab.engine.pool, otherKey).load(owner("account-a"))).toBeNull();
    // Moved to another account it does not open: the account is bound in.
    await lab.engine.pool.query(
      "insert into session (account, sealed) select 'account-b', sealed from session where account like 'account-a|%'",
    );
    expect(await sessions.load(owner("account-b"))).toBeNull();
  });

  test("belong to the secrets that opened them, of which the database holds nothing that can be guessed", async () => {
    const { pool } = lab.engine;
    const sessions = sealedSessions(pool, Buffer.alloc(32, 1));
    await sessions.save(owner("account-d", "first"), stored);
    expect(await sessions.load(owner("account-d", "second"))).toBeNull();
    const { rows } = await pool.query<{ account: string }>("select account from session where account like 'account-d%'");
    expect(rows).toHaveLength(1);
    expect(rows[0]?.account).not.toContain(createHash("sha256").update("first").digest("base64url").slice(0, 22));
  });

  test("of an earlier version are what a log-in may go on from, and no session", async () => {
    const key = Buffer.alloc(32, 1);
    await lab.engine.pool.query("insert into session (account, sealed) values ('account-e', $1)", [
      seal(key, "account-e", Buffer.from(JSON.stringify({ session: { refresh_token: "r1" }, expiresAtMs: null }))),
    ]);
    const cache = createSessionCache(sealedSessions(lab.engine.pool, key), () => 1_000);
    const got = await cache.get(owner("account-e"), (previous) =>
      Promise.resolve({ session: { token: `made from ${String(previous?.["refresh_token"])}` }, expiresAtMs: null }),
    );
    expect(got).toEqual({ token: "made from r1" });
  });

  test("that were tampered with or cut do not open and do not throw", async () => {
    const sessions = sealedSessions(lab.engine.pool, Buffer.alloc(32, 1));
    await sessions.save(owner("account-c"), stored);
    for (const change of [
      "set_byte(sealed, length(sealed) - 1, (get_byte(sealed, length(sealed) - 1) + 1) % 256)",
      "substring(sealed for 20)",
      "''::bytea",
    ]) {
      await lab.engine.pool.query(`update session set sealed = ${change} where account like 'account-c|%'`);
      expect(await sessions.load(owner("account-c"))).toBeNull();
    }
  });
});
