/**
 * What a scheme does with rows between reading and mapping: formatted fields, arrays taken apart, rows put together, as steps of the flow.
 * Steps that the scheme implies without saying them are asked about.
 */
import {
  isArray,
  isObject,
  type Condition,
  type ConditionTerm,
  type Json,
  type JsonObject,
  type MappingField,
  type RestructureStep,
} from "@datong/core";
import { CONDITION_LOGICS } from "@datong/core";
import { listAt, objectAt, textAt } from "../scheme/scheme.ts";
import type { SideChoice, Work } from "./work.ts";

type LooseStep = Record<string, Json>;

/** Formats that say something else here: 轻易云 shows amounts with ￥ and commas, and puts dots behind a text that it has cut. */
const FORMATS: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^amount\b/i, "currency"],
  [/^longText\b/i, "ellipsis"],
];

/** Our name of a format. */
function formatOf(format: string): string {
  const other = FORMATS.find(([theirs]) => theirs.test(format));
  return other === undefined ? format : format.replace(other[0], other[1]);
}

/** formatResponse: a format step. */
export function formatStep(work: Work, metadata: JsonObject): RestructureStep | undefined {
  const fields = listAt(metadata, "formatResponse").flatMap((each) => {
    if (!isObject(each)) return [];
    const [old, made, format] = [textAt(each, "old"), textAt(each, "new"), textAt(each, "format")];
    if (old === undefined || made === undefined || format === undefined) return [];
    const ours = formatOf(format);
    work.notes.take(each, "old", "new");
    if (ours === format) work.notes.take(each, "format");
    else work.notes.change(each, "format", `格式 ${format} 对应过滤器 ${ours}`, `the format ${format} is our filter ${ours}`);
    return [{ old, new: made, format: ours }];
  });
  if (isArray(metadata["formatResponse"] ?? null) && listAt(metadata, "formatResponse").length === 0)
    work.notes.pass(metadata, "formatResponse");
  return fields.length === 0 ? undefined : { kind: "format", fields };
}

/**
 * The condition as a step behind the formats, where it names a field that these make: 轻易云 formats before it filters, and a flow's own
 * condition sees rows as they were read.
 */
export function lateFilter(
  work: Work,
  metadata: JsonObject,
  condition: Condition | undefined,
  format: RestructureStep | undefined,
): RestructureStep | undefined {
  if (condition === undefined || format?.kind !== "format") return undefined;
  const made = new Set(format.fields.map((field) => field.new));
  const terms = condition.flatMap((each) => (Array.isArray(each) ? (each as readonly ConditionTerm[]) : []));
  if (!terms.some(({ field }) => made.has(field))) return undefined;
  work.notes.change(
    metadata,
    "condition",
    "过滤条件用到 formatResponse 加的字段，所以放在格式化之后（filter 步骤）",
    "the condition names fields that formatResponse makes, so it stands behind these, as a filter step",
  );
  return { kind: "filter", name: "condition", where: condition };
}

/** beatFlat: one bill for each element. */
export function explodeSteps(work: Work, metadata: JsonObject): readonly RestructureStep[] {
  const given = metadata["beatFlat"];
  const paths = typeof given === "string" ? given.split(",").map((each) => each.trim()) : listAt(metadata, "beatFlat");
  const named = paths.filter((each): each is string => typeof each === "string" && each !== "");
  if (given !== undefined) work.notes.take(metadata, "beatFlat");
  return named.map(explodeOf);
}

/** `bfn_num` is the element's number, `bfn_id` the record's key with it behind. */
function explodeOf(path: string): RestructureStep {
  return { kind: "explode", path, number: "bfn_num", id: "bfn_id", start: 1 };
}

/** The two-level list; terms that are not understood are asked about and left out of the draft. */
export function conditionOf(work: Work, metadata: JsonObject): Condition | undefined {
  work.notes.pass(metadata, "condition_bk");
  const given = listAt(metadata, "condition");
  if (given.length === 0) {
    work.notes.pass(metadata, "condition");
    return undefined;
  }
  const groups = given.every((each) => isObject(each)) ? [given] : given;
  const made = groups.flatMap((group) => {
    const terms = (isArray(group) ? group : [group]).flatMap((term) => termOf(work, term));
    return terms.length === 0 ? [] : [terms];
  });
  return made.length === 0 ? undefined : made;
}

function termOf(work: Work, term: Json): readonly ConditionTerm[] {
  if (!isObject(term)) return [];
  const field = textAt(term, "field");
  const word = textAt(term, "logic") ?? "";
  const logic = CONDITION_LOGICS.find((each) => each === word.toLowerCase());
  if (field === undefined || logic === undefined) {
    work.notes.decide(term, "logic", {
      key: `source.condition.${field ?? ""}.${word}`,
      zh: `过滤条件的比较方式「${word}」不认识，这一条没有导入`,
      en: `the comparison '${word}' of a condition is not known; this term is not in the flow`,
    });
    work.notes.pass(term, "field", "value", "strictMode");
    return [];
  }
  work.notes.take(term, "field", "logic", "value", "strictMode");
  const value = term["value"];
  const strict = term["strictMode"];
  const made = scalarOf(value);
  return [
    {
      field,
      logic,
      ...(made === undefined || logic === "isnull" || logic === "notnull" ? {} : { value: made }),
      ...(strict === true || strict === "true" || strict === 1 || strict === "1" ? { strictMode: true } : {}),
    },
  ];
}

