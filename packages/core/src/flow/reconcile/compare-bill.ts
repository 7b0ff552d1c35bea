/**
 * One bill at the source and what the target has of it, by lines and sums, in exact decimals. Pure. A path that the target's documents do not
 * show is told as not compared, never taken for zero.
 */
import {
  add,
  columnOf,
  compare,
  decimalText,
  getPath,
  isArray,
  isObject,
  orderedObject,
  parsePath,
  sub,
  toDecimal,
} from "../../value/index.ts";
import type { Decimal, Json, JsonObject } from "../../value/index.ts";
import { asText } from "../call/as-text.ts";
import type { ReconcileRule } from "./reconcile-rule.ts";

export interface BillSides {
  /** The bill's rows as the source gives them; empty for a document of many bills. */
  readonly rows: readonly JsonObject[];
  /** What the flow makes of it. */
  readonly ours: readonly JsonObject[];
  /** The same documents as the target has them. */
  readonly theirs: readonly JsonObject[];
}

export interface FieldGap {
  /** Target path; of a list its length. */
  readonly path: string;
  readonly source: string;
  readonly target: string;
}

export interface BillComparison {
  readonly gaps: readonly FieldGap[];
  readonly notCompared: readonly string[];
}

export function compareBill(rule: ReconcileRule, sides: BillSides): BillComparison {
  const gaps: FieldGap[] = [];
  const notCompared: string[] = [];
  if (rule.lines !== undefined) {
    const [ours, theirs] = [linesOf(sides.ours, rule.lines), linesOf(sides.theirs, rule.lines)];
    if (theirs === null) notCompared.push(rule.lines);
    else if (ours !== theirs) gaps.push({ path: `${rule.lines}.length`, source: String(ours ?? 0), target: String(theirs) });
  }
  for (const each of rule.sums ?? []) {
    const theirs = sumOf(sides.theirs, each.target);
    if (theirs === null) {
      notCompared.push(each.target);
      continue;
    }
    const ours = sourceSum(each, sides);
    const same = typeof ours !== "string" && typeof theirs !== "string" && isWithin(ours, theirs, each.tolerance);
    if (!same) gaps.push({ path: each.target, source: shown(ours), target: shown(theirs) });
  }
  return { gaps, notCompared };
}

type Sum = NonNullable<ReconcileRule["sums"]>[number];

/** What the source says a sum is: of its own rows, or of the documents made of them. A text is a value that is no number. */
export function sourceSum({ source, target }: Sum, { rows, ours }: Pick<BillSides, "rows" | "ours">): Decimal | string {
  return (source === undefined ? sumOf(ours, target) : sumOf(rows, source)) ?? ZERO;
}

const ZERO = toDecimal("0") as Decimal;

/** Null where no document shows the path; a text where a value is no number; empty values count as nothing. */
export function sumOf(documents: readonly JsonObject[], path: string): Decimal | string | null {
  let sum: Decimal = ZERO;
  let isShown = false;
  const parsed = parsePath(path);
  for (const document of documents) {
    for (const value of columnOf(document, parsed) ?? [getPath(document, parsed)]) {
      if (value === undefined) continue;
      isShown = true;
      if (value === null || value === "") continue;
      const amount = toDecimal(value);
      if (amount === null) return isObject(value) || isArray(value) ? "{…}" : asText(value);
      sum = add(sum, amount);
    }
  }
  return isShown ? sum : null;
}

/** Lines of all documents together; null where none shows the list. */
export function linesOf(documents: readonly JsonObject[], path: string): number | null {
  const lists = documents.map((document) => getPath(document, path)).filter((value) => isArray(value));
  return lists.length === 0 ? null : lists.reduce((sum, list) => sum + list.length, 0);
}

/** The text by which a document belongs to a day (its first ten letters) or a group; empty where it has none. */
export function placeOf(document: JsonObject | undefined, path: string, isDay: boolean): string {
  const parsed = parsePath(path);
  const value: Json | undefined = document === undefined ? undefined : (columnOf(document, parsed)?.[0] ?? getPath(document, parsed));
  if (value === undefined || value === null || isObject(value) || isArray(value)) return "";
  return isDay ? asText(value).slice(0, 10) : asText(value);
}

/** An empty document with the fields that the rule reads of the target, so that a query by columns asks for them and for no others. */
export function askedFields(rule: ReconcileRule, mapped: JsonObject | undefined): JsonObject {
  const paths = [...(rule.sums ?? []).map((each) => each.target), ...(rule.day === undefined ? [] : [rule.day]), ...(rule.groups ?? [])];
  const inLines = rule.lines === undefined || paths.some((path) => path.startsWith(`${rule.lines}.`));
  const lineField = inLines ? [] : [firstLineField(mapped, rule.lines ?? "")];
  const lists = new Set([...(rule.lines === undefined ? [] : [rule.lines]), ...paths.flatMap((path) => listOf(mapped, path))]);
  return nested(
    [...paths, ...lineField.flatMap((each) => (each === null ? [] : [each]))].map((path) => path.split(".")),
    lists,
    "",
  );
}

function listOf(mapped: JsonObject | undefined, path: string): readonly string[] {
  const [head = ""] = path.split(".");
  return mapped !== undefined && isArray(getPath(mapped, head)) ? [head] : [];
}

function firstLineField(mapped: JsonObject | undefined, lines: string): string | null {
  const list = mapped === undefined ? undefined : getPath(mapped, lines);
  const line = isArray(list) ? list[0] : undefined;
  if (!isObject(line)) return null;
  const scalar = Object.entries(line).find(([, value]) => !isArray(value) && !isObject(value));
  return scalar === undefined ? null : `${lines}.${scalar[0]}`;
}

function nested(paths: readonly (readonly string[])[], lists: ReadonlySet<string>, front: string): JsonObject {
  const heads = [...new Set(paths.map(([head = ""]) => head))];
  return orderedObject(
    heads.map((head): [string, Json] => {
      const own = `${front}${head}`;
      const inner = paths.filter((path) => path[0] === head && path.length > 1).map((path) => path.slice(1));
      if (inner.length === 0) return [head, ""];
      const object = nested(inner, lists, `${own}.`);
      return [head, lists.has(own) ? [object] : object];
    }),
  );
}

function isWithin(a: Decimal, b: Decimal, tolerance = "0"): boolean {
  const gap = sub(a, b);
  const size = compare(gap, ZERO) < 0 ? sub(b, a) : gap;
  return compare(size, toDecimal(tolerance) ?? ZERO) <= 0;
}

function shown(value: Decimal | string): string {
  return typeof value === "string" ? value : decimalText(value);
}
