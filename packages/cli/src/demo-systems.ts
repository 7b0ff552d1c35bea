/** The demo environment of a server: the simulators in its process, and the examples' connections to them. */
import { CONNECTORS } from "@datong/connectors";
import { loadWorkspace } from "@datong/engine";
import type { DemoSystems } from "@datong/server";
import { EXAMPLES } from "./open-flow.ts";
import { environmentOf, startVendors, stopVendors } from "./simulated-vendors.ts";

/** Enough to look at; the vendors' real limits hold here too. */
const BILLS = 30;

export async function openDemoSystems(): Promise<DemoSystems> {
  const simulators = await startVendors({ seed: 1, bills: BILLS });
  try {
    const { connections } = await loadWorkspace(EXAMPLES, { env: environmentOf(simulators), connectors: CONNECTORS });
    return {
      connections: [...connections.values()].flatMap((entry) => (entry.kind === "ready" ? [entry.connection] : [])),
      close: () => stopVendors(simulators),
    };
  } catch (error) {
    await stopVendors(simulators);
    throw error;
  }
}
