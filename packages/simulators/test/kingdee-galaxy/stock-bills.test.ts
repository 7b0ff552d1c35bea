/** Receipts, transfers, other movements and what is owed: required fields, units of the material, amounts, quantity on hand. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { logIn, start, type GalaxyClient } from "./galaxy-client.ts";

let client: GalaxyClient;

beforeAll(async () => {
  client = await logIn(await start({ bills: 1, settings: { stockOnHand: 10, tradeBills: 3 } }));
});
afterAll(() => client.running.stop());

const by = (FNumber: string) => ({ FNumber });
const HEAD = { FDate: "2026-11-20", FStockOrgId: by("100") };

const receipt = (FBillNo: string, line: Readonly<Record<string, unknown>>) => ({
  ...HEAD,
  FBillNo,
  FBillTypeID: by("RKD01_SYS"),
  FPurchaseOrgId: by("100"),
  FSupplierId: by("VEN00001"),
  FOwnerIdHead: by("100"),
  FInStockFin: { FSettleOrgId: by("100"), FSettleCurrId: by("PRE001") },
  FInStockEntry: [{ FMaterialId: by("A-010"), FRealQty: "3", FStockId: by("CK001"), FOWNERID: by("100"), ...line }],
});

const transfer = (FBillNo: string, FQty: string) => ({
  ...HEAD,
  FBillNo,
  FBillTypeID: by("ZJDB01_SYS"),
  FStockOutOrgId: by("100"),
  FBillEntry: [{ FMaterialId: by("A-001"), FQty, FSrcStockId: by("CK001"), FDestStockId: by("CK002") }],
});

const audited = (form: string, model: unknown) =>
  client.status("BatchSave", form, { Model: [model], IsAutoSubmitAndAudit: true, IsVerifyBaseDataField: true });

test("a receipt has the unit of its material, works its amounts out, and adds to the stock", async () => {
  expect(await audited("STK_InStock", receipt("R1", { FTaxPrice: "11.30", FEntryTaxRate: "13" }))).toMatchObject({ IsSuccess: true });
  const FieldKeys = "FUnitID.FNumber,FPrice,FAllAmount,FBillAmount,FBillAllAmount,FMaterialId.FBaseUnitId.FNumber";
  expect(await client.query({ FormId: "STK_InStock", FieldKeys, FilterString: "FBillNo='R1'" })).toEqual([
    ["kg", "10.000000", "33.90", "30.00", "33.90", "kg"],
  ]);
});

test("a receipt needs supplier, owner and quantity", async () => {
  const { FSupplierId: _, ...model } = receipt("R2", { FRealQty: "0", FOWNERID: null });
  const { Errors } = await audited("STK_InStock", model);
  expect(Errors.map((error) => error.FieldName).toSorted()).toEqual(["FOWNERID", "FRealQty", "FSupplierId"]);
});

test("an unknown material is told once, though its unit is unknown then too", async () => {
  const { Errors } = await audited("STK_InStock", receipt("R3", { FMaterialId: by("没有-1") }));
  expect(new Set(Errors.map((error) => error.FieldName))).toEqual(new Set(["FMaterialId"]));
});

test("a transfer takes from one stock and adds to the other, and not below zero", async () => {
  expect((await audited("STK_TransferDirect", transfer("T1", "8"))).IsSuccess).toBe(true);
  expect((await audited("STK_TransferDirect", transfer("T2", "3"))).Errors[0]?.Message).toContain("更新库存");
  const back = transfer("T3", "18");
  const lines = [{ ...back.FBillEntry[0], FSrcStockId: by("CK002"), FDestStockId: by("CK001") }];
  expect((await audited("STK_TransferDirect", { ...back, FBillEntry: lines })).IsSuccess).toBe(true);
  expect((await audited("STK_TransferDirect", transfer("T4", "20"))).IsSuccess).toBe(true);
});

test("a receivable sums its lines; what has no price is refused", async () => {
  const model = (FBillNo: string, FTaxPrice: string) => ({
    FBillNo,
    FBillTypeID: by("YSD01_SYS"),
    FDATE: "2026-11-20",
    FENDDATE_H: "2026-12-20",
    FCUSTOMERID: by("KH10001"),
    FCURRENCYID: by("PRE001"),
    FSETTLEORGID: by("100"),
    FSALEORGID: by("100"),
    FEntityDetail: [{ FMATERIALID: by("A-001"), FPriceQty: "2", FTaxPrice, FEntryTaxRate: "13" }],
  });
  expect((await audited("AR_receivable", model("Y1", "11.30"))).IsSuccess).toBe(true);
  const FieldKeys = "FALLAMOUNTFOR,FTaxAmountFor,FPRICEUNITID.FNumber";
  expect(await client.query({ FormId: "AR_receivable", FieldKeys })).toEqual([["22.60", "2.60", "Pcs"]]);
  expect((await audited("AR_receivable", model("Y2", "0"))).Errors[0]?.FieldName).toBe("FTaxPrice");
});

test("bills that people keyed in are there when asked for", async () => {
  for (const form of ["SAL_OUTSTOCK", "STK_InStock"]) {
    const rows = (await client.query({ FormId: form, FieldKeys: "FBillNo,FDocumentStatus" })).map((row) => String(row[0]));
    expect(new Set(rows.filter((number) => number.endsWith("00001") || number.endsWith("00003"))).size).toBe(2);
  }
});
