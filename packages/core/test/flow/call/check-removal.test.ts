/** What check tells of a declared removal: steps that are no writes of the connector, stages that the way lacks, and nobody to ask. */
import { expect, test } from "vitest";
import { BUILT_IN, type Api, type Connector, type WriteRule } from "../../../src/connector/index.ts";
import { checkConnector } from "../../../src/flow/call/check-connector.ts";

const LIST: Api = {
  code: "list",
  operation: "list",
  name: { zh: "查询", en: "List" },
  direction: "query",
  request: [{ field: "nos", label: "编号" }],
  response: [{ field: "no", label: "编号" }],
  shape: { method: "POST", path: "list", json: "{{params}}" },
  rows: { kind: "objects", paths: ["rows"] },
  id: ["no"],
};
const WRITE = { batchMax: 1, key: "no", outcome: { kind: "whole" }, idempotent: false } as const;
const PROBE = { api: "list", params: { nos: "{{keys}}" }, key: "no", batchMax: 1 } as const;
const stepOf = (code: string): Api => ({ ...LIST, code, operation: code, direction: "write", request: [], write: { ...WRITE, key: "" } });

function told(write: Partial<WriteRule>): readonly string[] {
  const save: Api = { ...LIST, code: "save", direction: "write", request: [{ field: "no", label: "编号" }], write: { ...WRITE, ...write } };
  const connector: Connector = { ...BUILT_IN, system: "vendor", apis: [LIST, save, stepOf("unAudit"), stepOf("delete")] };
  return checkConnector(connector, { file: "vendor.yaml" })
    .filter(({ path }) => path.includes("/removal"))
    .map(({ code, path, details }) => `${code} ${path} ${String(details["reason"] ?? "")}`.trim());
}

const stages: NonNullable<WriteRule["stages"]> = {
  order: ["saved", "audited"],
  values: { C: "audited" },
  steps: { saved: "unAudit" },
  finalWhen: { option: "audit", in: ["true"], then: "audited", otherwise: "saved" },
};
const steps = [{ api: "unAudit", when: ["audited"] }, { api: "delete" }];

test("steps that are there, for stages that there are, with a probe, are in order", () => {
  expect(told({ probe: PROBE, stages, removal: { steps } })).toEqual([]);
});

test.each<[string, Partial<WriteRule>, readonly (string | RegExp)[]]>([
  ["nobody to ask what became of it", { stages, removal: { steps } }, [/^CONNECTOR_FLAW \/apis\/1\/write\/removal removal 须有 probe/]],
  [
    "a step that the connector lacks",
    { probe: PROBE, removal: { steps: [{ api: "remove" }] } },
    [/^API_UNKNOWN \/apis\/1\/write\/removal\/steps\/0\/api/],
  ],
  ["a step that only asks", { probe: PROBE, removal: { steps: [{ api: "list" }] } }, [/\/apis\/1\/write\/removal\/steps\/0\/api/]],
  [
    "a stage that the way does not have",
    { probe: PROBE, stages, removal: { steps: [{ api: "unAudit", when: ["audited", "approved"] }, { api: "delete" }] } },
    [/^CONNECTOR_FLAW \/apis\/1\/write\/removal\/steps\/0\/when 没有阶段 approved：saved、audited \/ there is no stage approved/],
  ],
  [
    "a stage where there are none",
    { probe: PROBE, removal: { steps: [{ api: "delete", when: ["audited"] }] } },
    [/^CONNECTOR_FLAW \/apis\/1\/write\/removal\/steps\/0\/when 没有阶段 audited/],
  ],
])("%s is told with its place", (_what, write, wanted) => {
  const found = told(write);
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((each, i) => expect(found[i]).toMatch(each));
});
