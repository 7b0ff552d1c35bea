/** Purchase orders by number: how it is told whether a saved one is there. */
import type { Api } from "@datong/core";
import { probeApi } from "../saving.ts";

export const api: Api = probeApi({
  code: "jdy/pur/pur_order_list",
  path: "jdy/pur/pur_order_list",
  name: { zh: "按编码查采购订单", en: "Purchase orders by number" },
  source: "金蝶云星辰 V1 采购入库单列表的同类接口；假定，见 packages/connectors/README.md",
});
