/**
 * The engine: opens the store, brings it up to date, opens connections, runs flows. One per process.
 */
import { fileURLToPath } from "node:url";
import { BUILT_IN_SYSTEM, DatongError, type Connection, type Connector, type Flow, type Session } from "@datong/core";
import type pg from "pg";
import {
  connectorsNamed,
  openConnection,
  type ConnectionParts,
  type ConnectorOf,
  type OpenConnection,
} from "./connection/open-connection.ts";
import { createBreaker, type Breaker } from "./connection/breaker.ts";
import { createApiUsage, type ApiUsage } from "./connection/api-usage.ts";
import { createOffLine } from "./connection/off-line.ts";
import { createAccountLimits } from "./connection/account-limits.ts";
import { createSessionCache } from "./connection/session-cache.ts";
import { createReceiver, type FlowNamed, type ReceiveRows } from "./flow/receive-rows.ts";
import { createFlowLog, type FlowLog } from "./flow/log/flow-log.ts";
import { runFlow } from "./flow/run.ts";
import { tasksInHand, type TasksInHand } from "./flow/target/hold-leases.ts";
import { writeBackQueue, type RunOptions, type RunResult } from "./flow/running.ts";
import { readyFlow, type ReadyFlow } from "./flow/ready-flow.ts";
import { requireDecided } from "./flow/require-decided.ts";
import { REAL_PORTS, type Ports } from "./ports.ts";
import { laneOf, placeFlow, type FlowRow } from "./store/flow-rows.ts";
import { shareLimits } from "./connection/shared-limits.ts";
import { createThrottle } from "./connection/throttle.ts";
import { createHandover, type Handover } from "./store/handover.ts";
import { createIdSource, type IdSource } from "./store/id-source.ts";
import { postgresStore } from "./store/ledger-store.ts";
import { openMasterKey } from "./store/master-key.ts";
import { migrate } from "./store/migrate.ts";
import { openDatabase, type Database } from "./store/postgres/index.ts";
import { keepExchangeDays, pruneStore, type StorePruned } from "./store/retention-keep.ts";
import { isOwnerAlive, leaseOwner } from "./store/lease-owner.ts";
import { giveLease, takeLease } from "./store/run-rows.ts";
import { sealedSessions } from "./store/sealed-sessions.ts";
import { foldCounts } from "./store/status-counts.ts";
import { claimants, claimedBy, releaseTasks } from "./store/task-rows.ts";
import type { WriteBackQueue } from "./store/write-back-rows.ts";
import { BUILT_IN_CONNECTION } from "./workspace/entry.ts";
import { pruneApiCalls } from "./store/api-usage-rows.ts";
import { beat, buryWorkers, registerWorker, removeWorker, type WorkerIdentity } from "./store/worker-rows.ts";

export interface EngineOptions {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly masterKey?: string;
  readonly connectors: readonly Connector[];
  readonly sessionsOf: Readonly<Record<string, Session>>;
  readonly ports?: Ports;
  readonly log?: (line: string) => void;
  /** How long an open circuit waits for its first try. */
  readonly circuitMs?: number;
  /** Whether connections that say nothing of it may reach private addresses; they may unless given. */
  readonly privateNetwork?: boolean;
}

