/** 其它出入库查询, by time of change; a window is at most seven days long. */
import type { Api } from "@datong/core";
import { OTHERINOUT_REQUEST, OTHERINOUT_RESPONSE } from "../otherinout-document.ts";

export const api: Api = {
  code: "other.inout.query",
  operation: "other.inout.query",
  name: { zh: "其它出入库查询", en: "Other stock movements" },
  direction: "query",
  source: "聚水潭开放平台 docId 42",
  request: [
    { field: "modified_begin", label: "修改起始时间", labelEn: "Modified from", type: "string", default: "{{LAST_SYNC_TIME|datetime}}" },
    { field: "modified_end", label: "修改结束时间", labelEn: "Modified to", type: "string", default: "{{CURRENT_TIME|datetime}}" },
    ...OTHERINOUT_REQUEST,
  ],
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
  window: { spanMaxMs: 7 * 86_400_000 },
};
