/** 旺店通's warehouses and issues, 吉客云's warehouses, and the assumed lookups of 吉客云 and 巨益OMS, as sources. */
import { STOCKS } from "@datong/simulators";
import type { SourceSubject } from "./source-subject.ts";

type Row = Readonly<Record<string, unknown>>;

/** One slice of the vendor's 7 or 30 days; late rows of the simulator are up to ten minutes older than the newest. */
const WEEK = { start: "-6d", lagS: 0, overlapS: 900 };
const MONTH = { start: "-29d", lagS: 0, overlapS: 900 };

export const omsSources: readonly SourceSubject[] = [
  {
    system: "wangdiantong-qimen",
    api: "wdt.warehouse.query",
    operation: "wdt.warehouse.query",
    bills: 1,
    expected: (running) => new Map((running.vendor.data("warehouse") as readonly Row[]).map((row) => [String(row["warehouse_no"]), []])),
  },
  {
    system: "wangdiantong-qimen",
    api: "wdt.stockout.order.query.trade",
    operation: "wdt.stockout.order.query.trade",
    bills: 12,
    // Of every status, so that what is entered while paging counts.
    params: { status: "5,55,95,110" },
    watermark: MONTH,
    incremental: { params: { status: "5,55,95,110" }, watermark: MONTH },
    expected: (running) =>
      new Map((running.vendor.data("wdt.stockout.order.query.trade") as readonly Row[]).map((row) => [String(row["stockout_id"]), []])),
  },
  {
    system: "jackyun",
    api: "erp.warehouse.get",
    operation: "erp.warehouse.get",
    bills: 1,
    expected: () => new Map(STOCKS.map((stock) => [stock.stock, []])),
    noInserts: "the simulator's warehouses are the company's four",
  },
  {
    system: "jackyun",
    api: "crm.customer.list",
    operation: "crm.customer.list",
    bills: 1,
    prepare: (running) => void running.vendor.insertRows(12),
    expected: (running) => new Map((running.vendor.data("customer") as readonly Row[]).map((row) => [String(row["customerId"]), []])),
  },
  {
    system: "jackyun",
    api: "oms.trade.fullinfoget",
    operation: "oms.trade.fullinfoget",
    bills: 12,
    watermark: WEEK,
    incremental: { watermark: WEEK },
    expected: (running, nowMs) =>
      new Map(
        (running.vendor.data("trade") as readonly Row[])
          .filter((row) => Date.parse(`${String(row["gmtModified"]).replace(" ", "T")}+08:00`) >= nowMs - 6 * 86_400_000)
          .map((row) => [String(row["tradeId"]), []]),
      ),
  },
  {
    system: "greatonce",
    api: "greatonce.distributor.list",
    operation: "greatonce.distributor.list",
    bills: 1,
    prepare: (running) => void running.vendor.insertRows(12),
    expected: (running) => new Map((running.vendor.data("distributor") as readonly Row[]).map((row) => [String(row["distributorId"]), []])),
  },
];
