/**
 * Which source field a target field is likely to take: by name, label, pinyin and type, and by what earlier flows to the same API took. What is
 * unsure is not proposed: a wrong field that looks right costs more than an empty one. Pure.
 */
import type { Field, MappingField } from "../api/answers.ts";
import { flatFields, type SourceField } from "../flow/fields.ts";
import { isMissing, labelOf, valueOf, type GridRow } from "./grid-rows.ts";

export type Why = "earlier" | "name" | "label" | "alike" | "pinyin";

export interface Suggestion {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  /** Of the source field. */
  readonly label: string;
  readonly why: Why;
  /** 0 to 100. */
  readonly sure: number;
  /** What an earlier flow says of the field besides its value: without its value map the same value would be a wrong one. */
  readonly more?: Partial<MappingField>;
}

/** Pinyin of a Chinese text; null while it is not loaded. */
export type ToPinyin = ((text: string) => string) | null;

const SURE_MIN = 60;

/** `earlier`: the mappings of other flows that write with the same API, the likeliest first. */
export function suggestions(
  rows: readonly GridRow[],
  source: readonly SourceField[],
  earlier: readonly (readonly MappingField[])[],
  pinyin: ToPinyin,
): readonly Suggestion[] {
  const fields = flatFields(source);
  const paths = new Set(fields.map(({ path }) => path));
  const taken = new Map<string, string>(
    rows.filter((row) => row.isParent && row.field !== undefined).map((row) => [row.name, listPath(valueOf(row))]),
  );
  return rows.flatMap((row): readonly Suggestion[] => {
    if (row.field !== undefined && valueOf(row) !== "") return [];
    if (row.field !== undefined && (row.field.default ?? "") !== "" && !isMissing(row)) return [];
    const best = row.isParent
      ? listFor(row, fields)
      : (fromEarlier(row, earlier, paths) ?? fromFields(row, inReach(row, fields, taken), pinyin));
    return best === undefined || best.sure < SURE_MIN ? [] : [{ key: row.key, name: row.name, ...best }];
  });
}

type Found = Omit<Suggestion, "key" | "name">;

function listPath(value: string): string {
  return value.replace(/^\{\{|\}\}$/g, "").trim();
}

/** A line's field takes fields of the line's list, or of the header. */
function inReach(row: GridRow, fields: readonly SourceField[], lists: ReadonlyMap<string, string>): readonly SourceField[] {
  const parent = row.name.includes(".") ? row.name.slice(0, row.name.lastIndexOf(".")) : "";
  const list = lists.get(parent);
  const arrays = fields.filter(({ type }) => type === "array").map(({ path }) => `${path}.`);
  const isInside = (path: string): boolean => arrays.some((each) => path.startsWith(each));
  const leaves = fields.filter(({ children, type }) => children.length === 0 && type !== "array" && type !== "object");
  if (list === undefined || list === "") return leaves.filter(({ path }) => !isInside(path));
  const own = leaves.filter(({ path }) => path.startsWith(`${list}.`));
  return [...own, ...leaves.filter(({ path }) => !isInside(path))];
}

function listFor(row: GridRow, fields: readonly SourceField[]): Found | undefined {
  const lists = fields.filter(({ type }) => type === "array");
  const [only] = lists;
  const same = lists.find(({ path }) => plain(path) === plain(row.name)) ?? (lists.length === 1 ? only : undefined);
  if (same === undefined || row.field === undefined) return undefined;
  return { value: same.path, label: same.label, why: lists.length === 1 ? "alike" : "name", sure: 80 };
}

