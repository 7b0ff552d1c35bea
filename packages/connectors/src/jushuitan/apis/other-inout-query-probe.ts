/** Which of these external numbers have a movement. Without a window, as the vendor allows when numbers are named. */
import type { Api } from "@datong/core";
import { OTHERINOUT_REQUEST, OTHERINOUT_RESPONSE } from "../otherinout-document.ts";

export const api: Api = {
  code: "other.inout.query:probe",
  operation: "other.inout.query",
  name: { zh: "其它出入库查证", en: "Probe for other stock movements" },
  direction: "query",
  source: "聚水潭开放平台 docId 42",
  request: OTHERINOUT_REQUEST,
  response: OTHERINOUT_RESPONSE,
  shape: { method: "POST", path: "open/other/inout/query", form: { biz: "{{params}}" } },
  rows: { kind: "objects", paths: ["data.datas"] },
  id: ["io_id"],
  number: "io_id",
  paging: {
    kind: "page",
    first: 1,
    size: 50,
    sizeMax: 50,
    end: [{ rule: "has-next", path: "data.has_next" }, { rule: "empty-page" }],
  },
};
