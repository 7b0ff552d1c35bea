/**
 * Two bodies of one document, ours and another system's, field by field. Amounts are the same when their values are (`12.50`, 12.5); codes
 * only when their letters are (`007` is not `7`); a time of midnight is its date. What is empty counts as absent, for that is how every
 * vendor takes it. Paths are those of the target's fields: `FEntity[0].FQty`.
 */
import { asText } from "../call/as-text.ts";
import { compare, isArray, isObject, keysOf, toDecimal, type Json, type JsonObject } from "../../value/index.ts";

export interface FieldDifference {
  readonly path: string;
  /** Undefined where it is absent. */
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
}

/** `both`: what either has must be in the other. `common`: theirs was read back from the target, with defaults and without some fields. */
export type Compared = "both" | "common";

export interface DocumentComparison {
  readonly differences: readonly FieldDifference[];
  /** Paths without positions that theirs does not show at all; of `common` alone. */
  readonly notCompared: readonly string[];
}

export function compareDocuments(ours: JsonObject, theirs: JsonObject, how: Compared): DocumentComparison {
  const run = { how, differences: [] as FieldDifference[], notCompared: new Set<string>() };
  compareValues(run, "", ours, theirs);
  return { differences: run.differences, notCompared: [...run.notCompared] };
}

interface Run {
  readonly how: Compared;
  readonly differences: FieldDifference[];
  readonly notCompared: Set<string>;
}

function compareValues(run: Run, path: string, ours: Json | undefined, theirs: Json | undefined): void {
  if (isEmpty(ours) && isEmpty(theirs)) return;
  if (run.how === "common" && theirs === undefined) {
    if (!isEmpty(ours)) run.notCompared.add(path.replaceAll(/\[\d+\]/g, ""));
    return;
  }
  if (isObject(ours) && isObject(theirs)) return compareMembers(run, path, ours, theirs);
  if (isArray(ours) && isArray(theirs)) return compareLists(run, path, ours, theirs);
  if (!isSameScalar(ours, theirs)) run.differences.push({ path, ours, theirs });
}

function compareMembers(run: Run, path: string, ours: JsonObject, theirs: JsonObject): void {
  const names = run.how === "common" ? keysOf(ours) : [...new Set([...keysOf(ours), ...keysOf(theirs)])];
  const of = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
  for (const name of names) compareValues(run, path === "" ? name : `${path}.${name}`, of(ours, name), of(theirs, name));
}

/** By position; a list that is longer on one side says so once, and what both have is compared. */
function compareLists(run: Run, path: string, ours: readonly Json[], theirs: readonly Json[]): void {
  if (ours.length !== theirs.length) run.differences.push({ path: `${path}.length`, ours: ours.length, theirs: theirs.length });
  for (let i = 0; i < Math.min(ours.length, theirs.length); i++) compareValues(run, `${path}[${i}]`, ours[i], theirs[i]);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (isArray(value)) return value.length === 0;
  return isObject(value) && keysOf(value).every((name) => isEmpty(value[name]));
}

function isSameScalar(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined || a === null || b === null) return a === b;
  if (isObject(a) || isObject(b) || isArray(a) || isArray(b)) return false;
  const [ours, theirs] = [dateText(asText(a)), dateText(asText(b))];
  if (ours === theirs) return true;
  if (!isAmount(ours) || !isAmount(theirs)) return false;
  const [x, y] = [toDecimal(ours), toDecimal(theirs)];
  return x !== null && y !== null && compare(x, y) === 0;
}

/** A number as somebody calculates with it: a leading zero makes it a code. */
function isAmount(text: string): boolean {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text);
}

function dateText(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.0+)?$/.exec(text);
  if (match === null) return text;
  return match[2] === "00:00:00" ? (match[1] as string) : `${match[1] ?? ""} ${match[2] ?? ""}`;
}
