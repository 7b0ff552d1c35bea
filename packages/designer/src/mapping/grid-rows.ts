/**
 * The target side as lines of a grid: what is mapped, in its order, and behind it what the target's API takes besides. A line is known by
 * its names, so that moving it up or down leaves it the same line. Pure.
 */
import { captionOf } from "../flow/fields.ts";
import type { Field, MappingField } from "../api/answers.ts";
import type { Path } from "../flow/draft.ts";
import { fitsTyped, type ToPinyin } from "../parts/pinyin.ts";

export interface GridRow {
  /** Names from the outside in, `items.sku_id`; `#2` behind a name that stands twice. */
  readonly key: string;
  /** Of the names alone, as results and issues have it. */
  readonly name: string;
  readonly depth: number;
  /** Of the list that it stands in, or would. */
  readonly list: Path;
  /** In its list; -1 while it is not mapped. */
  readonly index: number;
  readonly siblings: number;
  readonly field: MappingField | undefined;
  /** What the target's API says of it. */
  readonly api: Field | undefined;
  readonly isParent: boolean;
}

export function gridRows(
  mapping: readonly MappingField[],
  declared: readonly Field[],
  closed: ReadonlySet<string>,
  at: { readonly list: Path; readonly front: string; readonly depth: number } = { list: ["mapping"], front: "", depth: 0 },
): readonly GridRow[] {
  const { list, front, depth } = at;
  const seen = new Map<string, number>();
  const known = new Map(declared.map((field) => [field.field, field]));
  const rows = mapping.flatMap((field, index): readonly GridRow[] => {
    const name = front + field.field;
    const times = (seen.get(field.field) ?? 0) + 1;
    seen.set(field.field, times);
    const key = times === 1 ? name : `${name}#${times}`;
    const api = known.get(field.field);
    const isParent = field.children !== undefined;
    const row = { key, name, depth, list, index, siblings: mapping.length, field, api, isParent };
    if (!isParent || closed.has(key)) return [row];
    const inner = { list: [...list, index, "children"], front: `${name}.`, depth: depth + 1 };
    return [row, ...gridRows(field.children, api?.children ?? [], closed, inner)];
  });
  const free = declared
    .filter(({ field }) => !seen.has(field))
    .map((api): GridRow => {
      const name = front + api.field;
      return {
        key: name,
        name,
        depth,
        list,
        index: -1,
        siblings: mapping.length,
        field: undefined,
        api,
        isParent: api.children !== undefined,
      };
    });
  return [...rows, ...free];
}

/** Where its field stands in the document, as issues have it: `/mapping/3/children/0`; null while it is not mapped. */
export function placeOf({ list, index }: GridRow): string | null {
  return index < 0 ? null : `/${[...list, index].join("/")}`;
}

export function labelOf({ field, api }: Pick<GridRow, "field" | "api">, language: string): string {
  // A flow keeps the Chinese caption that the API had when the field was taken; only words of its own are shown as they are.
  return field?.label !== undefined && field.label !== api?.label ? field.label : captionOf(api ?? {}, language);
}

export function valueOf({ field }: GridRow): string {
  return field?.value ?? "";
}

export function isRequired({ field, api }: GridRow): boolean {
  return (field?.required ?? api?.required) === true;
}

/** Required, and neither value nor default nor children give it one. Of an unmapped list's members nothing is told before the list is there. */
export function isMissing(row: GridRow): boolean {
  if (!isRequired(row)) return false;
  const { field } = row;
  return field === undefined || ((field.value ?? "") === "" && (field.default ?? "") === "" && (field.children ?? []).length === 0);
}

export type View = "all" | "mapped" | "required" | "wrong";

/** Lines that fit, and the lists that they are in. `wrong`: keys with a problem. `pinyin`: null while it is not loaded. */
export function shownRows(
  rows: readonly GridRow[],
  view: View,
  typed: string,
  wrong: ReadonlySet<string>,
  pinyin: ToPinyin | null = null,
): readonly GridRow[] {
  const wanted = typed.trim().toLowerCase();
  const fits = (row: GridRow): boolean => {
    if (view === "mapped" && row.index < 0) return false;
    if (view === "required" && !isRequired(row)) return false;
    if (view === "wrong" && !wrong.has(row.key)) return false;
    if (wanted === "") return true;
    const { field, api } = row;
    return (
      (field?.value ?? "").toLowerCase().includes(wanted) ||
      fitsTyped([row.name, field?.label ?? "", api?.label ?? "", api?.labelEn ?? ""], wanted, pinyin)
    );
  };
  if (view === "all" && wanted === "") return rows;
  const kept = new Set(rows.filter(fits).map(({ key }) => key));
  return rows.filter(({ key, isParent }) => kept.has(key) || (isParent && [...kept].some((each) => each.startsWith(`${key}.`))));
}
