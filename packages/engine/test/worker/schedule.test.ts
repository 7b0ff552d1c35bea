/** Schedules in a time that is played: misfire, windows, maintenance, preconditions, target ticks, what sets a flow off. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection, Flow } from "@datong/core";
import { REAL_PORTS } from "../../src/ports.ts";
import { membersOf, type Member } from "../../src/worker/member.ts";
import { leave } from "../../src/worker/presence.ts";
import { beginIfDue, workBegun } from "../../src/worker/reconcile-due.ts";
import { listReconciliations } from "../../src/reconcile/index.ts";
import { afterIfDue, pullIfDue, type PullEnd } from "../../src/worker/pull-due.ts";
import { writeAccount } from "../../src/worker/write-account.ts";
import { bills, connectionTo, flowOf, openLab, type FlowChange, type Lab } from "../flow/lab/lab.ts";
import type { Vendor } from "../flow/lab/vendor.ts";

let nowMs = Date.parse("2027-03-01T00:00:00Z");
let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ ports: { ...REAL_PORTS, nowMs: () => nowMs } });
});
afterAll(() => lab.close());

const go = new AbortController().signal;
/** Time goes forward only; the tests follow each other by days. */
const at = (text: string): void => {
  nowMs = Math.max(nowMs, Date.parse(text));
};

interface Played {
  readonly vendor: Vendor;
  readonly member: Member;
  readonly pull: () => Promise<PullEnd>;
  /** Writes what may be written just now. */
  readonly write: () => Promise<void>;
  readonly flow: Flow;
}

async function play(
  id: string,
  dispatch: Partial<Flow["dispatch"]>,
  more: { readonly maintenance?: Connection["maintenance"]; readonly change?: FlowChange; readonly log?: (line: string) => void } = {},
): Promise<Played> {
  const { vendor } = await lab.scene();
  const { maintenance, change } = more;
  const connection: Connection = { ...connectionTo(vendor, id), ...(maintenance === undefined ? {} : { maintenance }) };
  const base = flowOf(id, change);
  const flow: Flow = { ...base, dispatch: { ...base.dispatch, ...dispatch } };
  const { engine } = lab;
  const log = more.log ?? ((): void => undefined);
  const { main: member } = await membersOf(engine, { flow, connections: new Map([[id, connection]]) }, log);
  const { handover, breaker } = engine;
  const write = (): Promise<void> =>
    writeAccount({
      members: [member],
      handover,
      breaker,
      concurrencyMax: 4,
      byCron: true,
      signal: go,
      log,
      finished: () => Promise.resolve(true),
    });
  return { vendor, member, flow, write, pull: () => (member.paused.source ? Promise.resolve("waiting") : pullIfDue(engine, member, go)) };
}

const runsOf = async (flow: string): Promise<readonly { readonly state: string; readonly code: string | null }[]> =>
  (
    await lab.engine.pool.query<{ state: string; code: string | null }>(
      "select r.state, r.code from run r join flow f on f.lane = r.lane and f.num = r.flow where f.id = $1 order by r.id",
      [flow],
    )
  ).rows;

test.each([
  ["none", ["not-due", "not-due"], "done"],
  ["last", ["done", "not-due"], "done"],
  ["all", ["done", "done", "done", "not-due"], "done"],
] as const)("three ticks missed with misfire %s: %j", async (misfire, missed, next) => {
  const day = { none: "02", last: "03", all: "04" }[misfire];
  at(`2027-03-${day}T00:30:00Z`);
  const { pull, flow } = await play(`misfire-${misfire}`, { source: { cron: "0 * * * *", zone: "UTC", misfire } });
  expect(await pull()).toBe("not-due");
  at(`2027-03-${day}T01:00:00Z`);
  expect(await pull()).toBe("done");
  leave(lab.engine.pool, flow.id);
  at(`2027-03-${day}T04:20:00Z`);
  const ends = [];
  for (const _ of missed) ends.push(await pull());
  expect(ends).toEqual(missed);
  at(`2027-03-${day}T05:00:01Z`);
  expect(await pull()).toBe(next);
});

