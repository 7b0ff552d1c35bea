/** One flow with very many waiting documents and others beside it, on one target account, written by workers that are processes. */
import type { Connection, Flow } from "@datong/core";
import { pause, resume } from "../../src/worker/index.ts";
import { idMs } from "../../src/store/id-source.ts";
import { connectionTo, flowOf, type Lab } from "../flow/lab/lab.ts";
import { startBulkVendor, type BulkVendor } from "../flow/lab/bulk-vendor.ts";
import { startWorker, until } from "./child-worker.ts";

const WORKERS = 2;
/** Calls at once that the account allows. */
export const SLOTS = 4;
const NOISY = "long";

export interface NoisyQueue {
  readonly vendor: BulkVendor;
  readonly stop: () => Promise<void>;
  /** Flows whose documents come up while the noisy one is written: two each ten seconds and flow. */
  readonly arrivals: (flows: number, forMs: number) => Promise<Arrivals>;
  /** Flows that have documents waiting when the workers begin; ends when those are written. */
  readonly turns: (flows: number, each: number) => Promise<Turns>;
}

export interface Arrivals {
  readonly documents: number;
  /** Calls of the noisy flow between a document's coming up and its own call. */
  readonly noisyCalls: { readonly median: number; readonly max: number };
  readonly delayMs: { readonly median: number; readonly max: number };
}

export interface Turns {
  readonly documents: number;
  readonly noisyCalls: number;
  /** A flow's n-th document is due in round n: how many rounds the worst was late. A round is a turn of every flow in every worker. */
  readonly roundsLate: number;
  readonly seconds: number;
}

/** Fills the noisy flow's queue, `batch` documents a task; nothing is written yet. */
export async function openNoisyQueue(lab: Lab, waiting: number, batch: number): Promise<NoisyQueue> {
  const vendor = await startBulkVendor();
  const source = connectionTo({ url: vendor.url }, "long-source");
  const target = connectionTo({ url: vendor.url }, "long-target", { limits: { concurrency: SLOTS } });
  const connections = new Map<string, Connection>([source, target].map((connection) => [connection.id, connection]));
  const flow = (id: string, note: string, size: number): Flow =>
    flowOf(id, {
      source: { connection: source.id, pageSize: 500, params: { note } },
      target: { connection: target.id, batch: size, concurrency: SLOTS },
    });
  const noisy = flow(NOISY, `${NOISY}:${waiting}`, batch);
  const fill = async (flows: readonly Flow[]): Promise<void> => {
    await pause(lab.engine.pool, "connection", target.id);
    const left = flows.values();
    const filler = async (): Promise<void> => {
      for (const each of left) await lab.engine.run(each, connections, { waitMs: 0 });
    };
    await Promise.all([filler(), filler(), filler(), filler()]);
    await resume(lab.engine.pool, "connection", target.id);
  };
  /** Calls are told apart by the first key: where the batch is one, each key is a call. */
  const work = async (flows: readonly Flow[], delayMs: number, ends: () => Promise<unknown>): Promise<void> => {
    vendor.delayMs = delayMs;
    const task = { dataDir: lab.dataDir, flows: [noisy, ...flows], connections: [...connections.values()] };
    const workers = Array.from({ length: WORKERS }, () => startWorker(task));
    try {
      await ends();
    } finally {
      for (const worker of workers) worker.kill("SIGTERM");
      await Promise.all(workers.map((worker) => worker.ended));
    }
  };
  await fill([noisy]);
  return {
    vendor,
    stop: vendor.stop,
    arrivals: async (count, forMs) => {
      const flows = Array.from({ length: count }, (_, i): Flow => {
        const quiet = flow(`quiet-${i}`, `quiet${i}:+2`, 1);
        return { ...quiet, dispatch: { ...quiet.dispatch, source: { cron: `${i % 10}-59/10 * * * * *` } } };
      });
      await work(flows, 100, async () => {
        await until(() => [...vendor.taken.keys()].some((key) => key.startsWith("quiet")), 120_000);
        await new Promise((resolve) => setTimeout(resolve, forMs));
      });
      return judgeArrivals(lab, vendor, batch);
    },
    turns: async (count, each) => {
      const flows = Array.from({ length: count }, (_, i) => flow(`small-${i}`, `small${i}:${each}`, 1));
      await fill(flows);
      const before = vendor.taken.size;
      const wanted = (): number => smallPlaces(vendor, before).filter((key) => key.startsWith("small")).length;
      let startedMs = 0;
      await work(flows, 0, async () => {
        await until(() => vendor.taken.size > before, 600_000);
        startedMs = performance.now();
        await until(() => wanted() === count * each, 1_800_000);
      });
      return { ...judgeTurns(smallPlaces(vendor, before), count, batch), seconds: (performance.now() - startedMs) / 1000 };
    },
  };
}

/** Keys that were taken after the first `before`, in the order of taking. */
function smallPlaces(vendor: BulkVendor, before: number): readonly string[] {
  return [...vendor.taken.keys()].slice(before);
}

function judgeTurns(keys: readonly string[], flows: number, batch: number): Omit<Turns, "seconds"> {
  const round = (flows + 1) * WORKERS;
  const written = new Map<string, number>();
  let [calls, noisyDocuments, roundsLate] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const key of keys) {
    const flow = key.slice(0, key.lastIndexOf("-"));
    if (flow === NOISY) {
      noisyDocuments += 1;
      if (noisyDocuments % batch === 0) calls += 1;
      continue;
    }
    calls += 1;
    const nth = (written.get(flow) ?? 0) + 1;
    written.set(flow, nth);
    roundsLate = Math.max(roundsLate, calls / round - nth);
  }
  const documents = [...written.values()].reduce((sum, n) => sum + n, 0);
  return { documents, noisyCalls: Math.ceil(noisyDocuments / batch), roundsLate };
}

/**
 * A document's id tells when it came up. That it waits is certain from the end of its pull on, and from then on the calls of the noisy
 * flow are counted; the delay is counted from its coming up, with the commit of its page.
 */
async function judgeArrivals(lab: Lab, vendor: BulkVendor, batch: number): Promise<Arrivals> {
  const { rows } = await lab.engine.pool.query<{ key: string; id: string; pulled: number | null }>(
    `select d.external_key as key, d.id,
       (select min(r.ended_at) from run r where r.lane = d.lane and r.flow = d.flow and r.ended_at >= to_timestamp($1 + (d.id >> 22) / 1000.0)) as pulled
     from document d join flow f on f.num = d.flow where f.id like 'quiet-%'`,
    [idMs("0") / 1000],
  );
  const noisyAt = [...vendor.taken]
    .filter(([key]) => key.startsWith(NOISY))
    .map(([, at]) => at)
    .filter((_, i) => i % batch === 0);
  const [calls, delays]: [number[], number[]] = [[], []];
  for (const { key, id, pulled } of rows) {
    const at = vendor.taken.get(key);
    if (at === undefined || pulled === null) continue;
    delays.push(at - idMs(id));
    calls.push(noisyAt.filter((noisy) => noisy > pulled && noisy < at).length);
  }
  return { documents: delays.length, noisyCalls: spread(calls), delayMs: spread(delays) };
}

function spread(values: readonly number[]): { readonly median: number; readonly max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}
