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
    progress.show({ ...at, waiting: "x".repeat(100) });
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
    progress.show({ ...at, waiting: "retry in 3 s" });
    progress.end();
    expect(terminal.errText()).toBe("flow  [████████████············]  读 10 行 4 单 · 写成 1 · 失败 1  等待：retry in 3 s\n");
  });
});
