/**
 * What vendors answer (fixtures, masked) against what we declare, through the engine's own readers. The case in a fixture's name says
 * what it must be read as, so that a new connector brings its own expectations and edits nothing here; the tables below say more of
 * the systems that ship.
 *
 * `ok…`: a yes, with a row or more, each with its key and number, or the document written. `empty…`: a yes without rows. `partly…`: of
 * two documents one is taken. A fault class or cause (`throttled`, `credentials`, `duplicate` …, more words may follow): that fault.
 */
import { describe, expect, test } from "vitest";
import {
  compileRule,
  extractRows,
  judgeReply,
  REACTIONS,
  readJson,
  readOutcomes,
  type Api,
  type FaultCause,
  type Json,
  type JsonObject,
  type Outcome,
  type ResultRule,
} from "@datong/core";
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

function rowsOf({ api, json }: Read): readonly JsonObject[] {
  const columns = api.request.filter((field) => field.place === "column").map((field) => field.field);
  return api.rows === undefined ? [] : extractRows(api.rows, json, columns).map((row) => row.value);
}

/** What the answer says of so many documents. */
function outcomesOf({ api, result, json }: Read, count: number): readonly Outcome[] {
  if (api.write === undefined) throw new Error(`${api.code} is no write`);
  const keys = Array.from({ length: count }, (_, at) => `K${at}`);
  return readOutcomes(api.write.outcome, compileRule(result), keys, { status: 200, headers: {}, text: "", json });
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
  ["kingdee-stars/pur-inbound-list.ok-as-list", 1, "1500000000000000001"],
  ["kingdee-stars/pur-inbound-detail.ok", 1, "1500000000000000001"],
  ["wangdiantong-qimen/warehouse-query.ok", 1, "CK001"],
] as const;

const FAULTS = [
  ["jushuitan-qimen/saleout-list-query.credentials", "rejected", "credentials"],
  ["jushuitan-qimen/saleout-list-query.throttled", "throttled", "other"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.session-lost", "transient", "session-lost"],
  ["kingdee-galaxy/execute-bill-query-sal-returnstock.parameter", "rejected", "parameter"],
  ["kingdee-galaxy/view-bd-customer.transient", "transient", "other"],
  ["kingdee-stars/pur-inbound-list.transient", "transient", "other"],
  ["wangdiantong-qimen/warehouse-query.throttled", "throttled", "other"],
  ["wangdiantong-qimen/warehouse-query.credentials", "rejected", "credentials"],
] as const;

/** Two documents are sent where the fixture is of a batch; one elsewhere. */
const OUTCOMES = [
  ["greatonce/distributor-single-sync.ok", ["done"]],
  ["greatonce/distributor-single-sync.ok-as-status", ["done"]],
  ["greatonce/distributor-single-sync.duplicate", ["rejected duplicate"]],
  ["greatonce/distributor-single-sync.credentials", ["rejected credentials"]],
  ["jackyun/customer-add.ok", ["done GYS001/51000001"]],
  ["jackyun/customer-add.ok-without-data", ["done"]],
  ["jackyun/customer-add.duplicate", ["rejected duplicate"]],
  ["jackyun/customer-add.credentials", ["rejected credentials"]],
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

interface Named extends Read {
  readonly path: string;
  readonly word: string;
}

/** All causes there are; the compiler sees to it. */
const CAUSES: Readonly<Record<FaultCause, true>> = {
  duplicate: true,
  "missing-master-data": true,
  "negative-stock": true,
  "period-closed": true,
  permission: true,
  "required-field": true,
  "in-use": true,
  credentials: true,
  "session-lost": true,
  parameter: true,
  other: true,
};

const FIXTURES: readonly Named[] = folders.flatMap((folder) =>
  [...folder.fixtures.keys()].map((file) => {
    const path = `${folder.system}/${file.replace(/\.json$/, "")}`;
    return { path, word: wordOf(path), ...read(path) };
  }),
);

function wordOf(path: string): string {
  const name = path.split(".")[1] ?? "";
  const words = ["ok", "empty", "partly", ...Object.keys(REACTIONS), ...Object.keys(CAUSES)];
  return (
    words.find((word) => name === word || name.startsWith(`${word}-`)) ?? `${name} is no case; begin it with one of ${words.join(", ")}`
  );
}

const isYes = (word: string): boolean => ["ok", "empty", "partly"].includes(word);
const FAULTED = FIXTURES.filter((each) => !isYes(each.word));

test("there are fixtures of each kind", () => {
  expect(FIXTURES.length).toBeGreaterThan(30);
  expect(FAULTED.length).toBeGreaterThan(10);
});

describe("the case in a fixture's name says what it is read as", () => {
  test.each(FIXTURES.filter(({ api, word }) => api.direction === "query" && isYes(word)))("$path", (fixture) => {
    expect(judge(fixture)).toEqual({ kind: "ok" });
    const rows = rowsOf(fixture);
    expect(rows.length > 0).toBe(fixture.word !== "empty");
    const named = [...(fixture.api.id ?? []), ...(fixture.api.number === undefined ? [] : [fixture.api.number])];
    expect(rows.flatMap((row) => named.filter((field) => String(row[field] ?? "") === ""))).toEqual([]);
  });

  test.each(FAULTED.filter(({ api }) => api.direction === "query"))("$path", (fixture) => {
    const verdict = judge(fixture);
    expect(verdict.kind === "fault" ? [verdict.fault, verdict.cause] : []).toContain(fixture.word);
  });

  test.each(FIXTURES.filter(({ api }) => api.direction === "write"))("$path", (fixture) => {
    const outcomes = outcomesOf(fixture, fixture.word === "partly" ? 2 : 1);
    const faults: readonly string[] = outcomes.flatMap((outcome) =>
      outcome.kind === "done" ? [] : [outcome.fault.fault, outcome.fault.cause],
    );
    const done = outcomes.filter((outcome) => outcome.kind === "done").length;
    const isAsNamed = isYes(fixture.word) ? done === 1 : faults.includes(fixture.word);
    expect({ faults, isAsNamed }).toMatchObject({ isAsNamed: true });
  });
});

describe("a query's answer", () => {
  test.each(ROWS)("%s has %i rows", (path, count, id) => {
    const fixture = read(path);
    const rows = rowsOf(fixture);
    expect(rows).toHaveLength(count);
    const first = rows[0]?.[fixture.api.id?.[0] ?? ""];
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
    const told = outcomesOf(read(path), expected.length).map((outcome) => {
      const fault = outcome.kind === "done" ? "" : `${outcome.fault.fault} ${outcome.fault.cause}`;
      const target = outcome.kind === "fault" || outcome.number === undefined ? "" : `${outcome.number}/${outcome.id}`;
      return [outcome.kind === "fault" ? "" : outcome.kind, target, fault].filter((part) => part !== "").join(" ");
    });
    expect(told).toEqual(expected);
  });
});
