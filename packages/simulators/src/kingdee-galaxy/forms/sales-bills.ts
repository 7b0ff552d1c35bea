/** 销售出库单 SAL_OUTSTOCK and 销售退货单 SAL_RETURNSTOCK: the fields of the vendor's save templates, required ones marked as there. */
import { BILL_FIELDS, fieldList, type Form } from "../form.ts";

const OUTSTOCK_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 日期 date *
  FSaleOrgId 销售组织 base:ORG_Organizations *
  FSaleDeptID 销售部门 base:BD_Department
  FCustomerID 客户 base:BD_Customer *
  FHeadLocationId 交货地点 base:BD_CommonContact
  FCorrespondOrgId 对应组织 base:ORG_Organizations
  FCarrierID 承运商 base:BD_Supplier
  FCarriageNO 运输单号 text
  FSalesGroupID 销售组 base:BD_OPERATORGROUP
  FSalesManID 销售员 base:BD_Saler
  FStockOrgId 发货组织 base:ORG_Organizations *
  FDeliveryDeptID 发货部门 base:BD_Department
  FStockerGroupID 库存组 base:BD_OPERATORGROUP
  FStockerID 仓管员 base:BD_WAREHOUSEWORKERS
  FNote 备注 text
  FReceiverID 收货方 base:BD_Customer
  FReceiveAddress 收货方地址 text
  FSettleID 结算方 base:BD_Customer
  FReceiverContactID 收货方联系人 base:BD_CommonContact
  FPayerID 付款方 base:BD_Customer
  FOwnerTypeIdHead 货主类型 enum =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations
  FPlanRecAddress 交货明细地址 text
  FLinkMan 收货人姓名 text
  FLinkPhone 联系电话 text
  FBranchId 门店 base:BD_Department`;

const OUTSTOCK_FINANCE = `
  FSettleCurrID 结算币别 base:BD_Currency *
  FSettleOrgID 结算组织 base:ORG_Organizations *
  FSettleTypeID 结算方式 base:BD_SETTLETYPE
  FReceiptConditionID 收款条件 base:BD_RecCondition
  FPriceListId 价目表 base:BD_SAL_PriceList
  FDiscountListId 折扣表 base:BD_SAL_DiscountList
  FIsIncludedTax 是否含税 bool =true
  FLocalCurrID 本位币 base:BD_Currency
  FExchangeTypeID 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FIsPriceExcludeTax 价外税 bool =true
  FAllDisCount 整单折扣额 decimal
  FBillAmount 金额 decimal
  FBillTaxAmount 税额 decimal
  FBillAllAmount 价税合计 decimal`;

const OUTSTOCK_LINES = `
  FCustMatID 客户物料编码 text
  FMaterialID 物料编码 base:BD_MATERIAL *
  FAuxPropId 辅助属性 flex
  FUnitID 库存单位 base:BD_UNIT
  FInventoryQty 即时库存 decimal
  FMustQty 应发数量 decimal
  FRealQty 实发数量 decimal *
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FIsFree 是否赠品 bool
  FBomID BOM版本 text
  FProduceDate 生产日期 date
  FExpiryDate 有效期至 date
  FOwnerTypeID 货主类型 enum =BD_OwnerOrg
  FOwnerID 货主 base:ORG_Organizations
  FLot 批号 lot
  FTaxCombination 税组合 base:BD_TaxMix
  FEntryTaxRate 税率 decimal
  FAuxUnitQty 辅单位数量 decimal
  FExtAuxUnitId 辅单位 base:BD_UNIT
  FExtAuxUnitQty 实发数量辅单位 decimal
  FStockID 仓库 base:BD_STOCK *
  FStockLocID 仓位 flex
  FStockStatusID 库存状态 base:BD_StockStatus
  FMtoNo 计划跟踪号 text
  FEntrynote 备注 text
  FDiscountRate 折扣率 decimal
  FActQty 实收数量 decimal
  FSalUnitID 销售单位 base:BD_UNIT
  FSALUNITQTY 销售数量 decimal
  FSALBASEQTY 销售基本数量 decimal
  FPRICEBASEQTY 计价基本数量 decimal
  FProjectNo 项目编号 text
  FOUTCONTROL 超发控制 bool
  FSrcType 源单类型 text
  FSrcBillNo 源单编号 text
  FSoorDerno 订单单号 text
  FSOEntryId 销售订单分录内码 text
  FARNOTJOINQTY 未关联应收数量 decimal
  FAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal
  F_PSEH_TEXT 网上订单号 text`;

const OUTSTOCK_TRACE = `
  FLogComId 物流公司 base:BD_Supplier
  FCarryBillNo 物流单号 text`;

const RETURN_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 日期 date *
  FSaleOrgId 销售组织 base:ORG_Organizations *
  FRetcustId 退货客户 base:BD_Customer *
  FSaledeptid 销售部门 base:BD_Department
  FReturnReason 退货原因 base:BOS_ASSISTANTDATA_SELECT
  FHeadLocId 交货地点 base:BD_CommonContact
  FTransferBizType 跨组织业务类型 base:BOS_ASSISTANTDATA_SELECT
  FSaleGroupId 销售组 base:BD_OPERATORGROUP
  FSalesManId 销售员 base:BD_Saler
  FStockOrgId 库存组织 base:ORG_Organizations *
  FStockDeptId 库存部门 base:BD_Department
  FStockerGroupId 库存组 base:BD_OPERATORGROUP
  FStockerId 仓管员 base:BD_WAREHOUSEWORKERS
  FHeadNote 备注 text
  FReceiveCustId 收货方 base:BD_Customer
  FReceiveAddress 收货方地址 text
  FSettleCustId 结算方 base:BD_Customer
  FReceiveCusContact 收货方联系人 base:BD_CommonContact
  FPayCustId 付款方 base:BD_Customer
  FOwnerTypeIdHead 货主类型 enum =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations`;

