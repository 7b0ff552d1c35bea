/** 采购入库单详情: one whole receipt by its id. The shape of the answer is inferred from its siblings. */
import type { Api } from "@datong/core";
import { resultWith } from "../faults.ts";
import { PUR_INBOUND_DOCUMENT } from "../pur-inbound-document.ts";

export const api: Api = {
  code: "jdy/pur/pur_inbound_detail",
  operation: "jdy/pur/pur_inbound_detail",
  name: { zh: "采购入库单详情", en: "Purchase receipt" },
  direction: "query",
  source: "公开客户端代码中的接口路径；答复格式为推断",
  request: [{ field: "id", label: "单据ID", labelEn: "Id", type: "string", required: true }],
  response: PUR_INBOUND_DOCUMENT,
  shape: { method: "POST", path: "jdy/pur/pur_inbound_detail", json: "{{params}}" },
  result: resultWith("data.id"),
  rows: { kind: "one", paths: ["data"] },
  id: ["id"],
  number: "billno",
  paging: { kind: "none" },
};
