import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { memoryTerminal } from "./memory-terminal.ts";

let dir: string;
const SCHEME = "255f7565-c782-3985-9020-59aa6a647e61";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-eval-"));
  await writeFile(
    join(dir, "r.json"),
    '\uFEFF{"FBillNo":"SO1","id":1234567890123456789,"price":0.1,"qty":3,"tiny":1e-9,"huge":12e20,"lines":[{"q":1.5},{"q":2}],"shop":"旗舰店 A","LAST_SYNC_TIME":1714521600}',
  );
  await writeFile(join(dir, "rows.json"), '[{"a":1},{"a":2}]');
  await writeFile(join(dir, "bad.json"), '{"a":');
  await writeFile(
    join(dir, `${SCHEME}.json`),
    '[{"id":"1","number":"S1","status":2,"content":{"FName":"旗舰店 A","FNumber":"100.50","n":1e-9}},{"FName":"b","FNumber":7}]',
  );
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function run(value: string, ...more: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = memoryTerminal({ cwd: dir });
  const code = await main(["eval", value, ...more], terminal);
  return { code, out: terminal.outText(), err: terminal.errText() };
}

const RECORD = ["--record", "r.json", "--json"];

describe("datong eval", () => {
  test.each<[string, string[], string]>([
    ["{{FBillNo}}X", [], '"SO1X"'],
    ["{{id}}", [], "1234567890123456789"],
    ["_function {{price}}*{{qty}}", [], "0.3"],
    ["{{tiny}}", [], "0.000000001"],
    ["{{huge}}", [], "1200000000000000000000"],
    ["_function SUM({{lines.q}})", [], "3.5"],
    ["{{lines}}", [], '[{"q":1.5},{"q":2}]'],
    ["lines", ["--type", "array"], '[{"q":1.5},{"q":2}]'],
    ["{{qty}}", ["--type", "string"], '"3"'],
    ["12", ["--type", "int"], "12"],
    ["{{nothing}}", [], "null"],
    ["{{CURRENT_TIME|datetime}}", ["--at", "2024-05-01T00:00:00Z"], '"2024-05-01 08:00:00"'],
    ["{{CURRENT_TIME|datetime}}", ["--at", "2024-05-01T00:00:00Z", "--zone", "UTC"], '"2024-05-01 00:00:00"'],
    ["{{CURRENT_TIME}}", ["--at", "2024-05-01T08:00:00"], "1714521600"],
    ["_function FROM_UNIXTIME({{LAST_SYNC_TIME}}-600 ,'%Y-%m-%d %H:%i:%s' )", [], '"2024-05-01 07:50:00"'],
    [`_findCollection find FNumber from ${SCHEME} where FName={{shop}}`, ["--collections", "."], '"100.50"'],
    [`_findCollection find n from ${SCHEME} where number=S1`, ["--collections", "."], "0.000000001"],
    [`_findCollection find FNumber from ${SCHEME} where FName=b`, ["--collections", "."], "7"],
  ])("%s %j is %s", async (value, more, expected) => {
    const { code, out } = await run(value, ...RECORD, ...more);
    expect(out.slice(0, out.indexOf(',"trace":'))).toBe(`{"value":${expected}`);
    expect(code).toBe(0);
  });

  test("the trace has the fields and what was found", async () => {
    const { out } = await run(`_findCollection find FNumber from ${SCHEME} where FName={{shop}}`, ...RECORD, "--collections", dir);
    expect(JSON.parse(out)).toEqual({
      value: "100.50",
      trace: [
        { kind: "field", path: "shop", value: "旗舰店 A" },
        { kind: "lookup", flow: SCHEME, find: "FNumber", where: "FName=旗舰店 A", matched: 1, found: "100.50" },
      ],
    });
  });

  test.each<[string, string[], string, number | null]>([
    ["{{FBillNo", [], "TEMPLATE_INVALID", 1],
    ["_function 1/0", [], "EXPRESSION_DIVISION_BY_ZERO", 12],
    ["_function SELECT 1", [], "EXPRESSION_INVALID", 11],
    ["_findCollection find a from none where b=1", [], "LOOKUP_UNANSWERED", 1],
    ["_findCollection find a from ../r where b=1", ["--collections", "."], "LOOKUP_UNANSWERED", 1],
    ["_findCollection find a from bad where b=1", ["--collections", "."], "DOCUMENT_UNREADABLE", null],
    ["{{FBillNo}}", ["--type", "int"], "VALUE_TYPE", 1],
    ["{{FBillNo}}", ["--at", "yesterday"], "INPUT_INVALID", null],
    ["{{FBillNo}}", ["--zone", "Mars"], "TIME_ZONE_UNKNOWN", null],
    ["{{FBillNo}}", ["--record", "none.json"], "DOCUMENT_MISSING", null],
    ["{{FBillNo}}", ["--record", "bad.json"], "DOCUMENT_UNREADABLE", null],
  ])("%s %j is the error %s", async (value, more, code, position) => {
    const ran = await run(value, ...RECORD, ...more);
    expect(JSON.parse(ran.out)).toEqual({
      error: { code, path: position === null ? null : "value", position, message: expect.any(String) as string },
    });
    expect(ran.code).toBe(1);
  });

  test("for people: the value alone on stdout, what it came from on stderr", async () => {
    expect(await run("{{a}}", "--record", "rows.json")).toEqual({ code: 0, out: "1\n", err: "  {{a}} = 1\n" });
    const failed = await run("{{a", "--record", "rows.json");
    expect(failed.code).toBe(1);
    expect(failed.out).toBe("");
    expect(failed.err).toContain("TEMPLATE_INVALID");
  });
});
