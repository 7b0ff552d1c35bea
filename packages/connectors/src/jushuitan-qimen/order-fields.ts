/**
 * Fields of 聚水潭's orders and issues, with the captions of the user's page. That page prints everything behind `items.sku_type` below
 * the lines; on the wire only the lines' and the payments' own fields are there, the rest belongs to the record. The documented issue
 * has no payments, so they may be missing. Amounts are texts.
 */
import type { Field } from "@datong/core";

const ITEMS: readonly Field[] = [
  { field: "amount", label: "amount", type: "string", description: "_autoFillResponse" },
  { field: "base_price", label: "base_price", type: "string", description: "_autoFillResponse" },
  { field: "i_id", label: "i_id", type: "string", description: "_autoFillResponse" },
  { field: "is_gift", label: "is_gift", type: "string", description: "_autoFillResponse" },
  { field: "is_presale", label: "is_presale", type: "string", description: "_autoFillResponse" },
  { field: "item_status", label: "item_status", type: "string", description: "_autoFillResponse" },
  { field: "name", label: "name", type: "string", description: "_autoFillResponse" },
  { field: "oi_id", label: "oi_id", type: "string", description: "_autoFillResponse" },
  { field: "outer_oi_id", label: "outer_oi_id", type: "string", description: "_autoFillResponse" },
  { field: "pic", label: "pic", type: "string", description: "_autoFillResponse" },
  { field: "price", label: "price", type: "string", description: "_autoFillResponse" },
  { field: "properties_value", label: "properties_value", type: "string", description: "_autoFillResponse" },
  { field: "qty", label: "qty", type: "string", description: "_autoFillResponse" },
  { field: "raw_so_id", label: "raw_so_id", type: "string", description: "_autoFillResponse" },
  { field: "shop_i_id", label: "shop_i_id", type: "string", description: "_autoFillResponse" },
  { field: "shop_sku_id", label: "shop_sku_id", type: "string", description: "_autoFillResponse" },
  { field: "sku_id", label: "sku_id", type: "string", description: "_autoFillResponse" },
  { field: "sku_type", label: "sku_type", type: "string", description: "_autoFillResponse" },
  { field: "ioi_id", label: "出库子单号", type: "string" },
  { field: "sale_price", label: "销售单价", type: "string" },
  { field: "sale_amount", label: "销售金额", type: "string" },
  { field: "sale_base_price", label: "原价", type: "string" },
  { field: "combine_sku_id", label: "组合装商品编码", type: "string" },
];

const PAYS: readonly Field[] = [
  { field: "amount", label: "amount", type: "string", description: "_autoFillResponse" },
  { field: "buyer_account", label: "buyer_account", type: "string", description: "_autoFillResponse" },
  { field: "is_order_pay", label: "is_order_pay", type: "string", description: "_autoFillResponse" },
  { field: "outer_pay_id", label: "outer_pay_id", type: "string", description: "_autoFillResponse" },
  { field: "pay_date", label: "pay_date", type: "string", description: "_autoFillResponse" },
  { field: "pay_id", label: "pay_id", type: "string", description: "_autoFillResponse" },
  { field: "payment", label: "payment", type: "string", description: "_autoFillResponse" },
  { field: "status", label: "status", type: "string", description: "_autoFillResponse" },
];

/** What orders and issues share. */
export const ORDER_FIELDS: readonly Field[] = [
  { field: "co_id", label: "co_id", type: "string", description: "_autoFillResponse" },
  { field: "f_freight", label: "f_freight", type: "string", description: "_autoFillResponse" },
  { field: "f_weight", label: "f_weight", type: "string", description: "_autoFillResponse" },
  { field: "free_amount", label: "free_amount", type: "string", description: "_autoFillResponse" },
  { field: "freight", label: "freight", type: "string", description: "_autoFillResponse" },
  { field: "is_cod", label: "is_cod", type: "string", description: "_autoFillResponse" },
  { field: "items", label: "items", type: "array", description: "_autoFillResponse", children: ITEMS },
  { field: "labels", label: "labels", type: "string", description: "_autoFillResponse" },
  { field: "modified", label: "modified", type: "string", description: "_autoFillResponse" },
  { field: "o_id", label: "内部单号", type: "string", description: "_autoFillResponse" },
  { field: "oaid", label: "oaid", type: "string", description: "_autoFillResponse" },
  { field: "open_id", label: "open_id", type: "string", description: "_autoFillResponse" },
  { field: "order_date", label: "order_date", type: "string", description: "_autoFillResponse" },
  { field: "order_from", label: "order_from", type: "string", description: "_autoFillResponse" },
  { field: "paid_amount", label: "paid_amount", type: "string", description: "_autoFillResponse" },
  { field: "pay_amount", label: "pay_amount", type: "string", description: "_autoFillResponse" },
  { field: "pay_date", label: "pay_date", type: "string", description: "_autoFillResponse" },
  { field: "pays", label: "pays", type: "array", description: "_autoFillResponse", children: PAYS },
  { field: "question_type", label: "question_type", type: "string", description: "_autoFillResponse" },
  { field: "receiver_city", label: "receiver_city", type: "string", description: "_autoFillResponse" },
  { field: "receiver_district", label: "receiver_district", type: "string", description: "_autoFillResponse" },
  { field: "receiver_state", label: "receiver_state", type: "string", description: "_autoFillResponse" },
  { field: "referrer_id", label: "referrer_id", type: "string", description: "_autoFillResponse" },
  { field: "referrer_name", label: "referrer_name", type: "string", description: "_autoFillResponse" },
  { field: "seller_flag", label: "seller_flag", type: "string", description: "_autoFillResponse" },
  { field: "send_date", label: "send_date", type: "string", description: "_autoFillResponse" },
  { field: "shop_buyer_id", label: "shop_buyer_id", type: "string", description: "_autoFillResponse" },
  { field: "shop_id", label: "shop_id", type: "string", description: "_autoFillResponse" },
  { field: "shop_name", label: "shop_name", type: "string", description: "_autoFillResponse" },
  { field: "shop_status", label: "shop_status", type: "string", description: "_autoFillResponse" },
  { field: "so_id", label: "so_id", type: "string", description: "_autoFillResponse" },
  { field: "status", label: "status", type: "string", description: "_autoFillResponse" },
  { field: "type", label: "type", type: "string", description: "_autoFillResponse" },
  { field: "weight", label: "weight", type: "string", description: "_autoFillResponse" },
  { field: "wms_co_id", label: "wms_co_id", type: "string", description: "_autoFillResponse" },
];

/** What only an issue has. */
export const ISSUE_FIELDS: readonly Field[] = [
  { field: "io_id", label: "出库单号", type: "string" },
  { field: "io_date", label: "出库日期", type: "string" },
  { field: "created", label: "创建时间", type: "string" },
  { field: "l_id", label: "快递单号", type: "string" },
  { field: "lc_id", label: "快递公司编码", type: "string" },
  { field: "logistics_company", label: "快递公司", type: "string" },
  { field: "warehouse", label: "仓库", type: "string" },
  { field: "remark", label: "备注", type: "string" },
  { field: "buyer_message", label: "买家留言", type: "string" },
  { field: "ts", label: "数据行版本", type: "string" },
];
