/**
 * Which source field a target field is likely to take: by name, label, pinyin and type, and by what earlier flows to the same API took. What is
 * unsure is not proposed: a wrong field that looks right costs more than an empty one. Pure.
 */
import type { Field, MappingField } from "../api/answers.ts";
import { flatFields, type SourceField } from "../flow/fields.ts";
import type { ToPinyin } from "../parts/pinyin.ts";
import { isMissing, labelOf, valueOf, type GridRow } from "./grid-rows.ts";

export type Why = "earlier" | "name" | "label" | "alike" | "pinyin";

export interface Suggestion {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  /** Of the source field. */
  readonly label: string;
  readonly labelEn?: string | undefined;
  readonly why: Why;
  /** 0 to 100. */
  readonly sure: number;
  /** What an earlier flow says of the field besides its value: without its value map the same value would be a wrong one. */
  readonly more?: Partial<MappingField>;
}

const SURE_MIN = 60;

/** `earlier`: the mappings of other flows that write with the same API, the likeliest first. `pinyin`: null while it is not loaded. */
export function suggestions(
  rows: readonly GridRow[],
  source: readonly SourceField[],
  earlier: readonly (readonly MappingField[])[],
  pinyin: ToPinyin | null,
): readonly Suggestion[] {
  const fields = flatFields(source);
  const reach = reachOf(fields, pinyin);
  const paths = new Set(fields.map(({ path }) => path));
  const taken = new Map<string, string>(
    rows.filter((row) => row.isParent && row.field !== undefined).map((row) => [row.name, listPath(valueOf(row))]),
  );
  return rows.flatMap((row): readonly Suggestion[] => {
    if (row.field !== undefined && valueOf(row) !== "") return [];
    if (row.field !== undefined && (row.field.default ?? "") !== "" && !isMissing(row)) return [];
    const best = row.isParent
      ? listFor(row, fields)
      : (fromEarlier(row, earlier, paths) ?? fromFields(row, reach(taken.get(listOf(row))), pinyin));
    return best === undefined || best.sure < SURE_MIN ? [] : [{ key: row.key, name: row.name, ...best }];
  });
}

type Found = Omit<Suggestion, "key" | "name">;

function listPath(value: string): string {
  return value.replace(/^\{\{|\}\}$/g, "").trim();
}

/** The list that a line's field stands in. */
function listOf({ name }: GridRow): string {
  return name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "";
}

/** A source field as it is compared, with every target field. */
interface Compared {
  readonly field: SourceField;
  readonly name: string;
  readonly stripped: string;
  readonly label: string;
  readonly sounds: string;
}

/** A line's field takes fields of the line's list, or of the header. Made once per list: hundreds of fields ask for the same. */
function reachOf(fields: readonly SourceField[], pinyin: ToPinyin | null): (list: string | undefined) => readonly Compared[] {
  const arrays = fields.filter(({ type }) => type === "array").map(({ path }) => `${path}.`);
  const isInside = (path: string): boolean => arrays.some((each) => path.startsWith(each));
  const leaves = fields
    .filter(({ children, type }) => children.length === 0 && type !== "array" && type !== "object")
    .map((field): Compared => {
      const name = plain(lastOf(field.path));
      const sounds = pinyin === null || field.label === "" ? "" : plain(pinyin(field.label)[0] ?? "");
      return { field, name, stripped: stripped(name), label: plainLabel(field.label), sounds };
    });
  const head = leaves.filter(({ field }) => !isInside(field.path));
  const known = new Map<string, readonly Compared[]>();
  return (list) => {
    if (list === undefined || list === "") return head;
    const found = known.get(list) ?? [...leaves.filter(({ field }) => field.path.startsWith(`${list}.`)), ...head];
    known.set(list, found);
    return found;
  };
}

function listFor(row: GridRow, fields: readonly SourceField[]): Found | undefined {
  const lists = fields.filter(({ type }) => type === "array");
  const [only] = lists;
  const same = lists.find(({ path }) => plain(path) === plain(row.name)) ?? (lists.length === 1 ? only : undefined);
  if (same === undefined || row.field === undefined) return undefined;
  return { value: same.path, label: same.label, labelEn: same.labelEn, why: lists.length === 1 ? "alike" : "name", sure: 80 };
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

function fromFields(row: GridRow, fields: readonly Compared[], pinyin: ToPinyin | null): Found | undefined {
  let best: Found | undefined;
  const label = labelOf(row, "zh");
  const name = plain(lastOf(row.name));
  const sounds = pinyin === null || label === "" ? "" : plain(pinyin(label)[0] ?? "");
  const target = { name, stripped: stripped(name), label: plainLabel(label), sounds };
  for (const each of fields) {
    const found = judged(target, each, typePenalty(row.field?.type ?? row.api?.type, each.field));
    if (found !== undefined && found.sure > (best?.sure ?? 0)) best = found;
  }
  return best;
}

function judged(target: Omit<Compared, "field">, { field, name, label, sounds, ...given }: Compared, penalty: number): Found | undefined {
  const { path, label: caption, labelEn } = field;
  const give = (why: Why, sure: number): Found => ({ value: `{{${path}}}`, label: caption, labelEn, why, sure: sure - penalty });
  if (name === target.name) return give("name", 100);
  if (label !== "" && label === target.label) return give("label", 96);
  if (given.stripped === target.stripped && target.stripped.length > 2) return give("alike", 84);
  const share = Math.min(label.length, target.label.length) / Math.max(label.length, target.label.length, 1);
  if (share >= 0.5 && label.length > 1 && target.label.length > 1 && (label.includes(target.label) || target.label.includes(label)))
    return give("alike", 60 + Math.round(25 * share));
  if (target.sounds.length > 3 && (sounds === target.sounds || name === target.sounds)) return give("pinyin", 78);
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
