/** Reasons are kept in both languages; each reader is told his. */
import { expect, test } from "vitest";
import { DatongError, inBothLanguages, inLanguage, issuesInBothLanguages } from "../../src/index.ts";

test("each side of what a mapping found, with its fields, is told in one language alone", () => {
  const text = issuesInBothLanguages([
    { fieldPath: "FQty", code: "LOOKUP_WAITS", details: { fieldPath: "FQty", flow: "materials", where: "code", find: "A / 1" } },
    {
      fieldPath: "FEntity[0].FPrice",
      code: "VALUE_TYPE",
      details: { fieldPath: "FPrice", type: "number", value: "x", reason: "不是数字 / is no number" },
    },
  ]);
  const [zh, en] = [inLanguage(text, "zh"), inLanguage(text, "en")];
  expect(zh).toMatch(/^FQty: .*\p{Script=Han}.*；FEntity\[0\]\.FPrice: .*\p{Script=Han}/u);
  expect(en).toMatch(/^FQty: .*; FEntity\[0\]\.FPrice: /);
  expect(en).not.toMatch(/\p{Script=Han}/u);
});

test("a value with a slash stands whole on both sides", () => {
  const text = inBothLanguages(new DatongError("REQUEST_INVALID", { path: "body/商品 / 颜色", expected: "数字 / a number" }));
  expect(inLanguage(text, "zh")).toContain("商品 / 颜色");
  expect(inLanguage(text, "zh")).toContain("数字");
  expect(inLanguage(text, "en")).toContain("商品 / 颜色");
  expect(inLanguage(text, "en")).toContain("a number");
  expect(inLanguage(text, "en")).not.toContain("数字");
});

test("a code in front belongs to both sides", () => {
  expect(inLanguage("ROWS_MISSING: 没有行 / no rows", "zh")).toBe("ROWS_MISSING: 没有行");
  expect(inLanguage("ROWS_MISSING: 没有行 / no rows", "en")).toBe("ROWS_MISSING: no rows");
});

test("what is not ours stays as it is", () => {
  for (const said of ["仓库 / 货位 / 批号", "仓库 / 货位 / 批号 / 色号", "stock / batch", "客户编码不存在"])
    for (const language of ["zh", "en"] as const) expect(inLanguage(said, language)).toBe(said);
});
