/**
 * 销售出库新增: issues to customers, by the source's own bill number. The user's page prints SubHeadEntity and the call options
 * below the lines; the vendor takes SubHeadEntity beside the lines and the options outside the document, so that is where they are.
 */
import type { Api } from "@datong/core";
import { SAVE_RESULT } from "../faults.ts";
import { BILL_PROBE, BILL_REMOVAL, FURTHER_OPTIONS, SAVE_OUTCOME, SAVE_RESPONSE, SAVE_SHAPE, SAVE_STAGES } from "../saving.ts";

const BY_NUMBER = { name: "ConvertObjectParser", params: "FNumber" };

export const api: Api = {
  code: "batchSave:SAL_OUTSTOCK",
  operation: "batchSave",
  name: { zh: "销售出库新增", en: "Add sales issues" },
  direction: "write",
  source: "用户文档《聚水潭·奇门与金蝶云星空对接集成订单查询打通销售出库新增》；金蝶云星空 WebAPI 批量保存",
  request: [
    { field: "FBillTypeID", label: "单据类型", type: "string", required: true, parser: BY_NUMBER },
    { field: "FBillNo", label: "单据编号", type: "string", required: true },
    { field: "FDate", label: "日期", type: "string", required: true },
    { field: "FSaleOrgId", label: "销售组织", type: "string", required: true, parser: BY_NUMBER },
    { field: "FCustomerID", label: "客户", type: "string", required: true, parser: BY_NUMBER },
    { field: "FSalesManID", label: "销售员", type: "string", parser: BY_NUMBER },
    { field: "FSaleDeptID", label: "销售部门", type: "string", parser: BY_NUMBER },
    { field: "FStockOrgId", label: "发货组织", type: "string", required: true, parser: BY_NUMBER },
    { field: "FNote", label: "备注", type: "string" },
    {
      field: "FEntity",
      label: "明细信息",
      type: "array",
      required: true,
      children: [
        { field: "FMaterialID", label: "物料编码", type: "string", required: true, parser: BY_NUMBER },
        { field: "FRealQty", label: "实发数量", type: "string", required: true },
        { field: "FLot", label: "批号", type: "string", parser: BY_NUMBER },
        { field: "FProduceDate", label: "生产日期", type: "string" },
        { field: "FEXPIRYDATE", label: "有效期至", type: "string", description: "批次" },
        { field: "FPrice", label: "单价", type: "string" },
        { field: "FTaxPrice", label: "含税单价", type: "string" },
        { field: "FEntryTaxRate", label: "税率%", type: "string" },
        { field: "FOwnerTypeId", label: "货主类型", type: "string" },
        { field: "FOwnerId", label: "货主", type: "string", parser: BY_NUMBER },
        { field: "FStockID", label: "仓库", type: "string", required: true, parser: BY_NUMBER },
        { field: "FEntrynote", label: "备注", type: "string" },
        { field: "FIsFree", label: "是否赠品", type: "string" },
        { field: "F_PSEH_TEXT", label: "网上订单号", type: "string" },
      ],
    },
    {
      field: "SubHeadEntity",
      label: "财务信息",
      type: "object",
      required: true,
      children: [
        { field: "FSettleOrgID", label: "结算组织", type: "string", required: true, parser: BY_NUMBER },
        { field: "FSETTLECURRID", label: "结算币别", type: "string", required: true, parser: BY_NUMBER },
        { field: "FAllDisCount", label: "整单折扣额", type: "string" },
      ],
    },
  ],
  response: [...SAVE_RESPONSE],
  options: [
    { field: "FormId", label: "业务对象表单Id", type: "string", required: true, default: "SAL_OUTSTOCK" },
    { field: "Operation", label: "执行的操作", type: "string", default: "BatchSave", options: ["BatchSave"] },
    { field: "IsAutoSubmitAndAudit", label: "提交并审核", type: "bool", default: "false" },
    { field: "IsVerifyBaseDataField", label: "验证基础资料", type: "bool", default: "true" },
    { field: "SubSystemId", label: "系统模块", type: "string" },
    { field: "BatchCount", label: "服务端开启的线程数", type: "string" },
    ...FURTHER_OPTIONS,
  ],
  shape: SAVE_SHAPE,
  result: SAVE_RESULT,
  write: {
    batchMax: 100,
    key: "FBillNo",
    outcome: SAVE_OUTCOME,
    idempotent: false,
    probe: BILL_PROBE,
    stages: SAVE_STAGES,
    update: { idField: "FID" },
    reverse: { api: "unAudit", keeps: true },
    removal: BILL_REMOVAL,
    concurrencyMax: 1,
  },
};
