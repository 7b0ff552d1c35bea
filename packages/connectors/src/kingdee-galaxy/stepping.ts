/**
 * Submit, Audit, UnAudit and Delete of 金蝶云星空 are one call under four names. One document a call: the vendor skips unknown
 * numbers silently when at least one is known, so an answer for many could not be told apart by document.
 */
import type { Api } from "@datong/core";
import { STEP_RESULT } from "./faults.ts";

/** `reverseApi`: what takes the document further back after this step. */
export function stepApi(code: string, operation: string, name: Api["name"], from: string, reverseApi?: string): Api {
  return {
    code,
    operation,
    name,
    direction: "write",
    source: "金蝶云星空 WebAPI：提交、审核、反审核、删除",
    request: [{ field: "Number", label: "编码", labelEn: "Number", type: "string", required: true, description: from }],
    response: [
      { field: "Id", label: "内码", labelEn: "Internal id", type: "string" },
      { field: "Number", label: "编码", labelEn: "Number", type: "string" },
    ],
    options: [
      { field: "FormId", label: "业务对象表单Id", labelEn: "Form id", type: "string", required: true },
      { field: "CreateOrgId", label: "创建组织内码", labelEn: "Creating organisation", type: "string" },
      {
        field: "InterationFlags",
        label: "交互标志集合",
        labelEn: "Interaction flags",
        type: "string",
        description: "分号分隔；STK_InvCheckResult 表示允许负库存（字段名为供应商原拼写）",
      },
      { field: "NetworkCtrl", label: "是否启用网控", labelEn: "Network control", type: "string" },
    ],
    shape: {
      method: "POST",
      path: `Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.${operation}.common.kdsvc`,
      json: {
        formid: "{{options.FormId}}",
        data: {
          CreateOrgId: "{{options.CreateOrgId}}",
          Numbers: "{{numbers}}",
          InterationFlags: "{{options.InterationFlags}}",
          NetworkCtrl: "{{options.NetworkCtrl}}",
        },
      },
    },
    result: STEP_RESULT,
    write: {
      batchMax: 1,
      key: "Number",
      outcome: {
        kind: "whole",
        number: ["Result.ResponseStatus.SuccessEntitys[0].Number"],
        id: ["Result.ResponseStatus.SuccessEntitys[0].Id"],
      },
      idempotent: false,
      ...(reverseApi === undefined ? {} : { reverse: { api: reverseApi } }),
      concurrencyMax: 1,
    },
  };
}
