/**
 * 分配: gives one piece of base data (物料, 客户, 供应商 …) that is audited to further organisations, by inner ids. Meant as a write-back of
 * the flow that saves it: it then has a status and retries of its own, and the saving stands whatever becomes of it. Allocating again to
 * an organisation that has it is taken to be harmless; no public document shows what the vendor answers then.
 */
import type { Api } from "@datong/core";
import { STEP_RESULT } from "../faults.ts";

export const api: Api = {
  code: "allocate",
  operation: "Allocate",
  name: { zh: "分配组织", en: "Allocate to organisations" },
  direction: "write",
  source: "金蝶云星空 WebAPI：分配（PkIds, TOrgIds, IsAutoSubmitAndAudit）",
  request: [
    {
      field: "Id",
      label: "基础资料内码",
      labelEn: "Inner id of the base data",
      type: "string",
      required: true,
      description: "回写里写 {{target.id}}",
    },
  ],
  response: [
    { field: "Id", label: "内码", labelEn: "Internal id", type: "string" },
    { field: "Number", label: "编码", labelEn: "Number", type: "string" },
  ],
  options: [
    { field: "FormId", label: "业务对象表单Id", labelEn: "Form id", type: "string", required: true },
    {
      field: "TOrgIds",
      label: "目标组织内码",
      labelEn: "Inner ids of the organisations",
      type: "string",
      required: true,
      description: "逗号分隔；是组织内码，不是编码",
    },
    { field: "IsAutoSubmitAndAudit", label: "提交并审核", labelEn: "Submit and audit", type: "bool", default: "true" },
  ],
  shape: {
    method: "POST",
    path: "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.Allocate.common.kdsvc",
    json: {
      formid: "{{options.FormId}}",
      data: { PkIds: "{{document.Id}}", TOrgIds: "{{options.TOrgIds}}", IsAutoSubmitAndAudit: "{{options.IsAutoSubmitAndAudit}}" },
    },
  },
  // A no is no allocation: there is nothing that could stand halfway and would have to be asked about.
  result: { ...STEP_RESULT, otherwise: "rejected" },
  write: {
    batchMax: 1,
    key: "Id",
    outcome: {
      kind: "whole",
      number: ["Result.ResponseStatus.SuccessEntitys[0].Number"],
      id: ["Result.ResponseStatus.SuccessEntitys[0].Id"],
    },
    idempotent: true,
    overwrites: true,
    concurrencyMax: 1,
  },
};
