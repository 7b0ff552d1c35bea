/** 采购订单保存: an order to a supplier. The path and the fields follow 采购入库单保存 (assumed). */
import type { Api } from "@datong/core";
import { BILL_HEADER, BILL_LINES, reference, SAVE_RESULT, SAVED, saveRule, saveShape } from "../saving.ts";

export const api: Api = {
  code: "jdy/pur/pur_order_save",
  operation: "jdy/pur/pur_order_save",
  name: { zh: "采购订单保存新增", en: "Save a purchase order" },
  direction: "write",
  source: "金蝶云星辰 V1 采购入库单保存的同类接口；字段为推断，见 packages/connectors/README.md",
  request: [
    ...BILL_HEADER,
    ...reference("supplierid", "供应商"),
    { field: "deliverydate", label: "交货日期", type: "string" },
    { field: "deptid_id", label: "部门", type: "string" },
    BILL_LINES,
  ],
  response: SAVED,
  shape: saveShape("jdy/pur/pur_order_save"),
  result: SAVE_RESULT,
  write: saveRule("jdy/pur/pur_order_list"),
};