test("two processes that make up for the same ticks fire each of them once", async () => {
  at("2027-03-05T00:00:00Z");
  const source = { cron: "* * * * *", zone: "UTC", misfire: "all" } as const;
  const one = await play("twice", { source });
  const other = await membersOf(
    lab.engine,
    { flow: one.flow, connections: new Map([["twice", connectionTo(one.vendor, "twice")]]) },
    () => {},
  );
  await one.pull();
  at("2027-03-05T00:07:00Z");
  const ends: PullEnd[] = [];
  for (let i = 0; i < 12; i += 1) ends.push(...(await Promise.all([one.pull(), pullIfDue(lab.engine, other.main, go)])));
  expect(ends.filter((end) => end === "done")).toHaveLength(7);
  expect(one.vendor.requests("rows")).toHaveLength(7);
});

test("a tick outside the windows waits for them, and the ticks of a night fire once", async () => {
  at("2027-03-06T10:00:00Z");
  const source = { cron: "0 * * * *", zone: "UTC", windows: ["08:00-20:00"], misfire: "all" as const };
  const { pull, vendor } = await play("window", { source });
  expect(await pull()).toBe("not-due");
  at("2027-03-06T19:59:59Z");
  for (let i = 0; i < 9; i += 1) expect(await pull()).toBe("done");
  expect(await pull()).toBe("not-due");
  for (const hour of ["20", "23"]) {
    at(`2027-03-06T${hour}:00:00Z`);
    expect(await pull()).toBe("waiting");
  }
  at("2027-03-07T07:59:59Z");
  expect(await pull()).toBe("waiting");
  expect(vendor.requests("rows")).toHaveLength(9);
  at("2027-03-07T08:00:00Z");
  expect([await pull(), await pull()]).toEqual(["done", "not-due"]);
  expect((await runsOf("window")).every(({ state }) => state === "done")).toBe(true);
});

test("a reading whose window ends is broken off and goes on where it was; nothing fails", async () => {
  at("2027-03-08T19:59:00Z");
  const source = { cron: "0 * * * *", zone: "UTC", windows: ["08:00-20:00"] };
  const played = await play("broken-off", { source }, { change: { source: { pageSize: 5 } } });
  const { vendor, pull, member } = played;
  vendor.rows = bills(40);
  await pull();
  at("2027-03-09T08:00:00Z");
  vendor.script = () => {
    if (vendor.requests("rows").length >= 3) at("2027-03-09T20:00:00Z");
    return undefined;
  };
  expect(await pull()).toBe("stopped");
  expect(member.paused.source).toBe(true);
  const read = vendor.requests("rows").length;
  expect(read).toBeLessThan(8);
  expect(await pull()).toBe("waiting");
  at("2027-03-10T08:00:00Z");
  expect(await pull()).toBe("done");
  expect((await runsOf("broken-off")).map(({ state }) => state)).toEqual(["stopped", "done"]);
  await played.write();
  expect(new Set(vendor.ledger.map(({ key }) => key)).size).toBe(40);
});

test("in a connection's maintenance no call begins, to read or to write; afterwards both go on", async () => {
  at("2027-03-11T00:30:00Z");
  const maintenance = [{ from: "02:00", to: "03:00" }];
  // The connector's zone is China's.
  const { pull, write, vendor, member } = await play("maintained", { source: { cron: "0 * * * *", zone: "UTC" } }, { maintenance });
  vendor.rows = bills(3);
  await pull();
  at("2027-03-11T17:59:59Z");
  expect(await pull()).toBe("done");
  at("2027-03-11T18:00:00Z");
  await write();
  expect(await pull()).toBe("waiting");
  expect(vendor.ledger).toHaveLength(0);
  at("2027-03-11T19:00:00Z");
  expect(member.paused.target).toBe(false);
  await write();
  expect(await pull()).toBe("done");
  expect(vendor.ledger).toHaveLength(3);
});

