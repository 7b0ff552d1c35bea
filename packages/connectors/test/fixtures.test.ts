/**
 * What vendors answer (fixtures, masked) against what we declare, through the engine's own readers: yes or the right fault, the rows,
 * the outcome of each document. Every fixture stands in exactly one of the tables.
 */
import { describe, expect, test } from "vitest";
import { compileRule, extractRows, judgeReply, readJson, readOutcomes, type Api, type Json, type ResultRule } from "@datong/core";
import { readFolders } from "./folders.ts";

const folders = await readFolders();

interface Read {
  readonly api: Api;
  readonly result: ResultRule;
  readonly json: Json;
}

function read(path: string): Read {
  const [system = "", file = ""] = path.split("/");
  const folder = folders.find((one) => one.system === system);
  const api = folder?.files.get(file.split(".")[0] ?? "");
  const text = folder?.fixtures.get(`${file}.json`);
  if (folder === undefined || api === undefined || text === undefined) throw new Error(`no fixture ${path}`);
  return { api, result: api.result ?? folder.connector.result, json: readJson(text) };
}

function judge({ api, result, json }: Read) {
  return judgeReply(compileRule(result), api.direction, { status: 200, headers: {}, text: "", json });
}

const ROWS = [
  ["greatonce/distributor-list.ok", 1, "41000001"],
  ["jackyun/customer-list.ok", 1, "51000001"],
  ["jackyun/warehouse-get.ok", 1, "CK001"],
  ["jushuitan/other-inout-query-probe.ok", 1, "11000001"],
  ["jushuitan-qimen/saleout-list-query.ok", 1, "21000001"],
  ["jushuitan-qimen/saleout-list-query.empty", 0, undefined],
  ["jushuitan-qimen/order-list-query.ok", 1, "31000001"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.ok", 2, "100001"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.empty", 0, undefined],
  ["kingdee-galaxy/view-bd-customer.ok", 1, "100041"],
  ["kingdee-stars/pur-inbound-list.ok", 1, "1500000000000000001"],
  ["kingdee-stars/pur-inbound-list.bare-list", 1, "1500000000000000001"],
  ["kingdee-stars/pur-inbound-detail.ok", 1, "1500000000000000001"],
  ["wangdiantong-qimen/warehouse-query.ok", 1, "CK001"],
] as const;

const FAULTS = [
  ["jushuitan-qimen/saleout-list-query.signature", "rejected", "credentials"],
  ["jushuitan-qimen/saleout-list-query.throttled", "throttled", "other"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.session-lost", "transient", "session-lost"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.field-unknown", "rejected", "parameter"],
  ["kingdee-galaxy/view-bd-customer.empty-object", "transient", "other"],
  ["kingdee-stars/pur-inbound-list.refused", "transient", "other"],
  ["wangdiantong-qimen/warehouse-query.throttled", "throttled", "other"],
  ["wangdiantong-qimen/warehouse-query.credentials", "rejected", "credentials"],
] as const;

/** Two documents are sent where the fixture is of a batch; one elsewhere. */
const OUTCOMES = [
  ["greatonce/distributor-single-sync.ok", ["done"]],
  ["greatonce/distributor-single-sync.ok-as-status", ["done"]],
  ["greatonce/distributor-single-sync.duplicate", ["rejected duplicate"]],
  ["greatonce/distributor-single-sync.signature", ["rejected credentials"]],
  ["jackyun/customer-add.ok", ["done GYS001/51000001"]],
  ["jackyun/customer-add.ok-without-data", ["done"]],
  ["jackyun/customer-add.duplicate", ["rejected duplicate"]],
  ["jackyun/customer-add.signature", ["rejected credentials"]],
  ["jackyun/customer-add.throttled", ["throttled other"]],
  ["jushuitan/otherinout-upload.ok", ["done 11000001/11000001"]],
  ["jushuitan/otherinout-upload.ok-as-list", ["done 11000001/11000001"]],
  ["jushuitan/otherinout-upload.session-lost", ["transient session-lost"]],
  ["jushuitan/otherinout-upload.throttled", ["throttled other"]],
  ["jushuitan/otherinout-upload.duplicate", ["rejected duplicate"]],
  ["kingdee-galaxy/audit.ok", ["done XSCK000061/100061"]],
  ["kingdee-galaxy/audit.in-use", ["transient in-use"]],
  ["kingdee-galaxy/batch-save-bd-stock.ok", ["done CK001/100029", "done CK002/100030"]],
  ["kingdee-galaxy/batch-save-bd-stock.partly", ["rejected duplicate", "done CK002/100030"]],
  ["kingdee-galaxy/batch-save-sal-outstock.required-field", ["rejected required-field", "uncertain other"]],
  ["kingdee-galaxy/batch-save-sal-outstock.negative-stock", ["partial XSCK000061/100061 rejected negative-stock"]],
  ["kingdee-galaxy/batch-save-sal-outstock.session-lost", ["transient session-lost", "transient session-lost"]],
] as const;

test("every fixture is in one of the tables", () => {
  const named = [...ROWS, ...FAULTS, ...OUTCOMES].map(([path]) => path).toSorted();
  const present = folders.flatMap((folder) => [...folder.fixtures.keys()].map((file) => `${folder.system}/${file.replace(/\.json$/, "")}`));
  expect(named).toEqual(present.toSorted());
});

describe("a query's answer", () => {
  test.each(ROWS)("%s is a yes with %i rows", (path, count, id) => {
    const { api, result, json } = read(path);
    expect(judge({ api, result, json })).toEqual({ kind: "ok" });
    const columns = api.request.filter((field) => field.place === "column").map((field) => field.field);
    const rows = api.rows === undefined ? [] : extractRows(api.rows, json, columns);
    expect(rows).toHaveLength(count);
    const first = rows[0]?.[api.id?.[0] ?? ""];
    expect(first === undefined ? undefined : String(first)).toBe(id);
  });

  test.each(FAULTS)("%s is a fault: %s, %s", (path, fault, cause) => {
    expect(judge(read(path))).toMatchObject({ kind: "fault", fault, cause });
  });

  test("whose row of data begins with an object is not taken for an error", () => {
    const { result } = read("kingdee-galaxy/execute-bill-query-sal-returnstock.ok");
    const reply = { status: 200, headers: {}, text: "", json: [[{ Id: 1, Name: "示例" }, "x"]] };
    expect(judgeReply(compileRule(result), "query", reply)).toEqual({ kind: "ok" });
  });
});

describe("a write's answer", () => {
  test.each(OUTCOMES)("%s", (path, expected) => {
    const { api, result, json } = read(path);
    if (api.write === undefined) throw new Error(`${path} is of no write`);
    const keys = expected.map((_, at) => `K${at}`);
    const outcomes = readOutcomes(api.write.outcome, compileRule(result), keys, { status: 200, headers: {}, text: "", json });
    const told = outcomes.map((outcome) => {
      const fault = outcome.kind === "done" ? "" : `${outcome.fault.fault} ${outcome.fault.cause}`;
      const target = outcome.kind === "fault" || outcome.number === undefined ? "" : `${outcome.number}/${outcome.id}`;
      return [outcome.kind === "fault" ? "" : outcome.kind, target, fault].filter((part) => part !== "").join(" ");
    });
    expect(told).toEqual(expected);
  });
});
