/** 应收单 AR_receivable and 应付单 AP_Payable: the fields of the vendor's save templates that concern goods, required ones as marked there. */
import { BILL_FIELDS, fieldList, type Form } from "../form.ts";

const RECEIVABLE_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDATE 业务日期 date *
  FENDDATE_H 到期日 date *
  FCUSTOMERID 客户 base:BD_Customer *
  FCURRENCYID 币别 base:BD_Currency *
  FPayConditon 收款条件 base:BD_RecCondition
  FSETTLEORGID 结算组织 base:ORG_Organizations *
  FPAYORGID 收款组织 base:ORG_Organizations
  FSALEORGID 销售组织 base:ORG_Organizations *
  FSALEDEPTID 销售部门 base:BD_Department
  FSALEERID 销售员 base:BD_Saler
  FISTAX 按含税单价录入 bool =true
  FISPRICEEXCLUDETAX 价外税 bool =true
  FBUSINESSTYPE 业务类型 enum =BZ
  FSetAccountType 立账类型 enum =1
  FAR_Remark 备注 text
  FALLAMOUNTFOR 价税合计 decimal`;

const PAYABLE_HEADER = `
  FBillTypeID 单据类型 base:BOS_BillType *
  FBillNo 单据编号 text
  FDATE 业务日期 date *
  FENDDATE_H 到期日 date *
  FSUPPLIERID 供应商 base:BD_Supplier *
  FCURRENCYID 币别 base:BD_Currency *
  FPayConditon 付款条件 base:BD_PaymentCondition
  FSETTLEORGID 结算组织 base:ORG_Organizations *
  FPAYORGID 付款组织 base:ORG_Organizations *
  FPURCHASEORGID 采购组织 base:ORG_Organizations
  FPURCHASEDEPTID 采购部门 base:BD_Department
  FISTAX 按含税单价录入 bool =true
  FISPRICEEXCLUDETAX 价外税 bool =true
  FBUSINESSTYPE 业务类型 enum =CG
  FSetAccountType 立账类型 enum =1
  FAP_Remark 备注 text
  FALLAMOUNTFOR 价税合计 decimal`;

const FINANCE = `
  FACCNTTIMEJUDGETIME 到期日计算日期 date
  FSettleTypeID 结算方式 base:BD_SETTLETYPE
  FMAINBOOKSTDCURRID 本位币 base:BD_Currency
  FEXCHANGETYPE 汇率类型 base:BD_RateType
  FExchangeRate 汇率 decimal =1
  FTaxAmountFor 税额 decimal
  FNoTaxAmountFor 不含税金额 decimal`;

const LINES = `
  FMATERIALID 物料编码 base:BD_MATERIAL *
  FMaterialDesc 物料说明 text
  FPRICEUNITID 计价单位 base:BD_UNIT =unit
  FPriceQty 计价数量 decimal *
  FTaxPrice 含税单价 decimal *
  FPrice 单价 decimal
  FEntryTaxRate 税率 decimal
  FEntryDiscountRate 折扣率 decimal
  FDISCOUNTAMOUNTFOR 折扣额 decimal
  FNoTaxAmountFor_D 不含税金额 decimal
  FTAXAMOUNTFOR_D 税额 decimal
  FALLAMOUNTFOR_D 价税合计 decimal
  FIsFree 是否赠品 bool
  FLot 批号 lot
  FCOMMENT 备注 text`;

export const SETTLEMENT_FORMS: readonly Form[] = [
  form("AR_receivable", "应收单", "AR", RECEIVABLE_HEADER),
  form("AP_Payable", "应付单", "AP", PAYABLE_HEADER),
];

function form(id: string, name: string, numberPrefix: string, header: string): Form {
  return {
    id,
    name,
    bill: true,
    masterKey: "FID",
    numberKey: "FBillNo",
    numberPrefix,
    header: fieldList(header, BILL_FIELDS),
    entries: [
      { key: "FsubHeadFinc", name: "表头财务", property: `${id}FIN`, single: true, fields: fieldList(FINANCE) },
      { key: "FEntityDetail", name: "明细", property: `${id}ENTRY`, single: false, fields: fieldList(LINES) },
    ],
  };
}
