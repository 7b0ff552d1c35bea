/**
 * Every file of the corpus: it imports, its flow is a document of ours, the report's counts are those of the golden file, and the way back
 * gives the metadata as it stood. GOLDEN=update writes the counts anew (a connector that gets an API turns decisions into values).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FlowSchema, isObject, parseDocument, readJson, type JsonObject } from "@datong/core";
import { exportFlow, reportJson, reportMarkdown } from "@datong/qeasy";
import { describe, expect, test } from "vitest";
import { CONTEXT, CORPUS, corpusText, importText, PINNED_CONTEXT } from "./corpus.ts";

const GOLDEN = join(import.meta.dirname, "golden/corpus-counts.json");
type Counts = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

function counts(): Counts {
  const rows = CORPUS.map((name) => {
    const { flows } = reportJson(importText(corpusText(name), PINNED_CONTEXT, name), (flow) => flow.id);
    const [flow] = flows;
    if (flow === undefined || flows.length > 1) throw new Error(`${name}: ${flows.length} flows`);
    const { id, status, taken, changed, decisions, unknown } = flow;
    return [name, { id: id ?? "", status, taken, changed: changed.length, decisions: decisions.length, unknown: unknown.length }] as const;
  });
  return Object.fromEntries(rows);
}

test("each file becomes one flow, never refused; the counts are the golden ones", () => {
  const made = counts();
  if (process.env["GOLDEN"] === "update") writeFileSync(GOLDEN, `${JSON.stringify(made, null, 2)}\n`);
  expect(Object.values(made).filter(({ status }) => status === "refused")).toEqual([]);
  expect(made).toEqual(JSON.parse(readFileSync(GOLDEN, "utf8")));
});

describe.each(CORPUS)("%s", (name) => {
  const result = importText(corpusText(name), {}, name);
  const [made] = result.flows;
  if (made === undefined) throw new Error("no flow");
  const original = readJson(corpusText(name)) as JsonObject;

  test("is a flow document, and every target field has its name", () => {
    const checked = parseDocument(FlowSchema, made.flow);
    expect(checked.ok ? [] : checked.issues).toEqual([]);
    const local = made.flow.target.api === "collect";
    const names = (original["mappings"] as readonly JsonObject[] | undefined)
      ?.filter(({ kind, target_field }) => kind !== "otherRequest" && !String(target_field).startsWith("("))
      .map(({ target_field }) => String(target_field).split(".").at(-1));
    const text = JSON.stringify([made.flow.mapping]);
    for (const field of local ? [] : (names ?? [])) expect(text).toContain(`"field":"${field}"`);
  });

  test("goes back as it stood", () => {
    const exported = exportFlow(made.flow, CONTEXT);
    const given = (["source", "target"] as const).filter((side) => isObject(original[side] ?? null));
    expect(given.map((side) => JSON.stringify(exported[side]))).toEqual(given.map((side) => JSON.stringify(original[side])));
  });

  test("every remark names a line and a path, and both reports hold it", () => {
    for (const remark of [...made.decisions, ...made.changed]) expect(remark.line).toBeGreaterThan(0);
    expect(new Set(made.decisions.map(({ key }) => key)).size).toBe(made.decisions.length);
    for (const language of ["zh", "en"] as const) {
      const report = reportMarkdown(result, language, (flow) => flow.id);
      for (const { key } of made.decisions) expect(report).toContain(`\`${key}\``);
    }
  });
});
