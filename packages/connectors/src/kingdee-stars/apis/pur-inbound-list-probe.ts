/** Purchase receipts by number, without their details: how it is told whether a saved one is there. */
import type { Api } from "@datong/core";
import { probeApi } from "../saving.ts";

export const api: Api = probeApi({
  code: "jdy/pur/pur_inbound_list:probe",
  path: "jdy/pur/pur_inbound_list",
  name: { zh: "按编码查采购入库单", en: "Purchase receipts by number" },
  source: "金蝶云星辰 V1 采购入库单列表",
});