test("a run by hand keeps to the maintenance too: nothing is called, nothing fails", async () => {
  const maintenance = [{ days: [4], from: "22:00", to: "06:00" }];
  // Thursday evening in China, until Friday morning.
  at("2027-03-11T21:59:59Z");
  const { vendor, flow } = await play("maintained-run", {}, { maintenance });
  vendor.rows = bills(2);
  const connections = new Map([["maintained-run", { ...connectionTo(vendor, "maintained-run"), maintenance }]]);
  expect(await lab.engine.run(flow, connections)).toMatchObject({ read: 0, written: 0, fault: null });
  expect(vendor.requests("rows")).toHaveLength(0);
  at("2027-03-11T22:00:00Z");
  expect(await lab.engine.run(flow, connections)).toMatchObject({ read: 2, written: 2, fault: null });
});

test("documents of a target with a cron are written from a tick on: those that were there, and no others before the next", async () => {
  at("2027-03-12T00:10:00Z");
  const source = { cron: "*/10 * * * *", zone: "UTC" };
  const { pull, write, vendor, member } = await play("at-ticks", { source, target: { cron: "0 * * * *", zone: "UTC" } });
  await pull();
  const steps: [string, number, number][] = [
    ["2027-03-12T00:20:00Z", 3, 0],
    ["2027-03-12T00:59:59Z", 4, 0],
    ["2027-03-12T01:00:00Z", 4, 4],
    // What comes after the tick waits for the next one.
    ["2027-03-12T01:10:00Z", 6, 4],
    ["2027-03-12T02:00:00Z", 6, 6],
  ];
  const seen: [string, number, number][] = [];
  for (const [time, rows] of steps) {
    vendor.rows = bills(rows);
    at(time);
    if (!time.includes(":00:00Z")) await pull();
    await write();
    seen.push([time, rows, vendor.ledger.length]);
  }
  expect(seen).toEqual(steps);
  expect(member.running.counts.done).toBe(6);
});

test("what a person asks for does not wait for the target's cron", async () => {
  at("2027-03-13T00:10:00Z");
  const { write, pull, vendor, member } = await play("by-hand", {
    source: { cron: "* * * * *", zone: "UTC" },
    target: { cron: "0 3 * * *", zone: "UTC" },
  });
  await pull();
  vendor.rows = bills(2);
  at("2027-03-13T00:11:00Z");
  expect(await pull()).toBe("done");
  await write();
  expect(vendor.ledger).toHaveLength(0);
  await lab.engine.pool.query("update task set priority = 0 where lane = $1 and flow = $2", [
    member.running.row.lane,
    member.running.row.num,
  ]);
  await write();
  expect(vendor.ledger).toHaveLength(2);
});

test("a precondition: since this flow's last good run; it waits, and gives the tick up after its minutes", async () => {
  at("2027-03-14T00:10:00Z");
  const hourly = { source: { cron: "0 * * * *", zone: "UTC" } };
  const lines: string[] = [];
  const before = await play("before", hourly);
  const behind = await play(
    "behind",
    { ...hourly, precondition: { flow: "before", waitMinutes: 20 } },
    { log: (line) => lines.push(line) },
  );
  await before.pull();
  await behind.pull();
  at("2027-03-14T01:00:00Z");
  expect(await behind.pull()).toBe("waiting");
  expect(await before.pull()).toBe("done");
  expect(await behind.pull()).toBe("done");
  at("2027-03-14T02:00:00Z");
  expect(await behind.pull()).toBe("waiting");
  at("2027-03-14T02:19:59Z");
  expect(await behind.pull()).toBe("waiting");
  at("2027-03-14T02:20:00Z");
  expect([await behind.pull(), await behind.pull()]).toEqual(["failed", "not-due"]);
  expect(behind.vendor.requests("rows")).toHaveLength(1);
  expect((await runsOf("behind")).map(({ state, code }) => [state, code])).toEqual([
    ["done", null],
    ["failed", "PRECONDITION_UNMET"],
  ]);
  expect(lines.join("\n")).toContain("behind: PRECONDITION_UNMET before");
  // A tick that was given up has not used the success up that comes now.
  expect(await before.pull()).toBe("done");
  at("2027-03-14T03:00:00Z");
  expect(await behind.pull()).toBe("done");
});