function fromEarlier(row: GridRow, earlier: readonly (readonly MappingField[])[], paths: ReadonlySet<string>): Found | undefined {
  for (const mapping of earlier) {
    const field = row.name
      .split(".")
      .reduce<MappingField | undefined>(
        (at, name, depth) => (depth === 0 ? mapping : (at?.children ?? [])).find((each) => each.field === name),
        undefined,
      );
    const value = field?.value ?? "";
    if (value === "" || value.includes("_findCollection")) continue;
    const read = [...value.matchAll(/\{\{([^{}|]+)/g)].map(([, path = ""]) => path.trim());
    if (read.length > 0 && read.every((path) => paths.has(path) || /^[A-Z_]+(_\d+)?$/.test(path)))
      return { value, label: "", why: "earlier", sure: 95, more: besides(field) };
  }
  return undefined;
}

function besides(field: MappingField | undefined): Partial<MappingField> {
  const keys = ["default", "parser", "map", "mapDefault", "mapMissing", "table", "direction", "tableColumns", "lookup"] as const;
  return Object.fromEntries(keys.flatMap((key) => (field?.[key] === undefined ? [] : [[key, field[key]]])));
}

function fromFields(row: GridRow, fields: readonly SourceField[], pinyin: ToPinyin): Found | undefined {
  let best: Found | undefined;
  const label = labelOf(row, "zh");
  const target = { name: plain(lastOf(row.name)), label: plainLabel(label), pinyin: pinyin === null ? "" : plain(pinyin(label)) };
  for (const field of fields) {
    const found = judged(target, field, pinyin, typePenalty(row.field?.type ?? row.api?.type, field));
    if (found !== undefined && found.sure > (best?.sure ?? 0)) best = found;
  }
  return best;
}

function judged(
  target: { readonly name: string; readonly label: string; readonly pinyin: string },
  field: SourceField,
  pinyin: ToPinyin,
  penalty: number,
): Found | undefined {
  const name = plain(lastOf(field.path));
  const label = plainLabel(field.label);
  const give = (why: Why, sure: number): Found => ({ value: `{{${field.path}}}`, label: field.label, why, sure: sure - penalty });
  if (name === target.name) return give("name", 100);
  if (label !== "" && label === target.label) return give("label", 96);
  if (stripped(name) === stripped(target.name) && stripped(name).length > 2) return give("alike", 84);
  const share = Math.min(label.length, target.label.length) / Math.max(label.length, target.label.length, 1);
  if (share >= 0.5 && label.length > 1 && target.label.length > 1 && (label.includes(target.label) || target.label.includes(label)))
    return give("alike", 60 + Math.round(25 * share));
  if (pinyin === null) return undefined;
  const sounds = field.label === "" ? "" : plain(pinyin(field.label));
  if (target.pinyin.length > 3 && (sounds === target.pinyin || name === target.pinyin)) return give("pinyin", 78);
  if (sounds.length > 3 && sounds === target.name) return give("pinyin", 76);
  return undefined;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** What vendors put around a name says nothing: Kingdee's F, the code or the name of a thing, its date. */
function stripped(name: string): string {
  return name
    .replace(/^f(?=[a-z]{3})/, "")
    .replace(/(number|fnumber|code|no|id|name)$/, (end) =>
      end === "fnumber" || end === "number" || end === "code" || end === "no" ? "no" : end,
    );
}

/** What people call the same thing in two ways; as a whole only, for 批次单号 is no 单号. */
const NUMBER = /^(单号|单据号|单据编号|编号)$/;

function plainLabel(label: string): string {
  const bare = label
    .replace(/[\s()（）【】[\]:：_\-.]/g, "")
    .replace(/^(外部|来源|源)/, "")
    .replace(/(编码|代码)$/, "编号");
  return NUMBER.test(bare) ? "单据编号" : bare;
}

function typePenalty(type: Field["type"], { type: given }: SourceField): number {
  const isNumber = (each: string | undefined): boolean => each === "int" || each === "float" || each === "number";
  const isTime = (each: string | undefined): boolean => each === "date" || each === "datetime";
  if (isTime(type) !== isTime(given) && (isTime(type) || isTime(given)) && given !== "string" && given !== undefined) return 30;
  return isNumber(type) && given !== "string" && !isNumber(given) ? 30 : 0;
}
