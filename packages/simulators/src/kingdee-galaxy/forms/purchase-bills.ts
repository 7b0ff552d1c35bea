/** 采购订单 PUR_PurchaseOrder and 采购退料单 PUR_MRB: the fields of the vendor's save templates that clients use, required ones marked as there. */
import { BILL_FIELDS, fieldList, type Form } from "../form.ts";

const ORDER_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 采购日期 date *
  FSupplierId 供应商 base:BD_Supplier *
  FPurchaseOrgId 采购组织 base:ORG_Organizations *
  FPurchaseDeptId 采购部门 base:BD_Department
  FPurchaserId 采购员 base:BD_Saler
  FProviderId 供货方 base:BD_Supplier
  FSettleId 结算方 base:BD_Supplier
  FChargeId 收款方 base:BD_Supplier
  FCloseStatus 关闭状态 enum =A
  FNote 备注 text`;

const ORDER_FINANCE = `
  FSettleModeId 结算方式 base:BD_SETTLETYPE
  FPayConditionId 付款条件 base:BD_PaymentCondition
  FSettleCurrId 结算币别 base:BD_Currency *
  FExchangeTypeId 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FPriceTimePoint 定价时点 enum =1
  FIsIncludedTax 是否含税 bool =true
  FLocalCurrId 本位币 base:BD_Currency
  FBillAmount 金额 decimal
  FBillTaxAmount 税额 decimal
  FBillAllAmount 价税合计 decimal`;

const ORDER_LINES = `
  FProductType 产品类型 enum =1
  FMaterialId 物料编码 base:BD_MATERIAL *
  FMaterialDesc 物料说明 text
  FUnitId 采购单位 base:BD_UNIT =unit
  FQty 采购数量 decimal *
  FPriceUnitId 计价单位 base:BD_UNIT =unit
  FDeliveryDate 交货日期 date
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FEntryTaxRate 税率 decimal
  FRequireOrgId 需求组织 base:ORG_Organizations
  FReceiveOrgId 收料组织 base:ORG_Organizations
  FEntrySettleOrgId 结算组织 base:ORG_Organizations
  FGiveAway 是否赠品 bool
  FEntryNote 备注 text
  FEntryAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal`;

const RETURN_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 退料日期 date *
  FMRTYPE 退料类型 enum *
  FMRMODE 退料方式 enum *
  FREPLENISHMODE 补料方式 enum
  FStockOrgId 库存组织 base:ORG_Organizations *
  FMRDeptId 退料部门 base:BD_Department
  FSTOCKERID 仓管员 base:BD_WAREHOUSEWORKERS
  FMRREASON 退料原因 base:BOS_ASSISTANTDATA_SELECT
  FRequireOrgId 需求组织 base:ORG_Organizations *
  FPurchaseOrgId 采购组织 base:ORG_Organizations *
  FPURCHASEDEPTID 采购部门 base:BD_Department
  FSupplierID 供应商 base:BD_Supplier *
  FACCEPTORID 接收方 base:BD_Supplier
  FSettleId 结算方 base:BD_Supplier
  FCHARGEID 收款方 base:BD_Supplier
  FOwnerTypeIdHead 货主类型 enum =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations
  FDESCRIPTION 备注 text`;

const RETURN_FINANCE = `
  FSettleOrgId 结算组织 base:ORG_Organizations *
  FSETTLETYPEID 结算方式 base:BD_SETTLETYPE
  FSettleCurrId 结算币别 base:BD_Currency *
  FPAYCONDITIONID 付款条件 base:BD_PaymentCondition
  FIsIncludedTax 是否含税 bool =true
  FPRICETIMEPOINT 定价时点 enum * =1
  FLOCALCURRID 本位币 base:BD_Currency
  FEXCHANGETYPEID 汇率类型 base:BD_RateType
  FEXCHANGERATE 汇率 decimal =1
  FBillAmount 金额 decimal
  FBillTaxAmount 税额 decimal
  FBillAllAmount 价税合计 decimal`;

const RETURN_LINES = `
  FMATERIALID 物料编码 base:BD_MATERIAL *
  FUnitID 库存单位 base:BD_UNIT =unit
  FRMREALQTY 实退数量 decimal *
  FREPLENISHQTY 补料数量 decimal
  FKEAPAMTQTY 扣款数量 decimal
  FPRICEUNITID 计价单位 base:BD_UNIT =unit
  FCarryUnitId 采购单位 base:BD_UNIT =unit
  FSTOCKID 仓库 base:BD_STOCK
  FSTOCKLOCID 仓位 flex
  FStockStatusId 库存状态 base:BD_StockStatus
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FEntryTaxRate 税率 decimal
  FLot 批号 lot
  FGiveAway 是否赠品 bool
  FOWNERTYPEID 货主类型 enum =BD_OwnerOrg
  FOWNERID 货主 base:ORG_Organizations
  FNOTE 备注 text
  FAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal`;

const BILL = { bill: true, masterKey: "FID", numberKey: "FBillNo" } as const;

export const ORDER_FORM: Form = {
  ...BILL,
  id: "PUR_PurchaseOrder",
  name: "采购订单",
  numberPrefix: "CGDD",
  header: fieldList(ORDER_HEADER, BILL_FIELDS),
  entries: [
    { key: "FPOOrderFinance", name: "财务信息", property: "POOrderFinance", single: true, fields: fieldList(ORDER_FINANCE) },
    { key: "FPOOrderEntry", name: "明细信息", property: "POOrderEntry", single: false, fields: fieldList(ORDER_LINES) },
  ],
};

export const PURCHASE_FORMS: readonly Form[] = [
  ORDER_FORM,
  {
    ...BILL,
    id: "PUR_MRB",
    name: "采购退料单",
    numberPrefix: "CGTL",
    header: fieldList(RETURN_HEADER, BILL_FIELDS),
    entries: [
      { key: "FPURMRBFIN", name: "财务信息", property: "PUR_MRBFIN", single: true, fields: fieldList(RETURN_FINANCE) },
      { key: "FPURMRBENTRY", name: "明细信息", property: "PUR_MRBENTRY", single: false, fields: fieldList(RETURN_LINES) },
    ],
  },
];
