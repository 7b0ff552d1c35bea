/**
 * Base data that other forms point to: organisations, users, units, currencies, accounts, groups and the small lists.
 *
 * The small lists carry number and name only; that is all a client of bills ever asks of them.
 */
import { BASE_DATA_FIELDS, fieldList, type Form } from "../form.ts";

/** Form id, name, master key of each list that has number and name only. */
const SMALL_LISTS: readonly (readonly [id: string, name: string, masterKey: string])[] = [
  ["BD_STOCK_GROUP", "仓库分组", "FID"],
  ["BD_Customer_GROUP", "客户分组", "FID"],
  ["BD_SETTLETYPE", "结算方式", "FID"],
  ["BD_RecCondition", "收款条件", "FID"],
  ["BD_PaymentCondition", "付款条件", "FID"],
  ["BD_MATERIALGROUP", "物料分组", "FID"],
  ["BD_MATERIALCATEGORY", "存货类别", "FCATEGORYID"],
  ["BD_SUPPLIERGROUP", "供应商分组", "FID"],
  ["BD_StockStatus", "库存状态", "FStockStatusId"],
  ["BD_TaxRate", "税率", "FID"],
  ["BD_TaxMix", "税组合", "FID"],
  ["BD_TaxType", "税分类", "FID"],
  ["BD_RateType", "汇率类型", "FRATETYPEID"],
  ["BD_Department", "部门", "FDEPTID"],
  ["BD_Empinfo", "员工", "FID"],
  ["BD_Saler", "销售员", "fid"],
  ["BD_OPERATORGROUP", "业务组", "FID"],
  ["BD_WAREHOUSEWORKERS", "仓管员", "fid"],
  ["BD_SAL_PriceList", "销售价目表", "FID"],
  ["BD_SAL_DiscountList", "销售折扣表", "FID"],
  ["BD_Expense", "费用项目", "FEXPID"],
  ["BD_BANK", "银行", "FBANKID"],
  ["BD_Area", "国家地区", "FID"],
  ["BOS_ASSISTANTDATA_SELECT", "辅助资料", "FEntryID"],
  ["BOS_BillType", "单据类型", "FBILLTYPEID"],
  ["BD_FLEXVALUES", "仓位值集", "FID"],
];

const WIDER: readonly Form[] = [
  baseData("ORG_Organizations", "组织机构", "FOrgID", `FOrgFormID 形态 enum`),
  baseData("SEC_User", "用户", "FUserID", `FUserAccount 登录名 text`),
  baseData("BD_UNIT", "计量单位", "FUNITID", `FPrecision 精度 int\nFUnitGroupId 单位组 int`),
  baseData("BD_Currency", "币别", "FCURRENCYID", `FCODE 货币代码 text\nFPRICEDIGITS 单价精度 int\nFAMOUNTDIGITS 金额精度 int`),
  baseData(
    "BD_Account",
    "科目",
    "FACCTID",
    `FCreateOrgId 创建组织 base:ORG_Organizations =org
     FUseOrgId 使用组织 base:ORG_Organizations =org
     FLEVEL 级次 int
     FISDETAIL 是否明细 bool =true
     FDC 余额方向 enum
     FDescription 描述 mltext`,
  ),
  baseData(
    "BD_CommonContact",
    "联系人",
    "FCONTACTID",
    `FBizLocNumber 地点编码 text
     FBizLocation 地点名称 mltext
     FBizAddress 详细地址 mltext
     FMobile 移动电话 text
     FCompany 公司 base:BD_Customer`,
  ),
];

/** The form of organisations, which defaults are taken from. */
export const ORG_FORM_ID = "ORG_Organizations";

export const BASE_DATA_FORMS: readonly Form[] = [
  ...WIDER,
  ...SMALL_LISTS.map(([id, name, masterKey]) => baseData(id, name, masterKey, "")),
];

function baseData(id: string, name: string, masterKey: string, own: string): Form {
  return {
    id,
    name,
    bill: false,
    masterKey,
    numberKey: "FNumber",
    numberPrefix: `${id
      .replace(/^[A-Z]+_/, "")
      .slice(0, 4)
      .toUpperCase()}`,
    header: fieldList("FNumber 编码 text\nFName 名称 mltext *", own, BASE_DATA_FIELDS),
    entries: [],
  };
}
