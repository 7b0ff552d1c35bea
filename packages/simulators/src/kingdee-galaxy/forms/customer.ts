/**
 * 客户 BD_Customer: the vendor's save template, and the keys third parties read. The number may be left to the coding rule.
 * Two keys are custom (F_FML_Combo, F_FML_Combo1); which entry FBIZLOCNUMBER and FCONTACT belong to is our inference.
 */
import { BASE_DATA_FIELDS, fieldList, type Form } from "../form.ts";

const HEADER = `
  FNumber 客户编码 text
  FName 客户名称 mltext *
  FCreateOrgId 创建组织 base:ORG_Organizations * =org
  FUseOrgId 使用组织 base:ORG_Organizations * =org
  FShortName 简称 mltext
  FCOUNTRY 国家 base:BD_Area
  FPROVINCIAL 地区 base:BOS_ASSISTANTDATA_SELECT
  FADDRESS 通讯地址 mltext
  FZIP 邮政编码 text
  FWEBSITE 公司网址 text
  FTEL 联系电话 text
  FFAX 传真 text
  FCompanyClassify 公司类别 base:BOS_ASSISTANTDATA_SELECT
  FCompanyNature 公司性质 base:BOS_ASSISTANTDATA_SELECT
  FCompanyScale 公司规模 base:BOS_ASSISTANTDATA_SELECT
  FINVOICETITLE 发票抬头 text
  FTAXREGISTERCODE 纳税登记号 text
  FINVOICEBANKNAME 开户银行 text
  FINVOICETEL 开票联系电话 text
  FINVOICEBANKACCOUNT 银行账号 text
  FINVOICEADDRESS 开票通讯地址 text
  FSUPPLIERID 对应供应商 base:BD_Supplier
  FIsGroup 集团客户 bool
  FIsDefPayer 默认付款方 bool
  FGROUPCUSTID 对应集团客户 base:BD_Customer
  FCustTypeId 客户类别 base:BOS_ASSISTANTDATA_SELECT
  FGroup 客户分组 base:BD_Customer_GROUP
  FTRADINGCURRID 结算币别 base:BD_Currency *
  FSALDEPTID 销售部门 base:BD_Department
  FSELLER 销售员 base:BD_Saler
  FSETTLETYPEID 结算方式 base:BD_SETTLETYPE
  FRECCONDITIONID 收款条件 base:BD_RecCondition
  FDISCOUNTLISTID 折扣表 base:BD_SAL_DiscountList
  FPRICELISTID 价目表 base:BD_SAL_PriceList
  FTRANSLEADTIME 运输提前期 int
  FInvoiceType 发票类型 enum =1
  FTaxType 税分类 base:BD_TaxType
  FTaxRate 默认税率 base:BD_TaxRate
  FPriority 客户优先级 int
  FISCREDITCHECK 启用信用管理 bool
  FIsTrade 是否交易客户 bool =true
  FDescription 描述 mltext
  FMarginLevel 保证金比例 decimal
  FDefaultConsiLoc 默认收货地点 base:BD_CommonContact
  FDefaultSettleLoc 默认开票地点 base:BD_CommonContact
  FDefaultPayerLoc 默认付款地点 base:BD_CommonContact
  FDefaultContact 默认联系人 base:BD_CommonContact
  F_FML_Combo 扣款类型 enum
  F_FML_Combo1 分销商等级 enum`;

const EXTENSION = `
  FEnableSL 启用商联 bool
  FALLOWJOINZHJ 允许对接智慧记 bool
  FSettleId 结算方 base:BD_Customer
  FChargeId 付款方 base:BD_Customer
  FPROVINCE 省份 base:BOS_ASSISTANTDATA_SELECT`;

const BANK = `
  FCOUNTRY1 开户国家 base:BD_Area
  FOPENBANKNAME 开户银行 mltext
  FBANKCODE 银行账号 text
  FACCOUNTNAME 账户名称 mltext
  FBankTypeRec 收款银行 base:BD_BANK
  FTextBankDetail 网点名称 text
  FBankDetail 银行网点 base:BD_BANK
  FOpenAddressRec 开户行地址 mltext
  FCNAPS 联行号 text
  FCURRENCYID 币别 base:BD_Currency
  FISDEFAULT1 默认 bool`;

const ADDRESS = `
  FBIZLOCNUMBER 地点编码 text prop:NUMBER
  FBIZLOCNAME 地点名称 text prop:NAME
  FBIZADDRESS 详细地址 text prop:ADDRESS
  FBIZMOBILE 移动电话 text prop:MOBILE
  FTContact 联系人 base:BD_CommonContact prop:TContact
  FCONTACT 联系人姓名 text
  FIsDefaultConsignee 默认收货地址 bool`;

export const CUSTOMER_FORM: Form = {
  id: "BD_Customer",
  name: "客户",
  bill: false,
  masterKey: "FCUSTID",
  numberKey: "FNumber",
  numberPrefix: "CUST",
  header: fieldList(HEADER, BASE_DATA_FIELDS),
  entries: [
    { key: "FT_BD_CUSTOMEREXT", name: "客户扩展", property: "BD_CUSTOMEREXT", single: true, fields: fieldList(EXTENSION) },
    { key: "FT_BD_CUSTBANK", name: "银行信息", property: "BD_CUSTBANK", single: false, fields: fieldList(BANK) },
    {
      key: "FT_BD_CUSTLOCATION",
      name: "联系人信息",
      property: "BD_CUSTLOCATION",
      single: false,
      fields: fieldList("FContactId 联系人 base:BD_CommonContact\nFIsDefaultContact 默认联系人 bool"),
    },
    { key: "FT_BD_CUSTCONTACT", name: "地址信息", property: "BD_CUSTCONTACT", single: false, fields: fieldList(ADDRESS) },
    {
      key: "FT_BD_CUSTORDERORG",
      name: "订货组织",
      property: "BD_CUSTORDERORG",
      single: false,
      fields: fieldList("FOrderOrgId 订货组织 base:ORG_Organizations\nFIsDefaultOrderOrg 默认订货组织 bool"),
    },
  ],
};
