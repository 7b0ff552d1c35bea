/** Fills a store with the whole company: base data, customers and return bills, the same for the same seed, size and clock. */
import type { Random } from "../../kit/random.ts";
import { RETURN_FORM } from "../forms/sales-bills.ts";
import { createStore, type Document, type Store } from "../store.ts";
import { wallInstant, wallTime } from "../wall-time.ts";
import { addCustomers } from "./customers.ts";
import { addMasterData } from "./master-data.ts";
import { addReturn, drawLife, type BillLife } from "./returns.ts";
import { addIssue, addOrder, addReceipt } from "./trade-bills.ts";

const SPAN_MS = 30 * 86_400_000;

/** Makes the company with `bills` return bills and max(60, bills/5) customers, then `tradeBills` issues, receipts and purchase orders, all within the 30 days before `now`. */
export function createCompany(bills: number, now: number, random: Random, tradeBills = 0): Store {
  const store = createStore();
  const start = now - SPAN_MS;
  addMasterData(store, wallTime(start));
  addCustomers(store, Math.max(60, Math.floor(bills / 5)), random, (share) => wallTime(start + share * SPAN_MS));
  const step = SPAN_MS / Math.max(1, bills);
  for (let i = 0; i < bills; i += 1) {
    addReturn(store, random, drawLife(start + Math.floor(step * i + random.next() * step), now, random));
  }
  for (let i = 0; i < tradeBills; i += 1) {
    const life = (): BillLife => drawLife(start + Math.floor(random.next() * SPAN_MS), now, random);
    addIssue(store, random, life());
    addReceipt(store, random, life());
    addOrder(store, random, life());
  }
  return store;
}

/** Adds bills as if just entered and audited; `late` ones carry an older change time than the newest present. */
export function insertReturns(store: Store, count: number, late: boolean, now: number, random: Random): readonly Document[] {
  const newest = late ? newestChange(store) : now;
  return Array.from({ length: count }, () => {
    const at = late ? newest - random.whole(60, 600) * 1000 : now;
    return addReturn(store, random, { createdAt: at, modifiedAt: at, status: "C", voided: false });
  });
}

function newestChange(store: Store): number {
  let newest = "0001-01-01T00:00:00";
  for (const { values } of store.all(RETURN_FORM)) {
    const changed = String(values["FModifyDate"]);
    if (changed > newest) newest = changed;
  }
  return wallInstant(newest);
}