function scalarOf(value: Json | undefined): ConditionTerm["value"] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (isArray(value))
    return value.map((each) =>
      typeof each === "string" || typeof each === "number" || typeof each === "boolean" ? each : JSON.stringify(each),
    );
  return String(value);
}

/** operation.merge and groupCalculate: rows put together before they are mapped. */
export function gatherSteps(work: Work, source: SideChoice, target: JsonObject, idFields: readonly string[]): readonly RestructureStep[] {
  const steps: LooseStep[] = [];
  const operation = objectAt(target, "operation");
  if (operation !== undefined && /^merge$/i.test(textAt(operation, "method") ?? ""))
    steps.push(mergeStep(work, source, operation, idFields));
  const group = objectAt(target, "groupCalculate");
  if (group !== undefined) {
    const step: LooseStep = { kind: "aggregate" };
    for (const key of ["headerGroup", "bodyGroup", "bodyName", "targetBodyName", "bodyMaxLine", "calculate"]) {
      const value = group[key];
      if (value === undefined || value === null || value === "" || (isArray(value) && value.length === 0)) {
        work.notes.pass(group, key);
        continue;
      }
      step[key] = key === "bodyMaxLine" ? Number(value) : value;
      work.notes.take(group, key);
    }
    if (["headerGroup", "bodyGroup"].some((key) => isArray(step[key] ?? null))) steps.push(step);
    else
      work.notes.decide(target, "groupCalculate", {
        key: "restructure",
        zh: "groupCalculate 没有 headerGroup 和 bodyGroup，未导入",
        en: "groupCalculate has neither headerGroup nor bodyGroup and is not in the flow",
      });
  }
  return steps as unknown as readonly RestructureStep[];
}

/** Rows of one record are grouped; rows that are records of their own are merged over records. */
function mergeStep(work: Work, source: SideChoice, operation: JsonObject, idFields: readonly string[]): LooseStep {
  const names = (key: string): readonly string[] =>
    listAt(operation, key)
      .flatMap((each) => (typeof each === "string" ? [each] : isObject(each) ? [textAt(each, "field") ?? ""] : []))
      .filter((each) => each !== "");
  const field = textAt(operation, "field") ?? idFields[0] ?? "id";
  const lines = textAt(operation, "bodyName") ?? "items";
  const [body, header, sums] = [names("body"), names("header"), names("bodySum")];
  work.notes.take(operation, "method", "field", "bodyName", "body", "header", "bodySum");
  const inRecord = source.api?.rows?.kind === "arrays" || source.api?.lineId !== undefined || isKingdee(source);
  const rest = body.filter((each) => !sums.includes(each));
  const common = {
    lines,
    ...(body.length === 0 ? {} : { lineFields: [...body] }),
    ...(header.length === 0 ? {} : { header: [...header] }),
  };
  if (inRecord && sums.length === 0) return { kind: "group", by: [field], ...common };
  return {
    kind: "merge",
    by: [field],
    ...common,
    ...(sums.length === 0 || rest.length === 0 ? {} : { sumLinesBy: rest, sumFields: [...sums] }),
  };
}

export function isKingdee(choice: SideChoice): boolean {
  return /^executeBillQuery$/i.test(choice.code ?? "") && choice.system === "kingdee-galaxy";
}

/** Paths that the mapping reads, below its arrays. */
export function readsOf(mapping: readonly MappingField[]): readonly string[] {
  return mapping.flatMap((field) => [
    ...[field.value, field.default].flatMap((text) => [...(text ?? "").matchAll(/\{\{\s*([^{}|\s]+)/g)].map((match) => match[1] ?? "")),
    ...readsOf(field.children ?? []),
  ]);
}

/** Rows are flat, and the mapping goes through an array: they were grouped. */
export function impliedGroup(
  mapping: readonly MappingField[],
  columns: readonly string[],
  idFields: readonly string[],
): RestructureStep | undefined {
  const list = mapping.find(
    (field) => field.children !== undefined && (field.value ?? "") !== "" && !columns.includes(field.value as string),
  );
  if (list === undefined || typeof list.value !== "string" || idFields.length === 0) return undefined;
  const front = `${list.value}.`;
  const inLines = [...new Set(readsOf(list.children ?? []).flatMap((path) => (path.startsWith(front) ? [path.slice(front.length)] : [])))];
  if (inLines.length === 0) return undefined;
  const ids = columns.filter((name) => /_F?EntryI[dD]$/.test(name) && !name.startsWith("SubHeadEntity"));
  return { kind: "group", by: [...idFields], lines: list.value, lineFields: [...new Set([...ids, ...inLines])] };
}

/** `bfn_num` and `X_…` names show that the array X was taken apart. */
export function impliedExplode(mapping: readonly MappingField[]): RestructureStep | undefined {
  const reads = readsOf(mapping);
  if (!reads.some((path) => path === "bfn_num" || path === "bfn_id")) return undefined;
  const heads = reads
    .map((path) => /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)_[A-Z]/.exec(path)?.[1] ?? /^([a-z]+(?:_list|s|List))_/.exec(path)?.[1])
    .filter((each) => each !== undefined);
  const counts = new Map<string, number>();
  for (const head of heads) counts.set(head, (counts.get(head) ?? 0) + 1);
  const path = [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
  return path === undefined ? undefined : explodeOf(path);
}
