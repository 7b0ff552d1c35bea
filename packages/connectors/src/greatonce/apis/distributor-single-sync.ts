/**
 * 分销商余额调价, as the user's document titles it; the call adds a distributor. Captions and presets are that document's, also where
 * they look mistaken (distributorCompanyName is captioned as the level's name, mobile is fed with a contact's name). That a code which
 * is there already is refused is an assumption; an uncertain call is settled by the assumed query.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "greatonce.distributor.single.sync",
  operation: "greatonce.distributor.single.sync",
  name: { zh: "分销商余额调价", en: "Add a distributor" },
  direction: "write",
  source: "用户文档《巨益OMS与金蝶云星空对接集成客户查询连通分销商余额调价》",
  request: [
    { field: "actionType", label: "操作类型", default: "add" },
    { field: "address", label: "地址", default: "{{BD_CUSTCONTACT_ADDRESS}}" },
    { field: "balance_deduct_type", label: "扣款类型", default: "{{F_FML_Combo}}" },
    { field: "distributorCode", label: "分销商编码", required: true, default: "{{Name}}{{bfn_num}}" },
    { field: "distributorCompanyName", label: "分销商等级名称", default: "{{UseOrgId_Name}}" },
    { field: "distributorName", label: "分销商名称", default: "{{Name}}" },
    { field: "mobile", label: "mobile", default: "{{BD_CUSTCONTACT_TContact_Name}}" },
    { field: "contact", label: "contact", default: "{{BD_CUSTCONTACT_TContact_Name}}" },
    { field: "distributorLevelName", label: "分销商等级", default: "{{F_FML_Combo1}}" },
  ],
  response: [
    { field: "flag", label: "结果", labelEn: "Flag", type: "string" },
    { field: "code", label: "代码", labelEn: "Code", type: "string" },
    { field: "message", label: "说明", labelEn: "Message", type: "string" },
    { field: "requestId", label: "请求标识", labelEn: "Request id", type: "string" },
  ],
  shape: {
    method: "POST",
    path: "api/api.do",
    query: { method: "greatonce.distributor.single.sync" },
    json: "{{document}}",
  },
  write: {
    batchMax: 1,
    key: "distributorCode",
    outcome: { kind: "whole", number: ["distributorCode"], id: ["distributorId"] },
    idempotent: false,
    probe: {
      api: "greatonce.distributor.list",
      params: { distributorCodes: "{{keys}}" },
      key: "distributorCode",
      number: "distributorCode",
      id: "distributorId",
      batchMax: 50,
    },
    concurrencyMax: 2,
  },
};
