/** A new flow's beginnings and the form's shapes, without a browser: copies, what another flow fills in, steps. */
import { expect, test } from "vitest";
import { edited, newDraft, readDraft, type LooseFlow } from "../src/flow/draft.ts";
import { isSameForm } from "../src/form/same-form.ts";
import { newStep, STEP_ITEMS, type StepKind } from "../src/form/step-shapes.ts";
import { borrowed } from "../src/wizard/borrow.ts";
import { copied, drawn, freeId } from "../src/wizard/beginnings.ts";

const OTHER = `# 原来的说明
id: a
name: 甲
aliases: [u-1]
source: { connection: k, api: q, condition: [[{ field: s, logic: eq, value: "1" }]] }
restructure: [{ kind: group, by: [No], lines: items }]
mapping:
  - { field: one, value: "{{No}}" }
  - { field: two, value: "x", map: { x: "1" } }
  - field: items
    type: array
    value: items
    children:
      - { field: sku, value: "{{items.Sku}}" }
      - { field: qty, value: "{{items.Qty}}" }
target: { connection: t, api: w, orderKey: "{{No}}" }
dispatch: { enabled: true, retries: { count: 2 } }
qeasy: { decisions: [d] }
`;

test("a copy keeps the text and its remarks, and leaves behind what belongs to the other alone", () => {
  const { text, revision } = copied(OTHER, "a-copy", "甲（副本）");
  expect(text).toMatch(/^# 原来的说明\n/);
  expect(revision).toBe(0);
  const flow = readDraft(text).flow as LooseFlow & { qeasy?: unknown };
  expect(flow).toMatchObject({ id: "a-copy", name: "甲（副本）" });
  expect([flow.aliases, flow.qeasy]).toEqual([undefined, undefined]);
  expect(freeId("a-copy", ["a-copy", "a-copy-2"])).toBe("a-copy-3");
  expect(drawn("k", null)).toBeNull();
  expect(readDraft(drawn("k", "t")?.text ?? "").flow).toMatchObject({ source: { connection: "k" }, target: { connection: "t" } });
});

test("another flow fills what is empty, place by place, and changes nothing that is there", () => {
  const text = `id: b
source: { connection: k, api: q }
mapping:
  - { field: one, value: "mine" }
  - { field: two, value: "" }
  - field: items
    type: array
    value: items
    children:
      - { field: sku, value: }
target: { connection: t, api: w }
dispatch: { enabled: true }
`;
  const own = readDraft(text).flow as LooseFlow;
  const other = readDraft(OTHER).flow as LooseFlow;
  const found = borrowed(own, other);
  expect(found.map(({ place }) => place)).toEqual([
    "mapping.two",
    "mapping.items.sku",
    "mapping.items.qty",
    "restructure",
    "condition",
    "orderKey",
    "retries",
  ]);
  const filled = edited(newDraft(text), { kind: "many", edits: found.flatMap(({ edits }) => edits) });
  const flow = readDraft(filled.text).flow as LooseFlow;
  expect(flow.mapping?.[0]?.value).toBe("mine");
  expect(flow.mapping?.[1]).toMatchObject({ value: "x", map: { x: "1" } });
  expect(flow.mapping?.[2]?.children?.map(({ field, value }) => [field, value])).toEqual([
    ["sku", "{{items.Sku}}"],
    ["qty", "{{items.Qty}}"],
  ]);
  expect(borrowed(flow, other)).toEqual([]);
  // Steps and conditions name the source's fields: from another source they are not offered.
  const elsewhere = { ...own, source: { connection: "k", api: "other" } };
  expect(borrowed(elsewhere, other).map(({ place }) => place)).not.toContain("restructure");
  // What another flow says is not tied to this one.
  expect(edited(filled, { kind: "undo" }).text).toBe(text);
});

test("every step of restructuring has its form, and begins with what it needs", () => {
  const unasked = (Object.keys(STEP_ITEMS) as StepKind[]).flatMap((kind) => {
    const asked = new Set(["kind", ...STEP_ITEMS[kind].map(({ key }) => key)]);
    const step = newStep(kind, ["No"], ["Qty"], "items");
    return [
      ...(step.kind === kind ? [] : [kind]),
      ...Object.keys(step)
        .filter((key) => !asked.has(key))
        .map((key) => `${kind}.${key}`),
    ];
  });
  expect(unasked).toEqual([]);
});

test("a part of the form is left alone by an edit of the mapping, and drawn anew by any other", () => {
  const flow = readDraft(OTHER).flow as LooseFlow;
  const edit = (): void => undefined;
  const before = { flow, edit, isReadOnly: false };
  expect(isSameForm(before, { ...before, flow: { ...flow, mapping: [] } })).toBe(true);
  expect(isSameForm(before, { ...before, flow: { ...flow, dispatch: { enabled: false } } })).toBe(false);
  expect(isSameForm(before, { ...before, isReadOnly: true })).toBe(false);
});
