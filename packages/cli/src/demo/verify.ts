/** The judges of the demo, one for each flow of the examples. */
import type { Vendor } from "@datong/simulators";
import type { Judgement } from "./compare-documents.ts";
import { verifyCustomers } from "./verify-customers.ts";
import { verifyPurchases } from "./verify-purchases.ts";
import { verifyReturns } from "./verify-returns.ts";
import { verifySaleouts } from "./verify-saleouts.ts";
import { verifyWarehouses } from "./verify-warehouses.ts";

/** Judges one flow by the vendors' own books alone; `id` is what the result is called. */
export type Verify = (id: string, vendorOf: (system: string) => Vendor) => Judgement;

export const VERIFIERS: Readonly<Record<string, Verify>> = {
  "kingdee-return-to-jushuitan-inout": verifyReturns,
  "wangdiantong-warehouse-to-kingdee-stock": verifyWarehouses,
  "kingdee-customer-to-greatonce-distributor": verifyCustomers,
  "kingdee-stars-purchase-to-jackyun-customer": verifyPurchases,
  "jushuitan-saleout-to-kingdee-outstock": verifySaleouts,
};
