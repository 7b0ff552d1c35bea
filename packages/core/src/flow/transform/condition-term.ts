/** One comparison of a condition, made ready: a function that says whether a value meets it. */
import { isArray, type Json } from "../../value/json.ts";
import type { ConditionLogic, ConditionTerm } from "./condition-schema.ts";
import { comparableText, compareLoosely, isEmpty } from "./condition-compare.ts";

export type TermTest = (value: Json | undefined) => boolean;

type TermValue = NonNullable<ConditionTerm["value"]>;

/** Builds the test of a term; a text says what is wrong with the term. */
export function termTest(term: ConditionTerm): TermTest | string {
  if (term.logic === "isnull") return isEmpty;
  if (term.logic === "notnull") return (value) => !isEmpty(value);
  const wanted = term.value;
  if (wanted === undefined) return `${term.logic} needs a value`;
  if (term.logic === "between") {
    const [low, high, ...more] = listOf(wanted);
    if (low === undefined || high === undefined || more.length > 0) return `between needs two values such as "100,500"`;
    return (value) => atLeast(compareLoosely(value, low), 0) && atMost(compareLoosely(value, high), 0);
  }
  if (term.logic === "in" || term.logic === "notin") {
    const list = listOf(wanted);
    const negate = term.logic === "notin";
    return (value) => list.some((each) => compareLoosely(value, each) === 0) !== negate;
  }
  if (Array.isArray(wanted)) return `${term.logic} takes one value, not a list`;
  return SINGLE[term.logic](wanted);
}

const SINGLE: Readonly<Record<Exclude<ConditionLogic, "isnull" | "notnull" | "between" | "in" | "notin">, (wanted: Json) => TermTest>> = {
  eq: (wanted) => (value) => compareLoosely(value, wanted) === 0,
  neq: (wanted) => (value) => compareLoosely(value, wanted) !== 0,
  gt: (wanted) => (value) => atLeast(compareLoosely(value, wanted), 1),
  egt: (wanted) => (value) => !isEmpty(value) && atLeast(compareLoosely(value, wanted), 0),
  lt: (wanted) => (value) => atMost(compareLoosely(value, wanted), -1),
  elt: (wanted) => (value) => !isEmpty(value) && atMost(compareLoosely(value, wanted), 0),
  like: (wanted) => (value) => !isEmpty(value) && comparableText(value).includes(comparableText(wanted)),
  notlike: (wanted) => (value) => isEmpty(value) || !comparableText(value).includes(comparableText(wanted)),
  eqv2: (wanted) => (value) => sameText(value, wanted),
  neqv2: (wanted) => (value) => !sameText(value, wanted),
};

/** Strict: a missing or null field has no text, so it equals none, not even "". */
function sameText(value: Json | undefined, wanted: Json): boolean {
  return value !== undefined && value !== null && comparableText(value) === comparableText(wanted);
}

function atLeast(result: number | undefined, bound: 0 | 1): boolean {
  return result !== undefined && Math.sign(result) >= bound;
}

function atMost(result: number | undefined, bound: 0 | -1): boolean {
  return result !== undefined && Math.sign(result) <= bound;
}

function listOf(value: TermValue): readonly Json[] {
  if (isArray(value)) return value;
  return typeof value === "string" ? value.split(",").map((each) => each.trim()) : [value];
}
