/** The preview: what would be written, from where, as which request; without writing anything. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { previewFlow, type Preview } from "../../src/flow/preview.ts";
import { bill, bills, openLab, SECRET, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const preview = (
  scene: Scene,
  change: FlowChange,
  more: { readonly limit?: number; readonly numbers?: readonly string[] } = {},
): Promise<Preview> => previewFlow(lab.engine.ready(scene.flow(change), scene.connections), { limit: 2, ports: lab.engine.ports, ...more });

describe("preview", () => {
  test("shows as many records as asked for, reads no page too many, writes nothing and does not ask the target", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(9);
    const shown = await preview(scene, { source: { pageSize: 3 } }, { limit: 4 });
    expect(shown.records.map((record) => record.key)).toEqual(["b0001", "b0002", "b0003", "b0004"]);
    expect(scene.vendor.seen.map((request) => request.operation)).toEqual(["rows", "rows"]);
    expect(await scene.documents()).toEqual([]);
    expect(await scene.records()).toEqual([]);
  });

  test("names where each field came from and the request as it would be sent, secrets masked", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { amount: `12.50 ${SECRET}` })];
    const change: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "name", value: "{{amount}}" },
      ],
    };
    const [document] = (await preview(scene, change)).records[0]?.documents ?? [];
    expect(document?.trace).toMatchObject([
      { fieldPath: "k", expression: "{{id}}", references: [{ path: "id", value: "a" }], result: "a" },
      { fieldPath: "name", expression: "{{amount}}" },
    ]);
    expect(document?.request).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/save\n/);
    expect(document?.request).toContain('{"documents":[{"k":"a","name":"12.50 ***"}]}');
    expect(document?.request).not.toContain(SECRET);
  });

  test("tells what is dropped and by which rule, and what cannot be mapped and why", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { off: "1" }), bill("b", { id: "b", name: null })];
    const shown = await preview(scene, {
      source: { condition: [{ rule: "停用不写", any: [[{ field: "off", logic: "isnull" }]] }] },
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "name", value: "{{name}}", required: true },
      ],
    });
    expect(shown.records).toMatchObject([
      { dropped: "停用不写", documents: [] },
      { dropped: null, documents: [{ request: null, problem: { code: "TARGET_FIELD_MISSING" } }] },
    ]);
  });

  test("an expression that fails is the document's problem, or its own text where the flow says so; a run writes the same", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { amount: "9", qty: "0" })];
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: "_function {{amount}}/{{qty}}" },
    ];
    const strict = (await preview(scene, { mapping })).records[0]?.documents[0];
    expect(strict).toMatchObject({ request: null, problem: { code: "EXPRESSION_DIVISION_BY_ZERO" } });
    const lenient = (await preview(scene, { mapping, onValueError: "text" })).records[0]?.documents[0];
    expect(lenient?.request).toContain('{"documents":[{"k":"a","name":"_function 9/0"}]}');
    expect(lenient?.trace[1]?.note).toContain("sent as text as the flow says");
    expect(await scene.run({ mapping, onValueError: "text" })).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.seen.at(-1)?.body).toContain('"name":"_function 9/0"');
  });

  test("by number shows that bill alone; an unknown number shows none", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(30);
    expect((await preview(scene, {}, { numbers: ["N-b0017"] })).records).toMatchObject([{ number: "N-b0017" }]);
    expect((await preview(scene, {}, { numbers: ["N-nobody"] })).records).toEqual([]);
  });

  test("puts the bills of a merge together", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { shop: "1", sku: "x" }), bill("b", { shop: "1", sku: "y" })];
    const shown = await preview(scene, {
      restructure: [{ kind: "merge", by: ["shop"], lines: "lines", header: ["shop"], lineFields: ["sku"] }],
      mapping: [
        { field: "k", value: "S{{shop}}" },
        { field: "lines", type: "array", value: "lines", children: [{ field: "sku", value: "{{lines.sku}}" }] },
      ],
    });
    expect(shown.merged).toMatchObject([{ externalKey: "S1", body: { lines: [{ sku: "x" }, { sku: "y" }] } }]);
  });

  test("finds columns that are not declared, with nesting, type and sample; those the flow adds are not new", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [
      { text: '{"id":"a","no":"N","name":null,"items":[{"sku":"x","qty":1.50},{"sku":"y","gift":true}],"owner":{"code":"z"}}' },
      { text: '{"id":"b","no":"N","name":"later"}' },
    ];
    const { newColumns } = await preview(scene, { source: { columns: { id: "id", no: "no" } } });
    expect(newColumns).toEqual([
      { path: "name", type: "string", sample: "later" },
      { path: "items", type: "array", sample: expect.stringContaining('"qty":1.50') },
      { path: "items.sku", type: "string", sample: "x" },
      { path: "items.qty", type: "number", sample: "1.50" },
      { path: "items.gift", type: "bool", sample: "true" },
      { path: "owner", type: "object", sample: '{"code":"z"}' },
      { path: "owner.code", type: "string", sample: "z" },
    ]);
  });

  test("a refusal of the source is thrown with the vendor's words", async () => {
    const scene = await lab.scene();
    scene.vendor.script = () => ({ kind: "reply", body: '{"ok":false,"code":"X1","text":"没有权限"}' });
    await expect(preview(scene, {})).rejects.toMatchObject({ error: { code: "VENDOR_REFUSED", details: { vendorText: "没有权限" } } });
  });
});
