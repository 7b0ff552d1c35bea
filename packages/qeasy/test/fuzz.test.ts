/**
 * Broken input never crashes the import: the corpus with pieces cut out, keys moved and values of other types gives flows that load as
 * documents and go back again, or a refusal.
 *
 * @module-tag one-attempt
 */
import { FlowSchema, parseDocument, type Json, type JsonObject } from "@datong/core";
import { exportFlow } from "@datong/qeasy";
import { expect, test } from "vitest";
import { CONTEXT, CORPUS, corpusText, importText } from "./corpus.ts";

/** 600 of each were clean; QEASY_FUZZ=600 does so again. */
const RUNS = Number(process.env["QEASY_FUZZ"] ?? 100);

/** Repeatable: a failure names its seed. */
function random(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4_294_967_296;
  };
}

const ODD: readonly Json[] = [
  null,
  "",
  0,
  -1,
  true,
  [],
  {},
  [[]],
  [null],
  "{{",
  "{{x}",
  "_function ",
  "_findCollection find a from b",
  "[{",
  1e21,
  ["a", 1],
  { field: "x" },
  [{ field: 5, value: {} }],
  { "": "" },
  "{ {x}}",
  "\u0000",
  [{ field: "a", children: [{ field: "a", parent: "a" }] }],
];

function mutated(value: Json, next: () => number, depth = 0): Json {
  if (next() < 0.02) return ODD[Math.floor(next() * ODD.length)] as Json;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = (value as readonly Json[]).map((each) => mutated(each, next, depth + 1));
    if (next() < 0.1) list.reverse();
    return next() < 0.05 ? [...list, ...list] : list;
  }
  let entries = Object.entries(value as JsonObject).flatMap(([key, member]): [string, Json][] => {
    if (next() < 0.02) return [];
    return [[next() < 0.02 ? `${key}x` : key, mutated(member as Json, next, depth + 1)]];
  });
  if (next() < 0.2) entries = entries.toReversed();
  return Object.fromEntries(entries);
}

function judge(text: string, seed: number): number {
  const { flows } = importText(text);
  for (const { flow } of flows) {
    const checked = parseDocument(FlowSchema, flow);
    if (!checked.ok) throw new Error(`seed ${seed}: ${JSON.stringify(checked.issues[0])}\n${text}`);
    exportFlow(flow, CONTEXT);
  }
  return flows.length;
}

test("moved keys and values of other types", () => {
  let flows = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const next = random(seed);
    const name = CORPUS[Math.floor(next() * CORPUS.length)] as string;
    flows += judge(JSON.stringify(mutated(JSON.parse(corpusText(name)) as Json, next), null, seed % 3), seed);
  }
  expect(flows).toBeGreaterThan(RUNS * 0.6);
});

test("texts that end anywhere, and with letters changed", () => {
  let flows = 0;
  const letters = '{}[]",:\\ \n\u00a0“”‘’<>|#/*';
  for (let seed = 1; seed <= RUNS; seed++) {
    const next = random(seed);
    const text = corpusText(CORPUS[Math.floor(next() * CORPUS.length)] as string);
    const cut = text.slice(0, Math.floor(next() * text.length));
    const at = Math.floor(next() * text.length);
    const changed = text.slice(0, at) + (letters[Math.floor(next() * letters.length)] ?? "") + text.slice(at + 1);
    flows += judge(seed % 2 === 0 ? cut : changed, seed);
  }
  expect(flows).toBeGreaterThan(RUNS * 0.5);
});

test.each([
  ["nothing", ""],
  ["prose", "今天天气很好。\n[1] 参考 [链接](http://example.com) { 不是 JSON }"],
  ["another JSON", '{"name":"left-pad","version":"1.0.0","scripts":{"test":"x"}}'],
  ["a list of names", '[{"id":1,"name":"a"},{"id":2,"name":"b"}]'],
  ["brackets without end", "[".repeat(20_000)],
  ["nesting", '{"a":'.repeat(5_000)],
  ["YAML", "a: 1\nb:\n  - c\n"],
])("what is not Qeasy's is refused: %s", (_, text) => {
  const { flows, refused } = importText(text);
  expect(flows).toEqual([]);
  expect(refused).toHaveLength(1);
});