export interface Engine {
  readonly database: Database;
  /** What secrets are sealed under. */
  readonly masterKey: Buffer;
  readonly pool: pg.Pool;
  readonly ids: IdSource;
  /** What this process has stored and will soon claim. */
  readonly handover: Handover;
  readonly ports: Ports;
  /** These connectors in place of the former ones, for connections that are opened from now on. */
  readonly useConnectors: (connectorOf: ConnectorOf) => void;
  /** Where rows may be pushed to: the flows that are known here, besides those that have run. */
  readonly useFlows: (named: FlowNamed) => void;
  /** Takes rows for a passive flow: durable when it returns, read when that flow is next pulled. */
  readonly receive: ReceiveRows;
  readonly connect: (connection: Connection) => OpenConnection;
  readonly ready: (flow: Flow, connections: ReadonlyMap<string, Connection>) => ReadyFlow;
  /** Where a flow's write-backs are queued; undefined for a flow that has none. */
  readonly writeBack: (ready: ReadyFlow) => Promise<WriteBackQueue | undefined>;
  /** This process among those that work on the database. */
  readonly worker: WorkerIdentity;
  /** What this process is working on, by its runs and its writers. */
  readonly inHand: TasksInHand;
  readonly breaker: Breaker;
  /** Where flows tell what they do. */
  readonly flowLog: FlowLog;
  /** Pauses of APIs are read anew by the next call. */
  readonly forgetOffLine: () => void;
  /** From now on calls that wait for their turn are not made. */
  readonly stopCalls: () => void;
  /** Holds a flow's lease while `work` goes on; throws FLOW_RUNNING where another has it. */
  readonly alone: <T>(flow: string, row: FlowRow, work: () => Promise<T>) => Promise<T>;
  readonly run: (flow: Flow, connections: ReadonlyMap<string, Connection>, options?: RunOptions) => Promise<RunResult>;
  readonly close: () => Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL("./store/migrations", import.meta.url));
