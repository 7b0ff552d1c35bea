/**
 * The bench of the suites: one engine with its own embedded PostgreSQL in a temporary folder, the toy server, and simulators on demand,
 * all on one skipping clock. One bench per test file; flows and connections get names of their own, so that cases do not meet.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import type { Connection, Connector, Flow } from "@datong/core";
import { openEngine, type Engine, type RunOptions, type RunResult } from "@datong/engine";
import { SIMULATORS, startSimulator, type Fault, type RunningSimulator } from "@datong/simulators";
import { createSkippingClock, type SkippingClock } from "./clock.ts";
import { readLedger, type LedgerRead } from "./read-ledger.ts";
import { TOY } from "./toy/connector.ts";
import { startToyServer, type ToyServer } from "./toy/server.ts";

export interface SimulateOptions {
  readonly bills?: number;
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A simulator of one case, with the connection to it. */
export interface Simulated {
  readonly system: string;
  readonly running: RunningSimulator;
  readonly connection: Connection;
  /** Another connection to the same account, or to another by other settings. */
  readonly connect: (settings?: Readonly<Record<string, string>>) => Connection;
  readonly fault: (...faults: readonly Fault[]) => Promise<void>;
  readonly stats: () => Promise<SimulatorStats>;
}

export interface SimulatorStats {
  readonly calls: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly concurrentMax: number;
  readonly defects: readonly string[];
}

export interface Bench {
  readonly engine: Engine;
  readonly clock: SkippingClock;
  readonly toy: ToyServer;
  readonly toyConnection: Connection;
  readonly ledger: LedgerRead;
  /** A name that no other flow or connection of this bench has. */
  readonly name: (prefix: string) => string;
  readonly simulate: (system: string, options?: SimulateOptions) => Promise<Simulated>;
  readonly run: (flow: Flow, connections: readonly Connection[], options?: RunOptions) => Promise<RunResult>;
  /** Closes the engine and opens it again on the same data, as a process that starts again does. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The connector of a system; throws when there is none. */
export function connectorOf(system: string): Connector {
  const found = CONNECTORS.find((connector) => connector.system === system);
  if (found === undefined) throw new Error(`no connector ${system}`);
  return found;
}

/** Opens a bench: some seconds, for the database. */
export async function openBench(): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), "datong-bench-"));
  const clock = createSkippingClock();
  const open = (): Promise<Engine> => openEngine({ dataDir, connectors: [...CONNECTORS, TOY], sessionsOf: SESSIONS, ports: clock.ports });
  let engine = await open();
  clock.onSkip(async (byMs) => {
    await engine.pool.query("update task set run_at = run_at - make_interval(secs => $1) where owner is null", [byMs / 1000]);
  });
  const toy = await startToyServer();
  const running: RunningSimulator[] = [];
  const ports = new Set<string>();
  let names = 0;
  const name = (prefix: string): string => `${prefix}-${(names += 1)}`;
  return {
    get engine() {
      return engine;
    },
    clock,
    toy,
    toyConnection: { id: "toy", system: "toy", settings: { url: toy.url } },
    ledger: readLedger(() => engine.pool),
    name,
    simulate: async (system, options = {}) => {
      const started = await startFresh(system, options, clock, ports);
      running.push(started);
      return simulated(started, name);
    },
    run: (flow, connections, options = {}) =>
      engine.run(flow, new Map(connections.map((connection) => [connection.id, connection])), { waitMs: 300_000, ...options }),
    restart: async () => {
      await engine.close();
      engine = await open();
    },
    close: async () => {
      await engine.close();
      await toy.stop();
      await Promise.all(running.map((simulator) => simulator.stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Sessions are kept by address: a port that an earlier case had would bring its session along. */
async function startFresh(system: string, options: SimulateOptions, clock: SkippingClock, used: Set<string>): Promise<RunningSimulator> {
  const definition = SIMULATORS.find((simulator) => simulator.system === system);
  if (definition === undefined) throw new Error(`no simulator ${system}`);
  for (;;) {
    const started = await startSimulator(definition, { seed: 1, bills: 12, ...options, now: clock.nowMs });
    if (!used.has(started.origin)) {
      used.add(started.origin);
      return started;
    }
    await started.stop();
  }
}

function simulated(running: RunningSimulator, name: (prefix: string) => string): Simulated {
  const { system } = running;
  const post = async (path: string, body: unknown): Promise<void> => {
    const reply = await fetch(`${running.origin}/_sim/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`/_sim/${path}: ${await reply.text()}`);
  };
  const connect = (settings: Readonly<Record<string, string>> = {}): Connection => ({
    id: name(system),
    system,
    settings: { ...settingsOf(running), ...settings },
  });
  return {
    system,
    running,
    connection: connect(),
    connect,
    fault: (...faults) => post("faults", faults),
    stats: async () => (await (await fetch(`${running.origin}/_sim/stats`)).json()) as SimulatorStats,
  };
}

/** The simulator's environment as settings of its connector: `KINGDEE_ACCT_ID` is `acctId`. */
function settingsOf(running: RunningSimulator): Record<string, string> {
  const { environment, vendor, system } = running;
  const prefix = vendor.urlVariable.replace(/_URL$/, "");
  const known = connectorOf(system).settings.flatMap(({ field }): [string, string][] => {
    const value = environment[`${prefix}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`];
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(known);
}
