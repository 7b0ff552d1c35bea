/** Restructuring steps, one after the other: what each reads must be there, what each makes is known to the next. */
import { didYouMean } from "../../value/index.ts";
import type { Condition, ConditionTerm } from "../transform/condition-schema.ts";
import { compileCondition } from "../transform/condition.ts";
import { PRIMARY } from "../target/write-back.ts";
import { compileRestructure, isMerge, type RestructureStep, type Total } from "../transform/restructure.ts";
import { afterAggregate } from "./check-aggregate.ts";
import { compileValue, referencesOf } from "../transform/template-compile.ts";
import type { IssueList } from "./issue.ts";
import { findNames, namesOf, OPEN, suggestPath, VALUE, withMembers, type Names } from "./known-names.ts";

type Step<K extends RestructureStep["kind"]> = Extract<RestructureStep, { kind: K }>;

/** Notes an issue when the path is unknown. Elements of lists may be named from inside them, so `inside` is tried as well. */
export function checkReference(names: Names, reference: string, path: string, list: IssueList, inside: readonly Names[] = []): void {
  if ([names, ...inside].some((each) => each.open || findNames(each, reference) !== undefined)) return;
  if (reference.startsWith(`${PRIMARY}.`) && names.members.has(PRIMARY)) return list.add("WRITE_BACK_ANSWER", path, { field: reference });
  const suggestion = suggestPath(names, reference);
  list.add("SOURCE_FIELD_UNKNOWN", path, { field: reference, ...didYouMean(suggestion) });
}

/** A condition's own form, and the fields it names. */
export function checkCondition(condition: Condition, names: Names, path: string, list: IssueList): void {
  if (list.attempt(path, () => compileCondition(condition)) === undefined) return;
  for (const [place, term] of termsOf(condition)) checkReference(names, term.field, `${path}/${place}/field`, list);
}

function* termsOf(condition: Condition): Generator<readonly [string, ConditionTerm]> {
  for (const [i, each] of condition.entries()) {
    const groups = Array.isArray(each) ? [each] : each.any;
    for (const [g, group] of groups.entries()) {
      for (const [t, term] of group.entries()) yield [Array.isArray(each) ? `${i}/${t}` : `${i}/any/${g}/${t}`, term];
    }
  }
}

/** Checks the steps and gives the names that the mapping sees. */
export function checkRestructure(steps: readonly RestructureStep[], start: Names, list: IssueList): Names {
  let names = start;
  let merges = 0;
  for (const [index, step] of steps.entries()) {
    const path = `/restructure/${index}`;
    // Checked one by one, so that one bad step does not hide the next; the place inside is the message's.
    if (list.attempt(path, () => compileRestructure([step])) === undefined) return OPEN;
    if (step.off === true) continue;
    if (isMerge(step.kind) && ++merges > 1) list.add("RESTRUCTURE_STEP_INVALID", path, { expected: "at most one merge or aggregate step" });
    names = afterStep(step, names, path, list);
  }
  return names;
}

function afterStep(step: RestructureStep, names: Names, path: string, list: IssueList): Names {
  const needs = (fields: readonly string[], place: string): void => {
    for (const [i, field] of fields.entries()) checkReference(names, field, `${path}/${place}/${i}`, list);
  };
  switch (step.kind) {
    case "flatten":
      return OPEN;
    case "group":
      needs(step.by, "by");
      needs(step.lineFields ?? [], "lineFields");
      needs(step.header ?? [], "header");
      return afterGroup(step, names, path, list);
    case "merge":
      return afterMerge(step, names, path, list);
    case "aggregate":
      return afterAggregate(step, names, path, list);
    case "explode":
      checkReference(names, step.path, `${path}/path`, list);
      needs(step.suffixed ?? [], "suffixed");
      return afterExplode(step, names);
    case "cap":
      needs([step.lines], "lines");
      return withMembers(names, [[step.part ?? "part_no", VALUE]]);
    case "spread":
      needs([step.amount], "amount");
      needs([step.lines], "lines");
      if (step.weight !== null) checkLineField(names, step.lines, step.weight, `${path}/weight`, list);
      return addPath(names, step.to.startsWith(`${step.lines}.`) ? step.to : `${step.lines}.${step.to}`);
    case "distinct":
      needs(step.by, "by");
      return names;
    case "filter":
      checkCondition(step.where, names, `${path}/where`, list);
      return names;
    case "set":
      return afterSet(step, names, path, list);
    case "rename":
      return afterRename(step, names, path, list);
    case "format":
      return step.fields.reduce((known, { old, new: added }, i) => {
        checkReference(known, old, `${path}/fields/${i}/old`, list);
        const parent = old.lastIndexOf(".");
        const beside = parent === -1 || added.includes(".") ? known : addPath(known, `${old.slice(0, parent)}.${added}`);
        return addPath(beside, added);
      }, names);
  }
}

function checkLineField(names: Names, lines: string, field: string, path: string, list: IssueList): void {
  const line = findNames(names, lines);
  const inside = line === undefined ? [] : [line];
  checkReference(names, field, path, list, inside);
}

function afterGroup(step: Step<"group">, names: Names, path: string, list: IssueList): Names {
  if (names.open) return withMembers(OPEN, [[step.lines, { ...OPEN, kind: "list" }]]);
  const apart = new Set([...step.by, ...(step.header ?? [])]);
  const inLines = step.lineFields ?? [...names.members.keys()].filter((name) => !apart.has(name));
  const lines = namesOf(
    "list",
    inLines.map((name) => [name, findNames(names, name) ?? VALUE] as const),
    names.prefixes,
  );
  const taken = new Set(inLines);
  const header = [...names.members].filter(([name]) => step.header === undefined || apart.has(name) || !taken.has(name));
  const grouped = withMembers({ ...names, members: new Map(header) }, [[step.lines, lines]]);
  return withTotals(step.totals, grouped, [names], path, list);
}

