/** 聚水潭 as a source, on its own platform and through 奇门. Windows are at most seven days, so a first run reads in slices. */
import { SHOPS, type RunningSimulator } from "@datong/simulators";
import type { Expected, SourceSubject } from "./source-subject.ts";

type Row = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
/** One slice: the pages of one window are counted. */
const ONE_SLICE = { start: "-6d", lagS: 0, overlapS: 600 };

export const jushuitanSources: readonly SourceSubject[] = [
  {
    system: "jushuitan-qimen",
    api: "jushuitan.saleout.list.query",
    operation: "jushuitan.saleout.list.query",
    bills: 60,
    watermark: ONE_SLICE,
    incremental: { watermark: ONE_SLICE },
    expected: (running, nowMs) => changedSince(running, "saleout", "io_id", nowMs),
  },
  {
    system: "jushuitan-qimen",
    api: "jushuitan.order.list.query",
    operation: "jushuitan.order.list.query",
    bills: 60,
    watermark: ONE_SLICE,
    incremental: { watermark: ONE_SLICE },
    expected: (running, nowMs) => changedSince(running, "order", "o_id", nowMs),
  },
  {
    system: "jushuitan",
    api: "other.inout.query",
    operation: "other.inout.query",
    bills: 1,
    settings: { callsPerSecond: 0, callsPerMinute: 0 },
    prepare: (running) => void running.vendor.insertRows(12),
    watermark: ONE_SLICE,
    incremental: { watermark: ONE_SLICE },
    expected: (running, nowMs) => changedSince(running, "otherinout", "io_id", nowMs),
  },
  {
    system: "jushuitan",
    api: "purchasein.query",
    operation: "purchasein.query",
    bills: 90,
    settings: { callsPerSecond: 0, callsPerMinute: 0 },
    watermark: ONE_SLICE,
    expected: (running, nowMs) => changedSince(running, "purchasein", "io_id", nowMs, (row) => row["status"] === "Confirmed"),
    noInserts: "the simulator's receipts are those of its beginning",
  },
  {
    system: "jushuitan",
    api: "shops.query",
    operation: "shops.query",
    bills: 1,
    expected: () => new Map(SHOPS.map((shop) => [shop.shopId, []])),
    noInserts: "the simulator's shops are the company's six",
  },
];

/** China wall times of the last six days. */
function changedSince(
  running: RunningSimulator,
  kind: string,
  key: string,
  nowMs: number,
  holds: (row: Row) => boolean = () => true,
): Expected {
  const rows = (running.vendor.data(kind) as readonly Row[]).filter(
    (row) => holds(row) && Date.parse(`${String(row["modified"]).replace(" ", "T")}+08:00`) >= nowMs - 6 * DAY_MS,
  );
  return new Map(rows.map((row) => [String(row[key]), []]));
}
