/** Flows and connections that change while a worker works, and ticks that many members see. The vendor's ledger judges. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nextTick, type Connection, type Flow } from "@datong/core";
import { claimTick, firedUpTo } from "../../src/store/queue-rows.ts";
import { runWorker, type WorkerFlow, type WorkerResult } from "../../src/worker/index.ts";
import { bills, connectionTo, flowOf, openLab, type Lab } from "../flow/lab/lab.ts";
import { until } from "./child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const EVERY_SECOND = "* * * * * *";
const YEARLY = "0 0 1 1 *";
const scheduled = (flow: Flow, cron: string): Flow => ({ ...flow, dispatch: { ...flow.dispatch, source: { cron } } });

interface Changing {
  readonly change: (flows: readonly Flow[], connections: readonly Connection[]) => Promise<void>;
  readonly stop: () => Promise<WorkerResult>;
}

/** A worker in this process. `change` resolves when the new flows are worked for. */
function startChanging(flows: readonly Flow[], connections: readonly Connection[]): Changing {
  const both = (all: readonly Flow[], by: readonly Connection[]): readonly WorkerFlow[] => {
    const named = new Map(by.map((connection) => [connection.id, connection]));
    return all.map((flow) => ({ flow, connections: named }));
  };
  let next: { readonly flows: readonly WorkerFlow[]; readonly taken: () => void } | undefined;
  const stop = new AbortController();
  // The engine is the file's: a stop, which is for good, would leave the next test without calls.
  const ended = runWorker(
    { ...lab.engine, stopCalls: () => undefined },
    {
      flows: both(flows, connections),
      signal: stop.signal,
      changes: async (take) => {
        const asked = next;
        if (asked === undefined) return;
        next = undefined;
        await take(asked.flows);
        asked.taken();
      },
    },
  );
  return {
    change: (all, by) => new Promise((resolve) => (next = { flows: both(all, by), taken: resolve })),
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

const keysOf = (ledger: readonly { readonly key: string }[]): readonly string[] => ledger.map((entry) => entry.key).toSorted();
/** As long as a worker would need to do what it must not do. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_500));

describe("the limits of an account that is known", () => {
  test("are those of the connection as the next run finds it", async () => {
    const { vendor } = await lab.scene();
    vendor.delayMs = 30;
    const flow = flowOf("limits-run", { target: { batch: 1 } });
    const openMax = async (limits: NonNullable<Connection["limits"]>, count: number): Promise<number> => {
      vendor.rows = bills(count);
      vendor.openMax = 0;
      const result = await lab.engine.run(flow, new Map([["limits-run", connectionTo(vendor, "limits-run", { limits })]]));
      expect(result.fault).toBeNull();
      return vendor.openMax;
    };
    expect(await openMax({ concurrency: 1 }, 6)).toBe(1);
    expect(await openMax({ concurrency: 4 }, 30)).toBeGreaterThan(2);
    expect(await openMax({ concurrency: 1 }, 40)).toBe(1);
    expect(vendor.ledger).toHaveLength(40);
  });

  test("are taken over by a worker that waits for them, and by the budget in the database", { timeout: 180_000 }, async () => {
    const { vendor } = await lab.scene();
    vendor.rows = bills(60);
    const flow = scheduled(flowOf("limits-work", { target: { batch: 1 } }), EVERY_SECOND);
    const by = (limits: NonNullable<Connection["limits"]>): readonly Connection[] => [connectionTo(vendor, "limits-work", { limits })];
    const worker = startChanging([flow], by({ concurrency: 4, callsPerMinute: 5 }));
    await until(() => vendor.seen.length > 2, 20_000);
    await aWhile();
    expect(vendor.seen.length).toBeLessThanOrEqual(5);
    await worker.change([flow], by({ concurrency: 4, callsPerMinute: 20 }));
    await until(() => vendor.seen.length > 10, 20_000);
    await aWhile();
    // What was called before stays counted.
    expect(vendor.seen.length).toBeLessThanOrEqual(20);
    await worker.change([flow], by({ concurrency: 4, callsPerMinute: 6_000 }));
    await until(() => vendor.ledger.length >= 60, 20_000);
    await worker.stop();
    expect(new Set(keysOf(vendor.ledger)).size).toBe(60);
    expect(vendor.ledger).toHaveLength(60);
  });
});

test(
  "flows come and go: what a removed one has queued waits, calls under way come back, nothing is written twice",
  { timeout: 180_000 },
  async () => {
    const [left, right] = [await lab.scene(), await lab.scene()];
    for (const { vendor } of [left, right]) {
      vendor.rows = bills(60);
      vendor.delayMs = 40;
    }
    const flows = ["come", "go"].map((id) => scheduled(flowOf(id, { target: { batch: 1, concurrency: 2 } }), EVERY_SECOND));
    const connections = [connectionTo(left.vendor, "come"), connectionTo(right.vendor, "go")];
    const [come, go] = flows as [Flow, Flow];
    const worker = startChanging([go], connections);
    await until(() => right.vendor.ledger.length >= 5, 20_000);
    expect(left.vendor.seen).toEqual([]);
    await worker.change([come], connections);
    await until(() => left.vendor.ledger.length >= 60, 20_000);
    const waiting = right.vendor.ledger.length;
    expect(waiting).toBeLessThan(60);
    await aWhile();
    expect(right.vendor.ledger).toHaveLength(waiting);
    await worker.change([come, go], connections);
    await until(() => right.vendor.ledger.length >= 60, 20_000);
    const result = await worker.stop();
    expect(result).toMatchObject({ written: 120, failed: 0 });
    for (const { vendor } of [left, right]) {
      expect(new Set(keysOf(vendor.ledger)).size).toBe(60);
      expect(vendor.ledger).toHaveLength(60);
    }
    expect(right.vendor.openMax).toBeLessThanOrEqual(3);
  },
);

test("a corrected connection writes what an edited flow has queued", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(4);
  const flow = scheduled(flowOf("edited"), YEARLY);
  await lab.engine.pool.query("insert into tick (flow, at) values ('edited', '2020-01-01')");
  const other = await lab.scene();
  const connections = [connectionTo(vendor, "edited"), connectionTo(other.vendor, "edited-target")];
  vendor.script = ({ operation }) => (operation === "save" ? { kind: "reply", status: 500, body: "away" } : undefined);
  const worker = startChanging([flow], connections);
  await until(() => vendor.requests("save").length > 0, 20_000);
  await worker.change([{ ...flow, target: { ...flow.target, connection: "edited-target" } }], connections);
  await until(() => other.vendor.ledger.length >= 4, 20_000);
  await worker.stop();
  expect(keysOf(other.vendor.ledger)).toEqual(["b0001", "b0002", "b0003", "b0004"]);
});

test(
  "a reading that a change breaks off is read on at once, by the new settings, though its tick is past",
  { timeout: 180_000 },
  async () => {
    const { vendor } = await lab.scene();
    vendor.rows = bills(60);
    vendor.delayMs = 150;
    const flow = scheduled(flowOf("read-on", { source: { pageSize: 5 } }), YEARLY);
    const connections = [connectionTo(vendor, "read-on", { limits: { concurrency: 4 } })];
    await lab.engine.pool.query("insert into tick (flow, at) values ('read-on', '2020-01-01')");
    const worker = startChanging([flow], connections);
    await until(() => vendor.requests("rows").length >= 3, 20_000);
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: "new {{name}}" },
    ];
    await worker.change([{ ...flow, mapping }], connections);
    await until(() => vendor.ledger.length >= 60, 20_000);
    await worker.stop();
    expect(new Set(keysOf(vendor.ledger)).size).toBe(60);
    expect(vendor.ledger.at(-1)?.text).toContain("new ");
    const { rows } = await lab.engine.pool.query<{ state: string }>(
      "select r.state from run r join flow f on f.lane = r.lane and f.num = r.flow where f.id = 'read-on' order by r.id",
    );
    expect(rows.map((row) => row.state)).toEqual(["stopped", "done"]);
  },
);

test("two members that see 2,000 ticks claim each of them once, whoever looks first", { timeout: 180_000 }, async () => {
  const { pool } = lab.engine;
  const source = { cron: EVERY_SECOND };
  const claimed: number[] = [];
  const play = async (flow: string, fromMs: number, ticks: number): Promise<void> => {
    const see = async (): Promise<number | null> => nextTick(source, (await firedUpTo(pool, flow)).firedMs);
    const claim = async (tickMs: number | null): Promise<void> => {
      if (tickMs !== null && (await claimTick(pool, flow, tickMs))) claimed.push(tickMs);
    };
    await firedUpTo(pool, flow);
    for (let i = 0; i < ticks; i += 1) {
      // The clock that is played: what came before has fired, this one has not.
      await pool.query("update tick set at = to_timestamp($2 / 1000.0) where flow = $1", [flow, fromMs + i * 1_000]);
      // By turns both have seen it before either claims, and each goes its own pace.
      if (i % 2 === 0) await Promise.all((await Promise.all([see(), see()])).map(claim));
      else await Promise.all([see().then(claim), see().then(claim)]);
    }
  };
  const FLOWS = 8;
  const TICKS = 250;
  const startMs = Date.UTC(2020, 0, 1);
  await Promise.all(Array.from({ length: FLOWS }, (_, n) => play(`tick-${n}`, startMs + n * TICKS * 1_000, TICKS)));
  const played = Array.from({ length: FLOWS * TICKS }, (_, i) => startMs + (i + 1) * 1_000);
  // In the past only: a member that looks after the claim finds the next tick to come, which nobody plays.
  expect(claimed.filter((atMs) => atMs < Date.UTC(2021, 0, 1)).toSorted((a, b) => a - b)).toEqual(played);
});
