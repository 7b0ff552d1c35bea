/** 供应商 BD_Supplier: header, 基本信息 and 财务信息 of the vendor's save template; banks and contacts are left out. */
import { BASE_DATA_FIELDS, fieldList, type Form } from "../form.ts";

const HEADER = `
  FNumber 编码 text
  FName 名称 mltext *
  FCreateOrgId 创建组织 base:ORG_Organizations * =org
  FUseOrgId 使用组织 base:ORG_Organizations * =org
  FShortName 简称 mltext
  FGroup 供应商分组 base:BD_SUPPLIERGROUP
  FDescription 描述 mltext`;

const BASICS = `
  FCountry 国家 base:BD_Area
  FProvincial 地区 base:BOS_ASSISTANTDATA_SELECT
  FAddress 通讯地址 mltext
  FZip 邮政编码 text
  FWebSite 公司网址 text
  FLegalPerson 法人代表 text
  FSOCIALCRECODE 统一社会信用代码 text
  FSupplyClassify 供应类别 enum =CG
  FRegisterAddress 注册地址 mltext`;

const FINANCE = `
  FPayCurrencyId 结算币别 base:BD_Currency *
  FPayCondition 付款条件 base:BD_PaymentCondition
  FTaxType 税分类 base:BD_TaxType
  FTaxRegisterCode 纳税登记号 text
  FInvoiceType 发票类型 enum =1
  FTaxRateId 默认税率 base:BD_TaxRate`;

export const SUPPLIER_FORM: Form = {
  id: "BD_Supplier",
  name: "供应商",
  bill: false,
  masterKey: "FSupplierId",
  numberKey: "FNumber",
  numberPrefix: "VEN",
  header: fieldList(HEADER, BASE_DATA_FIELDS),
  entries: [
    { key: "FBaseInfo", name: "基本信息", property: "SupplierBase", single: true, fields: fieldList(BASICS) },
    { key: "FFinanceInfo", name: "财务信息", property: "SupplierFinance", single: true, fields: fieldList(FINANCE) },
  ],
};
