/** Keeps a run's view of what is paused and what cannot be reached up to date, once a second: a pause is obeyed at once, a resumption too. */
import { pausedSides } from "../store/pause-rows.ts";
import { calledApis } from "./called-apis.ts";
import type { Running } from "./running.ts";

const EVERY_MS = 1_000;

/** Reads the pauses now and then every second, until the returned function is called. */
export async function watchPauses(running: Running): Promise<() => void> {
  const { listPauses } = running.store;
  if (listPauses === undefined) return () => undefined;
  const called = calledApis(running.ready);
  const look = async (): Promise<void> => {
    await running.breaker?.look();
    Object.assign(running.paused, pausedSides(await listPauses(), called));
  };
  await look();
  const timer = setInterval(() => {
    look().catch((error: unknown) => running.log?.(`pauses of ${running.ready.flow.id}: ${String(error)}`));
  }, EVERY_MS);
  return () => clearInterval(timer);
}
