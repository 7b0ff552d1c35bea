/**
 * Bills that move stock without a sale: 采购入库单, 直接调拨单, 其他入库单, 其他出库单. Fields and required marks follow the vendor's save
 * templates; units that are not sent are those of the material, as the product fills them.
 */
import { BILL_FIELDS, fieldList, type Form } from "../form.ts";

const RECEIPT_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDate 入库日期 date *
  FStockOrgId 收料组织 base:ORG_Organizations *
  FStockDeptId 收料部门 base:BD_Department
  FStockerId 仓管员 base:BD_WAREHOUSEWORKERS
  FDemandOrgId 需求组织 base:ORG_Organizations
  FPurchaseOrgId 采购组织 base:ORG_Organizations *
  FPurchaseDeptId 采购部门 base:BD_Department
  FPurchaserId 采购员 base:BD_Saler
  FSupplierId 供应商 base:BD_Supplier *
  FSupplyId 供货方 base:BD_Supplier
  FSettleId 结算方 base:BD_Supplier
  FChargeId 收款方 base:BD_Supplier
  FSupplyAddress 供货方地址 text
  FOwnerTypeIdHead 货主类型 enum * =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations *`;

const RECEIPT_FINANCE = `
  FSettleOrgId 结算组织 base:ORG_Organizations *
  FSettleTypeId 结算方式 base:BD_SETTLETYPE
  FPayConditionId 付款条件 base:BD_PaymentCondition
  FSettleCurrId 结算币别 base:BD_Currency *
  FIsIncludedTax 是否含税 bool =true
  FPriceTimePoint 定价时点 enum * =1
  FLocalCurrId 本位币 base:BD_Currency
  FExchangeTypeId 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FISPRICEEXCLUDETAX 价外税 bool =true
  FBillAmount 金额 decimal
  FBillTaxAmount 税额 decimal
  FBillAllAmount 价税合计 decimal`;

const RECEIPT_LINES = `
  FMaterialId 物料编码 base:BD_MATERIAL *
  FUnitID 库存单位 base:BD_UNIT =unit
  FBaseUnitID 基本单位 base:BD_UNIT =unit
  FMustQty 应收数量 decimal
  FRealQty 实收数量 decimal *
  FPriceUnitID 计价单位 base:BD_UNIT =unit
  FPriceUnitQty 计价数量 decimal
  FPrice 单价 decimal
  FTaxPrice 含税单价 decimal
  FEntryTaxRate 税率 decimal
  FDiscountRate 折扣率 decimal
  FAmount 金额 decimal
  FEntryTaxAmount 税额 decimal
  FAllAmount 价税合计 decimal
  FLot 批号 lot
  FProduceDate 生产日期 date
  FExpiryDate 有效期至 date
  FStockId 仓库 base:BD_STOCK
  FStockLocId 仓位 flex
  FStockStatusId 库存状态 base:BD_StockStatus
  FGiveAway 是否赠品 bool
  FNote 备注 text
  FMtoNo 计划跟踪号 text
  FOWNERTYPEID 货主类型 enum * =BD_OwnerOrg
  FOWNERID 货主 base:ORG_Organizations *
  FRemainInStockUnitId 采购单位 base:BD_UNIT =unit
  FPOOrderNo 订单单号 text`;

const TRANSFER_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FBizType 业务类型 enum =NORMAL
  FTransferDirect 调拨方向 enum * =GENERAL
  FTransferBizType 调拨类型 enum * =InnerOrgTransfer
  FSettleOrgId 结算组织 base:ORG_Organizations
  FSaleOrgId 销售组织 base:ORG_Organizations
  FStockOutOrgId 调出库存组织 base:ORG_Organizations *
  FOwnerTypeOutIdHead 调出货主类型 enum =BD_OwnerOrg
  FOwnerOutIdHead 调出货主 base:ORG_Organizations
  FStockOrgId 调入库存组织 base:ORG_Organizations *
  FOwnerTypeIdHead 调入货主类型 enum =BD_OwnerOrg
  FOwnerIdHead 调入货主 base:ORG_Organizations
  FDate 日期 date *
  FStockerId 仓管员 base:BD_WAREHOUSEWORKERS
  FBaseCurrId 本位币 base:BD_Currency
  FNote 备注 text`;

const TRANSFER_LINES = `
  FRowType 产品类型 enum =Standard
  FMaterialId 物料编码 base:BD_MATERIAL *
  FUnitID 单位 base:BD_UNIT =unit
  FQty 调拨数量 decimal *
  FLot 批号 lot
  FSrcStockId 调出仓库 base:BD_STOCK *
  FSrcStockLocId 调出仓位 flex
  FDestStockId 调入仓库 base:BD_STOCK *
  FDestStockLocId 调入仓位 flex
  FSrcStockStatusId 调出库存状态 base:BD_StockStatus
  FDestStockStatusId 调入库存状态 base:BD_StockStatus
  FBusinessDate 业务日期 date
  FOwnerTypeOutId 调出货主类型 enum =BD_OwnerOrg
  FOwnerOutId 调出货主 base:ORG_Organizations
  FOwnerTypeId 调入货主类型 enum =BD_OwnerOrg
  FOwnerId 调入货主 base:ORG_Organizations
  FKeeperTypeId 调入保管者类型 enum =BD_KeeperOrg
  FKeeperId 调入保管者 base:ORG_Organizations
  FBaseUnitId 基本单位 base:BD_UNIT =unit
  FNoteEntry 备注 text
  FSrcBillNo 源单编号 text`;

