/** What a scheme does after a write, and formats that are called otherwise here. */
import { expect, test } from "vitest";
import { exportFlow } from "@datong/qeasy";
import { CONTEXT, importText } from "./corpus.ts";

const scheme = (target: object, source: object = {}): string =>
  JSON.stringify({
    source_system: "旺店通",
    target_system: "金蝶云星空",
    source: { api: "goods.query", effect: "QUERY", method: "POST", id: "id", number: "no", request: [], ...source },
    target: {
      api: "batchSave",
      effect: "EXECUTE",
      method: "POST",
      request: [{ field: "FName", type: "string", value: "{{name}}" }],
      otherRequest: [{ field: "FormId", type: "string", value: "BD_MATERIAL" }],
      ...target,
    },
  });

test("distributionOrg becomes a write-back that allocates, and goes back as it stood", () => {
  const [made] = importText(scheme({ distributionOrg: "100016,100017" }), {}, "a.json").flows;
  expect(made?.flow.writeBack).toMatchObject({
    api: "allocate",
    options: { FormId: "BD_MATERIAL", TOrgIds: "100016,100017" },
    mapping: [{ field: "Id", value: "{{target.id}}" }],
  });
  expect(made?.decisions.map(({ key }) => key)).not.toContain("target.distributionOrg");
  if (made === undefined) throw new Error("no flow");
  const { qeasy: _kept, ...own } = made.flow;
  expect(exportFlow(made.flow, CONTEXT).target).toMatchObject({ distributionOrg: "100016,100017" });
  expect(exportFlow(own, CONTEXT).target).toMatchObject({ distributionOrg: "100016,100017" });
});

test("amounts with ￥ and texts with dots have our filters' names, and theirs on the way back", () => {
  const formatResponse = [
    { old: "total", new: "shown", format: "amount" },
    { old: "text", new: "short", format: "longText(20)" },
    { old: "at", new: "ago", format: "dateDescription" },
  ];
  const [made] = importText(scheme({}, { formatResponse }), {}, "b.json").flows;
  const fields = made?.flow.restructure?.flatMap((step) => (step.kind === "format" ? step.fields : []));
  expect(fields?.map(({ format }) => format)).toEqual(["currency", "ellipsis(20)", "dateDescription"]);
  if (made === undefined) throw new Error("no flow");
  const { qeasy: _kept, ...own } = made.flow;
  expect(exportFlow(own, CONTEXT).source).toMatchObject({ formatResponse });
});

test("beatFlat and groupCalculate: numbered pieces, then groups; either group is enough", () => {
  const target = { groupCalculate: { bodyGroup: ["details_spec"], bodyName: "details", calculate: { details_num: "$sum" } } };
  const [made] = importText(scheme(target, { beatFlat: ["details"] }), {}, "c.json").flows;
  expect(made?.flow.restructure).toEqual([
    { kind: "explode", path: "details", number: "bfn_num", id: "bfn_id", start: 1 },
    { kind: "aggregate", ...target.groupCalculate },
  ]);
});
