/** 旺店通's and 吉客云's warehouses, and the assumed lookups of 吉客云 and 巨益OMS, as sources. */
import { STOCKS } from "@datong/simulators";
import type { SourceSubject } from "./source-subject.ts";

type Row = Readonly<Record<string, unknown>>;

export const omsSources: readonly SourceSubject[] = [
  {
    system: "wangdiantong-qimen",
    api: "wdt.warehouse.query",
    operation: "wdt.warehouse.query",
    bills: 1,
    expected: (running) => new Map((running.vendor.data("warehouse") as readonly Row[]).map((row) => [String(row["warehouse_no"]), []])),
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
    system: "greatonce",
    api: "greatonce.distributor.list",
    operation: "greatonce.distributor.list",
    bills: 1,
    prepare: (running) => void running.vendor.insertRows(12),
    expected: (running) => new Map((running.vendor.data("distributor") as readonly Row[]).map((row) => [String(row["distributorId"]), []])),
  },
];
