import { expect, test } from "vitest";
import { compileRestructure, restructureRecord, type RestructureStep } from "../../../src/flow/transform/restructure.ts";
import { compileValue, evaluateValue } from "../../../src/flow/transform/template-compile.ts";
import type { JsonObject } from "../../../src/value/json.ts";

const scope = { globals: {}, zone: "+08:00" };
function bills(steps: readonly RestructureStep[], rows: readonly JsonObject[]) {
  const result = restructureRecord(compileRestructure(steps), { key: "1", number: "1", rows }, scope);
  expect(result.issues).toEqual([]);
  return result.bills;
}
const value = (text: string, row: JsonObject) => evaluateValue(compileValue(text, { fieldPath: "t" }), { row, ...scope });

test("a sales return of Kingdee becomes one stock entry whose number ends with the first line's entry id", () => {
  const rows = [
    {
      FBillNo: "XSTHD000123",
      FDate: "2024-05-06T00:00:00",
      SubHeadEntity_FEntryId: 100871,
      FMaterialId_FNumber: "CH4441",
      FRealQty: "2.0000000000",
    },
    {
      FBillNo: "XSTHD000123",
      FDate: "2024-05-06T00:00:00",
      SubHeadEntity_FEntryId: 100872,
      FMaterialId_FNumber: "CH4442",
      FRealQty: "1.0000000000",
    },
  ];
  const [bill] = bills([{ kind: "group", by: ["FBillNo"], lines: "items" }], rows);
  expect(value("{{FBillNo}}{{SubHeadEntity_FEntryId}}XStuiin", bill?.row ?? {})).toBe("XSTHD000123100871XStuiin");
  expect(bill?.row["items"]).toMatchObject([
    { FMaterialId_FNumber: "CH4441" },
    { FMaterialId_FNumber: "CH4442", FRealQty: "1.0000000000" },
  ]);
});

test("a customer view of Kingdee becomes one distributor per contact, numbered, with names in Chinese", () => {
  const view = {
    Name: [{ Key: 2052, Value: "华东商贸" }],
    UseOrgId: { Id: 1, Number: "100", Name: [{ Key: 2052, Value: "总公司" }] },
    BD_CUSTCONTACT: [
      { Id: 11, ADDRESS: [{ Key: 2052, Value: "上海市一路" }], TContact: { Name: [{ Key: 2052, Value: "王一" }] } },
      { Id: 12, ADDRESS: [{ Key: 2052, Value: "上海市二路" }], TContact: { Name: [{ Key: 2052, Value: "王二" }] } },
    ],
  };
  const pieces = bills(
    [
      { kind: "flatten", localized: 2052 },
      { kind: "explode", path: "BD_CUSTCONTACT" },
    ],
    [view],
  );
  const texts = ["{{Name}}{{bfn_num}}", "{{UseOrgId_Name}}", "{{BD_CUSTCONTACT_ADDRESS}}", "{{BD_CUSTCONTACT_TContact_Name}}"];
  expect(pieces.map((piece) => texts.map((text) => value(text, piece.row)))).toEqual([
    ["华东商贸1", "总公司", "上海市一路", "王一"],
    ["华东商贸2", "总公司", "上海市二路", "王二"],
  ]);
});
