/**
 * Starts several simulators in one process: what a demo and the end-to-end tests run.
 *
 * With a port N they take N, N+1, … in the order of the list, so the addresses are the same at every start; without one each takes
 * any free port. If one cannot start, those already started are stopped again and the error is passed on.
 */
import type { RunningSimulator, SimulatorDefinition } from "./simulator.ts";
import { startSimulator } from "./start.ts";

export interface StartAllOptions {
  readonly port?: number;
  readonly host?: string;
  readonly seed?: number;
  readonly bills?: number;
  readonly now?: () => number;
  /** Systems to start; all when absent. An unknown name is an error. */
  readonly only?: readonly string[];
  /** Vendor switches by system, e.g. `{"kingdee-galaxy": {mode: "gateway"}}`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Starts the definitions, or those named by `only`, and resolves when all listen. */
export async function startAll(definitions: readonly SimulatorDefinition[], options: StartAllOptions = {}): Promise<RunningSimulator[]> {
  const { port, only, settings, ...rest } = options;
  const unknown = only?.filter((system) => !definitions.some((definition) => definition.system === system)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no simulator called ${unknown.join(", ")}; there are ${definitions.map((d) => d.system).join(", ")}`);
  const running: RunningSimulator[] = [];
  try {
    for (const definition of definitions) {
      if (only !== undefined && !only.includes(definition.system)) continue;
      const own = settings?.[definition.system] ?? {};
      running.push(await startSimulator(definition, { ...rest, settings: own, port: port === undefined ? 0 : port + running.length }));
    }
  } catch (error) {
    await Promise.all(running.map((simulator) => simulator.stop()));
    throw error;
  }
  return running;
}
