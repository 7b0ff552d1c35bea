/** 仓库新增: new warehouses, by their own number. Call options and presets are those of the user's document. */
import type { Api } from "@datong/core";
import { SAVE_RESULT } from "../faults.ts";
import { baseDataProbe, STOCK } from "../probing.ts";
import { FURTHER_OPTIONS, SAVE_OUTCOME, SAVE_RESPONSE, SAVE_SHAPE, SAVE_STAGES } from "../saving.ts";

const BY_NUMBER = { name: "ConvertObjectParser", params: "FNumber" };

export const api: Api = {
  code: "batchSave:BD_STOCK",
  operation: "batchSave",
  name: { zh: "仓库新增", en: "Add warehouses" },
  direction: "write",
  source: "用户文档《旺店通·企业奇门和金蝶云星空接口打通对接实战》；金蝶云星空 WebAPI 批量保存",
  request: [
    { field: "FName", label: "名称", required: true, default: "{{name}}" },
    { field: "FNumber", label: "编码", required: true, default: "{{warehouse_no}}" },
    { field: "FUseOrgId", label: "使用组织", required: true, default: "100.02", parser: BY_NUMBER },
    { field: "FCreateOrgId", label: "创建组织", required: true, default: "100.02", parser: BY_NUMBER },
    { field: "FDescription", label: "描述" },
    { field: "FStockStatusType", label: "仓库类型", required: true, default: "0,1,2,3,4,5,6,7,8" },
    { field: "FAddress", label: "地址" },
    { field: "FStockProperty", label: "仓库属性", required: true, default: "5" },
    { field: "FALLOWMINUSQTY", label: "是否允许负库存", default: "1" },
    { field: "FGROUP", label: "分组", default: "02", parser: BY_NUMBER },
  ],
  response: [...SAVE_RESPONSE],
  options: [
    { field: "FormId", label: "业务对象表单Id", required: true, default: "BD_STOCK" },
    { field: "IsVerifyBaseDataField", label: "验证基础资料", default: "false" },
    { field: "Operation", label: "执行的操作", default: "BatchSave", options: ["BatchSave"] },
    { field: "IsAutoSubmitAndAudit", label: "提交并审核", default: "true" },
    { field: "SubSystemId", label: "系统模块" },
    { field: "BatchCount", label: "服务端开启的线程数" },
    ...FURTHER_OPTIONS,
  ],
  shape: SAVE_SHAPE,
  result: SAVE_RESULT,
  write: {
    batchMax: 100,
    key: "FNumber",
    outcome: SAVE_OUTCOME,
    idempotent: false,
    probe: baseDataProbe(STOCK),
    stages: SAVE_STAGES,
    update: { idField: STOCK.id },
    reverse: { api: "unAudit", keeps: true },
    concurrencyMax: 1,
  },
};
