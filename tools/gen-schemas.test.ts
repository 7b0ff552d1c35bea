import { expect, test } from "vitest";
import { documentSchema, generateSchemas } from "./gen-schemas.ts";

const SCHEMAS = new Map((await generateSchemas("/")).map(({ path, text }) => [path, JSON.parse(text) as Record<string, unknown>]));

test("there is a schema for every kind of document", () => {
  expect([...SCHEMAS.keys()]).toEqual(
    ["flow", "connection", "connector", "template", "workspace"].map((name) => `/docs/schema/${name}.json`),
  );
});

test.each([...SCHEMAS.keys()])("every reference of %s leads to a definition of the same file", (path) => {
  const schema = SCHEMAS.get(path);
  const references = JSON.stringify(schema).match(/"\$ref":"[^"]*"/g) ?? [];
  const known = Object.keys((schema?.["definitions"] ?? {}) as object).map((name) => `"$ref":"#/definitions/${name}"`);
  for (const reference of references) expect(known).toContain(reference);
  expect(JSON.stringify(schema)).not.toContain('"$defs"');
});

test("a property that is called title is kept", () => {
  const schema = documentSchema({ type: "object", title: "x", properties: { title: { type: "string" } } }, "T", false);
  expect(schema).toMatchObject({ title: "T", properties: { title: { type: "string" } } });
});

test("a text may be a bare number in a flow but not in a connector, and a literal stays as it is", () => {
  const schema = { anyOf: [{ type: "string" }, { type: "string", const: "a" }] };
  expect(documentSchema(schema, "T", true)["anyOf"]).toEqual([{ type: ["string", "number", "boolean"] }, { type: "string", const: "a" }]);
  expect(documentSchema(schema, "T", false)["anyOf"]).toEqual(schema.anyOf);
});
