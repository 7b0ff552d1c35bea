/**
 * 查询退货入库单: what came back, with its lines, by time of change; finished ones (80) unless the flow says otherwise. There is no
 * parameter for the receipt's own number, hence `byNumber` is absent.
 */
import type { Api } from "@datong/core";
import { GOODS_FIELDS, PAGE_REQUEST, pagesFromZero, queryShape, WINDOW, WINDOW_REQUEST } from "../bills.ts";

export const api: Api = {
  code: "wdt.stockin.order.query.refund",
  operation: "wdt.stockin.order.query.refund",
  name: { zh: "查询退货入库单", en: "Receipts of returned goods" },
  direction: "query",
  source: "用户接口文档《旺店通·企业奇门查询退货入库单》；旺店通企业版 stockin_order_query_refund.php",
  request: [
    ...WINDOW_REQUEST,
    {
      field: "status",
      label: "入库单状态",
      labelEn: "Status",
      type: "string",
      default: "80",
      description: "10已取消 20编辑中 30待审核 60待结算 80已完成",
    },
    { field: "shop_no", label: "店铺编号", labelEn: "Shop", type: "string" },
    { field: "warehouse_no", label: "仓库编号", labelEn: "Warehouse", type: "string" },
    { field: "src_order_no", label: "退换单号", labelEn: "Refund number", type: "string" },
    ...PAGE_REQUEST,
  ],
  response: [
    { field: "stockin_id", label: "入库单主键id", type: "string" },
    { field: "order_no", label: "入库单号", type: "string" },
    { field: "src_order_no", label: "上层单据编号", type: "string" },
    { field: "refund_no", label: "退换单号", type: "string" },
    { field: "process_status", label: "退换单处理状态", type: "string" },
    { field: "status", label: "入库单状态", type: "string" },
    { field: "shop_no", label: "店铺编号", type: "string" },
    { field: "shop_name", label: "店铺名称", type: "string" },
    { field: "shop_remark", label: "店铺备注", type: "string" },
    { field: "warehouse_no", label: "仓库编号", type: "string" },
    { field: "warehouse_name", label: "仓库名称", type: "string" },
    { field: "stockin_time", label: "入库时间", type: "string" },
    { field: "check_time", label: "审核时间", type: "string" },
    { field: "created_time", label: "创建时间", type: "string" },
    { field: "customer_no", label: "客户编号", type: "string" },
    { field: "operator_name", label: "退换建单人", type: "string" },
    { field: "refund_remark", label: "退换备注", type: "string" },
    { field: "remark", label: "备注", type: "string" },
    { field: "goods_count", label: "货品数量", type: "string" },
    { field: "refund_amount", label: "退款金额", type: "string" },
    { field: "actual_refund_amount", label: "实际退款金额", type: "string" },
    { field: "modified", label: "最后修改时间", type: "string" },
    {
      field: "details_list",
      label: "货品列表",
      type: "array",
      children: [
        ...GOODS_FIELDS,
        { field: "stockin_id", label: "入库单主键id", type: "string" },
        { field: "goods_count", label: "数量", type: "string" },
        { field: "src_price", label: "原价", type: "string" },
        { field: "cost_price", label: "成本价", type: "string" },
        { field: "total_cost", label: "总成本", type: "string" },
        { field: "defect", label: "是否残次品", type: "string" },
      ],
    },
  ],
  shape: queryShape("wdt.stockin.order.query.refund"),
  rows: { kind: "objects", paths: ["response.stockin_list"] },
  id: ["stockin_id"],
  number: "order_no",
  paging: pagesFromZero(100),
  window: WINDOW,
};
