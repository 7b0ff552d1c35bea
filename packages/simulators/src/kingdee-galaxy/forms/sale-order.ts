/** 销售订单 SAL_SaleOrder: the fields of the vendor's save template that clients use, required ones marked as there. */
import { BILL_FIELDS, fieldList, type Form } from "../form.ts";

const HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 日期 date *
  FSaleOrgId 销售组织 base:ORG_Organizations *
  FCustId 客户 base:BD_Customer *
  FReceiveId 收货方 base:BD_Customer
  FSettleId 结算方 base:BD_Customer
  FChargeId 付款方 base:BD_Customer
  FReceiveAddress 收货方地址 text
  FLinkMan 收货人姓名 text
  FLinkPhone 联系电话 text
  FSaleDeptId 销售部门 base:BD_Department
  FSalerId 销售员 base:BD_Saler
  FCloseStatus 关闭状态 enum =A
  FNote 备注 text`;

const FINANCE = `
  FSettleCurrId 结算币别 base:BD_Currency *
  FRecConditionId 收款条件 base:BD_RecCondition
  FSettleModeId 结算方式 base:BD_SETTLETYPE
  FIsIncludedTax 是否含税 bool =true
  FIsPriceExcludeTax 价外税 bool =true
  FExchangeTypeId 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FAllDisCount 整单折扣额 decimal
  FBillAmount 金额 decimal
  FBillTaxAmount 税额 decimal
  FBillAllAmount 价税合计 decimal`;

const LINES = `
  FRowType 产品类型 enum =Standard
  FMaterialId 物料编码 base:BD_MATERIAL *
  FUnitID 销售单位 base:BD_UNIT =unit
  FPriceUnitId 计价单位 base:BD_UNIT =unit
  FQty 销售数量 decimal *
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FIsFree 是否赠品 bool
  FEntryTaxRate 税率 decimal
  FDeliveryDate 要货日期 date *
  FStockOrgId 库存组织 base:ORG_Organizations
  FSettleOrgIds 结算组织 base:ORG_Organizations *
  FSupplyOrgId 供应组织 base:ORG_Organizations
  FOwnerTypeId 货主类型 enum =BD_OwnerOrg
  FOwnerId 货主 base:ORG_Organizations
  FReserveType 预留类型 enum =1
  FEntryNote 备注 text
  FAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal`;

export const SALE_ORDER_FORM: Form = {
  id: "SAL_SaleOrder",
  name: "销售订单",
  bill: true,
  masterKey: "FID",
  numberKey: "FBillNo",
  numberPrefix: "XSDD",
  header: fieldList(HEADER, BILL_FIELDS),
  entries: [
    { key: "FSaleOrderFinance", name: "财务信息", property: "SaleOrderFinance", single: true, fields: fieldList(FINANCE) },
    { key: "FSaleOrderEntry", name: "订单明细", property: "SaleOrderEntry", single: false, fields: fieldList(LINES) },
  ],
};