const OTHER_IN_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FStockOrgId 库存组织 base:ORG_Organizations *
  FStockDirect 库存方向 enum * =GENERAL
  FDate 日期 date *
  FSUPPLIERID 供应商 base:BD_Supplier
  FDEPTID 部门 base:BD_Department
  FSTOCKERID 仓管员 base:BD_WAREHOUSEWORKERS
  FOwnerTypeIdHead 货主类型 enum * =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations
  FNOTE 备注 text
  FBaseCurrId 本位币 base:BD_Currency`;

const OTHER_IN_LINES = `
  FMATERIALID 物料编码 base:BD_MATERIAL *
  FUnitID 单位 base:BD_UNIT =unit
  FSTOCKID 收货仓库 base:BD_STOCK *
  FStockLocId 仓位 flex
  FSTOCKSTATUSID 库存状态 base:BD_StockStatus
  FLOT 批号 lot
  FQty 实收数量 decimal *
  FPRODUCEDATE 生产日期 date
  FEXPIRYDATE 有效期至 date
  FEntryNote 备注 text
  FOWNERTYPEID 货主类型 enum =BD_OwnerOrg
  FOWNERID 货主 base:ORG_Organizations *
  FKEEPERTYPEID 保管者类型 enum =BD_KeeperOrg
  FKEEPERID 保管者 base:ORG_Organizations`;

const OTHER_OUT_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FStockOrgId 库存组织 base:ORG_Organizations *
  FPickOrgId 领用组织 base:ORG_Organizations
  FStockDirect 库存方向 enum * =GENERAL
  FBizType 业务类型 enum =0
  FDate 日期 date *
  FCustId 客户 base:BD_Customer
  FDeptId 领料部门 base:BD_Department
  FStockerId 仓管员 base:BD_WAREHOUSEWORKERS
  FOwnerTypeIdHead 货主类型 enum =BD_OwnerOrg
  FOwnerIdHead 货主 base:ORG_Organizations *
  FNote 备注 text
  FBaseCurrId 本位币 base:BD_Currency`;

const OTHER_OUT_LINES = `
  FMaterialId 物料编码 base:BD_MATERIAL *
  FUnitID 单位 base:BD_UNIT =unit
  FBaseUnitId 基本单位 base:BD_UNIT =unit
  FQty 实发数量 decimal *
  FStockId 发货仓库 base:BD_STOCK *
  FStockLocId 仓位 flex
  FStockStatusId 库存状态 base:BD_StockStatus
  FLot 批号 lot
  FProduceDate 生产日期 date
  FEntryNote 备注 text
  FOwnerTypeId 货主类型 enum =BD_OwnerOrg
  FOwnerId 货主 base:ORG_Organizations *
  FKeeperTypeId 保管者类型 enum =BD_KeeperOrg
  FKeeperId 保管者 base:ORG_Organizations`;

export const RECEIPT_FORM: Form = {
  ...bill("STK_InStock", "采购入库单", "CGRK", RECEIPT_HEADER),
  entries: [
    { key: "FInStockFin", name: "财务信息", property: "InStockFin", single: true, fields: fieldList(RECEIPT_FINANCE) },
    { key: "FInStockEntry", name: "明细信息", property: "InStockEntry", single: false, fields: fieldList(RECEIPT_LINES) },
  ],
};

export const STOCK_BILL_FORMS: readonly Form[] = [
  RECEIPT_FORM,
  {
    ...bill("STK_TransferDirect", "直接调拨单", "ZJDB", TRANSFER_HEADER),
    entries: [{ key: "FBillEntry", name: "明细信息", property: "TransferDirectEntry", single: false, fields: fieldList(TRANSFER_LINES) }],
  },
  {
    ...bill("STK_MISCELLANEOUS", "其他入库单", "QTRK", OTHER_IN_HEADER),
    entries: [{ key: "FEntity", name: "明细信息", property: "STK_MISCELLANEOUSENTRY", single: false, fields: fieldList(OTHER_IN_LINES) }],
  },
  {
    ...bill("STK_MisDelivery", "其他出库单", "QTCK", OTHER_OUT_HEADER),
    entries: [{ key: "FEntity", name: "明细信息", property: "STK_MISDELIVERYENTRY", single: false, fields: fieldList(OTHER_OUT_LINES) }],
  },
];

function bill(id: string, name: string, numberPrefix: string, header: string): Omit<Form, "entries"> {
  return { id, name, bill: true, masterKey: "FID", numberKey: "FBillNo", numberPrefix, header: fieldList(header, BILL_FIELDS) };
}
