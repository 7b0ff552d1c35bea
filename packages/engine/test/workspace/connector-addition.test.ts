/** A workspace's file with `extends` adds APIs to a connector that is there; what is wrong in it is told with its own lines. */
import { CONNECTORS } from "@datong/connectors";
import { expect, test } from "vitest";
import { workspaceOfTexts } from "../../src/workspace/workspace-of-texts.ts";

const api = (path: string): string =>
  `  - { code: own.query, operation: own.query, name: { zh: 查, en: Q }, direction: query, request: [], response: [],
      shape: { method: POST, path: ${path} }, rows: { kind: objects, paths: [data] }, id: [id] }`;

function load(text: string) {
  const { connectors, issues } = workspaceOfTexts(
    { name: "w", flows: [], connections: [], tables: [], connectors: [{ id: "more", text }] },
    CONNECTORS,
  );
  return { jackyun: connectors.find((each) => each.system === "jackyun"), issues };
}

test("the catalogue's connector has its own APIs and the added one", () => {
  const { jackyun, issues } = load(`extends: jackyun\napis:\n${api("own/query")}\nsettings:\n  - { field: region, label: 区 }\n`);
  expect(issues).toEqual([]);
  const before = CONNECTORS.find((each) => each.system === "jackyun");
  expect(jackyun?.apis.map(({ code }) => code)).toEqual([...(before?.apis.map(({ code }) => code) ?? []), "own.query"]);
  expect(jackyun?.settings.at(-1)?.field).toBe("region");
});

test.each([
  ["an unknown connector", `extends: jackyum\napis:\n${api("a")}\n`, "CONNECTOR_UNKNOWN", "/extends"],
  ["a template that names nothing", `extends: jackyun\napis:\n${api('"{{settings.nothing}}"')}\n`, "SETTING_UNKNOWN", "/apis/0/shape"],
  ["a key too many", `extends: jackyun\napis: []\nname: x\n`, "DOCUMENT_INVALID", "/name"],
])("%s", (_, text, code, path) => {
  const { jackyun, issues } = load(text);
  expect(issues[0]?.code).toBe(code);
  expect(issues[0]?.path).toContain(path);
  expect(jackyun?.apis.some((each) => each.code === "own.query")).toBe(false);
});
