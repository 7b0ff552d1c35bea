import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logIn, NOON_AT, start, statusOf, type GalaxyClient, type Rows } from "./galaxy-client.ts";

interface ReturnBill {
  readonly FID: number;
  readonly FBillNo: string;
  readonly FDate: string;
  readonly FModifyDate: string;
  readonly FDocumentStatus: string;
  readonly FCancelStatus: string;
  readonly FRetcustId: { readonly FNumber: string; readonly FName: string };
  readonly FHeadNote: string | null;
  readonly F_PSEH_OID: string | null;
  readonly SubHeadEntity: { readonly FEntryID: number };
  readonly FEntity: readonly {
    readonly FEntryID: number;
    readonly FSeq: number;
    readonly FRealQty: string;
    readonly FMaterialId: { readonly FNumber: string };
  }[];
}

let client: GalaxyClient;
let bills: readonly ReturnBill[];
beforeAll(async () => {
  client = await logIn(await start({ bills: 120 }));
  bills = client.running.vendor.data("SAL_RETURNSTOCK") as readonly ReturnBill[];
});
afterAll(() => client.running.stop());

const ask = (data: Readonly<Record<string, unknown>>): Promise<Rows> =>
  client.query({ FormId: "SAL_RETURNSTOCK", FieldKeys: "FBillNo", OrderString: "FID ASC", ...data });
const numbers = async (filter: unknown): Promise<unknown[]> => (await ask({ FilterString: filter })).map(([number]) => number);
const expected = (test: (bill: ReturnBill) => boolean): string[] => bills.filter(test).map((bill) => bill.FBillNo);

