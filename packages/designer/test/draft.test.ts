/** The flow's draft: the form's edits keep everything else of the text as it was written, and every step is undone. */
import { expect, test } from "vitest";
import { edited, newDraft, readDraft, type Draft, type Edit } from "../src/flow/draft.ts";
import { newMapping, sourceFields } from "../src/flow/fields.ts";

const TEXT = `# 说明一
id: a # 说明二
source:
  connection: k
  api: q
  own: { x: 9007199254740993 }
mapping:
  # 说明三
  - field: one
    value: "{{A}}"
  - field: two
    value:
target: { connection: t, api: w }
`;

const after = (...edits: readonly Edit[]): Draft => edits.reduce(edited, newDraft(TEXT));

test("a value is set and nothing else of the text changes: comments, order, unknown keys, 16-digit numbers", () => {
  const { text } = after({ kind: "set", path: ["mapping", 1, "value"], value: "{{B}}" });
  expect(text).toBe(TEXT.replace("field: two\n    value:", 'field: two\n    value: "{{B}}"'));
});

test("missing collections are made on the way, and undefined takes a key away", () => {
  const set = after({ kind: "set", path: ["source", "params", "P"], value: "1" });
  expect(readDraft(set.text).flow?.source?.params).toEqual({ P: "1" });
  const gone = edited(set, { kind: "set", path: ["source", "params", "P"], value: undefined });
  expect(readDraft(gone.text).flow?.source?.params).toEqual({});
});

test("fields are added, moved with their comments, and removed", () => {
  const added = after({ kind: "add", path: ["mapping"], values: [{ field: "three" }] });
  const moved = edited(added, { kind: "move", path: ["mapping"], from: 0, to: 2 });
  expect(readDraft(moved.text).flow?.mapping?.map(({ field }) => field)).toEqual(["two", "three", "one"]);
  expect(moved.text).toContain("# 说明三");
  const removed = edited(moved, { kind: "remove", path: ["mapping", 0] });
  expect(readDraft(removed.text).flow?.mapping?.map(({ field }) => field)).toEqual(["three", "one"]);
  expect(edited(moved, { kind: "move", path: ["mapping"], from: 0, to: 9 })).toBe(moved);
});

test("several edits are one step, and one undo takes all back", () => {
  const many = after({
    kind: "many",
    edits: [
      { kind: "set", path: ["mapping", 1, "value"], value: "{{B}}" },
      { kind: "add", path: ["mapping"], values: [{ field: "three", children: [{ field: "x" }] }] },
      { kind: "move", path: ["mapping"], from: 2, to: 0 },
    ],
  });
  expect(readDraft(many.text).flow?.mapping?.map(({ field, value }) => [field, value])).toEqual([
    ["three", undefined],
    ["one", "{{A}}"],
    ["two", "{{B}}"],
  ]);
  expect(many.text).toContain("# 说明三");
  expect(edited(many, { kind: "undo" }).text).toBe(TEXT);
  // What is written is what is read, also where the document was kept from edit to edit.
  expect(readDraft(many.text).flow).toEqual(readDraft(`${many.text}\n`).flow);
});

test("every step is undone and done again; typing in one place is one step", () => {
  const typed = after(
    { kind: "set", path: ["id"], value: "b" },
    { kind: "set", path: ["id"], value: "bc" },
    { kind: "set", path: ["name"], value: "n" },
  );
  expect(typed.past).toHaveLength(2);
  const back = edited(edited(typed, { kind: "undo" }), { kind: "undo" });
  expect(back.text).toBe(TEXT);
  expect(edited(edited(back, { kind: "redo" }), { kind: "redo" }).text).toBe(typed.text);
  expect(edited(back, { kind: "undo" })).toBe(back);
});

test("a text that cannot be read is kept as it is by the form's edits, and told", () => {
  const broken = after({ kind: "type", text: "id: [" });
  expect(edited(broken, { kind: "set", path: ["id"], value: "x" }).text).toBe("id: [");
  expect(readDraft(broken.text)).toMatchObject({ flow: null, problem: expect.any(String) as string });
  expect(readDraft("- a list").flow).toBeNull();
});

test("grouped lines are found under their list; presets that suit all are taken", () => {
  const field = (name: string, more: object = {}) => ({ field: name, label: name, ...more });
  const api = { response: [field("No"), field("Qty")] } as never;
  const fields = sourceFields(api, { restructure: [{ kind: "group", by: ["No"], lines: "items", lineFields: ["Qty"] }] });
  expect(fields.map(({ path, children }) => [path, children.map((child) => child.path)])).toEqual([
    ["No", []],
    ["items", ["items.Qty"]],
  ]);
  // A preset that names a bill's own field is one user's; a constant suits all.
  expect(newMapping(field("x", { default: "{{FBillNo}}" }))["value"]).toBe("");
  expect(newMapping(field("x", { default: "{{CURRENT_TIME|datetime}}" }))["value"]).toBe("{{CURRENT_TIME|datetime}}");
});
