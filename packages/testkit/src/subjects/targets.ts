/** The write APIs as the writing suite exercises them. An API of a connector that is neither here nor in `skipped.ts` fails the suite. */
import type { MappingField } from "@datong/core";
import type { TargetSubject, ToyRow } from "./target-subject.ts";

const BY_NUMBER = { name: "ConvertObjectParser", params: "FNumber" };

const field = (name: string, value: string, more: Partial<MappingField> = {}): MappingField => ({
  field: name,
  label: name,
  value,
  ...more,
});

const STOCK: readonly MappingField[] = [
  field("FName", "{{name}}"),
  field("FNumber", "{{no}}"),
  field("FUseOrgId", "100.02", { parser: BY_NUMBER }),
  field("FCreateOrgId", "100.02", { parser: BY_NUMBER }),
  field("FStockStatusType", "0,1,2,3,4,5,6,7,8"),
  field("FStockProperty", "1"),
  field("FALLOWMINUSQTY", "1"),
  field("FGROUP", "{{group}}", { parser: BY_NUMBER }),
];

const ISSUE: readonly MappingField[] = [
  field("FBillTypeID", "XSCKD01_SYS", { parser: BY_NUMBER }),
  field("FBillNo", "{{no}}"),
  field("FDate", "2026-11-20"),
  field("FSaleOrgId", "100", { parser: BY_NUMBER }),
  field("FCustomerID", "KH10001", { parser: BY_NUMBER }),
  field("FStockOrgId", "100", { parser: BY_NUMBER }),
  field("FEntity", "lines", {
    type: "array",
    children: [
      field("FMaterialID", "{{lines.material}}", { parser: BY_NUMBER }),
      field("FRealQty", "{{lines.qty}}"),
      field("FTaxPrice", "12.34"),
      field("FStockID", "CK001", { parser: BY_NUMBER }),
    ],
  }),
  {
    field: "SubHeadEntity",
    label: "财务信息",
    type: "object",
    children: [field("FSettleOrgID", "100", { parser: BY_NUMBER }), field("FSETTLECURRID", "PRE001", { parser: BY_NUMBER })],
  },
];

const RECEIPT: readonly MappingField[] = [
  field("FBillTypeID", "RKD01_SYS", { parser: BY_NUMBER }),
  field("FBillNo", "{{no}}"),
  field("FDate", "2026-11-20"),
  ...["FStockOrgId", "FPurchaseOrgId", "FOwnerIdHead"].map((name) => field(name, "100", { parser: BY_NUMBER })),
  field("FSupplierId", "VEN00001", { parser: BY_NUMBER }),
  {
    field: "FInStockFin",
    label: "财务信息",
    type: "object",
    children: [field("FSettleOrgId", "100", { parser: BY_NUMBER }), field("FSettleCurrId", "PRE001", { parser: BY_NUMBER })],
  },
  field("FInStockEntry", "lines", {
    type: "array",
    children: [
      field("FMaterialId", "{{lines.material}}", { parser: BY_NUMBER }),
      field("FRealQty", "{{lines.qty}}"),
      field("FStockId", "CK001", { parser: BY_NUMBER }),
      field("FOWNERID", "100", { parser: BY_NUMBER }),
    ],
  }),
];

const issue = (no: string, material: string): ToyRow => ({
  no,
  lines: [
    { material: "A-001", qty: "2" },
    { material, qty: "0.5" },
  ],
});

const ISSUES = {
  system: "kingdee-galaxy",
  operation: "BatchSave",
  probe: "ExecuteBillQuery",
  kind: "SAL_OUTSTOCK",
  mapping: ISSUE,
  row: (no: string) => issue(no, "A-002"),
  refused: { row: (no: string) => issue(no, "没有-999"), cause: "missing-master-data", text: "没有-999", waits: true },
  found: (entry: { readonly number: string }) => ({ number: entry.number }),
} as const;

