/**
 * What all BatchSave APIs of 金蝶云星空 have in common: call options, shape, outcomes by position (DIndex), and the way from saved
 * to audited. Options without a value are left out, so the vendor's own defaults hold.
 */
import type { Field, OutcomeRule, Probe, Removal, RequestShape, Stages } from "@datong/core";

export const SAVE_SHAPE: RequestShape = {
  method: "POST",
  path: "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.{{options.Operation}}.common.kdsvc",
  json: {
    formid: "{{options.FormId}}",
    data: {
      NeedUpDateFields: "{{options.NeedUpDateFields}}",
      NeedReturnFields: "{{options.NeedReturnFields}}",
      IsDeleteEntry: "{{options.IsDeleteEntry}}",
      SubSystemId: "{{options.SubSystemId}}",
      IsVerifyBaseDataField: "{{options.IsVerifyBaseDataField}}",
      IsEntryBatchFill: "{{options.IsEntryBatchFill}}",
      ValidateFlag: "{{options.ValidateFlag}}",
      NumberSearch: "{{options.NumberSearch}}",
      IsAutoAdjustField: "{{options.IsAutoAdjustField}}",
      InterationFlags: "{{options.InterationFlags}}",
      IgnoreInterationFlag: "{{options.IgnoreInterationFlag}}",
      IsControlPrecision: "{{options.IsControlPrecision}}",
      ValidateRepeatJson: "{{options.ValidateRepeatJson}}",
      IsAutoSubmitAndAudit: "{{options.IsAutoSubmitAndAudit}}",
      BatchCount: "{{options.BatchCount}}",
      Creator: "{{options.Creator}}",
      Model: "{{documents}}",
    },
  },
};

/** Options beyond those that a user document lists; none has a preset. */
export const FURTHER_OPTIONS: readonly Field[] = [
  { field: "NeedUpDateFields", label: "需要更新的字段", labelEn: "Fields to update", type: "array", description: "修改时有效；空为全部" },
  { field: "NeedReturnFields", label: "需返回结果的字段", labelEn: "Fields to return", type: "array" },
  {
    field: "IsDeleteEntry",
    label: "是否删除已存在的分录",
    labelEn: "Delete lines not sent",
    type: "bool",
    description: "修改时有效；默认 true",
  },
  { field: "IsEntryBatchFill", label: "是否批量填充分录", labelEn: "Fill lines in batches", type: "bool", description: "默认 true" },
  { field: "ValidateFlag", label: "是否验证数据合法性", labelEn: "Validate", type: "bool", description: "默认 true" },
  {
    field: "NumberSearch",
    label: "是否用编码搜索基础资料",
    labelEn: "Look base data up by number",
    type: "bool",
    description: "默认 true",
  },
  { field: "IsAutoAdjustField", label: "是否自动调整字段顺序", labelEn: "Order the fields", type: "bool", description: "默认 false" },
  {
    field: "InterationFlags",
    label: "交互标志集合",
    labelEn: "Interaction flags",
    type: "string",
    description: "分号分隔；STK_InvCheckResult 表示允许负库存（字段名为供应商原拼写）",
  },
  { field: "IgnoreInterationFlag", label: "是否允许忽略交互", labelEn: "Ignore interaction", type: "bool", description: "默认 true" },
  { field: "IsControlPrecision", label: "是否控制精度", labelEn: "Control precision", type: "bool", description: "默认 false" },
  { field: "ValidateRepeatJson", label: "是否校验重复传入", labelEn: "Refuse repeated input", type: "bool", description: "默认 false" },
  { field: "Creator", label: "创建人", labelEn: "Creator", type: "string" },
];

/** Call options for APIs that no user document prescribes, in the vendor's order. */
export const SAVE_OPTIONS: readonly Field[] = [
  { field: "FormId", label: "业务对象表单Id", labelEn: "Form id", type: "string", required: true },
  { field: "Operation", label: "执行的操作", labelEn: "Operation", type: "string", default: "BatchSave", options: ["BatchSave"] },
  { field: "IsAutoSubmitAndAudit", label: "提交并审核", labelEn: "Submit and audit", type: "bool", default: "false" },
  {
    field: "IsVerifyBaseDataField",
    label: "验证基础资料",
    labelEn: "Verify base data",
    type: "bool",
    default: "true",
    description: "false 时不存在的基础资料编码会被静默置空",
  },
  { field: "SubSystemId", label: "系统模块", labelEn: "Subsystem", type: "string" },
  { field: "BatchCount", label: "服务端开启的线程数", labelEn: "Server threads", type: "string" },
  ...FURTHER_OPTIONS,
];

export const SAVE_RESPONSE: readonly Field[] = [
  { field: "Id", label: "内码", labelEn: "Internal id", type: "string" },
  { field: "Number", label: "编码", labelEn: "Number", type: "string" },
  { field: "DIndex", label: "序号", labelEn: "Position", type: "int", description: "在本次提交中的位置，从 0 起" },
];

/** Several errors may name one position; a document may be in both lists when it was saved but not audited. */
export const SAVE_OUTCOME: OutcomeRule = {
  kind: "per-document",
  match: "index",
  done: { list: ["Result.ResponseStatus.SuccessEntitys"], match: "DIndex", number: "Number", id: "Id" },
  refused: { list: ["Result.ResponseStatus.Errors"], match: "DIndex", message: "Message", field: "FieldName" },
};

export const SAVE_STAGES: Stages = {
  order: ["saved", "submitted", "audited"],
  values: { Z: "saved", A: "saved", D: "saved", B: "submitted", C: "audited" },
  steps: { saved: "submit", submitted: "audit" },
  finalWhen: { option: "IsAutoSubmitAndAudit", in: ["true", "True", "1"], then: "audited", otherwise: "saved" },
};

/** Asks for bills by their number, whatever their form. A voided bill still holds its number, so it counts as present. */
export const BILL_PROBE: Probe = {
  api: "executeBillQuery:probe",
  params: { FormId: "{{options.FormId}}", FilterString: "FBillNo in ({{keys|sqllist}})" },
  key: "FBillNo",
  number: "FBillNo",
  id: "FID",
  stage: "FDocumentStatus",
  batchMax: 100,
};

/** An audited bill is un-audited first. A submitted one the vendor does not delete: its refusal is told, and a person withdraws it (撤销). */
export const BILL_REMOVAL: Removal = {
  steps: [{ api: "unAudit", when: ["audited"] }, { api: "delete" }],
  seen: ["FModifyDate"],
};
