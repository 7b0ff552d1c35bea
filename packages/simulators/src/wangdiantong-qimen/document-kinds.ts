/** The queries of 企业版 that are played beside the warehouses: names, numbers, statuses and page limits as the vendor's pages say. */
import type { DocumentKind } from "./document-query.ts";

const SHOP_AND_WAREHOUSE = { shop_no: "shop_no", warehouse_no: "warehouse_no" };

/** Method to its kind. The name of the data that it shows is the method's own list. */
export const DOCUMENT_KINDS = {
  "wdt.stockout.order.query.trade": {
    listName: "stockout_list",
    numbers: { stockout_no: "order_no", src_order_no: "src_order_no", src_tid: "src_trade_no" },
    equals: SHOP_AND_WAREHOUSE,
    status: { parameter: "status", field: "status", unlessGiven: ["95", "110"] },
    windowed: true,
    pageSizeMax: 100,
  },
  "wdt.stockin.order.query.refund": {
    listName: "stockin_list",
    numbers: { src_order_no: "src_order_no" },
    equals: SHOP_AND_WAREHOUSE,
    status: { parameter: "status", field: "status", unlessGiven: ["80"] },
    windowed: true,
    pageSizeMax: 100,
  },
  "wdt.refund.query": {
    listName: "refunds",
    numbers: { refund_no: "refund_no", src_refund_no: "src_no", trade_no: "sales_trade_no", tid: "sales_tid" },
    equals: { shop_no: "shop_no" },
    status: { parameter: "process_status", field: "process_status", unlessGiven: [] },
    windowed: true,
    pageSizeMax: 40,
  },
  "wdt.stockin.order.query.purchase": {
    listName: "stockin_list",
    numbers: { src_order_no: "src_order_no" },
    equals: { warehouse_no: "warehouse_no" },
    status: { parameter: "status", field: "status", unlessGiven: ["80"] },
    windowed: true,
    pageSizeMax: 100,
  },
  "wdt.purchase.order.query": {
    listName: "purchase_list",
    numbers: { purchase_no: "purchase_no", outer_no: "outer_no" },
    equals: { warehouse_no: "warehouse_no" },
    status: { parameter: "status", field: "status", unlessGiven: [] },
    windowed: true,
    pageSizeMax: 100,
  },
  "wdt.stock.transfer.query": {
    listName: "transfer_list",
    numbers: { transfer_no: "transfer_no" },
    equals: { from_warehouse_no: "from_warehouse_no", to_warehouse_no: "to_warehouse_no" },
    status: { parameter: "status", field: "status", unlessGiven: [] },
    windowed: false,
    pageSizeMax: 100,
  },
  "wdt.goods.query": {
    listName: "goods_list",
    numbers: { goods_no: "goods_no" },
    equals: {},
    windowed: true,
    pageSizeMax: 100,
  },
  "wdt.purchase.provider.query": {
    listName: "provider_list",
    numbers: { provider_no: "provider_no" },
    equals: { provider_name: "provider_name" },
    windowed: false,
    pageSizeMax: 100,
  },
} as const satisfies Readonly<Record<string, DocumentKind>>;

export type DocumentMethod = keyof typeof DOCUMENT_KINDS;

export const DOCUMENT_METHODS = Object.keys(DOCUMENT_KINDS) as readonly DocumentMethod[];