const RETURN_FINANCE = `
  FSettleCurrId 结算币别 base:BD_Currency
  FSettleOrgId 结算组织 base:ORG_Organizations
  FSettleTypeId 结算方式 base:BD_SETTLETYPE
  FChageCondition 收款条件 base:BD_RecCondition
  FPriceListId 价目表 base:BD_SAL_PriceList
  FDiscountListId 折扣表 base:BD_SAL_DiscountList
  FLocalCurrId 本位币 base:BD_Currency
  FExchangeTypeId 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FThirdBillNo 第三方单据编号 text
  FThirdBillId 第三方单据内码 text
  FThirdSrcType 第三方来源 text
  FBillAmount 金额 decimal
  FBillAllAmount 价税合计 decimal`;

const RETURN_LINES = `
  FRowType 产品类型 enum
  FMapId 客户物料编码 text
  FMaterialId 物料编码 base:BD_MATERIAL *
  FAuxpropId 辅助属性 flex
  FUnitID 库存单位 base:BD_UNIT
  FInventoryQty 即时库存 decimal
  FMustQty 应退数量 decimal
  FRealQty 实退数量 decimal
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FIsFree 是否赠品 bool
  FEntryTaxRate 税率 decimal
  FBOMId BOM版本 text
  FReturnType 退货类型 base:BOS_ASSISTANTDATA_SELECT
  FOwnerTypeId 货主类型 enum =BD_OwnerOrg
  FOwnerId 货主 base:ORG_Organizations
  FProduceDate 生产日期 date
  FExpiryDate 有效期至 date
  FStockId 仓库 base:BD_STOCK
  FStocklocId 仓位 flex
  FStockstatusId 库存状态 base:BD_StockStatus
  FDeliveryDate 退货日期 date
  FMtoNo 计划跟踪号 text
  FNote 备注 text
  FDiscountRate 折扣率 decimal
  FLot 批号 lot
  FSalUnitID 销售单位 base:BD_UNIT
  FSalUnitQty 销售数量 decimal
  FSOEntryId 销售订单分录内码 text
  FSrcBillTypeID 源单类型 text
  FSrcBillNo 源单编号 text
  FAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal`;

export const OUTSTOCK_FORM: Form = {
  id: "SAL_OUTSTOCK",
  name: "销售出库单",
  bill: true,
  masterKey: "FID",
  numberKey: "FBillNo",
  numberPrefix: "XSCKD",
  header: fieldList(OUTSTOCK_HEADER, BILL_FIELDS),
  entries: [
    { key: "SubHeadEntity", name: "财务信息", property: "SAL_OUTSTOCKFIN", single: true, fields: fieldList(OUTSTOCK_FINANCE) },
    { key: "FEntity", name: "明细信息", property: "SAL_OUTSTOCKENTRY", single: false, fields: fieldList(OUTSTOCK_LINES) },
    { key: "FOutStockTrace", name: "物流跟踪明细", property: "SAL_OUTSTOCKTRACE", single: false, fields: fieldList(OUTSTOCK_TRACE) },
  ],
};

export const RETURN_FORM: Form = {
  id: "SAL_RETURNSTOCK",
  name: "销售退货单",
  bill: true,
  masterKey: "FID",
  numberKey: "FBillNo",
  numberPrefix: "XSTH",
  header: fieldList(RETURN_HEADER, BILL_FIELDS),
  entries: [
    { key: "SubHeadEntity", name: "财务信息", property: "SAL_RETURNSTOCKFIN", single: true, fields: fieldList(RETURN_FINANCE) },
    { key: "FEntity", name: "明细信息", property: "SAL_RETURNSTOCKENTRY", single: false, fields: fieldList(RETURN_LINES) },
  ],
};
