/** One round of the fuzz: a random value over a hostile record ends, with a value or an error of ours, and in time. */
import { compileValue, DatongError, evaluateValue, globalsOf, isArray, readJson, type Json, type JsonObject } from "@datong/core";
import { createRandom, type Random } from "../../src/world/random.ts";
import { HOSTILE_TEXTS, hostileRecord } from "./hostile-records.ts";
import { randomExpression, randomValue } from "./random-values.ts";

const POLICY = { empty: "null", ambiguous: "first" } as const;
const GLOBALS = globalsOf({ nowMs: Date.UTC(2024, 4, 1), lastSyncAtMs: Date.UTC(2024, 3, 30) });

/** How a value ended: what it gave as JSON text, or the code of its error. Anything else that is thrown is thrown on. */
export function outcomeOf(text: string, row: JsonObject): { readonly value: Json | undefined } | { readonly code: string } {
  try {
    const compiled = compileValue(text, { fieldPath: "F", lookups: POLICY });
    return { value: evaluateValue(compiled, { row, globals: GLOBALS, zone: "Asia/Shanghai" }) };
  } catch (error) {
    if (error instanceof DatongError) return { code: error.code };
    throw error;
  }
}

export interface FuzzReport {
  readonly rounds: number;
  readonly values: number;
  readonly codes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  readonly slowest: string;
}

/** Runs rounds from a seed. Throws with seed and value where something other than a DatongError came out. */
export function fuzzValues(seed: number, rounds: number): FuzzReport {
  const codes = new Map<string, number>();
  let values = 0;
  let slowestMs = 0;
  let slowest = "";
  for (let round = 0; round < rounds; round++) {
    const random = createRandom(seed + round);
    const text = randomValue(random);
    const row = hostileRecord(seed + round);
    const startedAt = performance.now();
    let outcome;
    try {
      outcome = outcomeOf(text, row);
    } catch (error) {
      throw new Error(`seed ${seed + round}: ${text} with ${JSON.stringify(row).slice(0, 500)}`, { cause: error });
    }
    const tookMs = performance.now() - startedAt;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, `seed ${seed + round}: ${text.slice(0, 300)}`];
    if ("code" in outcome) codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1);
    else {
      values++;
      if (sizeOf(outcome.value) > 1_048_576) throw new Error(`seed ${seed + round}: a result of ${sizeOf(outcome.value)}`);
    }
    if (({} as Record<string, unknown>)["polluted"] !== undefined) throw new Error(`seed ${seed + round}: Object.prototype was changed`);
  }
  return { rounds, values, codes, slowestMs, slowest };
}

function sizeOf(value: Json | undefined): number {
  return typeof value === "string" || isArray(value) ? value.length : 0;
}

/**
 * An expression over a quoted field and the same one with the field's text as a literal, which must end alike: the data is text and
 * nothing else. Undefined when they do.
 */
export function meaningChanged(seed: number): string | undefined {
  const random = createRandom(seed);
  const hostile = random.chance(0.8) ? random.pick(HOSTILE_TEXTS) : spliced(random);
  const fields = /'x\{\{a\}\}y'|'?\{\{?[\p{L}_][\p{L}\w.[\]]*\}\}?'?/gu;
  const bound = `_function ${randomExpression(random, 4).replaceAll(fields, (found) => (found.startsWith("'x") ? "'x{{h}}y'" : "'{{h}}'"))}`;
  // Inside an aggregate a quoted field is refused, a literal is not; a lookup's words cannot be written as a literal at all.
  if (/_(?:findCollection|mongoQuery)\s/.test(hostile) || /\b(?:sum|avg|min|max|count|group_concat)\(/i.test(bound)) return undefined;
  const literal = bound.replaceAll("{{h}}", () => escaped(hostile));
  const row = readJson(JSON.stringify({ h: hostile })) as JsonObject;
  const [one, other] = [shown(outcomeOf(bound, row)), shown(outcomeOf(literal, {} as JsonObject))];
  return one === other
    ? undefined
    : `seed ${seed}: ${bound} with ${JSON.stringify(hostile.slice(0, 100))} is ${one}, as a literal ${other}`;
}

function spliced(random: Random): string {
  return Array.from({ length: 3 }, () => random.pick(HOSTILE_TEXTS).slice(0, 50)).join("");
}

/** As a literal of the language: backslash, quote and brace taken for themselves. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll("{", "\\{");
}

function shown(outcome: ReturnType<typeof outcomeOf>): string {
  return "code" in outcome ? outcome.code : (JSON.stringify(outcome.value) ?? "undefined").slice(0, 500);
}
