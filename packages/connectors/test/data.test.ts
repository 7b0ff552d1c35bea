/** What every connector must fulfil as data: it fits the schema, survives JSON, and nothing in it points at something that is not there. */
import { describe, expect, test } from "vitest";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { ConnectorSchema, parseDocument } from "@datong/core";
import { detailProblems, queryProblems, repeated, resultProblems, settingProblems, testCallProblems, writeProblems } from "./data-rules.ts";
import { readFolders } from "./folders.ts";

const folders = await readFolders();

test("the generated list has every folder, and no other", () => {
  expect(folders.length).toBeGreaterThan(0);
  expect(CONNECTORS.map((connector) => connector.system)).toEqual(folders.map((folder) => folder.system).toSorted());
  expect(CONNECTORS.flatMap((connector) => connector.apis.map((api) => `${connector.system} ${api.code}`)).toSorted()).toEqual(
    folders.flatMap((folder) => folder.connector.apis.map((api) => `${folder.system} ${api.code}`)).toSorted(),
  );
  expect(Object.keys(SESSIONS).toSorted()).toEqual(
    folders
      .filter((folder) => folder.session !== undefined)
      .map((folder) => folder.system)
      .toSorted(),
  );
});

describe.each(folders)("$system", ({ system, connector, session, files, fixtures }) => {
  test("fits the schema and survives JSON", () => {
    const read: unknown = JSON.parse(JSON.stringify(connector));
    expect(parseDocument(ConnectorSchema, read)).toEqual({ ok: true, value: connector });
  });

  test("a setting's names are of its values, what it is asked for by is there, and its documents are told in both languages", () => {
    const { settings, docs } = connector;
    for (const { field, options = [], optionNames = {}, when } of settings) {
      expect(Object.keys(optionNames).filter((value) => !options.includes(value))).toEqual([]);
      if (when === undefined) continue;
      const decides = settings.find((each) => each.field === when.field && each.field !== field);
      expect(when.is.filter((value) => decides?.options?.includes(value) !== true)).toEqual([]);
    }
    for (const { title, titleEn = title } of docs) expect(titleEn).not.toMatch(/\p{Script=Han}/u);
  });

  test("is named like its folder, and each code is there once", () => {
    expect(connector.system).toBe(system);
    expect(new Set(connector.apis.map((api) => api.code)).size).toBe(connector.apis.length);
  });

  test("has a session strategy just when it declares one", () => {
    expect(session !== undefined).toBe(connector.auth.session !== undefined);
  });

  test("has sound settings, result rules and a harmless test call", () => {
    expect([...settingProblems(connector), ...resultProblems(connector), ...testCallProblems(connector)]).toEqual([]);
  });

  test("has a fixture or more, each of an API and in JSON", () => {
    expect(fixtures.size).toBeGreaterThan(0);
    expect([...fixtures.keys()].map((name) => name.split(".")[0]).filter((name) => !files.has(name ?? ""))).toEqual([]);
    expect([...fixtures.values()].map((text) => typeof JSON.parse(text))).not.toContain("undefined");
  });

  test.each(connector.apis)("$code is sound", (api) => {
    const fields = [...repeated(api.request, "request"), ...repeated(api.response, "response"), ...repeated(api.options ?? [], "options")];
    const rules =
      api.direction === "query" ? [...queryProblems(api), ...detailProblems(api, connector.apis)] : writeProblems(api, connector.apis);
    expect([...fields, ...rules]).toEqual([]);
  });
});
