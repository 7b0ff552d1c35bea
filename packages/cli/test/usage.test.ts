import { describe, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { languageOf } from "../src/context.ts";
import { en } from "../src/text/en.ts";
import { zh } from "../src/text/zh.ts";
import { memoryTerminal } from "./memory-terminal.ts";

async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const terminal = memoryTerminal({ cwd: "/", env });
  return { code: await main(argv, terminal), terminal };
}

describe("wrong usage", () => {
  test.each([
    [["frobnicate"], "没有这个命令"],
    [["run"], "缺少参数"],
    [["run", "a", "b"], "参数太多"],
    [["run", "a", "--limit", "none"], "参数值不对"],
    [["run", "a", "--wait"], "选项缺少值"],
    [["check", "a", "--colour"], "没有这个选项"],
    [["records", "a", "--status", "lost"], "没有状态 lost"],
    [["simulate", "--only", "sap"], "没有名为 sap 的模拟系统"],
    [["version", "--lang", "fr"], "参数值不对"],
  ])("%j ends with 2 and says what is wrong on stderr alone", async (argv, expected) => {
    const { code, terminal } = await run(argv);
    expect(code).toBe(2);
    expect(terminal.errText()).toContain(expected);
    expect(terminal.errText()).toContain(zh.todo);
    expect(terminal.outText()).toBe("");
  });

  test("with --json the error is one object on stdout, and stderr stays empty", async () => {
    const { code, terminal } = await run(["run", "--json"]);
    expect(code).toBe(2);
    expect(terminal.json()).toEqual({
      ok: false,
      error: {
        code: "USAGE",
        fault: "rejected",
        zh: expect.stringContaining("缺少参数"),
        en: expect.stringContaining("An argument is missing"),
        todoZh: zh.usageTodo,
        todoEn: en.usageTodo,
        details: {},
      },
    });
    expect(terminal.errText()).toBe("");
  });

  test("no command at all shows the help and ends with 2", async () => {
    const { code, terminal } = await run([]);
    expect(code).toBe(2);
    for (const command of ["demo", "simulate", "check", "preview", "run", "records", "show", "retry", "version", "doctor"])
      expect(terminal.outText()).toMatch(new RegExp(`^  ${command} `, "m"));
  });
});

describe("language", () => {
  test.each([
    [{}, "zh"],
    [{ LANG: "C" }, "zh"],
    [{ LANG: "C.UTF-8" }, "zh"],
    [{ LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LANG: "en_US.UTF-8" }, "en"],
    [{ LANG: "en_US.UTF-8", LC_ALL: "zh_TW.UTF-8" }, "zh"],
    [{ LANG: "de_DE.UTF-8" }, "en"],
  ] as const)("%j speaks %s", (env, language) => {
    expect(languageOf(env)).toBe(language);
  });

  test("--lang wins over the environment", async () => {
    expect((await run(["--help", "--lang", "en"])).terminal.outText()).toContain("run a flow once");
    expect((await run(["--help", "--lang=zh"], { LANG: "en_GB" })).terminal.outText()).toContain("运行一次方案");
  });

  test("both languages have texts for the same wrong usages", () => {
    expect(Object.keys(en.usage)).toEqual(Object.keys(zh.usage));
  });
});

test("help ends with 0, version tells product and Node", async () => {
  expect((await run(["run", "--help"])).code).toBe(0);
  const { code, terminal } = await run(["version", "--json"]);
  expect(code).toBe(0);
  expect(terminal.json()).toEqual({ ok: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/), node: process.versions.node });
});
