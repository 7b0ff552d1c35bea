/** What a run settles, by the minute, as workers tell of theirs: for "every minute" of the overview and "when will the queue be empty". */
import type { Running } from "../running.ts";

const EVERY_MS = 5_000;

export interface RateTeller {
  /** A call has come back. */
  readonly called: () => void;
  /** Tells the rest. */
  readonly end: () => Promise<void>;
}

/** Only a help: what cannot be told is logged, and the run goes on. */
export function tellRate(running: Running): RateTeller {
  const { addRate } = running.store;
  const settled = (): number => running.counts.done + running.counts.failed;
  let calls = 0;
  let told = settled();
  const tell = async (): Promise<void> => {
    if (calls === 0 || addRate === undefined) return;
    const added = { documents: settled() - told, calls };
    told += added.documents;
    calls = 0;
    const minute = Math.floor(running.ports.nowMs() / 60_000);
    await addRate({ lane: running.row.lane, flow: running.row.num, minute, ...added }).catch((error: unknown) =>
      running.log?.(`rate of ${running.ready.flow.id}: ${String(error)}`),
    );
  };
  const timer = setInterval(() => void tell(), EVERY_MS).unref();
  return {
    called: () => {
      calls += 1;
    },
    end: async () => {
      clearInterval(timer);
      await tell();
    },
  };
}
