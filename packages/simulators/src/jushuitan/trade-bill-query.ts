/**
 * 订单查询, 销售出库查询, 采购入库查询, 采购退货查询, 实际收货查询 and 调拨单查询: which bills match. Windows go by change time (date_type 2: by the bill's own date),
 * at most 7 days, both ends included (assumed); without one the caller names numbers or a row version. Throws a Refusal.
 */
import { SHOPS, STOCKS } from "../kit/world.ts";
import { readList, readText, readTime, readWhole, type Biz } from "./biz-fields.ts";
import { pageOf, type Page } from "./inout-query.ts";
import { Refusal } from "./refusal.ts";
import type { TradeBill, TradeKind } from "./trade-bill-list.ts";
import { tradeRow } from "./trade-bill-rows.ts";

interface Rule {
  readonly statuses: readonly string[];
  /** What is asked for when the caller names no status. */
  readonly statusPreset?: string;
  /** Parameters that name bills, with how many each may name. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly types?: readonly string[];
}

const RULES: Readonly<Record<TradeKind, Rule>> = {
  order: {
    statuses: ["WaitPay", "Delivering", "Merged", "Question", "Split", "WaitOuterSent", "WaitConfirm", "WaitFConfirm", "Sent", "Cancelled"],
    numbers: { o_ids: 50, so_ids: 20 },
  },
  saleout: {
    statuses: ["WaitConfirm", "Confirmed", "Delete", "Archive", "OuterConfirming", "Cancelled"],
    numbers: { io_ids: 50, so_ids: 50, o_ids: 50 },
  },
  purchasein: {
    statuses: ["WaitConfirm", "Confirmed", "Cancelled", "Delete", "Archive", "OuterConfirming"],
    statusPreset: "Confirmed",
    numbers: { io_ids: 30, po_ids: 30 },
  },
  purchaseout: {
    statuses: ["Confirmed", "WaitConfirm", "Creating", "Archive", "Cancelled", "OuterConfirming", "Delete", "Confirming"],
    numbers: { io_ids: 30, so_ids: 50 },
  },
  received: { statuses: ["WaitConfirm", "Confirmed", "Cancelled", "Merged"], numbers: { io_ids: 50, as_ids: 50, so_ids: 50, o_ids: 50 } },
  allocate: {
    statuses: ["Creating", "Confirmed", "Picking", "OuterConfirming", "Cancelled", "Confirming"],
    numbers: { io_ids: 50 },
    types: ["调拨出", "调拨入"],
  },
};

const WINDOW_MS = 7 * 86_400_000;

/** One page of the bills that match. */
export function queryTradeBills(kind: TradeKind, bills: readonly TradeBill[], biz: Biz): Page {
  const matches = filterOf(RULES[kind], biz);
  return pageOf(biz, bills.filter(matches), tradeRow);
}

function filterOf(rule: Rule, biz: Biz): (bill: TradeBill) => boolean {
  const window = readWindow(biz);
  const startTs = readWhole(biz, "start_ts");
  const numbers = Object.entries(rule.numbers).flatMap(([field, max]) => {
    const list = readList(biz, field, max);
    return list === undefined ? [] : [{ field, wanted: new Set(list) }];
  });
  if (window === undefined && numbers.length === 0 && startTs === undefined)
    throw new Refusal(`查询条件modified_begin和modified_end、${Object.keys(rule.numbers).join("、")}不能同时为空`);
  const statuses =
    readList(biz, "statuss", 10) ?? readList(biz, "status", 1) ?? (rule.statusPreset === undefined ? undefined : [rule.statusPreset]);
  for (const status of statuses ?? []) if (!rule.statuses.includes(status)) throw new Refusal(`参数status不支持【${status}】`);
  const type = readText(biz, "type");
  if (type !== undefined && rule.types?.includes(type) === false) throw new Refusal(`参数type不支持【${type}】`);
  const byDate = (readWhole(biz, "date_type") ?? 0) === 2;
  const shopId = readText(biz, "shop_id");
  const wmsCoId = readText(biz, "wms_co_id");
  return (bill) => {
    const at = !byDate ? bill.modifiedAt : bill.kind === "order" ? bill.createdAt : bill.ioAt;
    return (
      (window === undefined || (at >= window.from && at <= window.to)) &&
      (startTs === undefined || bill.ts >= startTs) &&
      numbers.every(({ field, wanted }) => wanted.has(numberOf(bill, field))) &&
      (statuses === undefined || statuses.includes(bill.status)) &&
      (type === undefined || type === bill.type) &&
      (shopId === undefined || shopId === SHOPS[bill.shop]?.shopId) &&
      (wmsCoId === undefined || wmsCoId === STOCKS[bill.stock]?.wmsCoId)
    );
  };
}

/** The window of change times that all of the vendor's queries share; undefined without one. */
export function readWindow(biz: Biz): { readonly from: number; readonly to: number } | undefined {
  const from = readTime(biz, "modified_begin");
  const to = readTime(biz, "modified_end");
  if ((from === undefined) !== (to === undefined)) throw new Refusal("参数modified_begin和modified_end必须同时存在");
  if (from === undefined || to === undefined) return undefined;
  if (to < from || to - from > WINDOW_MS) throw new Refusal("时间间隔不能超过七天");
  return { from, to };
}

function numberOf(bill: TradeBill, field: string): string {
  if (field === "so_ids") return bill.soId;
  if (field === "as_ids") return String(bill.ioId + 1_000_000);
  // The only number of an order is o_id.
  return String(field === "io_ids" || bill.kind === "order" ? bill.ioId : bill.oId);
}
