/** What check tells of a source's own keys: pushed rows, fan-out, remedies, learnt columns, and of pushes and write-backs to a flow. */
import { describe, expect, test } from "vitest";
import { BUILT_IN, type Connector } from "../../src/connector/index.ts";
import { checkFlow } from "../../src/flow/check-flow.ts";
import type { Flow } from "../../src/flow/flow.ts";

const VENDOR: Connector = {
  ...BUILT_IN,
  system: "vendor",
  apis: [
    {
      code: "list",
      operation: "list",
      name: { zh: "查询", en: "List" },
      direction: "query",
      request: [
        { field: "dept", label: "部门", required: true },
        { field: "from", label: "起" },
      ],
      response: [
        { field: "id", label: "内码" },
        { field: "no", label: "编号" },
      ],
      shape: { method: "POST", path: "list", json: "{{params}}" },
      rows: { kind: "objects", paths: ["rows"] },
      id: ["id"],
    },
  ],
};

const LIST: Flow["source"] = { connection: "v", api: "list", params: { dept: "1" } };
const RECEIVE: Flow["source"] = { connection: "datong", api: "receive", id: ["id"] };
const COLLECT: Flow["target"] = { connection: "datong", api: "collect" };
const PUSH: Flow["target"] = { connection: "datong", api: "push", options: { flow: "b" } };

function codes(given: Partial<Flow>): readonly string[] {
  const flow: Flow = { id: "a", source: LIST, mapping: [], target: COLLECT, dispatch: { enabled: true }, ...given };
  const source = flow.source.connection === "v" ? VENDOR : BUILT_IN;
  return checkFlow(flow, source, BUILT_IN, { file: "a.yaml", writeBack: BUILT_IN }).map((issue) => `${issue.code} ${issue.path}`);
}

test("collecting needs no mapping, and judges none", () => {
  expect(codes({})).toEqual([]);
  expect(codes({ mapping: [{ field: "any", value: "{{nothing}}" }] })).toEqual([]);
});

describe("pushed rows", () => {
  test("may hold anything under a key; without one they are nobody's", () => {
    expect(codes({ source: RECEIVE, mapping: [{ field: "x", value: "{{whatever.is.there}}" }], target: PUSH })).toEqual([]);
    expect(codes({ source: { connection: "datong", api: "receive" } })).toEqual(["SOURCE_KEY_UNSET /source"]);
  });
  test("what belongs to calls has no effect on them", () => {
    expect(codes({ source: { ...RECEIVE, pageSize: 5, watermark: {} } })).toContain("SOURCE_PASSIVE_UNUSED /source");
  });
});

describe("a push", () => {
  test("takes any field of what the rows have, and wants the flow named", () => {
    const mapping = [
      { field: "number", value: "{{no}}" },
      { field: "other", value: "{{nx}}" },
    ];
    expect(codes({ target: PUSH, mapping })).toEqual(["SOURCE_FIELD_UNKNOWN /mapping/1/value"]);
    expect(codes({ target: { connection: "datong", api: "push" } })).toEqual(["PARAMETER_MISSING /target/options"]);
  });
  test("in a write-back sees Qeasy's primaryWriteback, of which number, id and key are kept", () => {
    const writeBack = (value: string): Partial<Flow> => ({
      target: PUSH,
      writeBack: { connection: "datong", api: "push", options: { flow: "b" }, mapping: [{ field: "x", value }] },
    });
    expect(codes(writeBack("{{primaryWriteback.number}}{{primaryWriteback.id}}{{primaryWriteback.Number}}{{no}}"))).toEqual([]);
    expect(codes(writeBack("{{primaryWriteback.FBillNo}}"))).toEqual(["WRITE_BACK_ANSWER /writeBack/mapping/0/value"]);
  });
});

describe("own keys and columns", () => {
  test.each([
    ["a key that the rows lack", { id: ["idd"] }, ["SOURCE_FIELD_UNKNOWN /source/id/0"]],
    ["a number that they lack", { number: "nr" }, ["SOURCE_FIELD_UNKNOWN /source/number"]],
    ["those that they have", { id: ["no"], number: "no" }, []],
    ["any, where columns are learnt", { id: ["custom_1"], number: "custom_2", learn: true }, []],
  ])("%s", (_, source, expected) => expect(codes({ source: { ...LIST, ...source } })).toEqual(expected));
  test("learnt columns may be mapped", () => {
    const mapping = [{ field: "x", value: "{{custom_1}}" }];
    expect(codes({ target: PUSH, mapping })).toEqual(["SOURCE_FIELD_UNKNOWN /mapping/0/value"]);
    expect(codes({ source: { ...LIST, learn: true }, target: PUSH, mapping })).toEqual([]);
  });
});

describe("fan-out", () => {
  test("fills required params with values over the other flow's records", () => {
    expect(codes({ source: { connection: "v", api: "list", each: { flow: "b", params: { dept: "{{any.field}}" } } } })).toEqual([]);
    expect(codes({ source: { connection: "v", api: "list", each: { flow: "b", params: { dep: "{{id}}" } } } })).toEqual([
      "PARAMETER_MISSING /source/params",
      "PARAMETER_UNKNOWN /source/each/params/dep",
    ]);
    expect(codes({ source: { ...LIST, flow: "b", each: { flow: "b", params: {} } } })).toEqual(["EACH_WITH_FLOW /source/each"]);
  });
});

describe("remedies", () => {
  test.each([
    ["a cron that is none", { cron: "often", params: {} }, ["CRON_INVALID /source/remedy/cron"]],
    ["a zone that is none", { cron: "0 3 * * *", zone: "Mars", params: {} }, ["TIME_ZONE_UNKNOWN /source/remedy/zone"]],
    ["a param that the API lacks", { cron: "0 3 * * *", params: { form: "1" } }, ["PARAMETER_UNKNOWN /source/remedy/params/form"]],
    ["a field where a global belongs", { cron: "0 3 * * *", params: { from: "{{id}}" } }, ["GLOBAL_UNKNOWN /source/remedy/params/from"]],
    ["one that is well", { cron: "2 */2 * * *", params: { from: "{{DAYS_AGO_2|datetime}}" } }, []],
  ])("%s", (_, remedy, expected) => expect(codes({ source: { ...LIST, remedy } })).toEqual(expected));
});
