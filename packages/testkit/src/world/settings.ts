/** What one history is about, all of it drawn from its seed: the flow, the vendor's manners, how often what goes wrong. */
import type { Flow } from "@datong/core";
import { WRITE_APIS, type WriteApi } from "./connector.ts";
import type { LineFaults } from "./line.ts";
import type { Random } from "./random.ts";

export interface Settings {
  readonly read: "rows-by-cursor" | "rows-by-slice" | "rows-by-page" | "rows-by-offset";
  /** Only what changed is read, by time window; else everything, every time. */
  readonly windows: boolean;
  readonly write: WriteApi;
  readonly changed: "ignore" | "update" | "hold";
  readonly refusesDoubles: boolean;
  /** What a bill that is taken back at the source does; null: none ever is. */
  readonly withdrawn: "ignore" | "alert" | "reverse" | null;
  /** Every version of a bill has an external key of its own. */
  readonly rekeys: boolean;
  /** Processes that only write, beside the one that reads and writes. */
  readonly writers: number;
  /** Whether the flow has an order key, and what a failed head does. */
  readonly order: "none" | "block" | "skip";
  readonly pageSize: number;
  readonly batch: number;
  readonly concurrency: number;
  readonly retries: number;
  readonly bills: number;
  readonly runs: number;
  /** Chance of each before a step. */
  readonly crash: number;
  readonly freeze: number;
  /** A process is asked to end, and gives back what it has claimed. */
  readonly stop: number;
  readonly change: number;
  readonly putOff: number;
  readonly bad: number;
  readonly faults: LineFaults;
}

export const NO_FAULTS: LineFaults = { cutBefore: 0, cutAfter: 0, late: 0, error: 0, throttle: 0, garbled: 0 };

/** `other`: a second stream, so that what is drawn from it leaves the histories of a seed as they were without it. */
export function drawSettings(random: Random, other: Random): Settings {
  const often = (...levels: readonly number[]): number => random.pick(levels);
  const read = random.pick(["rows-by-cursor", "rows-by-slice", "rows-by-page", "rows-by-offset"] as const);
  return {
    read,
    windows: read === "rows-by-slice" || (read !== "rows-by-offset" && random.chance(0.6)),
    write: random.pick(["save", "save", ...WRITE_APIS] as const),
    changed: random.pick(["ignore", "update", "update", "hold"] as const),
    refusesDoubles: random.chance(0.5),
    withdrawn: random.pick([null, null, "ignore", "alert", "reverse", "reverse"] as const),
    rekeys: random.chance(0.2),
    writers: random.pick([0, 0, 0, 1, 2] as const),
    pageSize: 1 + random.below(12),
    batch: 1 + random.below(5),
    concurrency: 1 + random.below(4),
    retries: 1 + random.below(4),
    bills: 1 + random.below(10),
    runs: 1 + random.below(3),
    crash: often(0, 0.01, 0.03, 0.08),
    freeze: often(0, 0, 0, 0.01),
    stop: often(0, 0, 0.01),
    change: often(0, 0.01, 0.04),
    putOff: often(0, 0, 0.1, 0.4),
    bad: often(0, 0, 0.15),
    faults: {
      cutBefore: often(0, 0, 0.1),
      cutAfter: often(0, 0.05, 0.25),
      late: often(0, 0, 0.15),
      error: often(0, 0.05, 0.2),
      throttle: often(0, 0, 0.1),
      garbled: often(0, 0, 0.1),
    },
    order: other.pick(["none", "block", "skip"] as const),
  };
}

const VOID = [[{ field: "state", logic: "eq" as const, value: "void" }]];

export function flowOf(settings: Settings): Flow {
  const { read, windows, write, changed, withdrawn, rekeys, pageSize, batch, concurrency, retries, order } = settings;
  const ordered = order === "none" ? {} : { orderKey: "{{g}}", onFailedHead: order };
  return {
    id: "world",
    source: {
      connection: "world",
      api: read,
      pageSize,
      ...(windows ? { watermark: { start: "-1d" } } : {}),
      ...(withdrawn === null ? {} : { withdrawn: { when: VOID, action: withdrawn } }),
    },
    restructure: [{ kind: "group", by: ["id"], lines: "lines" }],
    mapping: [
      { field: "k", value: rekeys ? "{{id}}-{{v}}" : "{{id}}" },
      { field: "bill", value: "{{id}}" },
      { field: "v", value: "{{v}}" },
      { field: "bad", value: "{{bad}}" },
    ],
    target: { connection: "world", api: write, batch, concurrency, changed, ...ordered },
    dispatch: { enabled: true, retries: { count: retries, delaysS: [1, 20, 300] } },
  };
}
