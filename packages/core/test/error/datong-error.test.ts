import { describe, expect, test } from "vitest";
import { CODES, DatongError, explain, inLanguage } from "../../src/index.ts";

describe("an error's texts", () => {
  test("a reason in both languages is told in the one that is read", () => {
    const error = new DatongError("TEMPLATE_INVALID", {
      fieldPath: "a",
      expression: "{{a",
      offset: 1,
      reason: "没有对应的 }} / is not closed",
    });
    expect(explain(error, "zh").message).not.toContain("is not closed");
    expect(explain(error, "en").message).toContain("is not closed");
    expect(explain(error, "en").message).not.toMatch(/\p{Script=Han}/u);
    expect(error.message).toBe(explain(error, "en").message);
  });

  test("a template that a text shows is not filled from the details", () => {
    const details = { path: "/mapping/0/value", name: "n", field: "f", fieldPath: "p", expression: "x", offset: 1, reason: "r" };
    expect(explain(new DatongError("TEMPLATE_INVALID", details), "en").todo).toContain("{{fieldName}}");
  });

  test("what a vendor says is left as it is", () => {
    expect(inLanguage("仓库 / 货位 / 批号", "en")).toBe("仓库 / 货位 / 批号");
    expect(inLanguage("stock / batch", "zh")).toBe("stock / batch");
    expect(inLanguage("没有值 / missing", "zh")).toBe("没有值");
  });

  test.each(Object.entries(CODES))("%s says in both languages what is wrong and what to do", (_, row) => {
    for (const text of [row.zh, row.todoZh]) expect(text).toMatch(/\p{Script=Han}/u);
    for (const text of [row.en, row.todoEn]) expect(text).toMatch(/[a-z]{2}/);
  });
});
