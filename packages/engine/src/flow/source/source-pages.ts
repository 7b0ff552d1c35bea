/** The pages that a run would read, for whoever only looks: nothing is stored and no cursor moves. Throws what reading throws. */
import { DatongError, globalsOf, type Globals, type Range, type SourceRecord } from "@datong/core";
import type { Ports } from "../../ports.ts";
import { isPassive, type ReadyFlow } from "../ready-flow.ts";
import { openPull, openRange, pullPage, type PullState } from "./pull.ts";
import { readByNumber } from "./read-by-number.ts";

export interface PagesOptions {
  readonly ports: Ports;
  /** Only these numbers. */
  readonly numbers?: readonly string[];
  /** Only this span of time; the flow needs a watermark. */
  readonly range?: Range;
  /** At most so many records. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

const SOURCE_RETRIES_MS: readonly number[] = [1_000, 5_000];

export interface ReadPage {
  readonly records: readonly SourceRecord[];
  readonly globals: Globals;
}

export async function* sourcePages(ready: ReadyFlow, options: PagesOptions): AsyncGenerator<ReadPage> {
  if (isPassive(ready)) throw new DatongError("SOURCE_PASSIVE", { flow: ready.flow.id });
  const { ports, limit = Number.POSITIVE_INFINITY } = options;
  let left = limit;
  const page = (records: readonly SourceRecord[], fromMs: number): ReadPage => {
    const taken = records.slice(0, left);
    left -= taken.length;
    return { records: taken, globals: globalsOf({ nowMs: ports.nowMs(), lastSyncAtMs: fromMs }) };
  };
  if (options.numbers !== undefined) {
    for await (const { records, slice } of readByNumber(ready, options.numbers, ports.nowMs())) yield page(records, slice.fromMs);
    return;
  }
  let pull = startOf(ready, options);
  while (pull.slices.length > 0 && left > 0 && options.signal?.aborted !== true) {
    const { page: read, next } = await pullPage(ready, pull, {
      ports,
      retryDelaysMs: SOURCE_RETRIES_MS,
      signal: options.signal,
      onRetry: () => Promise.resolve(),
    });
    yield page(read.records, read.slice.fromMs);
    pull = next;
  }
}

/** Where such a reading begins: the whole window, or the range. */
export function startOf(ready: ReadyFlow, { ports, range }: Pick<PagesOptions, "ports" | "range">): PullState {
  const nowMs = ports.nowMs() + ready.source.connection.skewMs();
  if (range === undefined) return openPull(ready, null, null, nowMs);
  if (ready.flow.source.watermark === undefined) throw new DatongError("RANGE_WITHOUT_WATERMARK", { flow: ready.flow.id });
  return openRange(ready, range, null, nowMs);
}
