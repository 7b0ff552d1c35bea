import { DatongError } from "@datong/core";
import { describe, expect, test } from "vitest";
import { createContext } from "../src/context.ts";
import { startProgress } from "../src/output/progress.ts";
import { cut, table, width } from "../src/output/table.ts";
import { memoryTerminal } from "./memory-terminal.ts";

describe("tables", () => {
  test("Chinese letters, also beyond the BMP, take two columns", () => {
    expect(width("聚水潭 ok 𠮷")).toBe(6 + 4 + 2);
    expect(cut("聚水潭", 5)).toBe("聚水");
  });

  test("columns line up by width and numbers stand to the right", () => {
    expect(
      table(
        ["方案", "n"],
        [
          ["a", "1"],
          ["聚水潭", "20"],
        ],
        [1],
      ),
    ).toBe("方案     n\n──────  ──\na        1\n聚水潭  20\n");
  });
});

describe("progress", () => {
  const at = { read: 10, records: 4, written: 1, failed: 1 };

  test("a screen gets one line that is redrawn, no wider than the screen, and wiped at the end", () => {
    const terminal = memoryTerminal({ cwd: "/", errColumns: 40 });
    const progress = startProgress(createContext(terminal, { json: false }), "flow");
    progress.show({ ...at, waiting: { kind: "page", waitMs: 100, fault: vendorUnwell("x".repeat(100)) } });
    progress.end();
    const drawn = terminal
      .errText()
      .split("\r\u001b[2K")
      .filter((line) => line !== "");
    expect(drawn).toHaveLength(1);
    expect(width(drawn[0] ?? "")).toBeLessThanOrEqual(39);
    expect(terminal.errText()).not.toContain("\n");
    expect(terminal.errText().endsWith("\r\u001b[2K")).toBe(true);
    expect(terminal.outText()).toBe("");
  });

  test("a pipe gets plain lines, and why the run waits", () => {
    const terminal = memoryTerminal({ cwd: "/" });
    const progress = startProgress(createContext(terminal, { json: false }), "flow");
    progress.show(at);
    progress.show({ ...at, waiting: { kind: "queue", waitMs: 2_100 } });
    progress.end();
    expect(terminal.errText()).toBe("flow  [████████████············]  读 10 行 4 单 · 写成 1 · 失败 1  等待：3 秒后重试\n");
  });

  test("why a page is read again is told in the language of the command", () => {
    const [zh, en] = ["zh", "en"].map((lang) => {
      const terminal = memoryTerminal({ cwd: "/" });
      startProgress(createContext(terminal, { json: false, lang }), "flow").show({
        ...at,
        waiting: { kind: "page", waitMs: 900, fault: vendorUnwell("HTTP 502") },
      });
      return terminal.errText();
    });
    expect(zh).toMatch(/等待：1 秒后重读本页（.*聚水潭.*）\n$/);
    expect(en).toMatch(/waiting: the page is read again in 1 s \(\P{Script=Han}*聚水潭\P{Script=Han}*\)\n$/u);
  });
});

function vendorUnwell(text: string): DatongError {
  return new DatongError("VENDOR_UNWELL", { system: "聚水潭", status: 502, vendorCode: "", text });
}