test("a precondition within minutes counts by the clock", async () => {
  const { pool } = lab.engine;
  at("2027-03-15T00:10:00Z");
  const hourly = { source: { cron: "0 * * * *", zone: "UTC" } };
  const before = await play("lately", hourly);
  const behind = await play("behind-lately", { ...hourly, precondition: { flow: "lately", withinMinutes: 30 } });
  await before.pull();
  await behind.pull();
  at("2027-03-15T01:00:00Z");
  await before.pull();
  const ended = async (text: string): Promise<unknown> =>
    pool.query("update run r set ended_at = $1 from flow f where f.lane = r.lane and f.num = r.flow and f.id = 'lately'", [text]);
  await ended("2027-03-15T00:29:00Z");
  expect(await behind.pull()).toBe("waiting");
  await ended("2027-03-15T00:31:00Z");
  expect(await behind.pull()).toBe("done");
});

test("a flow that comes after another is read once whenever that one has been read well", async () => {
  at("2027-03-16T00:10:00Z");
  const first = await play("first", { source: { cron: "0 * * * *", zone: "UTC" } });
  const second = await play("second", { after: "first" });
  const third = await membersOf(
    lab.engine,
    { flow: second.flow, connections: new Map([["second", connectionTo(second.vendor, "second")]]) },
    () => {},
  );
  const after = (member: Member): Promise<PullEnd> => afterIfDue(lab.engine, member, go);
  await first.pull();
  expect(await after(second.member)).toBe("not-due");
  for (const hour of ["01", "02"]) {
    at(`2027-03-16T${hour}:00:00Z`);
    expect(await first.pull()).toBe("done");
    const ends = await Promise.all([after(second.member), after(third.main)]);
    ends.push(await after(second.member), await after(third.main));
    expect(ends.filter((end) => end === "done")).toHaveLength(1);
  }
  first.vendor.script = () => ({ kind: "reply", status: 400, body: "" });
  at("2027-03-16T03:00:00Z");
  expect(await first.pull()).toBe("failed");
  expect(await after(second.member)).toBe("not-due");
  expect(second.vendor.requests("rows")).toHaveLength(2);
});

test("a reconciliation is begun once at its tick, whoever looks, over the span of that tick; one whose process died is done by another", async () => {
  at("2027-06-01T00:00:00Z");
  const { vendor, member, flow } = await play(
    "reconciled",
    {},
    {
      change: {
        source: { params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" }, watermark: { start: "2027-05-01 00:00:00", lagS: 0 } },
      },
    },
  );
  const schedule = [{ cron: "30 8 * * *", span: "yesterday" }];
  const due = { ...member, running: { ...member.running, ready: { ...member.running.ready, flow: { ...flow, reconcile: { schedule } } } } };
  const begin = () => beginIfDue(lab.engine, due);
  expect(await begin()).toBeNull();
  at("2027-06-02T00:30:01Z");
  vendor.rows = [
    { text: bills(1)[0]?.text ?? "", atMs: Date.parse("2027-05-31T16:00:00Z") },
    { text: bills(1, 2)[0]?.text ?? "", atMs: Date.parse("2027-06-01T16:00:00Z") },
  ];
  const all = await Promise.all([begin(), begin(), begin()]);
  const [ours] = all.filter((each) => each !== null);
  expect(all.filter((each) => each !== null)).toEqual([
    { id: expect.any(String), range: { from: "2027-06-01 00:00:00", to: "2027-06-02 00:00:00" } },
  ]);
  // Its process dies here; nobody takes it while it may still be working.
  expect(await begin()).toBeNull();
  at("2027-06-02T00:40:00Z");
  const again = await Promise.all([begin(), begin()]);
  expect(again.filter((each) => each !== null)).toEqual([ours]);
  await workBegun(lab.engine, due, ours ?? { id: "" }, go);
  const past = await listReconciliations(lab.engine, flow.id, { limit: 9 });
  expect(past).toMatchObject([
    { state: "done", person: "schedule", tickAt: Date.parse("2027-06-02T00:30:00Z"), summary: { records: 1, missing: 1 } },
  ]);
  // Missed days are one, as other schedules' are.
  at("2027-06-06T00:00:00Z");
  expect(await begin()).toMatchObject({ range: { from: "2027-06-04 00:00:00" } });
  expect(await begin()).toBeNull();
});
