/**
 * The calls on purchase inbound bills: the V1 list and detail, and the V2 list. Totals and the place of the rows are settings, since
 * no public answer of the V1 list exists. A page beyond the end has no rows; an unknown id is a business error.
 */
import { formatChinaTime } from "../china-time.ts";
import { SYSTEM_ERROR } from "./answer.ts";
import { inboundDocument, inboundListRow } from "./inbound-document.ts";
import { matchesInboundQuery, readInboundQuery } from "./inbound-query.ts";
import { readPaging, type InboundQuery } from "./inbound-query.ts";
import type { InboundBill, InboundStore } from "./inbound-store.ts";
import type { KingdeeStarsSettings } from "./settings.ts";
import { done, refused } from "./sign-in.ts";
import type { Outcome } from "./sign-in.ts";

/** `/jdy/pur/pur_inbound_list`. */
export function listInboundsV1(store: InboundStore, settings: KingdeeStarsSettings, body: Readonly<Record<string, unknown>>): Outcome {
  const query = readInboundQuery(body, "v1");
  if (query.kind === "refused") return refused({ kind: "business", errcode: SYSTEM_ERROR, text: query.text });
  const matching = find(store, settings, query);
  const rows = pageOf(matching, query).map(inboundListRow);
  if (settings.envelope === "array") return done(rows);
  return done(settings.totals ? { rows, count: matching.length, page: query.page, pagesize: query.pageSize } : { rows });
}

/** `/jdy/pur/pur_inbound_detail`. */
export function showInboundV1(store: InboundStore, body: Readonly<Record<string, unknown>>): Outcome {
  const { id } = body;
  const bill = typeof id === "string" || typeof id === "number" ? store.get(String(id)) : undefined;
  if (bill === undefined) return refused({ kind: "business", errcode: SYSTEM_ERROR, text: "单据不存在" });
  return done(inboundDocument(bill));
}

/** `/jdy/v2/scm/pur_inbound`. */
export function listInboundsV2(store: InboundStore, settings: KingdeeStarsSettings, parameters: ReadonlyMap<string, string>): Outcome {
  const query = readInboundQuery(Object.fromEntries(parameters), "v2");
  if (query.kind === "refused") return refused({ kind: "business", errcode: SYSTEM_ERROR, text: query.text });
  const matching = find(store, settings, query);
  const rows = pageOf(matching, query).map(rowV2);
  const { page, pageSize } = query;
  return done({
    count: matching.length,
    current_page_size: rows.length,
    page,
    page_size: pageSize,
    rows,
    total_page: Math.ceil(matching.length / pageSize),
  });
}

/** A list that knows a search and pages only: files by number or name, saved bills by number. */
export function listPlain(
  settings: KingdeeStarsSettings,
  body: Readonly<Record<string, unknown>>,
  rowsOf: (search: string) => readonly unknown[],
): Outcome {
  const paging = readPaging(body);
  if (paging.kind === "refused") return refused({ kind: "business", errcode: SYSTEM_ERROR, text: paging.text });
  const { page, pageSize, search } = paging;
  const matching = rowsOf(search);
  const rows = matching.slice((page - 1) * pageSize, page * pageSize);
  if (settings.envelope === "array") return done(rows);
  return done(settings.totals ? { rows, count: matching.length, page, pagesize: pageSize } : { rows });
}

function find(store: InboundStore, settings: KingdeeStarsSettings, query: InboundQuery): readonly InboundBill[] {
  return store.sorted(settings.order).filter((bill) => matchesInboundQuery(query, bill));
}

function pageOf(bills: readonly InboundBill[], query: InboundQuery): readonly InboundBill[] {
  return bills.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
}

function rowV2(bill: InboundBill): Readonly<Record<string, string>> {
  const row = inboundListRow(bill);
  return {
    id: bill.id,
    bill_no: bill.billno,
    bill_date: bill.billdate,
    bill_status: row["billstatus"] ?? "",
    create_time: formatChinaTime(bill.createdAt),
    modify_time: formatChinaTime(bill.modifiedAt),
    supplier_id: bill.supplier.id,
    supplier_number: bill.supplier.number,
    supplier_name: bill.supplier.name,
    emp_id: row["empid_id"] ?? "",
    emp_name: row["empid_name"] ?? "",
    total_amount: row["totalamount"] ?? "",
    remark: bill.remark,
  };
}