describe("columns", () => {
  test("entry keys give a row per line with the header repeated", async () => {
    const rows = await ask({
      FieldKeys:
        "FID,FBillNo,FRetcustId.FNumber,SubHeadEntity_FEntryId,FEntity_FEntryID,FEntity_FSeq,FMaterialId.FNumber,FRealQty,F_PSEH_OID",
    });
    const lines = bills.flatMap((bill) =>
      bill.FEntity.map((line) => [
        bill.FID,
        bill.FBillNo,
        bill.FRetcustId.FNumber,
        bill.SubHeadEntity.FEntryID,
        line.FEntryID,
        line.FSeq,
        line.FMaterialId.FNumber,
        /^\d+$/.test(line.FRealQty) ? Number(line.FRealQty) : line.FRealQty,
        bill.F_PSEH_OID,
      ]),
    );
    expect(rows).toEqual(lines);
  });

  test("header and sub-head keys give one row per bill, also when the filter names a line's field", async () => {
    expect(await ask({ FieldKeys: "FBillNo,FSettleCurrId.FNumber" })).toHaveLength(120);
    const big = await ask({ FieldKeys: "FBillNo", FilterString: "FRealQty>=12" });
    const wanted = expected((bill) => bill.FEntity.some((line) => Number(line.FRealQty) >= 12));
    expect(big.map(([number]) => number)).toEqual(wanted);
  });

  test("a line filter with line keys keeps only the matching lines", async () => {
    const rows = await ask({ FieldKeys: "FBillNo,FRealQty", FilterString: "FRealQty='3.5'" });
    expect(rows.length).toBe(bills.flatMap((bill) => bill.FEntity).filter((line) => line.FRealQty === "3.5").length);
    expect(new Set(rows.map(([, quantity]) => quantity))).toEqual(new Set(["3.5"]));
  });

  test("decimals are JSON numbers with every digit, ids of 19 digits stay text", async () => {
    const reply = await client.call("ExecuteBillQuery", {
      data: {
        FormId: "SAL_RETURNSTOCK",
        FieldKeys: "FRealQty,F_PSEH_OID",
        FilterString: "FRealQty=12 and F_PSEH_OID is not null",
        Limit: 1,
      },
    });
    expect(reply.text).toMatch(/^\[\[12\.0000,"76\d{17}"\]\]$/);
  });

  test("base data alone is its inner id, two hops reach further, keys match in any case", async () => {
    const [row] = await ask({
      FieldKeys: "FMaterialId,fmaterialid.fnumber,FMaterialId.FBaseUnitId.FNumber,FStocklocId.FF100004.FNumber,FLot.FNumber",
      Limit: 1,
    });
    expect(row).toEqual([
      expect.any(Number),
      bills[0]?.FEntity[0]?.FMaterialId.FNumber,
      expect.stringMatching(/^(Pcs|kg)$/),
      null,
      expect.toSatisfy((lot) => lot === null || typeof lot === "string"),
    ]);
  });

  test("keys of two entries give their cross join", async () => {
    const customers = client.running.vendor.data("BD_Customer") as readonly {
      FNumber: string;
      FT_BD_CUSTBANK: unknown[];
      FT_BD_CUSTCONTACT: unknown[];
    }[];
    const rows = await client.query({ FormId: "BD_Customer", FieldKeys: "FNumber,FBANKCODE,FBIZLOCNUMBER", OrderString: "FCUSTID" });
    const wanted = customers.flatMap((customer) =>
      Array.from(
        { length: Math.max(1, customer.FT_BD_CUSTBANK.length) * Math.max(1, customer.FT_BD_CUSTCONTACT.length) },
        () => customer.FNumber,
      ),
    );
    expect(rows.map(([number]) => number)).toEqual(wanted);
  });

  test.each([
    ["FRetcustId_FNumber", "元数据中标识为FRetcustId_FNumber的字段不存在"],
    ["FBillNo,FNoSuch", "元数据中标识为FNoSuch的字段不存在"],
    ["FDocumentStatus.FNumber", "元数据中标识为FDocumentStatus.FNumber的字段不存在"],
    ["SubHeadEntity_FSeq", "元数据中标识为SubHeadEntity_FSeq的字段不存在"],
    ["FENTRYID", "元数据中标识为FENTRYID的字段不存在"],
    ["", "元数据中标识为的字段不存在"],
  ])("%s is no field, told as data", async (keys, message) => {
    const reply = await client.call("ExecuteBillQuery", { data: { FormId: "SAL_RETURNSTOCK", FieldKeys: keys } });
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/^\[\[\{"Result":\{"ResponseStatus":\{"ErrorCode":500,"IsSuccess":false,/);
    expect(statusOf(reply.text)).toMatchObject({ MsgCode: 9, Errors: [{ Message: message }] });
  });

  test("an unknown form and a missing form are told, BillQuery in its own shape", async () => {
    const unknown = await client.call("BillQuery", { data: { FormId: "XXX", FieldKeys: "FID" } });
    expect([unknown.text.startsWith('[{"Result"'), statusOf(unknown.text).Errors[0]?.Message]).toEqual([
      true,
      '标识为"XXX"的业务对象不存在',
    ]);
    expect(statusOf((await client.call("ExecuteBillQuery", { data: { FieldKeys: "FID" } })).text).MsgCode).toBe(5);
  });

  test("BillQuery gives objects under the keys as requested", async () => {
    const reply = await client.call("BillQuery", {
      data: { FormId: "BD_Currency", FieldKeys: "FCODE,fnumber", FilterString: "FNUMBER='PRE001'" },
    });
    expect(reply.text).toBe('[{"FCODE":"CNY","fnumber":"PRE001"}]');
  });

  test("all request shapes reach the same answer", async () => {
    const data = { FormId: "BD_Currency", FieldKeys: "FCODE", FilterString: "FNUMBER='PRE001'" };
    for (const body of [
      { parameters: [JSON.stringify(data)] },
      { parameters: [data] },
      { parameters: JSON.stringify([data]), format: 1, useragent: "ApiClient", rid: "1", timestamp: "x", v: "1.0" },
      { data },
      { Data: JSON.stringify(data) },
      { data: { formid: "bd_currency", FIELDKEYS: "FCODE", filterString: "FNUMBER='PRE001'" } },
    ]) {
      expect((await client.call("ExecuteBillQuery", body)).text).toBe('[["CNY"]]');
    }
  });
});

describe("the window", () => {
  test("pages of every size put together are the whole, and the last page is the short one", async () => {
    const whole = await ask({ FieldKeys: "FID,FEntity_FEntryID" });
    for (const size of [1, 7, 50, whole.length, whole.length + 1].slice(1)) {
      const pages: unknown[] = [];
      for (let start = 0; ; start += size) {
        const page = await ask({ FieldKeys: "FID,FEntity_FEntryID", StartRow: String(start), Limit: String(size), TopRowCount: "" });
        pages.push(...page);
        if (page.length < size) break;
      }
      expect(pages).toEqual(whole);
    }
  });

  test("TopRowCount caps the whole result before StartRow and Limit", async () => {
    expect(await ask({ TopRowCount: 10, StartRow: 8, Limit: 5 })).toHaveLength(2);
    expect(await ask({ TopRowCount: 10, StartRow: 10, Limit: 5 })).toHaveLength(0);
    expect(await ask({ TopRowCount: 0, StartRow: 8, Limit: 5 })).toHaveLength(5);
  });

  test("the server's ceiling caps Limit silently; 0 and none mean the ceiling", async () => {
    const small = await logIn(await start({ bills: 120, settings: { queryLimitMax: 50 } }));
    for (const limit of [undefined, 0, "0", "", 2000]) {
      const rows = await small.query({ FormId: "SAL_RETURNSTOCK", FieldKeys: "FBillNo", Limit: limit });
      expect(rows).toHaveLength(50);
    }
    await small.running.stop();
  });

  test("a limit that is no number is refused", async () => {
    expect(
      statusOf((await client.call("ExecuteBillQuery", { data: { FormId: "BD_STOCK", FieldKeys: "FNumber", Limit: "many" } })).text).MsgCode,
    ).toBe(8);
  });

  test("rows are ordered as asked, ties by the next key", async () => {
    const rows = await ask({ FieldKeys: "FRetcustId.FNumber,FModifyDate", OrderString: "FRetcustId.FNumber DESC, FModifyDate" });
    const sorted = [...rows].sort(([a, x], [b, y]) => (a === b ? (String(x) < String(y) ? -1 : 1) : String(a) < String(b) ? 1 : -1));
    expect(rows).toEqual(sorted);
  });

  test("without an order and with that setting pages do not fit together", async () => {
    const shaky = await logIn(await start({ bills: 40, settings: { unstableOrder: true } }));
    const page = (start: number, order: string): Promise<Rows> =>
      shaky.query({ FormId: "SAL_RETURNSTOCK", FieldKeys: "FID", OrderString: order, StartRow: start, Limit: 20 });
    const distinct = async (order: string): Promise<number> => new Set([...(await page(0, order)), ...(await page(20, order))].flat()).size;
    expect([await distinct("FID"), (await distinct("")) < 40]).toEqual([40, true]);
    await shaky.running.stop();
  });
});

describe("filters", () => {
  const noteOf = (bill: ReturnBill): string | null => bill.FHeadNote;
  test.each<readonly [string, (bill: ReturnBill) => boolean]>([
    ["FDocumentStatus='C'", (bill) => bill.FDocumentStatus === "C"],
    ["FDOCUMENTSTATUS = 'c'", (bill) => bill.FDocumentStatus === "C"],
    ["FDocumentStatus<>'C'", (bill) => bill.FDocumentStatus !== "C"],
    ["FDocumentStatus != 'C' AND FCancelStatus='A'", (bill) => bill.FDocumentStatus !== "C" && bill.FCancelStatus === "A"],
    ["FDocumentStatus in ('A','B')", (bill) => ["A", "B"].includes(bill.FDocumentStatus)],
    ["FDocumentStatus not in ('A','B')", (bill) => bill.FDocumentStatus === "C"],
    ["FHeadNote is null", (bill) => noteOf(bill) === null],
    ["FHeadNote IS NOT NULL", (bill) => noteOf(bill) !== null],
    ["FHeadNote like '%拒收%'", (bill) => noteOf(bill)?.includes("拒收") === true],
    ["FHeadNote not like '%拒收%'", (bill) => noteOf(bill)?.includes("拒收") === false],
    ["not (FHeadNote like '%拒收%')", (bill) => noteOf(bill)?.includes("拒收") === false],
    ["FRetcustId.FNumber='KH10001' or FRetcustId.FNumber='kh10002'", (bill) => ["KH10001", "KH10002"].includes(bill.FRetcustId.FNumber)],
    [
      "(FRetcustId.FNumber='KH10001' or FRetcustId.FNumber='KH10002') and FDocumentStatus='C'",
      (bill) => ["KH10001", "KH10002"].includes(bill.FRetcustId.FNumber) && bill.FDocumentStatus === "C",
    ],
    ["FDate>='2026-11-01' and FDate<'2026-11-10'", (bill) => bill.FDate >= "2026-11-01" && bill.FDate < "2026-11-10"],
    ["FModifyDate>='2026-11-10 12:30:00'", (bill) => bill.FModifyDate >= "2026-11-10T12:30:00"],
    [
      "FModifyDate between '2026-11-01' and '2026-11-05T08:00:00'",
      (bill) => bill.FModifyDate >= "2026-11-01T00:00:00" && bill.FModifyDate <= "2026-11-05T08:00:00",
    ],
    ["FBillNo='XSTH000007'", (bill) => bill.FBillNo === "XSTH000007"],
    ["FBillNo in ('XSTH000009','XSTH000003','none')", (bill) => ["XSTH000009", "XSTH000003"].includes(bill.FBillNo)],
    ["FBillNo='XSTH000007' and FDocumentStatus='nothing'", () => false],
    ["F_PSEH_OID like '76%'", (bill) => bill.F_PSEH_OID !== null],
    ["", () => true],
  ])("%s", async (filter, test_) => {
    expect(await numbers(filter)).toEqual(expected(test_));
  });

  test("numbers may stand with and without quotes, and a quote is doubled", async () => {
    const first = bills[0];
    expect(await numbers(`FID=${first?.FID ?? 0}`)).toEqual([first?.FBillNo]);
    expect(await numbers(`FID='${first?.FID ?? 0}'`)).toEqual([first?.FBillNo]);
    expect(await numbers("FHeadNote='it''s'")).toEqual([]);
  });

  test("the array form with symbols, names and brackets means the same", async () => {
    const filter = [
      { Left: "(", FieldName: "FDocumentStatus", Compare: "StatusEqualto", Value: "A", Right: "", Logic: 1 },
      { Left: "", FieldName: "FDocumentStatus", Compare: "=", Value: "B", Right: ")", Logic: "AND" },
      { Left: "", FieldName: "FDate", Compare: ">=", Value: "2026-11-01", Right: "", Logic: 0 },
    ];
    expect(await numbers(filter)).toEqual(expected((bill) => bill.FDocumentStatus !== "C" && bill.FDate >= "2026-11-01"));
  });

  test.each([
    "FDate>=",
    "FDate >= '2026-13-01'",
    "and",
    "FBillNo='x' xor FID=1",
    "(FID=1",
    "FBillNo = x",
    "FID='abc'",
    "FBillNo='unclosed",
    "1=1",
    "FDate>='{{LAST_SYNC_TIME|datetime}}'",
  ])("%s cannot be parsed and is not taken for an empty result", async (filter) => {
    const reply = await client.call("ExecuteBillQuery", {
      data: { FormId: "SAL_RETURNSTOCK", FieldKeys: "FBillNo", FilterString: filter },
    });
    const status = statusOf(reply.text);
    expect(status.MsgCode).toBe(8);
    expect(status.Errors[0]?.Message).toMatch(/^当前查询串无法解析--/);
  });

  test("an unknown key in filter or order is told as such", async () => {
    for (const extra of [{ FilterString: "FNope=1" }, { OrderString: "FNope DESC" }]) {
      const reply = await client.call("ExecuteBillQuery", { data: { FormId: "SAL_RETURNSTOCK", FieldKeys: "FBillNo", ...extra } });
      expect(statusOf(reply.text).Errors[0]?.Message).toBe("元数据中标识为FNope的字段不存在");
    }
  });
});

describe("data", () => {
  test("is the same for the same seed and clock, master data also for another seed", async () => {
    const [same, other] = await Promise.all([start({ bills: 120 }), start({ bills: 120, seed: 9 })]);
    const text = (simulator: { vendor: { data(kind: string): readonly unknown[] } }, kind: string): string =>
      JSON.stringify(simulator.vendor.data(kind));
    expect(text(same, "SAL_RETURNSTOCK")).toBe(text(client.running, "SAL_RETURNSTOCK"));
    expect(text(other, "SAL_RETURNSTOCK")).not.toBe(text(client.running, "SAL_RETURNSTOCK"));
    expect(text(other, "BD_MATERIAL")).toBe(text(client.running, "BD_MATERIAL"));
    await Promise.all([same.stop(), other.stop()]);
  });

  test("lies within the last 30 days, mostly audited, with unique customer names and rare characters", async () => {
    const now = new Date(NOON_AT + 8 * 3_600_000).toISOString().slice(0, 19);
    expect(bills.every((bill) => bill.FModifyDate <= now && bill.FModifyDate > "2026-10-22T")).toBe(true);
    const audited = expected((bill) => bill.FDocumentStatus === "C").length;
    expect([audited > 80, audited < 120]).toEqual([true, true]);
    const names = (await client.query({ FormId: "BD_Customer", FieldKeys: "FName" })).map(([name]) => String(name));
    expect([names.length, new Set(names).size]).toEqual([60, 60]);
    for (const rare of ["䶮", "龘", "𠮷"]) expect(names.join("")).toContain(rare);
  });

  test("rows inserted while paging come last by id; late ones carry an older change time than the newest", async () => {
    const fresh = await logIn(await start({ bills: 20 }));
    const newest =
      (fresh.running.vendor.data("SAL_RETURNSTOCK") as readonly ReturnBill[])
        .map((bill) => bill.FModifyDate)
        .sort()
        .at(-1) ?? "";
    const [early] = fresh.running.vendor.insertRows(1, { late: true });
    const changed = await fresh.query({ FormId: "SAL_RETURNSTOCK", FieldKeys: "FModifyDate", FilterString: `FBillNo='${early ?? ""}'` });
    expect(String(changed[0]?.[0]) < newest).toBe(true);
    const [key] = fresh.running.vendor.insertRows(1);
    const late = fresh.running.vendor.insertRows(2, { late: true });
    const rows = await fresh.query({ FormId: "SAL_RETURNSTOCK", FieldKeys: "FBillNo,FModifyDate", OrderString: "FID" });
    expect(rows.slice(-3).map(([number]) => number)).toEqual([key, ...late]);
    expect(rows.slice(-2).every(([, changed]) => String(changed) < String(rows.at(-3)?.[1]))).toBe(true);
    await fresh.running.stop();
  });

  test("pages of 2,000 rows of a large company are whole", async () => {
    const large = await logIn(await start({ bills: 5000 }));
    const page = (start: number): Promise<Rows> =>
      large.query({
        FormId: "SAL_RETURNSTOCK",
        FieldKeys: "FID,FBillNo,FRetcustId.FNumber,FEntity_FEntryID,FMaterialId.FNumber,FRealQty",
        FilterString: "FDocumentStatus='C'",
        OrderString: "FID,FEntity_FEntryID",
        StartRow: start,
        Limit: 2000,
      });
    expect(await page(0)).toHaveLength(2000);
    expect(await page(2000)).toHaveLength(2000);
    await large.running.stop();
  });
});
