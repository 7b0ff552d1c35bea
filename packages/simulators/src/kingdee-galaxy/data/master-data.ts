/**
 * The company's base data: small lists, organisations, users, materials, stocks and the shops' customers.
 *
 * Codes come from the world that all simulators have in common, so a material read elsewhere exists here. Everything is audited.
 */
import { MATERIALS, ORGANISATIONS, STOCKS, SUPPLIERS, UNITS, type WorldMaterial } from "../../kit/world.ts";
import { USERS } from "../credentials.ts";
import type { Value } from "../form.ts";
import { formOf, type Document, type Store } from "../store.ts";

/** Lists with number and name only: form id to rows. */
const LISTS: Readonly<Record<string, readonly (readonly [number: string, name: string])[]>> = {
  BD_STOCK_GROUP: [
    ["01", "自有仓"],
    ["02", "电商仓"],
    ["03", "退货仓组"],
  ],
  BD_Customer_GROUP: [
    ["01", "线上店铺"],
    ["02", "经销商"],
  ],
  BD_SETTLETYPE: [
    ["JSFS01_SYS", "现金"],
    ["JSFS04_SYS", "电汇"],
    ["JSFS31_SYS", "支付宝"],
  ],
  BD_RecCondition: [["SKTJ01_SYS", "月结30天"]],
  BD_PaymentCondition: [["FKTJ01_SYS", "月结30天"]],
  BD_MATERIALGROUP: [
    ["01", "家居日用"],
    ["02", "文创礼品"],
  ],
  BD_MATERIALCATEGORY: [
    ["CHLB01_SYS", "原材料"],
    ["CHLB05_SYS", "产成品"],
  ],
  BD_SUPPLIERGROUP: [["01", "采购类"]],
  BD_StockStatus: [
    ["KCZT01_SYS", "可用"],
    ["KCZT02_SYS", "待检"],
    ["KCZT08_SYS", "不良"],
  ],
  BD_TaxRate: [
    ["SL02_SYS", "13%增值税"],
    ["SL04_SYS", "零税率"],
  ],
  BD_TaxMix: [["SZH01_SYS", "增值税"]],
  BD_TaxType: [["SFL02_SYS", "一般纳税人"]],
  BD_RateType: [["HLTX01_SYS", "固定汇率"]],
  BD_Department: [
    ["BM000001", "电商部"],
    ["BM000002", "仓储部"],
  ],
  BD_Empinfo: [["0001", "李雷"]],
  BD_Saler: [
    ["0001", "李雷"],
    ["0002", "韩梅梅"],
  ],
  BD_OPERATORGROUP: [["XSZ01", "线上组"]],
  BD_WAREHOUSEWORKERS: [["0003", "王库"]],
  BD_SAL_PriceList: [["XSJMB0001", "标准价目表"]],
  BD_SAL_DiscountList: [["XSZKB0001", "标准折扣表"]],
  BD_Expense: [["CI001", "运费"]],
  BD_BANK: [
    ["YH001", "中国工商银行"],
    ["YH002", "招商银行"],
  ],
  BD_Area: [["China", "中国"]],
  BOS_ASSISTANTDATA_SELECT: [
    ["KHLB001_SYS", "普通销售客户"],
    ["THLX01_SYS", "退货"],
    ["THLX02_SYS", "退货补货"],
    ["THYY01", "七天无理由"],
    ["THYY02", "质量问题"],
    ["GD", "广东"],
    ["ZJ", "浙江"],
    ["GSLB01", "零售"],
    ["GSXZ01", "民营"],
    ["GSGM01", "小型"],
  ],
  BOS_BillType: [
    ...["标准", "寄售", "零售", "分销", "VMI", "现销", "B2C"].map((kind, i): [string, string] => [
      `XSCKD0${i + 1}_SYS`,
      `${kind}销售出库单`,
    ]),
    ["XSTHD01_SYS", "标准销售退货单"],
    ["XSDD01_SYS", "标准销售订单"],
    ["CGDD01_SYS", "标准采购订单"],
    ["RKD01_SYS", "标准采购入库单"],
    ["TLD01_SYS", "标准退料单"],
    ["ZJDB01_SYS", "标准直接调拨单"],
    ["QTRKD01_SYS", "标准其他入库单"],
    ["QTCKD01_SYS", "标准其他出库单"],
    ["YSD01_SYS", "标准应收单"],
    ["YFD01_SYS", "标准应付单"],
  ],
};

