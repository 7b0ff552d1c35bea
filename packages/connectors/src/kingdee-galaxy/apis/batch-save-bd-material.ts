/** 物料新增: new materials, by their own number. Fields of your own (`F_…`) may be added to a flow's mapping. */
import type { Api } from "@datong/core";
import { formSave, saved, subHead } from "../form-save.ts";
import { baseDataProbe, MATERIAL } from "../probing.ts";

export const api: Api = formSave({
  form: MATERIAL.form,
  name: { zh: "物料新增", en: "Add materials" },
  key: "FNumber",
  id: MATERIAL.id,
  probe: baseDataProbe(MATERIAL),
  request: [
    ...saved(
      ["FCreateOrgId", "创建组织", "Creating organisation", "*→"],
      ["FUseOrgId", "使用组织", "Using organisation", "*→"],
      ["FNumber", "编码", "Number", "*"],
      ["FName", "名称", "Name", "*"],
      ["FSpecification", "规格型号", "Specification"],
      ["FMnemonicCode", "助记码", "Mnemonic"],
      ["FOldNumber", "旧物料编码", "Former number"],
      ["FDescription", "描述", "Description"],
      ["FMaterialGroup", "物料分组", "Group", "→"],
    ),
    subHead(
      "SubHeadEntity",
      "基本",
      "Basics",
      saved(
        ["FBARCODE", "条码", "Barcode"],
        ["FErpClsID", "物料属性", "Kind", "*"],
        ["FCategoryID", "存货类别", "Category", "*→"],
        ["FTaxType", "税分类", "Tax class", "→"],
        ["FTaxRateId", "默认税率", "Tax rate", "→"],
        ["FBaseUnitId", "基本单位", "Unit", "*→"],
        ["FGROSSWEIGHT", "毛重", "Gross weight"],
        ["FNETWEIGHT", "净重", "Net weight"],
        ["FLENGTH", "长", "Length"],
        ["FWIDTH", "宽", "Width"],
        ["FHEIGHT", "高", "Height"],
      ),
    ),
    subHead(
      "SubHeadEntity1",
      "库存",
      "Storing",
      saved(
        ["FStoreUnitID", "库存单位", "Stock unit", "→"],
        ["FStockId", "仓库", "Stock", "→"],
        ["FIsBatchManage", "启用批号管理", "By lot"],
        ["FIsKFPeriod", "启用保质期管理", "By shelf life"],
        ["FExpUnit", "保质期单位", "Shelf life's unit"],
        ["FExpPeriod", "保质期", "Shelf life"],
        ["FSafeStock", "安全库存", "Safety stock"],
      ),
    ),
  ],
});
