/**
 * The pretend vendors as the command line starts them: what they hold was entered up to two minutes ago, so that a first run, which
 * stays a minute behind the source's clock, reads all of it.
 */
import { startSimulators, type RunningSimulator, type StartAllOptions } from "@datong/simulators";

const DATA_AGE_MS = 120_000;

export async function startVendors(options: Omit<StartAllOptions, "now">): Promise<RunningSimulator[]> {
  let isMaking = true;
  const simulators = await startSimulators({ ...options, now: () => Date.now() - (isMaking ? DATA_AGE_MS : 0) });
  isMaking = false;
  return simulators;
}

/** Every vendor's variables together. */
export function environmentOf(simulators: readonly RunningSimulator[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>;
}

export async function stopVendors(simulators: readonly RunningSimulator[]): Promise<void> {
  await Promise.all(simulators.map((simulator) => simulator.stop()));
}
