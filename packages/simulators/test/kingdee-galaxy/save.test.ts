import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { logIn, start, statusOf, type GalaxyClient } from "./galaxy-client.ts";

let client: GalaxyClient;
beforeEach(async () => {
  client = await logIn(await start({ bills: 3 }));
});
afterEach(() => client.running.stop());

const by = (number: string): { FNumber: string } => ({ FNumber: number });
const line = (values: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  FMaterialID: by("A-001"),
  FRealQty: "2",
  FTaxPrice: "11.30",
  FEntryTaxRate: 13,
  FStockID: by("CK001"),
  ...values,
});
const delivery = (number: string | undefined, values: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  FBillTypeID: by("XSCKD01_SYS"),
  ...(number === undefined ? {} : { FBillNo: number }),
  FDate: "2026-11-20",
  FSaleOrgId: by("100"),
  FCustomerID: by("KH10001"),
  FStockOrgId: by("100"),
  SubHeadEntity: { FSettleCurrID: by("PRE001"), FSettleOrgID: by("100") },
  FEntity: [line()],
  ...values,
});
const batch = (models: readonly unknown[], options: Readonly<Record<string, unknown>> = {}) =>
  client.status("BatchSave", "SAL_OUTSTOCK", { Model: models, ...options });
const statusOfBill = async (number: string): Promise<unknown> =>
  (await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FDocumentStatus", FilterString: `FBillNo='${number}'` }))[0]?.[0];

describe("a batch", () => {
  test("is saved, submitted and audited, and its amounts are worked out exactly", async () => {
    const status = await batch([delivery("D1", { FEntity: [line({ FRealQty: "3.3333", FTaxPrice: "0.10" }), line({ FIsFree: true })] })], {
      IsAutoSubmitAndAudit: "True",
    });
    expect(status).toMatchObject({ IsSuccess: true, Errors: [], SuccessEntitys: [{ Number: "D1", DIndex: 0 }], MsgCode: 0 });
    expect(status).not.toHaveProperty("ErrorCode");
    expect(await statusOfBill("D1")).toBe("C");
    const rows = await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FRealQty,FAllAmount,FAmount,FBillAllAmount,FApproveDate" });
    expect(rows).toEqual([
      ["3.3333", "0.33", "0.29", "0.33", "2026-11-21T08:00:00"],
      [2, "0.00", "0.00", "0.33", "2026-11-21T08:00:00"],
    ]);
  });

  test("is taken package by package: each index is in SuccessEntitys or has its errors", async () => {
    const status = await batch([
      delivery("D1"),
      delivery("D2", { FCustomerID: undefined, FDate: "" }),
      delivery("D1"),
      delivery("D3", { FEntity: [line(), line({ FStockID: undefined, FRealQty: 0 })] }),
      delivery("D4", { SubHeadEntity: undefined }),
    ]);
    expect([status.IsSuccess, status.ErrorCode, status.MsgCode]).toEqual([false, 500, 11]);
    expect(status.SuccessEntitys).toMatchObject([{ Number: "D1", DIndex: 0 }]);
    expect(status.Errors).toEqual([
      { FieldName: "FDate", Message: "字段“日期”是必填项", DIndex: 1 },
      { FieldName: "FCustomerID", Message: "字段“客户”是必填项", DIndex: 1 },
      { FieldName: "FBillNo", Message: "违反字段唯一性要求：编码唯一。[D1]在当前系统中已经被使用。", DIndex: 2 },
      { FieldName: "FRealQty", Message: "单据体实体【明细信息】第【2】行分录，【实发数量】字段必录", DIndex: 3 },
      { FieldName: "FStockID", Message: "单据体实体【明细信息】第【2】行分录，【仓库】字段必录", DIndex: 3 },
      { FieldName: "FSettleCurrID", Message: "字段“结算币别”是必填项", DIndex: 4 },
      { FieldName: "FSettleOrgID", Message: "字段“结算组织”是必填项", DIndex: 4 },
    ]);
    expect(client.running.vendor.ledger().map((entry) => entry.key)).toEqual(["D1"]);
  });

  test("larger than the server takes is refused as a whole", async () => {
    const models = Array.from({ length: 501 }, (_, i) => delivery(`D${i}`));
    expect(await batch(models)).toMatchObject({ MsgCode: 8, SuccessEntitys: [] });
    expect(client.running.vendor.ledger()).toEqual([]);
  });

  test("of a hundred is taken whole", async () => {
    const status = await batch(
      Array.from({ length: 100 }, (_, i) => delivery(`D${i}`)),
      { IsAutoSubmitAndAudit: true },
    );
    expect(status.SuccessEntitys).toHaveLength(100);
  });

  test("without a Model, or with one that is no array, is refused", async () => {
    expect(await client.status("BatchSave", "SAL_OUTSTOCK", {})).toMatchObject({ MsgCode: 8 });
    expect(await client.status("BatchSave", "SAL_OUTSTOCK", { Model: {} })).toMatchObject({ MsgCode: 8 });
  });
});

describe("base data in a Model", () => {
  test("is left empty when unknown, an error when verified, and a bare text is not looked up", async () => {
    const unknown = delivery("D1", { FSalesManID: by("nobody") });
    expect((await batch([unknown])).IsSuccess).toBe(true);
    expect(await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FSalesManID,FSalesManID.FNumber" })).toEqual([[0, null]]);
    const verified = await batch([delivery("D2", { FSalesManID: by("nobody") })], { IsVerifyBaseDataField: "true" });
    expect(verified.Errors).toMatchObject([{ FieldName: "FSalesManID", DIndex: 0 }]);
    const bare = await batch([delivery("D3", { FCustomerID: "KH10001" })]);
    expect(bare.Errors).toMatchObject([{ FieldName: "FCustomerID", Message: "字段“客户”是必填项" }]);
  });

  test("is found by number in any spelling, by name and by inner id", async () => {
    const [row] = await client.query({ FormId: "BD_Customer", FieldKeys: "FCUSTID", FilterString: "FNumber='KH10002'" });
    for (const [i, customer] of [{ FNUMBER: "kh10002" }, { fnumber: "KH10002" }, { FName: "京东自营店" }, { Id: row?.[0] }].entries()) {
      await batch([delivery(`D${i}`, { FCustomerID: customer })]);
    }
    expect(await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FCustomerID.FNumber" })).toEqual(
      Array.from({ length: 4 }, () => ["KH10002"]),
    );
  });
});

describe("a document", () => {
  test("keeps what was sent, digit by digit, in store and ledger", async () => {
    const text = `{"formid":"SAL_OUTSTOCK","data":{"Model":[${JSON.stringify(delivery("D1")).replace('"2"', "12.0000").replace('"FDate"', '"F_PSEH_OID":7615917337495251231,"FDate"')}]}}`;
    await client.call("BatchSave", text);
    expect(await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FRealQty,F_PSEH_OID" })).toEqual([["12.0000", "7615917337495251231"]]);
    const [entry] = client.running.vendor.ledger();
    expect(entry).toMatchObject({ api: "BatchSave", kind: "SAL_OUTSTOCK", key: "D1", number: "D1", stage: "saved" });
    expect(entry?.body).toMatchObject({ F_PSEH_OID: "7615917337495251231", FEntity: [{ FRealQty: "12.0000" }] });
  });

  test("without a number gets one, and the same content sent twice shows as a duplicate", async () => {
    const first = await batch([delivery(undefined)]);
    const second = await batch([delivery(undefined)]);
    expect([first.SuccessEntitys[0]?.Number, second.SuccessEntitys[0]?.Number]).toEqual(["XSCKD000001", "XSCKD000002"]);
    const report = (await (await fetch(`${client.running.origin}/_sim/ledger`)).json()) as { duplicates: string[] };
    expect(report.duplicates).toHaveLength(1);
  });

  test("is edited by its id: lines not sent go unless IsDeleteEntry is false, and an edit is no duplicate", async () => {
    const saved = await client.status("Save", "SAL_OUTSTOCK", { Model: delivery("D1", { FEntity: [line(), line({ FRealQty: 5 })] }) });
    const id = saved.SuccessEntitys[0]?.Id;
    const entryIds = (await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FEntity_FEntryID" })).flat();
    const edit = (options: Readonly<Record<string, unknown>>) =>
      client.status("Save", "SAL_OUTSTOCK", {
        Model: { FID: id, FNote: "x", FEntity: [{ FEntryID: entryIds[1], FRealQty: 7 }] },
        ...options,
      });
    const quantities = async (): Promise<unknown[]> => (await client.query({ FormId: "SAL_OUTSTOCK", FieldKeys: "FRealQty" })).flat();
    expect((await edit({ IsDeleteEntry: false, NeedUpDateFields: ["FNote"] })).IsSuccess).toBe(true);
    expect(await quantities()).toEqual([2, 5]);
    await edit({ IsDeleteEntry: "false" });
    expect(await quantities()).toEqual([2, 7]);
    await edit({});
    expect(await quantities()).toEqual([7]);
    const report = (await (await fetch(`${client.running.origin}/_sim/ledger`)).json()) as { duplicates: string[]; count: number };
    expect(report).toMatchObject({ duplicates: [], count: 4 });
  });

  test("that is audited cannot be edited, and one that is not there neither", async () => {
    const { SuccessEntitys } = await batch([delivery("D1")], { IsAutoSubmitAndAudit: true });
    const audited = await client.status("Save", "SAL_OUTSTOCK", { Model: { FID: SuccessEntitys[0]?.Id, FNote: "x" } });
    expect(audited).toMatchObject({ MsgCode: 11, Errors: [{ Message: "单据编号为“D1”的销售出库单，单据已经审核！" }] });
    expect(await client.status("Save", "SAL_OUTSTOCK", { Model: { FID: 1, FNote: "x" } })).toMatchObject({ MsgCode: 10 });
  });

  test("of one save is answered with Id, Number and the fields asked for", async () => {
    const reply = await client.call("Save", {
      parameters: [
        "SAL_OUTSTOCK",
        JSON.stringify({ NeedReturnFields: ["FBillNo", "FCustomerID", "FEntity.FEntryID", "FEntity.FRealQty"], Model: delivery("D1") }),
      ],
    });
    const { Result } = JSON.parse(reply.text) as { Result: Record<string, unknown> };
    expect(Result).toMatchObject({
      Id: expect.any(Number),
      Number: "D1",
      NeedReturnData: [{ FBillNo: "D1", FCustomerID: by("KH10001"), FEntity: [{ FEntryID: expect.any(Number), FRealQty: "2" }] }],
    });
    expect(reply.text).not.toContain("ErrorCode");
  });

  test("as a draft needs no required fields", async () => {
    expect((await client.status("Draft", "SAL_OUTSTOCK", { Model: { FBillNo: "D1" } })).IsSuccess).toBe(true);
    expect(await statusOfBill("D1")).toBe("Z");
  });

  test("of a stock takes the seed's capitals, wrapped base data and defaults of the caller's organisation", async () => {
    const model = { FNumber: "W1", FName: "仓一", FALLOWMINUSQTY: "1", FGROUP: by("02"), FUseOrgId: by("100.02"), FStockProperty: "5" };
    expect((await client.status("BatchSave", "BD_STOCK", { IsAutoSubmitAndAudit: "true", Model: [model] })).IsSuccess).toBe(true);
    const keys = "FName,FAllowMinusQty,FGroup.FNumber,FUseOrgId.FNumber,FCreateOrgId.FNumber,FDocumentStatus";
    expect(await client.query({ FormId: "BD_STOCK", FieldKeys: keys, FilterString: "FNumber='W1'" })).toEqual([
      ["仓一", true, "02", "100.02", "100", "C"],
    ]);
  });
});

describe("saved but not audited", () => {
  test("by the fault: in SuccessEntitys and in Errors under one index", async () => {
    await fetch(`${client.running.origin}/_sim/faults`, {
      method: "POST",
      body: JSON.stringify({ api: "BatchSave", kind: "save-not-audit", times: 1 }),
    });
    const status = await batch([delivery("D1")], { IsAutoSubmitAndAudit: true });
    expect(status).toMatchObject({ IsSuccess: false, SuccessEntitys: [{ Number: "D1", DIndex: 0 }], Errors: [{ DIndex: 0 }] });
    expect([await statusOfBill("D1"), client.running.vendor.ledger()[0]?.stage]).toEqual(["A", "saved"]);
    expect((await batch([delivery("D2")], { IsAutoSubmitAndAudit: true })).IsSuccess).toBe(true);
  });

  test("by negative stock, unless STK_InvCheckResult accepts it or the stock allows it", async () => {
    const large = (number: string, stock: string): unknown =>
      delivery(number, { FEntity: [line({ FRealQty: 100_001, FStockID: by(stock) })] });
    const refused = await batch([large("D1", "CK001")], { IsAutoSubmitAndAudit: true });
    expect(refused).toMatchObject({
      SuccessEntitys: [{ Number: "D1" }],
      Errors: [{ Message: "更新库存时出现可以忽略的异常数据，是否继续？", DIndex: 0 }],
    });
    expect([await statusOfBill("D1"), client.running.vendor.ledger()[0]?.stage]).toEqual(["B", "submitted"]);
    expect((await batch([large("D2", "CK001")], { IsAutoSubmitAndAudit: true, InterationFlags: "X;STK_InvCheckResult" })).IsSuccess).toBe(
      true,
    );
    expect((await batch([large("D3", "CK004")], { IsAutoSubmitAndAudit: true })).IsSuccess).toBe(true);
    expect((await client.status("Audit", "SAL_OUTSTOCK", { Numbers: ["D1"], InterationFlags: "STK_InvCheckResult" })).IsSuccess).toBe(true);
  });

  test("and a mixed answer counts as a success where the setting says so", async () => {
    const lenient = await logIn(await start({ bills: 1, settings: { mixedIsSuccess: true } }));
    const status = await lenient.status("BatchSave", "BD_STOCK", { Model: [{ FNumber: "W1", FName: "一" }, { FNumber: "W2" }] });
    expect([status.IsSuccess, status.SuccessEntitys.length, status.Errors.length]).toEqual([true, 1, 1]);
    await lenient.running.stop();
  });
});

describe("operations", () => {
  test("go the way of the statuses and say what was done", async () => {
    await batch([delivery("D1")]);
    const act = (method: string) => client.status(method, "SAL_OUTSTOCK", { Numbers: ["D1", "unknown"] });
    expect((await act("Audit")).IsSuccess).toBe(false);
    expect((await act("Submit")).SuccessMessages).toMatchObject([{ Message: "单据编号为“D1”的销售出库单，提交成功！" }]);
    expect((await act("Audit")).SuccessMessages).toMatchObject([{ Message: "单据编号为“D1”的销售出库单，审核成功！" }]);
    expect((await act("Audit")).Errors).toMatchObject([{ Message: "单据编号为“D1”的销售出库单，单据已经审核！" }]);
    expect((await act("Delete")).IsSuccess).toBe(false);
    expect((await act("UnAudit")).IsSuccess).toBe(true);
    expect([await statusOfBill("D1"), client.running.vendor.ledger()[0]?.stage]).toEqual(["D", "saved"]);
    expect((await act("Delete")).IsSuccess).toBe(true);
    expect((await act("Delete")).MsgCode).toBe(10);
  });

  test("take ids as one text, and the vendor's ExcuteOperation", async () => {
    const { SuccessEntitys } = await batch([delivery("D1"), delivery("D2")]);
    const ids = SuccessEntitys.map(({ Id }) => Id).join(",");
    expect((await client.status("Submit", "SAL_OUTSTOCK", { Ids: ids })).SuccessEntitys).toHaveLength(2);
    await client.status("BatchSave", "BD_STOCK", { Model: [{ FNumber: "W1", FName: "一" }] });
    const forbidden = await client.call("ExcuteOperation", { parameters: ["BD_STOCK", "Forbid", { Numbers: ["W1"] }] });
    expect(statusOf(forbidden.text).IsSuccess).toBe(true);
    expect(await client.query({ FormId: "BD_STOCK", FieldKeys: "FForbidStatus", FilterString: "FNumber='W1'" })).toEqual([["B"]]);
  });

  test("on a form somebody edits answer MsgCode 13 until the lock is gone", async () => {
    client.control("lock", { formId: "SAL_OUTSTOCK", times: 1 });
    const locked = await batch([delivery("D1"), delivery("D2")]);
    expect(locked).toMatchObject({ MsgCode: 13, SuccessEntitys: [{ Number: "D2", DIndex: 1 }] });
    expect(locked.Errors[0]?.Message).toMatch(/冲突.*请稍候再使用/);
    client.control("lock", { formId: "SAL_OUTSTOCK", number: "D2" });
    expect(await client.status("Submit", "SAL_OUTSTOCK", { Numbers: ["D2"] })).toMatchObject({ MsgCode: 13 });
    client.control("unlock", { formId: "SAL_OUTSTOCK" });
    expect((await client.status("Submit", "SAL_OUTSTOCK", { Numbers: ["D2"] })).IsSuccess).toBe(true);
  });

  test("on a form without permission answer MsgCode 2", async () => {
    client.control("deny", { formId: "SAL_OUTSTOCK" });
    expect(await batch([delivery("D1")])).toMatchObject({ MsgCode: 2 });
    client.control("deny", { formId: "SAL_OUTSTOCK", on: false });
    expect((await batch([delivery("D1")])).IsSuccess).toBe(true);
  });
});

describe("view", () => {
  test("shows property names, base data twice and contacts with theirs", async () => {
    const customers = client.running.vendor.data("BD_Customer") as readonly {
      FNumber: string;
      FT_BD_CUSTCONTACT: readonly { FCONTACT: string; FBIZMOBILE: string; FBIZADDRESS: string }[];
    }[];
    const chosen = customers.find((customer) => customer.FT_BD_CUSTCONTACT.length > 0);
    const [address] = chosen?.FT_BD_CUSTCONTACT ?? [];
    const reply = await client.call("View", { formid: "BD_Customer", data: { Number: chosen?.FNumber } });
    const { Result } = (JSON.parse(reply.text) as { Result: { Result: Record<string, unknown> } }).Result;
    expect(Result).toMatchObject({
      Id: expect.any(Number),
      Number: chosen?.FNumber,
      Name: [{ Key: 2052, Value: expect.any(String) }],
      UseOrgId_Id: expect.any(Number),
      UseOrgId: {
        Id: expect.any(Number),
        Number: expect.stringMatching(/^100/),
        Name: [{ Key: 2052 }],
        MultiLanguageText: [{ LocaleId: 2052 }],
      },
      F_FML_Combo: expect.any(String),
      F_FML_Combo1: expect.any(String),
    });
    expect((Result["BD_CUSTCONTACT"] as unknown[])[0]).toMatchObject({
      Id: expect.any(Number),
      Seq: 1,
      ADDRESS: address?.FBIZADDRESS,
      MOBILE: address?.FBIZMOBILE,
      TContact: { Number: expect.stringMatching(/^CXR/) },
    });
    const contact = (Result["BD_CUSTCONTACT"] as { TContact: { Name: { Key: number; Value: string }[] } }[])[0]?.TContact.Name;
    expect(contact?.find(({ Key }) => Key === 2052)?.Value).toBe(address?.FCONTACT);
  });

  test("of something that is not there is an error, not an empty object", async () => {
    const reply = await client.call("View", { parameters: ["BD_STOCK", { Number: "none" }] });
    expect(statusOf(reply.text)).toMatchObject({ IsSuccess: false, ErrorCode: 500, MsgCode: 10 });
  });

  test("of a form's metadata names its keys, kinds and required fields", async () => {
    const reply = await client.call("QueryBusinessInfo", { data: { FormId: "SAL_OUTSTOCK" } });
    const { Entrys } = (
      JSON.parse(reply.text) as { Result: { NeedReturnData: { Entrys: { Key: string; Fields: { Key: string; MustInput: number }[] }[] } } }
    ).Result.NeedReturnData;
    expect(Entrys.map(({ Key }) => Key)).toEqual(["FBillHead", "SubHeadEntity", "FEntity", "FOutStockTrace"]);
    expect(Entrys[0]?.Fields.find(({ Key }) => Key === "FCustomerID")?.MustInput).toBe(1);
  });
});
