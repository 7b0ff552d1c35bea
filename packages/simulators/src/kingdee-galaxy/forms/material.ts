/**
 * 物料 BD_MATERIAL: header, 基本 (SubHeadEntity) and 库存 (SubHeadEntity1) of the vendor's save template; the other tabs hold nothing that
 * a client of these forms asks for. FRefPrice is this company's own field.
 */
import { BASE_DATA_FIELDS, fieldList, type Form } from "../form.ts";

const HEADER = `
  FNumber 编码 text
  FName 名称 mltext *
  FCreateOrgId 创建组织 base:ORG_Organizations * =org
  FUseOrgId 使用组织 base:ORG_Organizations * =org
  FSpecification 规格型号 mltext
  FMnemonicCode 助记码 text
  FOldNumber 旧物料编码 text
  FDescription 描述 mltext
  FMaterialGroup 物料分组 base:BD_MATERIALGROUP
  FRefPrice 参考价 decimal`;

const BASICS = `
  FBARCODE 条码 text
  FErpClsID 物料属性 enum *
  FCategoryID 存货类别 base:BD_MATERIALCATEGORY *
  FTaxType 税分类 base:BD_TaxType
  FTaxRateId 默认税率 base:BD_TaxRate
  FBaseUnitId 基本单位 base:BD_UNIT *
  FIsPurchase 允许采购 bool =true
  FIsInventory 允许库存 bool =true
  FIsSale 允许销售 bool =true
  FIsProduce 允许生产 bool
  FIsSubContract 允许委外 bool
  FIsAsset 允许资产 bool
  FGROSSWEIGHT 毛重 decimal
  FNETWEIGHT 净重 decimal
  FLENGTH 长 decimal
  FWIDTH 宽 decimal
  FHEIGHT 高 decimal
  FVOLUME 体积 decimal`;

const STORING = `
  FStoreUnitID 库存单位 base:BD_UNIT
  FStockId 仓库 base:BD_STOCK
  FIsLockStock 可锁库 bool =true
  FIsBatchManage 启用批号管理 bool
  FIsKFPeriod 启用保质期管理 bool
  FExpUnit 保质期单位 enum
  FExpPeriod 保质期 decimal
  FRefCost 参考成本 decimal
  FSafeStock 安全库存 decimal
  FMinStock 最小库存 decimal
  FMaxStock 最大库存 decimal`;

export const MATERIAL_FORM: Form = {
  id: "BD_MATERIAL",
  name: "物料",
  bill: false,
  masterKey: "FMATERIALID",
  numberKey: "FNumber",
  numberPrefix: "MATE",
  header: fieldList(HEADER, BASE_DATA_FIELDS),
  entries: [
    { key: "SubHeadEntity", name: "基本", property: "MaterialBase", single: true, fields: fieldList(BASICS) },
    { key: "SubHeadEntity1", name: "库存", property: "MaterialStock", single: true, fields: fieldList(STORING) },
  ],
};
