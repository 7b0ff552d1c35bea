/** 供应商查询: one row per supplier. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "BD_Supplier",
  name: { zh: "供应商查询", en: "Suppliers" },
  id: "FSupplierId",
  number: "FNumber",
  columns: [
    ["FSupplierId", "供应商内码", "Internal id"],
    ["FNumber", "编码", "Number"],
    ["FName", "名称", "Name"],
    ["FShortName", "简称", "Short name"],
    ["FDescription", "描述", "Description"],
    ["FGroup_FNumber", "供应商分组编码", "Group", "FGroup.FNumber"],
    ["FGroup_FName", "供应商分组名称", "Group's name", "FGroup.FName"],
    ["FCreateOrgId_FNumber", "创建组织", "Creating organisation", "FCreateOrgId.FNumber"],
    ["FUseOrgId_FNumber", "使用组织", "Using organisation", "FUseOrgId.FNumber"],
    ["FAddress", "通讯地址", "Address"],
    ["FSOCIALCRECODE", "统一社会信用代码", "Company code"],
    ["FDocumentStatus", "数据状态", "Status"],
    ["FForbidStatus", "禁用状态", "Forbidden"],
    ["FModifyDate", "修改日期", "Changed"],
  ],
});
