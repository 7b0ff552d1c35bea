/** Records as nobody wishes them: quotes, braces, words of the language, keys of every object, numbers and texts at the bounds. */
import { readJson, writeJson, type JsonObject } from "@datong/core";
import { createRandom, type Random } from "../../src/world/random.ts";

const MEGABYTE = 1_048_576;

/** Texts that a careless evaluation would take for a part of the expression. */
export const HOSTILE_TEXTS: readonly string[] = [
  "'",
  '"',
  "''",
  "\\",
  "\\'",
  "' or '1'='1",
  "'; select 1; --",
  "{{a}}",
  "{{",
  "}}",
  "{a}",
  "{{a|date}}",
  "_endFind",
  "x _endFind when true then '",
  "_function 1/0",
  "_findCollection find a from b where c=d",
  "_mongoQuery s findField=content.a where={}",
  "__proto__",
  "constructor",
  "null",
  "true",
  "FALSE",
  "NaN",
  "Infinity",
  "1e9999",
  "9".repeat(1_500),
  "0x10",
  "1;2",
  "/* */",
  "-- ",
  "#",
  "%",
  "_",
  "%_%",
  "\\%",
  "$1",
  "\\1",
  "(a+)+$",
  "[",
  "*",
  "\0",
  "\n",
  "\r\n\t",
  "\ud800",
  "\udc00x",
  "𠮷",
  "é",
  " a ",
  "a".repeat(5_000),
  "2024-02-30",
  "0000-00-00",
  "99:99:99",
  '{"a":',
  '{"__proto__":{"polluted":1}}',
  "$.a",
  "$['a']",
  "００１２",
  "１",
  "İ",
  "ß",
];

const RECORDS = 250;
const made = new Map<number, JsonObject>();

/** The record of a seed: one of a few hundred, because reading them takes longer than evaluating over them. */
export function hostileRecord(seed: number): JsonObject {
  const place = seed % RECORDS;
  const record = made.get(place) ?? makeRecord(createRandom(place));
  made.set(place, record);
  return record;
}

/** Read as JSON, so that `__proto__` is a key like any other. */
function makeRecord(random: Random): JsonObject {
  const text = (): string => random.pick(HOSTILE_TEXTS);
  const quantity = (): unknown => random.pick([1, 2.5, "3", text(), null, true, "1e400", [1], { x: 1 }]);
  const record = {
    a: text(),
    b: random.pick<unknown>([text(), 7, null, false, [], {}]),
    n: random.pick<unknown>([0, -1, 1.5, "12", text(), 1e21]),
    day: random.pick(["2024-05-01", "2024-02-29 23:59:59", 1_714_521_600, text()]),
    items: random.pick<unknown>([
      Array.from({ length: random.below(5) }, () => ({ qty: quantity() })),
      { qty: quantity() },
      text(),
      [text()],
    ]),
    o: { x: text(), toString: text(), constructor: text() },
    编码: text(),
    constructor: random.pick<unknown>([text(), 5]),
    toString: text(),
    big: random.chance(0.02) ? random.pick(["a", "'", "{{a}}", "文", "9"]).repeat(MEGABYTE).slice(0, MEGABYTE) : text(),
  };
  const written = writeJson(readJson(JSON.stringify(record)));
  return readJson(`{"__proto__":${JSON.stringify({ polluted: text() })},${written.slice(1)}`) as JsonObject;
}