const LEASE_MS = 120_000;
const BEAT_MS = 5_000;
const HOUSEKEEPING_MS = 3_600_000;

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const ports = options.ports ?? REAL_PORTS;
  const log = options.log ?? ((): void => undefined);
  const database = await openDatabase({
    dataDir: options.dataDir,
    log,
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  });
  try {
    await migrate(database.pool, MIGRATIONS);
    // Without a partition of its own a day lands in the default one; that is no reason not to open.
    await keepExchangeDays(database.pool, ports.nowMs()).catch((error: unknown) => log(`partitions: ${String(error)}`));
    // Registered first: a rotation that is under way ends before, one that comes later sees this process.
    const worker = await registerWorker(database.pool);
    const key = await openMasterKey(database.pool, options.dataDir, options.masterKey, log);
    const stop = new AbortController();
    const breaker = createBreaker(database.pool, log, options.circuitMs);
    const usage = createApiUsage();
    const offLine = createOffLine(database.pool);
    const parts: Omit<ConnectionParts, "receive"> = {
      connectorOf: connectorsNamed(options.connectors),
      sessionsOf: options.sessionsOf,
      sessions: createSessionCache(sealedSessions(database.pool, key), ports.nowMs),
      accounts: createAccountLimits((account, limits) => {
        const shared = { pool: database.pool, worker: worker.id, log };
        const at = { lane: laneOf(account), key: account };
        // The database's clock is the real one; whoever plays with time keeps the limits by the clock that is played with.
        return createThrottle(limits, ports, options.ports === undefined ? shareLimits(shared, at, limits) : undefined, stop.signal);
      }),
      ports,
      onCall: breaker.heard,
      usage,
      offLine,
      ...(options.privateNetwork === undefined ? {} : { privateNetwork: options.privateNetwork }),
    };
    return assemble(database, parts, {
      masterKey: key,
      ports,
      log,
      worker,
      breaker,
      usage,
      handover: createHandover(),
      forgetOffLine: offLine.forget,
      stopCalls: () => stop.abort(),
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

function assemble(
  database: Database,
  given: Omit<ConnectionParts, "receive">,
  process: Pick<Engine, "masterKey" | "ports" | "worker" | "breaker" | "handover" | "forgetOffLine" | "stopCalls"> & {
    readonly log: (line: string) => void;
    readonly usage: ApiUsage;
  },
): Engine {
  const { pool } = database;
  const { ports, log, worker, breaker, usage, handover } = process;
  const ids = createIdSource(ports.nowMs, worker.number);
  const inHand = tasksInHand();
  const stopTimers = startTimers({ pool, ports, log, worker, usage });
  const alone: Engine["alone"] = (flow, row, work) => withLease({ pool, ports, log, flow, lane: row.lane, num: row.num }, work);
  const flowLog = createFlowLog(pool, ids, log);
  let named: FlowNamed = () => undefined;
  const receive = createReceiver({ pool, ids, ready: (flow, connections) => ready(flow, connections), flowNamed: () => named });
  const parts: ConnectionParts = { ...given, receive };
  const { connect, useConnectors, close: closeConnections } = keepConnections(parts);
  const ready = (flow: Flow, connections: ReadonlyMap<string, Connection>): ReadyFlow => openFlow(flow, connections, connect);
  return {
    database,
    masterKey: process.masterKey,
    pool,
    ids,
    handover,
    ports,
    useConnectors,
    useFlows: (next) => {
      named = next;
    },
    receive,
    connect,
    ready,
    writeBack: async (prepared) => {
      const { row: _row, ...parts } = await placeFlow(pool, prepared);
      return writeBackQueue({ ids, ...parts }, prepared);
    },
    worker,
    inHand,
    breaker,
    flowLog,
    forgetOffLine: process.forgetOffLine,
    stopCalls: process.stopCalls,
    alone,
    run: async (flow, connections, runOptions = {}) => {
      requireDecided(flow);
      const prepared = ready(flow, connections);
      const place = await placeFlow(pool, prepared);
      return alone(flow.id, place.row, async () => {
        runOptions.onBegun?.();
        await takeOver(pool, [place.row, ...(place.writeBackRow === undefined ? [] : [place.writeBackRow])], { worker, inHand });
        return runFlow(
          prepared,
          { pool, store: postgresStore(pool, handover), ports, ids, ...place, owner: worker.id, inHand, log, flowLog, breaker },
          runOptions,
        );
      });
    },
    close: async () => {
      parts.accounts.close();
      await Promise.all([stopTimers(), breaker.close(), flowLog.close()]);
      await removeWorker(pool, worker.id).catch((error: unknown) => log(`end of the worker: ${String(error)}`));
      await closeConnections();
      await database.close();
    },
  };
}

/** The heartbeat, with what is folded into sums beside it, and the hourly housekeeping; ends with what is under way. */
function startTimers(
  at: Pick<Engine, "pool" | "ports" | "worker"> & { readonly log: (line: string) => void; readonly usage: ApiUsage },
): () => Promise<void> {
  const { pool, ports, log, worker, usage } = at;
  let beating: Promise<unknown> = Promise.resolve();
  const heart = setInterval(() => {
    beating = beat(pool, worker)
      .then(() => Promise.all([foldCounts(pool), usage.fold(pool)]))
      .catch((error: unknown) => log(`heartbeat: ${String(error)}`));
  }, BEAT_MS).unref();
  const tellQuota = (pruned: StorePruned | null): void => {
    const notice = pruned?.quota ?? null;
    if (notice !== null) log(new DatongError("STORE_QUOTA_REACHED", { days: notice.days.join(", ") || "–" }).message);
  };
  let housekeeping: Promise<unknown> = Promise.resolve();
  const hourly = setInterval(() => {
    housekeeping = Promise.all([pruneStore(pool, { nowMs: ports.nowMs() }).then(tellQuota), pruneApiCalls(pool)]).catch((error: unknown) =>
      log(`housekeeping: ${String(error)}`),
    );
  }, HOUSEKEEPING_MS).unref();
  return async () => {
    clearInterval(hourly);
    clearInterval(heart);
    await Promise.all([housekeeping, beating]);
    await usage.fold(pool).catch((error: unknown) => log(`api usage: ${String(error)}`));
  };
}

/** A connection is open by what it says, not by its name: corrected settings are used by the next run, while a run of the old ones ends. */
function keepConnections(parts: ConnectionParts): Pick<Engine, "connect" | "useConnectors"> & { readonly close: () => Promise<unknown> } {
  const open = new Map<string, OpenConnection>();
  const former = new Set<OpenConnection>();
  let { connectorOf } = parts;
  return {
    connect: (connection) => {
      const identity = JSON.stringify(connection);
      const found = open.get(identity);
      found?.declareLimits();
      const opened = found ?? openConnection(connection, { ...parts, connectorOf });
      open.set(identity, opened);
      return opened;
    },
    useConnectors: (next) => {
      connectorOf = next;
      for (const [identity, opened] of open) {
        const { connection, connector } = opened;
        if (JSON.stringify(next(connection)) === JSON.stringify(connector)) continue;
        open.delete(identity);
        former.add(opened);
      }
    },
    close: () => Promise.all([...open.values(), ...former].map((connection) => connection.close())),
  };
}

function openFlow(flow: Flow, connections: ReadonlyMap<string, Connection>, connect: Engine["connect"]): ReadyFlow {
  const [source, target] = [flow.source, flow.target].map((side) => connect(named(connections, side.connection))) as [
    OpenConnection,
    OpenConnection,
  ];
  if (flow.writeBack === undefined) return readyFlow(flow, source, target);
  return readyFlow(flow, source, target, connect(named(connections, flow.writeBack.connection ?? flow.source.connection)));
}

/**
 * What dead processes had claimed is due now, and marked as maybe sent where its intent was stored. What this one has claimed of the flow
 * and has not in hand is left from a run that failed; what it has in hand its worker is writing, beside the run that begins.
 */
async function takeOver(pool: pg.Pool, rows: readonly FlowRow[], { worker, inHand }: Pick<Engine, "worker" | "inHand">): Promise<void> {
  const claimed = [];
  for (const { lane, num } of rows)
    claimed.push({ lane, num, owners: await claimants(pool, lane, num), own: await claimedBy(pool, lane, num, worker.id) });
  const lanes = rows.map((row) => row.lane);
  const living = new Set(await buryWorkers(pool, lanes));
  // What was claimed by then is in hand once its claimer has been answered.
  await Promise.allSettled(inHand.asking);
  for (const { lane, num, owners, own } of claimed) {
    const gone = owners.filter((owner) => owner !== worker.id && !living.has(owner));
    if (gone.length > 0) await releaseTasks(pool, lane, num, gone);
    const left = own.filter((id) => !inHand.ids.has(id));
    if (left.length > 0) await releaseTasks(pool, lane, num, [worker.id], left);
  }
}

/** No two runs of one flow at once: the lease is renewed while the work goes on, and given back at its end. */
async function withLease<T>(
  at: {
    readonly pool: pg.Pool;
    readonly ports: Ports;
    readonly log: (line: string) => void;
    readonly flow: string;
    readonly lane: number;
    readonly num: number;
  },
  work: () => Promise<T>,
): Promise<T> {
  const owner = leaseOwner();
  const take = (): Promise<string | null> =>
    takeLease(at.pool, { lane: at.lane, flow: at.num, owner, nowMs: at.ports.nowMs(), leaseMs: LEASE_MS, alive: isOwnerAlive });
  const held = await take();
  if (held !== null) throw new DatongError("FLOW_RUNNING", { flow: at.flow, owner: held });
  // A renewal that fails is tried again by the next one; the lease lasts for three.
  const renewal = setInterval(() => void take().catch((error: unknown) => at.log(`lease of ${at.flow}: ${String(error)}`)), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await giveLease(at.pool, at.lane, at.num, owner);
  }
}

function named(connections: ReadonlyMap<string, Connection>, id: string): Connection {
  // Nobody need declare the connection to this installation itself.
  const found = connections.get(id) ?? (id === BUILT_IN_SYSTEM ? BUILT_IN_CONNECTION : undefined);
  if (found === undefined) throw new DatongError("CONNECTION_UNKNOWN", { connection: id, known: [...connections.keys()].join(", ") });
  return found;
}