/** Every subject. */
export const TARGETS: readonly TargetSubject[] = [
  {
    system: "kingdee-galaxy",
    api: "batchSave:BD_STOCK",
    operation: "BatchSave",
    probe: "ExecuteBillQuery",
    kind: "BD_STOCK",
    mapping: STOCK,
    options: { IsVerifyBaseDataField: "true" },
    row: (no) => ({ no, name: `仓${no}`, group: "02" }),
    refused: { row: (no) => ({ no, name: `仓${no}`, group: "没有-99" }), cause: "missing-master-data", text: "没有-99", waits: true },
    typeIn: () => "CK001",
    found: (entry) => ({ number: entry.number }),
    finalStage: "audited",
  },
  { ...ISSUES, api: "batchSave:SAL_OUTSTOCK", options: { IsAutoSubmitAndAudit: "true" }, finalStage: "audited" },
  {
    ...ISSUES,
    api: "batchSave:STK_InStock",
    kind: "STK_InStock",
    mapping: RECEIPT,
    options: { IsAutoSubmitAndAudit: "true" },
    finalStage: "audited",
  },
  { ...ISSUES, api: "batchSave", options: { FormId: "SAL_OUTSTOCK" }, finalStage: "saved" },
  {
    system: "jushuitan",
    api: "jushuitan.otherinout.upload",
    operation: "jushuitan.otherinout.upload",
    probe: "other.inout.query",
    kind: "otherinout",
    mapping: [
      field("is_confirm", "true"),
      field("type", "in"),
      field("external_id", "{{no}}"),
      field("warehouse", "1"),
      field("items", "lines", { type: "array", children: [field("sku_id", "{{lines.sku}}"), field("qty", "{{lines.qty}}")] }),
    ],
    row: (no) => ({ no, lines: [{ sku: "A-001", qty: "3" }] }),
    refused: {
      row: (no) => ({ no, lines: [{ sku: "没有-999", qty: "3" }] }),
      cause: "missing-master-data",
      text: "商品编码【没有-999】不存在",
      vendorCode: "130",
      waits: true,
    },
    typeIn: ({ running }) => running.vendor.insertRows(1)[0] ?? "",
    found: (entry) => ({ number: entry.number, targetId: entry.number }),
    strict: { callsPerSecond: 5, callsPerMinute: 100 },
  },
  {
    system: "jushuitan",
    api: "jushuitan.purchase.upload",
    operation: "jushuitan.purchase.upload",
    probe: "purchase.query",
    kind: "purchase",
    mapping: [
      field("external_id", "{{no}}"),
      field("supplier_id", "20001"),
      field("items", "lines", { type: "array", children: [field("sku_id", "{{lines.sku}}"), field("qty", "{{lines.qty}}")] }),
    ],
    row: (no) => ({ no, lines: [{ sku: "A-001", qty: "3" }] }),
    refused: {
      row: (no) => ({ no, lines: [{ sku: "没有-999", qty: "3" }] }),
      cause: "missing-master-data",
      text: "商品编码【没有-999】不存在",
      vendorCode: "130",
      waits: true,
    },
    found: (entry) => ({ number: entry.number, targetId: entry.number }),
  },
  {
    system: "jackyun",
    api: "crm.customer.add",
    operation: "crm.customer.add",
    probe: "crm.customer.list",
    kind: "customer",
    mapping: [field("customerCode", "{{no}}"), field("nickname", "{{name}}"), field("gender", "{{gender}}")],
    row: (no) => ({ no, name: `客户${no}` }),
    refused: { row: (no) => ({ no, name: `客户${no}`, gender: "9" }), cause: "parameter", text: "gender", vendorCode: "0050030002" },
    typeIn: ({ running }) => running.vendor.insertRows(1)[0] ?? "",
    found: (entry) => ({ number: entry.key, targetId: entry.number }),
    strict: { callsPerSecond: 10 },
  },
  {
    system: "kingdee-stars",
    api: "jdy/pur/pur_inbound_save",
    operation: "pur_inbound_save",
    probe: "pur_inbound_list",
    kind: "pur_inbound",
    mapping: [
      field("billno", "{{no}}"),
      field("billdate", "2026-11-20"),
      field("transtype", "2"),
      field("supplierid_number", "GYS00001"),
      field("material_entity", "lines", {
        type: "array",
        children: [
          field("materialid_number", "{{lines.material}}"),
          field("stockid_number", "CK001"),
          field("qty", "{{lines.qty}}"),
          field("price", "12.34"),
        ],
      }),
    ],
    row: (no) => issue(no, "A-002"),
    refused: {
      row: (no) => issue(no, "没有-999"),
      cause: "missing-master-data",
      text: "materialid【没有-999】不存在",
      vendorCode: "2000002001",
    },
    typeIn: ({ running }) => running.vendor.insertRows(1)[0] ?? "",
    found: (entry) => ({ number: entry.key, targetId: entry.number }),
    // The declared 500 a minute are more than a test sends.
    strict: {},
  },
  {
    system: "wangdiantong-qimen",
    api: "wdt.purchase.provider.create",
    operation: "wdt.purchase.provider.create",
    probe: "wdt.purchase.provider.query",
    kind: "provider",
    mapping: [field("provider_no", "{{no}}"), field("provider_name", "{{name}}")],
    row: (no) => ({ no, name: `供应商${no}` }),
    refused: { row: (no) => ({ no, name: "名".repeat(65) }), cause: "parameter", text: "长度不能超过64", vendorCode: "1020" },
    typeIn: () => "LS001",
    found: (entry) => ({ number: entry.key, targetId: entry.number }),
    strict: { callsPerSecond: 5 },
  },
  {
    system: "greatonce",
    api: "greatonce.distributor.single.sync",
    operation: "greatonce.distributor.single.sync",
    probe: "greatonce.distributor.list",
    kind: "distributor",
    mapping: [field("actionType", "add"), field("distributorCode", "{{no}}"), field("distributorName", "{{name}}")],
    row: (no) => ({ no, name: `分销商${no}` }),
    refused: { row: (no) => ({ no }), cause: "required-field", text: "distributorName不能为空" },
    typeIn: ({ running }) => running.vendor.insertRows(1)[0] ?? "",
    found: (entry) => ({ number: entry.key, targetId: entry.number }),
    strict: { callsPerSecond: 5 },
  },
];
