/** What check tells of a declared reconciliation: paths that lead nowhere, listings that are none, sources of merged bills. */
import { expect, test } from "vitest";
import { BUILT_IN, type Api, type Connector } from "../../src/connector/index.ts";
import { checkFlow } from "../../src/flow/check-flow.ts";
import type { Flow } from "../../src/flow/flow.ts";

const LIST: Api = {
  code: "list",
  operation: "list",
  name: { zh: "查询", en: "List" },
  direction: "query",
  request: [{ field: "since", label: "起", required: true }],
  response: [
    { field: "id", label: "内码" },
    { field: "items", label: "明细", type: "array", children: [{ field: "qty", label: "数量" }] },
  ],
  shape: { method: "POST", path: "list", json: "{{params}}" },
  rows: { kind: "objects", paths: ["rows"] },
  id: ["id"],
};
const SAVE: Api = {
  ...LIST,
  code: "save",
  direction: "write",
  request: [{ field: "no", label: "编号" }],
  write: {
    batchMax: 1,
    key: "no",
    outcome: { kind: "whole" },
    idempotent: false,
    probe: { api: "list", params: {}, key: "id", batchMax: 1 },
  },
};
const VENDOR: Connector = { ...BUILT_IN, system: "vendor", apis: [LIST, SAVE] };

function issues(reconcile: NonNullable<Flow["reconcile"]>, more: Partial<Flow> = {}): readonly string[] {
  const flow: Flow = {
    id: "a",
    source: { connection: "v", api: "list", params: { since: "1" } },
    mapping: [{ field: "no", value: "{{id}}" }],
    target: { connection: "v", api: "save" },
    dispatch: { enabled: true },
    reconcile,
    ...more,
  };
  return checkFlow(flow, VENDOR, VENDOR, { file: "a.yaml" }).map((issue) =>
    `${issue.code} ${issue.path} ${String(issue.details["suggestion"] ?? "")}`.trim(),
  );
}

test("paths that are there are in order", () => {
  const list = { api: "list", params: { since: "{{LAST_SYNC_TIME|datetime}}" }, key: "id" };
  expect(
    issues({ lines: "items", sums: [{ target: "items.qty", source: "items.qty", tolerance: "0.01" }], day: "id", groups: ["id"], list }),
  ).toEqual([]);
});

test.each<[string, NonNullable<Flow["reconcile"]>, readonly string[]]>([
  ["a list that the target lacks", { lines: "item" }, ["RECONCILE_FIELD_UNKNOWN /reconcile/lines items"]],
  ["a target field", { sums: [{ target: "qty" }] }, ["RECONCILE_FIELD_UNKNOWN /reconcile/sums/0/target"]],
  ["a source field", { sums: [{ target: "items.qty", source: "items.qyt" }] }, ["SOURCE_FIELD_UNKNOWN /reconcile/sums/0/source items.qty"]],
  ["a broken path", { day: "a..b" }, ["PATH_INVALID /reconcile/day"]],
  ["a query that is not there", { list: { api: "lst" } }, ["API_UNKNOWN /reconcile/list/api list"]],
  ["a cron that is none", { schedule: [{ cron: "61 * * * *" }] }, ["CRON_INVALID /reconcile/schedule/0/cron"]],
  [
    "a span of a flow that reads all",
    { schedule: [{ cron: "30 8 * * *", span: "yesterday", zone: "Mars/Base" }] },
    ["TIME_ZONE_UNKNOWN /reconcile/schedule/0/zone", "RANGE_WITHOUT_WATERMARK /reconcile/schedule/0/span"],
  ],
  ["a write", { list: { api: "save", key: "no" } }, ["API_DIRECTION /reconcile/list/api"]],
  [
    "no parameter and no key",
    { list: { api: "list" } },
    ["PARAMETER_MISSING /reconcile/list/params", "RECONCILE_FIELD_UNKNOWN /reconcile/list/key"],
  ],
])("%s is told", (_, reconcile, expected) => {
  expect(issues(reconcile)).toEqual(expected);
});

test("merged bills have no source of their own", () => {
  const restructure = [{ kind: "merge", by: ["id"], lines: "items" }] as unknown as Flow["restructure"] & object;
  expect(issues({ sums: [{ target: "items.qty", source: "items.qty" }] }, { restructure })).toContain(
    "RECONCILE_SOURCE_MERGED /reconcile/sums/0/source",
  );
});
