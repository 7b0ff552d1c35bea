/** Faults told by beginnings of codes and by sub codes, and replies that say in their own way that nothing was found. */
import { describe, expect, test } from "vitest";
import { compileRule, judgeReply, readOutcomes, type Json, type OutcomeRule, type Reply, type ResultRule } from "@datong/core";

const RULE: ResultRule = {
  ok: [{ path: "ok", in: ["1"] }],
  code: ["code"],
  subCode: ["sub"],
  message: ["text"],
  nothing: { statuses: [404], signs: [{ path: "code", in: ["NONE"] }] },
  faults: [
    { codes: ["15"], subCodePrefixes: ["isp."], fault: "transient" },
    { codes: ["15"], subCodes: ["isv.busy"], fault: "throttled" },
    { codePrefixes: ["A-", "B-"], fault: "rejected", cause: "parameter" },
    { statuses: [500], codePrefixes: ["Client"], fault: "rejected", cause: "parameter" },
  ],
};
const rule = compileRule(RULE);
const reply = (json: Json | undefined, status = 200, more: Partial<Reply> = {}): Reply => ({
  status,
  headers: {},
  text: "",
  json,
  ...more,
});

describe("a refusal", () => {
  test.each([
    ["by code and the sub code's beginning", { code: 15, sub: "isp.down" }, "transient"],
    ["by code and sub code", { code: "15", sub: "isv.busy" }, "throttled"],
    ["by code with another sub code", { code: 15, sub: "isv.down" }, "rejected"],
    ["by code without the sub code", { code: 15 }, "rejected"],
    ["by the code's beginning", { code: "B-77" }, "rejected"],
  ])("%s", (_, json, fault) => {
    expect(judgeReply(rule, "query", reply(json))).toMatchObject({ kind: "fault", fault });
  });

  test("of a status counts with its code only; without, a write that failed inside is uncertain", () => {
    expect(judgeReply(rule, "write", reply({ code: "Client.x" }, 500))).toMatchObject({ fault: "rejected", cause: "parameter" });
    expect(judgeReply(rule, "write", reply({ code: "Server" }, 500))).toMatchObject({ fault: "uncertain" });
  });

  test("that leads elsewhere names where to, without what is behind the question mark", () => {
    const moved = (headers: Readonly<Record<string, string>>): Reply => reply(undefined, 302, { headers });
    expect(judgeReply(rule, "write", moved({ location: "https://other.example/login?ticket=secret#x" }))).toMatchObject({
      fault: "rejected",
      code: "REPLY_REDIRECTED",
      vendorCode: "302",
      vendorText: "https://other.example/login",
    });
    expect(judgeReply(rule, "query", moved({}))).toMatchObject({ code: "REPLY_NOT_JSON" });
    expect(judgeReply(rule, "query", reply({ ok: "1" }, 302, { headers: { location: "/x" } }))).not.toMatchObject({
      code: "REPLY_REDIRECTED",
    });
  });

  test("that is no XML tells why, and a write is uncertain", () => {
    const broken = reply(undefined, 200, { text: "<a>", notXml: "line 1: unclosed" });
    expect(judgeReply(rule, "write", broken)).toMatchObject({
      fault: "uncertain",
      code: "REPLY_NOT_XML",
      vendorText: "line 1: unclosed: <a>",
    });
    expect(judgeReply(rule, "query", broken)).toMatchObject({ fault: "transient" });
  });
});

describe("nothing found", () => {
  test("is a yes for a query, by status or by sign, and never for a write", () => {
    expect(judgeReply(rule, "query", reply(undefined, 404))).toEqual({ kind: "ok", nothing: true });
    expect(judgeReply(rule, "query", reply({ code: "NONE" }))).toEqual({ kind: "ok", nothing: true });
    expect(judgeReply(rule, "write", reply({ code: "NONE" }))).toMatchObject({ kind: "fault" });
    expect(judgeReply(rule, "write", reply(undefined, 404))).toMatchObject({ kind: "fault" });
  });
});

describe("outcomes by order", () => {
  const outcome: OutcomeRule = {
    kind: "per-document",
    match: "order",
    done: { list: ["list"], number: "no", when: { path: "no", exists: true } },
    refused: { list: ["list"], code: "code", subCode: "sub", message: "text", when: { path: "no", exists: false } },
  };
  const read = (list: Json) => readOutcomes(outcome, rule, ["a", "b", "c"], reply({ ok: 1, list }));

  test("the n-th element answers the n-th document", () => {
    const list = [{ no: "1" }, { code: "15", sub: "isp.x", text: "t" }, { no: "3" }];
    expect(read(list)).toMatchObject([
      { kind: "done", number: "1" },
      { kind: "fault", fault: { fault: "transient", vendorText: "t" } },
      { kind: "done", number: "3" },
    ]);
  });

  test.each([
    ["shorter", [{ no: "1" }, { no: "3" }]],
    ["longer", [{ no: "1" }, { no: "2" }, { no: "3" }, { no: "4" }]],
    ["empty", []],
  ])("a %s list says nothing of anyone", (_, list) => {
    expect(read(list).every((one) => one.kind === "fault" && one.fault.fault === "uncertain")).toBe(true);
  });
});

describe("several refusals of one document", () => {
  const missing = compileRule({
    ...RULE,
    faults: [
      { texts: ["没有编码"], fault: "rejected", cause: "missing-master-data", missing: [{ between: ["没有编码“", "”"], kind: "客户" }] },
      { texts: ["必填"], fault: "rejected", cause: "required-field" },
    ],
  });
  const outcome: OutcomeRule = {
    kind: "per-document",
    match: "index",
    done: { list: ["done"], match: "i" },
    refused: { list: ["refused"], match: "i", message: "text", field: "field" },
  };
  const told = (...refused: readonly { readonly field: string; readonly text: string }[]) =>
    readOutcomes(outcome, missing, ["a"], reply({ refused: refused.map((each) => ({ i: 0, ...each })) }))[0];
  const unknown = { field: "FCust", text: "没有编码“K1”的客户" };

  test("wait for the code where the rest follows from it: the field is empty because its code is unknown", () => {
    expect(told(unknown, { field: "FCust", text: "FCust 必填" })).toMatchObject({ fault: { missing: [{ kind: "客户", code: "K1" }] } });
  });

  test("do not wait where something else is wrong besides", () => {
    const other = told(unknown, { field: "FStock", text: "FStock 必填" });
    expect(other).toMatchObject({ fault: { cause: "missing-master-data" } });
    expect(other).not.toHaveProperty("fault.missing");
  });
});
