/** What all View APIs of 金蝶云星空 have in common. */
import type { Field, RequestShape } from "@datong/core";

export const VIEW_SHAPE: RequestShape = {
  method: "POST",
  path: "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.View.common.kdsvc",
  json: {
    formid: "{{params.FormId}}",
    data: {
      CreateOrgId: "{{params.CreateOrgId}}",
      Number: "{{params.Number}}",
      Id: "{{params.Id}}",
      IsSortBySeq: "{{params.IsSortBySeq}}",
    },
  },
};

/** The parameters besides the form; a number or an id is needed. */
export const VIEW_REQUEST: readonly Field[] = [
  { field: "CreateOrgId", label: "创建组织内码", labelEn: "Creating organisation", type: "string" },
  { field: "Number", label: "编码", labelEn: "Number", type: "string", description: "与内码二选一" },
  { field: "Id", label: "内码", labelEn: "Internal id", type: "string", description: "与编码二选一" },
  { field: "IsSortBySeq", label: "单据体是否按序号排序", labelEn: "Sort lines by sequence", type: "string", default: "false" },
];
