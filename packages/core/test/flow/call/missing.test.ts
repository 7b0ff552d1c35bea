import { describe, expect, test } from "vitest";
import { readMissing, type MissingRule } from "@datong/core";

const RULES: readonly MissingRule[] = [
  { between: ["编码“", "”"], kindBetween: ["的", "不存在"], kind: "资料" },
  { between: ["sku ", " not found"], kind: "商品" },
];

describe("what a refusal says is missing", () => {
  test.each([
    ["编码“A-1”的物料不存在", [{ kind: "物料", code: "A-1" }]],
    [
      "编码“A-1”的物料不存在；编码“W 9”的仓库不存在",
      [
        { kind: "物料", code: "A-1" },
        { kind: "仓库", code: "W 9" },
      ],
    ],
    ["编码“A”的物料不存在，编码“A”的物料不存在", [{ kind: "物料", code: "A" }]],
    ["编码“A”停用", [{ kind: "资料", code: "A" }]],
    ["sku X1 not found", [{ kind: "商品", code: "X1" }]],
    ["编码“”的物料不存在", []],
    ["编码“没有收尾", []],
    [`编码“${"x".repeat(300)}”的物料不存在`, []],
    ["库存不足", []],
    ["", []],
  ])("%s", (text, expected) => {
    expect(readMissing(RULES, text)).toEqual(expected);
  });

  test("a kind up to the next stop, or to the end", () => {
    const rule: MissingRule = { between: ["没有“", "”"], kindBetween: ["的", ""] };
    expect(readMissing([rule], "没有“K1”的客户，请先建立")).toEqual([{ kind: "客户", code: "K1" }]);
    expect(readMissing([rule], "没有“K1”的客户")).toEqual([{ kind: "客户", code: "K1" }]);
  });
});
