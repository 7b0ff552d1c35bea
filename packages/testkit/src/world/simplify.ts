/**
 * A history that broke, made as simple as it stays broken, so that its trace can be read: fewer bills and runs, one fault after the
 * other taken away. The seed stays; what is left out is told.
 */
import { liveHistory, type HistoryOptions, type HistoryResult } from "./history.ts";
import { NO_FAULTS, type Settings } from "./settings.ts";

const TRIES: readonly ((settings: Settings) => Partial<Settings>)[] = [
  () => ({ faults: NO_FAULTS }),
  () => ({ freeze: 0 }),
  () => ({ crash: 0 }),
  () => ({ change: 0 }),
  () => ({ bad: 0 }),
  () => ({ order: "none" }),
  () => ({ withdrawn: null }),
  () => ({ rekeys: false }),
  () => ({ writers: 0 }),
  () => ({ stop: 0 }),
  () => ({ putOff: 0 }),
  ...(["cutBefore", "cutAfter", "late", "error", "throttle", "garbled"] as const).map(
    (name) =>
      (settings: Settings): Partial<Settings> => ({
        faults: { ...settings.faults, [name]: 0 },
      }),
  ),
  () => ({ concurrency: 1 }),
  () => ({ batch: 1 }),
  () => ({ pageSize: 50 }),
  () => ({ runs: 1 }),
  ...[1, 2, 3, 5, 8].map((bills) => (settings: Settings): Partial<Settings> => ({ bills: Math.min(bills, settings.bills) })),
];

/** The simplest of the histories of this seed that still breaks. */
export async function simplify(broken: HistoryResult, options: HistoryOptions = {}): Promise<HistoryResult> {
  let simplest = broken;
  for (const change of TRIES) {
    const simpler = await liveHistory(broken.seed, { ...options, settings: { ...simplest.settings, ...change(simplest.settings) } });
    if (simpler.broken !== null && simpler.steps <= simplest.steps) simplest = simpler;
  }
  return simplest;
}

/** What a person needs to find the reason. */
export function tellBroken({ seed, settings, steps, broken }: HistoryResult): string {
  const { message, trace } = broken ?? { message: "held", trace: [] };
  const again = `again: WORLD_SEED=${seed} vitest run packages/testkit/test/world.test.ts`;
  return [`seed ${seed}: ${message}`, again, `simplified (${steps} steps): ${JSON.stringify(settings)}`, ...trace].join("\n");
}
