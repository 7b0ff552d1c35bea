/** `_function` expressions against a real MariaDB. Where the two differ, the difference stands in oracle/differences.ts with its reason. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { compileValue, evaluateValue } from "../../../src/flow/transform/template-compile.ts";
import { ExactNumber, memberOf, toDecimal, writeJson, type Json } from "../../../src/value/index.ts";
import { AGGREGATES, CASES, ROW } from "./oracle/cases.ts";
import { DIFFERENCES } from "./oracle/differences.ts";
import { startMariaDb, type MariaDb, type Verdict } from "../../../../../tools/mariadb.ts";

const NOW_MS = Date.UTC(2024, 4, 1, 5, 45, 7);
const scope = { row: ROW, globals: globalsOf({ nowMs: NOW_MS }), zone: "Asia/Shanghai" };

function ours(text: string): string {
  try {
    return shown(evaluateValue(compileValue(`_function ${text}`, { fieldPath: "F" }), scope) ?? null);
  } catch (error) {
    if (error instanceof DatongError) return `error ${error.code}`;
    throw error;
  }
}

function shown(value: Json): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "boolean") return value ? "true" : "false";
  return value instanceof ExactNumber ? value.text : writeJson(value);
}

function theirs(verdict: Verdict): string {
  if ("text" in verdict) return verdict.text;
  return "error" in verdict ? "error" : "NULL";
}

/** Numbers agree by value: MariaDB writes zeros behind that ours leave away. */
function agrees(own: string, other: Verdict): boolean {
  if (!("text" in other)) return own === theirs(other);
  if (own.startsWith("'")) return own === `'${other.text}'`;
  const [a, b] = [toDecimal(own), toDecimal(other.text)];
  return a !== null && b !== null ? a.eq(b) : own === other.text;
}

/** As Qeasy pastes: the field's text, nothing for a missing one. */
function pasted(text: string): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const value = memberOf(ROW, name);
    return value === undefined ? "" : String(value).replaceAll("'", "''");
  });
}

let server: MariaDb | string = "not started";
beforeAll(async () => {
  server = await startMariaDb();
}, 300_000);
afterAll(async () => {
  if (typeof server !== "string") await server.stop();
});

describe("expressions against MariaDB", () => {
  test("mean the same", ({ skip }) => {
    if (typeof server === "string") return skip(server);
    const asked: (readonly [string, string])[] = [...CASES.map((text) => [text, pasted(text)] as const), ...AGGREGATES];
    expect(asked.length).toBeGreaterThan(200);
    const verdicts = server.judge(
      asked.map(([, sql]) => sql),
      NOW_MS / 1000,
    );
    const wrong = asked.flatMap(([text], at) => {
      const own = ours(text);
      const verdict = verdicts[at] as Verdict;
      return agrees(own, verdict) ? [] : [`${text}: ours ${own}, MariaDB ${theirs(verdict)}`];
    });
    expect(wrong).toEqual([]);
  });

  test("differ only where a reason is given", ({ skip }) => {
    if (typeof server === "string") return skip(server);
    const verdicts = server.judge(
      DIFFERENCES.map(({ text }) => pasted(text)),
      NOW_MS / 1000,
    );
    const found = DIFFERENCES.map(({ text }, at) => ({ text, ours: ours(text), mariadb: theirs(verdicts[at] as Verdict) }));
    expect(found).toEqual(DIFFERENCES.map(({ text, ours: own, mariadb }) => ({ text, ours: own, mariadb })));
    const alike = DIFFERENCES.filter(({ text }, at) => agrees(ours(text), verdicts[at] as Verdict));
    expect(alike).toEqual([]);
  });
});
