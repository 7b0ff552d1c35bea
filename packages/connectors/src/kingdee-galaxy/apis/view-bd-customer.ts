/** One customer with all its entries, under property names; the detail of the customer query. */
import type { Api } from "@datong/core";
import { VIEW_RESULT } from "../faults.ts";
import { VIEW_REQUEST, VIEW_SHAPE } from "../viewing.ts";

export const api: Api = {
  code: "view:BD_Customer",
  operation: "view",
  name: { zh: "客户查看", en: "View of a customer" },
  direction: "query",
  source: "金蝶云星空 WebAPI 查看",
  request: [
    { field: "FormId", label: "业务对象表单Id", labelEn: "Form id", type: "string", required: true, default: "BD_Customer" },
    ...VIEW_REQUEST,
  ],
  response: [
    { field: "Id", label: "客户内码", labelEn: "Internal id", type: "string" },
    { field: "Number", label: "编码", labelEn: "Number", type: "string" },
    {
      field: "Name",
      label: "名称",
      labelEn: "Name",
      type: "array",
      description: "多语言：每项一个语言",
      children: [
        { field: "Key", label: "语言", labelEn: "Language", type: "int" },
        { field: "Value", label: "文本", labelEn: "Text", type: "string" },
      ],
    },
    { field: "UseOrgId", label: "使用组织", labelEn: "Using organisation", type: "object" },
    { field: "BD_CUSTCONTACT", label: "客户地点", labelEn: "Locations", type: "array" },
    { field: "F_FML_Combo", label: "F_FML_Combo", type: "string" },
    { field: "F_FML_Combo1", label: "F_FML_Combo1", type: "string" },
  ],
  shape: VIEW_SHAPE,
  result: VIEW_RESULT,
  rows: { kind: "one", paths: ["Result.Result"] },
  id: ["Id"],
  number: "Number",
  paging: { kind: "none" },
};
