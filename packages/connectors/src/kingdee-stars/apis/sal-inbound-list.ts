/** Sales returns by number: how it is told whether a saved one is there. */
import type { Api } from "@datong/core";
import { probeApi } from "../saving.ts";

export const api: Api = probeApi({
  code: "jdy/sal/sal_inbound_list",
  path: "jdy/sal/sal_inbound_list",
  name: { zh: "按编码查销售退货单", en: "Sales returns by number" },
  source: "公开客户端代码中的接口路径；答复格式为推断",
});