/** 会计科目: number, name, side on which it grows (1 debit, -1 credit). */
const ACCOUNTS = [
  ["1001", "库存现金", "1"],
  ["1002", "银行存款", "1"],
  ["1002.01", "工商银行", "1"],
  ["1122", "应收账款", "1"],
  ["1405", "库存商品", "1"],
  ["2202", "应付账款", "-1"],
  ["6001", "主营业务收入", "-1"],
  ["6401", "主营业务成本", "1"],
] as const;

/** Name texts: Chinese, and English where the company keeps one. */
export function names(zh: string, en?: string): Readonly<Record<string, string>> {
  return en === undefined ? { "2052": zh } : { "2052": zh, "1033": en };
}

/** Adds audited base data with the values given and the system fields. */
export function addBaseData(
  store: Store,
  formId: string,
  values: Readonly<Record<string, Value>>,
  at: string,
  id = store.newId(),
): Document {
  const form = formOf(formId);
  const system = {
    FDocumentStatus: "C",
    FForbidStatus: "A",
    FCreatorId: USERS[0]?.id ?? 0,
    FModifierId: USERS[0]?.id ?? 0,
    FAuditorId: USERS[0]?.id ?? 0,
    FCreateDate: at,
    FModifyDate: at,
    FAuditDate: at,
  };
  const lines = Object.fromEntries(
    form.entries.map((entry) => [entry.key, entry.single ? [{ entryId: store.newId(), seq: 1, values: {} }] : []]),
  );
  const document: Document = { form, id, values: { ...system, ...values }, lines };
  store.put(document);
  return document;
}

/** The inner id of base data that is known to be there. */
export function idOf(store: Store, formId: string, number: string): number {
  const found = store.find(formOf(formId), number);
  if (found === undefined) throw new Error(`no ${formId} numbered ${number}`);
  return found.id;
}

/** Fills an empty store with everything but customers' contacts and bills; `at` is the wall time of creation. */
export function addMasterData(store: Store, at: string): void {
  ORGANISATIONS.forEach(({ number, name }, i) =>
    addBaseData(store, "ORG_Organizations", { FNumber: number, FName: names(name) }, at, i + 1),
  );
  for (const { id, name } of USERS) addBaseData(store, "SEC_User", { FNumber: name, FName: names(name), FUserAccount: name }, at, id);
  for (const [formId, rows] of Object.entries(LISTS)) {
    for (const [number, name] of rows) addBaseData(store, formId, { FNumber: number, FName: names(name) }, at);
  }
  for (const unit of UNITS) {
    addBaseData(store, "BD_UNIT", { FNumber: unit, FName: names(unit), FPrecision: unit === "Pcs" ? 0 : 4, FUnitGroupId: 1 }, at);
  }
  for (const [number, code, name] of [
    ["PRE001", "CNY", "人民币"],
    ["PRE002", "HKD", "香港元"],
    ["PRE007", "USD", "美元"],
  ] as const) {
    addBaseData(store, "BD_Currency", { FNumber: number, FCODE: code, FName: names(name, code), FPRICEDIGITS: 6, FAMOUNTDIGITS: 2 }, at);
  }
  const org = { FCreateOrgId: 1, FUseOrgId: 1 };
  for (const supplier of SUPPLIERS) addSupplier(store, supplier, at);
  ACCOUNTS.forEach(([number, name, direction]) => {
    const values = { ...org, FNumber: number, FName: names(name), FLEVEL: number.split(".").length, FISDETAIL: true, FDC: direction };
    addBaseData(store, "BD_Account", values, at);
  });
  STOCKS.forEach(({ stock, name }, i) => addStock(store, stock, name, i, at));
  MATERIALS.forEach((material, i) => addMaterial(store, material, i, at));
}

