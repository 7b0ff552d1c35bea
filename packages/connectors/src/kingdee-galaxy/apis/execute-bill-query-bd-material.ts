/** 物料查询: one row per material. Fields of your own (`F_…`) go into `source.columns`. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "BD_MATERIAL",
  name: { zh: "物料查询", en: "Materials" },
  id: "FMATERIALID",
  number: "FNumber",
  columns: [
    ["FMATERIALID", "物料内码", "Internal id"],
    ["FNumber", "编码", "Number"],
    ["FName", "名称", "Name"],
    ["FSpecification", "规格型号", "Specification"],
    ["FMnemonicCode", "助记码", "Mnemonic"],
    ["FDescription", "描述", "Description"],
    ["FMaterialGroup_FNumber", "物料分组编码", "Group", "FMaterialGroup.FNumber"],
    ["FMaterialGroup_FName", "物料分组名称", "Group's name", "FMaterialGroup.FName"],
    ["FCreateOrgId_FNumber", "创建组织", "Creating organisation", "FCreateOrgId.FNumber"],
    ["FUseOrgId_FNumber", "使用组织", "Using organisation", "FUseOrgId.FNumber"],
    ["FBARCODE", "条码", "Barcode"],
    ["FErpClsID", "物料属性", "Kind"],
    ["FCategoryID_FNumber", "存货类别", "Category", "FCategoryID.FNumber"],
    ["FBaseUnitId_FNumber", "基本单位编码", "Unit", "FBaseUnitId.FNumber"],
    ["FBaseUnitId_FName", "基本单位名称", "Unit's name", "FBaseUnitId.FName"],
    ["FStockId_FNumber", "默认仓库", "Stock", "FStockId.FNumber"],
    ["FIsBatchManage", "启用批号管理", "By lot"],
    ["FDocumentStatus", "数据状态", "Status"],
    ["FForbidStatus", "禁用状态", "Forbidden"],
    ["FModifyDate", "修改日期", "Changed"],
  ],
});
