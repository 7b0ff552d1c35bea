/** A flow that a worker works for, made ready, and what its writer and its puller share. */
import type { Connection, Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { writeBackOf, writeBackQueue, type Running } from "../flow/running.ts";
import { openDoors, type Doors } from "../flow/target/perform-claimed.ts";
import { placeFlow } from "../store/flow-rows.ts";
import { postgresStore } from "../store/ledger-store.ts";
import { requireDecided } from "../flow/require-decided.ts";
import { openSides, type Sides } from "../flow/open-sides.ts";

export interface WorkerFlow {
  readonly flow: Flow;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** `run` is the flow's latest run: what is written without one under way is put down to it. */
export interface Member {
  readonly running: Omit<Running, "run" | "paused"> & { run: string; readonly paused: Sides };
  readonly doors: Doors;
  readonly paused: Sides;
  /** Takes up what has changed by now; where that is this flow, the round that the member is of has been stopped then. */
  refresh?: (() => Promise<void>) | undefined;
  /** Tasks in hand. */
  inHand: number;
  runKnownMs: number;
  /** Settled since the rate was stored last; `stored`: documents before that. */
  readonly settled: { documents: number; calls: number; stored: number };
}

/** The flow's member, and that of its write-backs, which has nothing to pull. */
export async function membersOf(
  engine: Engine,
  { flow, connections }: WorkerFlow,
  log: (line: string) => void,
): Promise<{ readonly main: Member; readonly writeBack: Member | undefined }> {
  const { pool, ports, ids, worker, inHand, breaker } = engine;
  requireDecided(flow);
  const ready = engine.ready(flow, connections);
  const place = await placeFlow(pool, ready);
  const queue = writeBackQueue({ ids, ...place }, ready);
  const running: Member["running"] = {
    pool,
    store: postgresStore(pool, engine.handover),
    ports,
    ids,
    ...place,
    ...(queue === undefined ? {} : { writeBack: queue }),
    ready,
    log,
    flowLog: engine.flowLog,
    breaker,
    paused: openSides(ready, ports.nowMs, true),
    owner: worker.id,
    inHand,
    run: "0",
    options: {},
    counts: { read: 0, records: 0, unchanged: 0, added: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: false,
  };
  const back = writeBackOf(running);
  return {
    main: memberAs(running),
    writeBack: back === undefined ? undefined : memberAs({ ...back, paused: openSides(back.ready, ports.nowMs, false) }),
  };
}

function memberAs(running: Member["running"]): Member {
  const { paused } = running;
  return { running, doors: openDoors(running), paused, inHand: 0, runKnownMs: 0, settled: { documents: 0, calls: 0, stored: 0 } };
}

/** Looks the flow's latest run up, at most once a second. */
export async function knowRun(member: Member): Promise<void> {
  if (performance.now() - member.runKnownMs < 1_000) return;
  const { pool, row, main, ids } = member.running;
  const { rows } = await pool.query<{ id: string }>({
    name: "run_latest",
    text: "select id from run where lane = $1 and flow = $2 order by id desc limit 1",
    values: [row.lane, main?.num ?? row.num],
  });
  member.running.run = rows[0]?.id ?? ids.next();
  member.runKnownMs = performance.now();
}