function addSupplier(store: Store, { number, name }: (typeof SUPPLIERS)[number], at: string): void {
  const values = {
    FCreateOrgId: 1,
    FUseOrgId: 1,
    FNumber: number,
    FName: names(name),
    FShortName: names(name.slice(0, 2)),
    FGroup: idOf(store, "BD_SUPPLIERGROUP", "01"),
  };
  fill(addBaseData(store, "BD_Supplier", values, at), {
    FBaseInfo: {
      FCountry: idOf(store, "BD_Area", "China"),
      FAddress: names(`浙江省义乌市稠州北路${number.slice(-2)}号`),
      FSOCIALCRECODE: `9133078${number.slice(-5)}MA2E`,
      FSupplyClassify: "CG",
    },
    FFinanceInfo: { FPayCurrencyId: idOf(store, "BD_Currency", "PRE001"), FInvoiceType: "1" },
  });
}

function addMaterial(store: Store, { code, name, price }: WorldMaterial, i: number, at: string): void {
  const unit = idOf(store, "BD_UNIT", i % 10 === 9 ? "kg" : "Pcs");
  const values = {
    FCreateOrgId: 1,
    FUseOrgId: 1,
    FNumber: code,
    FName: names(name, `Material ${i + 1}`),
    FSpecification: names(`${100 + (i % 9) * 50}ml`),
    FMnemonicCode: i % 7 === 0 ? `ZJ${i + 1}` : null,
    FDescription: null,
    FMaterialGroup: idOf(store, "BD_MATERIALGROUP", i % 2 === 0 ? "01" : "02"),
    FRefPrice: price,
  };
  fill(addBaseData(store, "BD_MATERIAL", values, at), {
    SubHeadEntity: {
      FBARCODE: `69${String(2_000_000_000 + i * 37).padStart(11, "0")}`,
      FErpClsID: "1",
      FCategoryID: idOf(store, "BD_MATERIALCATEGORY", "CHLB01_SYS"),
      FBaseUnitId: unit,
      FIsPurchase: true,
      FIsInventory: true,
      FIsSale: true,
    },
    SubHeadEntity1: { FStoreUnitID: unit, FStockId: idOf(store, "BD_STOCK", "CK001"), FIsBatchManage: i % 25 === 24 },
  });
}

/** Fills the sub-heads of base data that was just added. */
function fill(document: Document, heads: Readonly<Record<string, Readonly<Record<string, Value>>>>): void {
  for (const [entry, values] of Object.entries(heads)) Object.assign(document.lines[entry]?.[0]?.values ?? {}, values);
}

function addStock(store: Store, number: string, name: string, i: number, at: string): void {
  const values = {
    FNumber: number,
    FName: names(name),
    FCreateOrgId: 1,
    FUseOrgId: 1,
    FStockProperty: i < 2 ? "1" : "5",
    FStockStatusType: "0,1,2,3,4,5,6,7,8",
    FDefStockStatusId: idOf(store, "BD_StockStatus", i === 3 ? "KCZT08_SYS" : "KCZT01_SYS"),
    FGroup: idOf(store, "BD_STOCK_GROUP", ["01", "02", "03", "03"][i] ?? "01"),
    FAddress: names(["上海市松江区新浜路1号", "广州市白云区广花路2号", "杭州市余杭区文一西路3号", "杭州市余杭区文一西路3号"][i] ?? ""),
    FTel: `021-6000${String(i).padStart(4, "0")}`,
    FAllowMinusQty: i === 3,
    FAllowLock: true,
    FAllowMRPPlan: true,
    FAllowATPCheck: true,
    FAvailableAlert: true,
    FSortingPriority: i + 1,
    FSysDefault: false,
  };
  addBaseData(store, "BD_STOCK", values, at);
}
