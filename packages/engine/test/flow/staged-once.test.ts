/** A record whose mapping asks is filtered and restructured once: what was asked for is what is mapped. */
import {
  collectionAnswers,
  compileMapping,
  compileRestructure,
  globalsOf,
  LookupQuestions,
  toStoredRow,
  writeJson,
  type SourceRecord,
} from "@datong/core";
import { expect, test } from "vitest";
import type { ReadyFlow } from "../../src/flow/ready-flow.ts";
import { stageRecord } from "../../src/flow/transform/stage-records.ts";

const READY = {
  flow: {},
  source: { withdrawn: undefined, condition: undefined },
  restructure: compileRestructure([{ kind: "group", by: ["no"], lines: "items", lineFields: ["sku"] }]),
  merges: false,
  mapping: compileMapping([
    { field: "no", value: "{{no}}" },
    {
      field: "items",
      type: "array",
      value: "items",
      children: [{ field: "unit", value: "_findCollection find unit from goods where sku={{items.sku}}" }],
    },
  ]),
  target: { ready: { api: {} }, zone: "Asia/Shanghai", key: undefined },
} as unknown as ReadyFlow;

function recordOf(...skus: readonly string[]): SourceRecord {
  const rows = skus.map((sku) => ({ no: "N1", sku }));
  return { key: "N1", number: "N1", rows, text: writeJson(rows) };
}

test("the bills that were asked for are mapped, once, and only those of the same content", () => {
  const asked = new Map();
  const scope = { globals: globalsOf({ nowMs: 0 }), asked };
  const questions = new LookupQuestions();
  const record = recordOf("A", "B");
  stageRecord(READY, record, { ...scope, ask: questions });
  expect(questions.all.flatMap((each) => each.questions.map(({ values }) => values))).toEqual([["A"], ["B"]]);
  const goods = ["A", "B", "C"].map((sku) => toStoredRow({ sku, unit: `unit ${sku}` }));
  const answers = collectionAnswers(() => goods);
  const bodies = (given: SourceRecord) => stageRecord(READY, given, { ...scope, answers }).made.map(({ body }) => body);
  expect(bodies(recordOf("C"))).toEqual(['{"no":"N1","items":[{"unit":"unit C"}]}']);
  // Its rows are not looked at again.
  expect(bodies({ ...record, rows: [] })).toEqual(['{"no":"N1","items":[{"unit":"unit A"},{"unit":"unit B"}]}']);
  expect(asked.size).toBe(0);
  expect(bodies({ ...record, rows: [] })).toEqual([]);
});
