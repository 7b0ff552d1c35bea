/** 金蝶 as a source: sales returns (one row per line), customers (list and detail), bills of any form, purchase receipts. */
import type { RunningSimulator } from "@datong/simulators";
import type { Expected, SourceSubject } from "./source-subject.ts";

type Row = Readonly<Record<string, unknown>>;

const BY_CHANGE = "FModifyDate >= '{{LAST_SYNC_TIME|datetime}}' and FModifyDate <= '{{CURRENT_TIME|datetime}}'";
/** Late rows of the simulator are up to ten minutes older than the newest. */
const OVERLAP = { start: "-31d", lagS: 0, overlapS: 900 };

export const kingdeeSources: readonly SourceSubject[] = [
  {
    system: "kingdee-galaxy",
    api: "executeBillQuery:SAL_RETURNSTOCK",
    operation: "ExecuteBillQuery",
    bills: 12,
    expected: (running) => returns(running, (row) => (row["FEntity"] as readonly Row[]).map((line) => String(line["FEntryID"])).toSorted()),
    lineKey: "FEntity_FEntryID",
    incremental: { params: { FilterString: BY_CHANGE }, watermark: OVERLAP },
  },
  {
    system: "kingdee-galaxy",
    api: "executeBillQuery",
    operation: "ExecuteBillQuery",
    bills: 12,
    params: { FormId: "SAL_RETURNSTOCK" },
    expected: (running) => returns(running, () => []),
  },
  {
    system: "kingdee-galaxy",
    api: "executeBillQuery:BD_Customer",
    operation: "ExecuteBillQuery",
    detail: "View",
    bills: 1,
    expected: (running) => new Map((running.vendor.data("BD_Customer") as readonly Row[]).map((row) => [String(row["FCUSTID"]), []])),
    noInserts: "the simulator enters bills by itself, no customers",
  },
  {
    system: "kingdee-galaxy",
    api: "executeBillQuery:BD_Currency",
    operation: "ExecuteBillQuery",
    bills: 1,
    expected: (running) => new Map((running.vendor.data("BD_Currency") as readonly Row[]).map((row) => [String(row["FCURRENCYID"]), []])),
    noInserts: "the simulator enters bills by itself, no currencies",
  },
  {
    system: "kingdee-galaxy",
    api: "executeBillQuery:STK_InStock",
    operation: "ExecuteBillQuery",
    bills: 1,
    settings: { tradeBills: 12 },
    expected: (running) =>
      new Map(
        (running.vendor.data("STK_InStock") as readonly Row[]).map((row) => [
          String(row["FID"]),
          (row["FInStockEntry"] as readonly Row[]).map((line) => String(line["FEntryID"])).toSorted(),
        ]),
      ),
    lineKey: "FInStockEntry_FEntryID",
    noInserts: "the simulator enters returns by itself, no receipts",
  },
  {
    system: "kingdee-stars",
    api: "jdy/pur/pur_inbound_list",
    operation: "pur_inbound_list",
    detail: "pur_inbound_detail",
    // Without totals a page that repeats is the same text, byte for byte.
    settings: { totals: false },
    bills: 12,
    expected: (running) => new Map((running.vendor.data("pur_inbound") as readonly Row[]).map((row) => [String(row["id"]), []])),
    incremental: {
      params: { begintime: "{{LAST_SYNC_TIME|timestampms}}", expiretime: "{{CURRENT_TIME|timestampms}}" },
      watermark: OVERLAP,
    },
  },
];

function returns(running: RunningSimulator, lines: (row: Row) => readonly string[]): Expected {
  return new Map((running.vendor.data("SAL_RETURNSTOCK") as readonly Row[]).map((row) => [String(row["FID"]), lines(row)]));
}
