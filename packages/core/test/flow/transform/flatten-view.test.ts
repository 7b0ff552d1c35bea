import { expect, test } from "vitest";
import { compileRestructure, restructureRecord } from "../../../src/flow/transform/restructure.ts";
import type { JsonObject } from "../../../src/value/json.ts";

const flatten = (row: JsonObject) =>
  restructureRecord(compileRestructure([{ kind: "flatten" }]), { key: "1", number: "1", rows: [row] }, { globals: {}, zone: "+08:00" });

test("a reference that Kingdee's View writes twice with one value flattens to one field", () => {
  const { bills, issues } = flatten({ UseOrgId_Id: 1, UseOrgId: { Id: 1, Number: "100" }, Lines: [{ Stock_Id: 7, Stock: { Id: 7 } }] });
  expect(issues).toEqual([]);
  expect(bills[0]?.row).toEqual({ UseOrgId_Id: 1, UseOrgId_Number: "100", Lines: [{ Stock_Id: 7 }] });
});

test("two different values under one name are still an issue, and the first stays", () => {
  const { bills, issues } = flatten({ UseOrgId_Id: 1, UseOrgId: { Id: 2 } });
  expect(issues.map((issue) => [issue.code, issue.details["field"]])).toEqual([["RESTRUCTURE_NAME_CLASH", "UseOrgId_Id"]]);
  expect(bills[0]?.row).toEqual({ UseOrgId_Id: 1 });
});
