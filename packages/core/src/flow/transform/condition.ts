/**
 * Conditions: which bills go on, and which of their lines.
 *
 * All named rules must pass; within a rule one group is enough (OR), within a group everything must hold (AND). The bare two-level
 * list is one rule called `condition`. Missing, null and "" count as null for isnull and notnull, and are equal to each other.
 * A field inside an array: by default the elements that do not match are removed and the row stays (it is dropped when a non-empty
 * array loses its last element, unless the rule says `emptied: keep`); with strictMode every element must match, or the row is dropped.
 * A malformed condition is CONDITION_INVALID, with the place in it.
 */
import { DatongError } from "../../error/datong-error.ts";
import type { Json, JsonObject } from "../../value/json.ts";
import { parsePath, type Path } from "../../value/path.ts";
import { elementId, reach, withoutElements, type ElementPlace } from "./condition-elements.ts";
import { CONDITION_LOGICS, ConditionRuleSchema, ConditionTermSchema, type Condition, type ConditionTerm } from "./condition-schema.ts";
import { termTest, type TermTest } from "./condition-term.ts";
import { firstFlaw } from "./condition-flaw.ts";

export * from "./condition-schema.ts";

export interface CompiledCondition {
  readonly rules: readonly CompiledRule[];
}
interface CompiledRule {
  readonly rule: string;
  readonly keepEmptied: boolean;
  readonly any: readonly (readonly CompiledTerm[])[];
}
interface CompiledTerm {
  readonly field: Path;
  readonly strict: boolean;
  readonly test: TermTest;
}

/** A line that a rule removed: the innermost array's path and the line's index in each array on the way, as in the row given. */
export interface DroppedLine {
  readonly path: string;
  readonly indexes: readonly number[];
  readonly line: Json;
  readonly rule: string;
}
export interface ConditionPassed {
  readonly row: JsonObject;
  readonly droppedLines: readonly DroppedLine[];
}
export type ConditionResult = ConditionPassed | { readonly dropped: string };

/** Checks a condition and makes it ready. `path` is where it stands in its document, for the error. */
export function compileCondition(condition: Condition, path = "condition"): CompiledCondition {
  const document: unknown = condition;
  if (!Array.isArray(document) || document.length === 0) throw invalid(path, "a list of rules or of groups, not empty");
  if (document.every((each) => Array.isArray(each))) {
    return { rules: [{ rule: "condition", keepEmptied: false, any: compileGroups(document, path) }] };
  }
  return { rules: document.map((each: unknown, index) => compileRule(each, `${path}[${index}]`)) };
}

/** Applies a condition to one row. The row is the same object when nothing was removed from it. */
export function applyCondition(compiled: CompiledCondition, row: JsonObject): ConditionResult {
  const removed = new Map<string, DroppedLine>();
  for (const rule of compiled.rules) {
    const lines = applyRule(rule, row, new Set(removed.keys()));
    if (lines === undefined) return { dropped: rule.rule };
    for (const line of lines) removed.set(elementId(line), { ...line, rule: rule.rule });
  }
  if (removed.size === 0) return { row, droppedLines: [] };
  return { row: withoutElements(row, new Set(removed.keys())), droppedLines: [...removed.values()] };
}

function compileRule(document: unknown, path: string): CompiledRule {
  const flaw = firstFlaw(ConditionRuleSchema, document, ["any"]);
  if (flaw !== undefined) throw invalid(path + flaw.path, flaw.expected);
  const rule = document as { rule: string; any: unknown; emptied?: "drop" | "keep" };
  if (!Array.isArray(rule.any) || rule.any.length === 0) throw invalid(`${path}.any`, "a list of groups, not empty");
  return { rule: rule.rule, keepEmptied: rule.emptied === "keep", any: compileGroups(rule.any, `${path}.any`) };
}

function compileGroups(groups: readonly unknown[], path: string): CompiledRule["any"] {
  return groups.map((group, groupIndex) => {
    const at = `${path}[${groupIndex}]`;
    if (!Array.isArray(group) || group.length === 0) throw invalid(at, "a list of comparisons, not empty");
    return group.map((term: unknown, index) => compileTerm(term, `${at}[${index}]`));
  });
}

function compileTerm(document: unknown, path: string): CompiledTerm {
  const logic = (document as { logic?: unknown } | null)?.logic;
  if (typeof logic === "string" && !(CONDITION_LOGICS as readonly string[]).includes(logic)) {
    throw invalid(`${path}.logic`, `one of ${CONDITION_LOGICS.join(" ")}, not '${logic}'`);
  }
  const flaw = firstFlaw(ConditionTermSchema, document, []);
  if (flaw !== undefined) throw invalid(path + flaw.path, flaw.expected);
  const term = document as ConditionTerm;
  const test = termTest(term);
  if (typeof test === "string") throw invalid(`${path}.value`, test);
  return { field: compileField(term.field, `${path}.field`), strict: term.strictMode === true, test };
}

function compileField(field: string, path: string): Path {
  if (/[{}|]/.test(field) || field.trim() !== field) throw invalid(path, `a path such as items.name, not '${field}'`);
  try {
    return parsePath(field);
  } catch (cause) {
    throw new DatongError("CONDITION_INVALID", { path, expected: `a path such as items.name, not '${field}'` }, { cause });
  }
}

/** The lines the rule removes, or undefined when it drops the row. A line stays when any passing group keeps it. */
function applyRule(rule: CompiledRule, row: JsonObject, gone: ReadonlySet<string>): readonly ElementPlace[] | undefined {
  let removed: ReadonlyMap<string, ElementPlace> | undefined;
  for (const group of rule.any) {
    const lines = applyGroup(group, row, gone, rule.keepEmptied);
    if (lines === undefined) continue;
    const before = removed;
    removed = before === undefined ? lines : new Map([...before].filter(([id]) => lines.has(id)));
    if (removed.size === 0) break;
  }
  return removed === undefined ? undefined : [...removed.values()];
}

/** The lines the group would remove, or undefined when the row does not pass it. */
function applyGroup(
  group: readonly CompiledTerm[],
  row: JsonObject,
  gone: ReadonlySet<string>,
  keepEmptied: boolean,
): ReadonlyMap<string, ElementPlace> | undefined {
  const removed = new Map<string, ElementPlace>();
  const present = new Map<string, Set<string>>();
  for (const { field, strict, test } of group) {
    for (const { value, element } of reach(row, field, gone)) {
      const matches = test(value);
      if (!matches && (element === undefined || strict)) return undefined;
      if (element === undefined) continue;
      const id = elementId(element);
      present.set(element.path, (present.get(element.path) ?? new Set()).add(id));
      if (!matches) removed.set(id, element);
    }
  }
  const emptied = [...present.values()].some((ids) => [...ids].every((id) => removed.has(id)));
  return emptied && !keepEmptied ? undefined : removed;
}

function invalid(path: string, expected: string): DatongError {
  return new DatongError("CONDITION_INVALID", { path, expected });
}
