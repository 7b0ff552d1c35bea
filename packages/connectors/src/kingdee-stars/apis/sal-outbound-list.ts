/** Sales issues by number: how it is told whether a saved one is there. */
import type { Api } from "@datong/core";
import { probeApi } from "../saving.ts";

export const api: Api = probeApi({
  code: "jdy/sal/sal_outbound_list",
  path: "jdy/sal/sal_outbound_list",
  name: { zh: "按编码查销售出库单", en: "Sales issues by number" },
  source: "金蝶云星辰 V1 采购入库单列表的同类接口；假定，见 packages/connectors/README.md",
});
