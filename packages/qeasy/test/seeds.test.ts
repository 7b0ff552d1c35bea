/**
 * The five seeds: with the committed answers each maps the examples' fixtures to the same documents and asks the source and writes the
 * target with the same parameters as the flow of the example workspace; without them it asks for exactly those points.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import {
  applyMapping,
  compileMapping,
  compileRestructure,
  globalsOf,
  isArray,
  isObject,
  readJson,
  restructureRecord,
  type Api,
  type Field,
  type Flow,
  type Json,
  type JsonObject,
  type MappingField,
} from "@datong/core";
import { loadWorkspace, parseText } from "@datong/engine";
import { QeasyAnswersSchema } from "@datong/core";
import { describe, expect, test } from "vitest";
import { CORPUS, corpusText, importText } from "./corpus.ts";

const EXAMPLES = join(import.meta.dirname, "../../../examples/workspace");
const WORKSPACE = await loadWorkspace(EXAMPLES, { env: {}, connectors: CONNECTORS });
const SEEDS = [
  ["020", "kingdee-return-to-jushuitan-inout"],
  ["021", "wangdiantong-warehouse-to-kingdee-stock"],
  ["022", "kingdee-customer-to-greatonce-distributor"],
  ["023", "kingdee-stars-purchase-to-jackyun-customer"],
  ["024", "jushuitan-saleout-to-kingdee-outstock"],
] as const;

describe.each(SEEDS)("%s as %s", (seed, id) => {
  const name = CORPUS.find((each) => each.startsWith(seed)) ?? "";
  const answers = answersOf(seed);
  const [answered] = importText(corpusText(name), { answers }).flows;
  const [asked] = importText(corpusText(name)).flows;
  if (answered === undefined || asked === undefined) throw new Error("no flow");

  test("with the answers nothing is open, without them exactly those points", () => {
    expect(answered.decisions).toEqual([]);
    expect(answered.status).toBe("ok");
    expect(asked.decisions.map(({ key }) => key).toSorted()).toEqual(Object.keys(answers).toSorted());
  });

  test("the same documents go to the target", () => {
    const rows = fixture(id);
    const made = documents(answered.flow, rows);
    expect(made.length).toBeGreaterThan(0);
    expect(made).toEqual(documents(example(id), rows));
  });

  test("the same API is written, with the same call options", () => {
    const [ours, theirs] = [answered.flow, example(id)];
    expect([ours.target.connection, ours.target.api]).toEqual([theirs.target.connection, theirs.target.api]);
    expect(sent(ours.target.options, apiOf(ours.target.api).options)).toEqual(sent(theirs.target.options, apiOf(ours.target.api).options));
  });

  test("the same API is read", () => {
    expect([answered.flow.source.connection, answered.flow.source.api]).toEqual([example(id).source.connection, example(id).source.api]);
  });
});

function answersOf(seed: string): Readonly<Record<string, Json>> {
  const file = join(import.meta.dirname, "answers", `${seed}.yaml`);
  const read = parseText<Record<string, Json>>(file, readFileSync(file, "utf8"), QeasyAnswersSchema);
  if (read.kind === "broken") throw new Error(JSON.stringify(read.issues));
  return read.value;
}

function example(id: string): Flow {
  const entry = WORKSPACE.flows.get(id);
  if (entry?.kind !== "ready") throw new Error(`no flow ${id}`);
  return entry.flow;
}

function apiOf(code: string): Api {
  const api = CONNECTORS.flatMap((each) => each.apis).find((each) => each.code === code);
  if (api === undefined) throw new Error(`no api ${code}`);
  return api;
}

/** What goes out: given values, else presets; empty ones do not. */
function sent(options: Flow["target"]["options"], fields: readonly Field[] = []): readonly (readonly [string, string])[] {
  return fields.flatMap(({ field, default: preset }): readonly (readonly [string, string])[] => {
    const value = options?.[field] === undefined ? preset : options[field];
    return value === undefined || value === null || value === "" ? [] : [[field, value]];
  });
}

function fixture(id: string): readonly JsonObject[] {
  const json = readJson(readFileSync(join(EXAMPLES, "fixtures", id, "source.json"), "utf8"));
  return isArray(json) ? json.filter(isObject) : [];
}

function documents(flow: Flow, rows: readonly JsonObject[]): readonly Json[] {
  const globals = globalsOf({ nowMs: Date.UTC(2026, 10, 3) });
  const scope = { globals, zone: "Asia/Shanghai" };
  const { bills, issues } = restructureRecord(compileRestructure(flow.restructure ?? []), { key: "1", number: "1", rows }, scope);
  expect(issues).toEqual([]);
  const mapping = compileMapping(withApiFields(flow.mapping, apiOf(flow.target.api).request));
  return bills.map((bill) => {
    const result = applyMapping(mapping, { row: bill.row, ...scope });
    if (result.ok) return result.body;
    throw new Error(JSON.stringify(result.issues));
  });
}

/** Types, parsers and captions of the API where the mapping says nothing, as the engine fills them in. */
function withApiFields(mapping: readonly MappingField[], fields: readonly Field[]): readonly MappingField[] {
  return mapping.map((own) => {
    const field = fields.find((each) => each.field === own.field);
    const { children } = own;
    return {
      ...(field?.type === undefined ? {} : { type: field.type }),
      ...(field?.parser === undefined ? {} : { parser: field.parser }),
      ...(field?.required === undefined ? {} : { required: field.required }),
      ...own,
      ...(children === undefined ? {} : { children: withApiFields(children, field?.children ?? []) }),
    };
  });
}