function afterMerge(step: Step<"merge">, names: Names, path: string, list: IssueList): Names {
  const keys = step.by.map((key) => (typeof key === "string" ? { field: key, as: undefined } : key));
  for (const [i, key] of keys.entries()) checkReference(names, key.field, `${path}/by/${i}`, list);
  const had = names.members.get(step.lines);
  const inside = had === undefined ? [] : [had];
  for (const [i, field] of (step.lineFields ?? []).entries()) checkReference(names, field, `${path}/lineFields/${i}`, list, inside);
  for (const [i, field] of (step.header ?? []).entries()) checkReference(names, field, `${path}/header/${i}`, list);
  if (names.open) return OPEN;
  const from = had ?? names;
  const line =
    step.lineFields === undefined
      ? { ...from, kind: "list" as const }
      : namesOf(
          "list",
          step.lineFields.map((name) => [name, findNames(from, name) ?? findNames(names, name) ?? VALUE] as const),
        );
  for (const [place, fields] of [
    ["sumLinesBy", step.sumLinesBy],
    ["sumFields", step.sumFields],
  ] as const) {
    for (const [i, field] of (fields ?? []).entries()) checkReference(names, field, `${path}/${place}/${i}`, list, [line]);
  }
  const header = step.header === undefined ? [...names.members] : [...names.members].filter(([name]) => step.header?.includes(name));
  const made = namesOf("object", [...header, ...keys.map((key) => [key.as ?? key.field, VALUE] as const)], names.prefixes);
  const merged = withMembers(made, [
    [step.lines, line],
    [step.sources ?? "source_numbers", { ...OPEN, kind: "list" }],
    // Given by the engine: which supplement to the group's summary this is.
    ["supplement_no", VALUE],
  ]);
  return withTotals(step.totals, merged, [names], path, list);
}

function withTotals(
  totals: Readonly<Record<string, Total>> | undefined,
  names: Names,
  rows: readonly Names[],
  path: string,
  list: IssueList,
): Names {
  for (const [field, total] of Object.entries(totals ?? {})) checkReference(names, total.of, `${path}/totals/${field}/of`, list, rows);
  return withMembers(
    names,
    Object.entries(totals ?? {}).map(
      ([field, { with: how }]) => [field, how === "push" || how === "addToSet" ? { ...OPEN, kind: "list" as const } : VALUE] as const,
    ),
  );
}

function afterExplode(step: Step<"explode">, names: Names): Names {
  const numbers = [[step.number ?? "bfn_num", VALUE] as const, ...(step.id === undefined ? [] : [[step.id, VALUE] as const])];
  if (names.open) return names;
  const separator = step.separator ?? "_";
  const prefix = step.prefix ?? `${step.path.slice(step.path.lastIndexOf(".") + 1)}${separator}`;
  const element = findNames(names, step.path);
  const rest = new Map([...names.members].filter(([name]) => name !== step.path));
  if (element === undefined || element.open)
    return withMembers({ ...names, members: rest, prefixes: [...names.prefixes, prefix] }, numbers);
  const flat = [...flatNames(element, prefix, separator)].map((name) => [name, VALUE] as const);
  return withMembers({ ...names, members: rest }, [...flat, ...numbers]);
}

function* flatNames(names: Names, front: string, separator: string): Generator<string> {
  for (const [name, inner] of names.members) {
    yield front + name;
    if (inner.kind === "object") yield* flatNames(inner, `${front}${name}${separator}`, separator);
  }
}

function afterSet(step: Step<"set">, names: Names, path: string, list: IssueList): Names {
  let known = names;
  for (const [i, { field, value }] of step.fields.entries()) {
    const at = `${path}/fields/${i}/value`;
    const compiled = list.attempt(at, () => compileValue(value, { fieldPath: field }));
    const parent = field.includes(".") ? findNames(known, field.slice(0, field.lastIndexOf("."))) : undefined;
    const inside = parent === undefined ? [] : [parent];
    for (const reference of compiled === undefined ? [] : referencesOf(compiled)) checkReference(known, reference, at, list, inside);
    known = addPath(known, field);
  }
  return known;
}

function afterRename(step: Step<"rename">, names: Names, path: string, list: IssueList): Names {
  for (const old of Object.keys(step.fields)) checkReference(names, old, `${path}/fields/${old}`, list);
  if (names.open) return names;
  const rename = (holder: Names, front: string): Names => ({
    ...holder,
    members: new Map(
      [...holder.members].map(([name, inner]) => {
        const to = step.fields[front + name];
        const renamed = to?.startsWith(front) === true ? to.slice(front.length) : (to ?? name);
        return [renamed, rename(inner, `${front}${name}.`)] as const;
      }),
    ),
  });
  return rename(names, "");
}

/** Adds a field at a path; through a list it stands in each line. */
function addPath(names: Names, path: string): Names {
  const dot = path.indexOf(".");
  if (dot === -1) return withMembers(names, [[path, VALUE]]);
  const head = path.slice(0, dot);
  const inner = names.members.get(head) ?? namesOf("object", []);
  return withMembers(names, [[head, addPath(inner, path.slice(dot + 1))]]);
}
