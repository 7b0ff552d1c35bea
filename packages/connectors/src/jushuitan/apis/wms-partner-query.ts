/** 仓库查询: the branch warehouses (分仓) of the company. */
import type { Api } from "@datong/core";
import { PAGES, QUERY_PAGING } from "../querying.ts";

export const api: Api = {
  code: "wms.partner.query",
  operation: "wms.partner.query",
  name: { zh: "仓库查询(分仓)", en: "Branch warehouses" },
  direction: "query",
  source: "聚水潭开放平台：仓库查询",
  request: [...PAGES],
  response: [
    { field: "wms_co_id", label: "分仓编号", labelEn: "Branch warehouse", type: "string" },
    { field: "name", label: "分仓名称", labelEn: "Name", type: "string" },
    { field: "co_id", label: "主仓公司编号", labelEn: "Company", type: "string" },
    { field: "is_main", label: "是否为主仓", labelEn: "The main one", type: "bool" },
    { field: "status", label: "状态", labelEn: "Status", type: "string" },
    { field: "remark1", label: "对方备注", labelEn: "Their remark", type: "string" },
    { field: "remark2", label: "我方备注", labelEn: "Our remark", type: "string" },
  ],
  shape: { method: "POST", path: "open/wms/partner/query", form: { biz: "{{params}}" } },
  rows: { kind: "objects", paths: ["data.datas"] },
  id: ["wms_co_id"],
  number: "wms_co_id",
  paging: QUERY_PAGING,
};
