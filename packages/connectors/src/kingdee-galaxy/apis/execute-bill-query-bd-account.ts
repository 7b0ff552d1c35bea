/** 科目查询: one row per account. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "BD_Account",
  name: { zh: "科目查询", en: "Accounts" },
  id: "FACCTID",
  number: "FNumber",
  columns: [
    ["FACCTID", "科目内码", "Internal id"],
    ["FNumber", "编码", "Number"],
    ["FName", "名称", "Name"],
    ["FDescription", "描述", "Description"],
    ["FCreateOrgId_FNumber", "创建组织", "Creating organisation", "FCreateOrgId.FNumber"],
    ["FDocumentStatus", "数据状态", "Status"],
    ["FForbidStatus", "禁用状态", "Forbidden"],
    ["FModifyDate", "修改日期", "Changed"],
  ],
});
