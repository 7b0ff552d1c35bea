/** What is wrong with the mapping, field by field: what the check of the draft says, what cannot be compiled, what fails over the sample, what lacks. Pure. */
import { isMissing, labelOf, placeOf, type GridRow } from "./grid-rows.ts";
import { nameOf, type Trial } from "./trial.ts";

export interface MappingProblem {
  /** Of the grid's line; null where it is the whole list's. */
  readonly key: string | null;
  readonly name: string;
  readonly what: string;
  readonly isMissing: boolean;
}

/** `typed`: place of a field to what is being typed there, which the draft does not have yet. */
export function problemsOf(
  rows: readonly GridRow[],
  trial: Trial | null,
  language: string,
  typed: ReadonlyMap<string, string> = new Map(),
): readonly MappingProblem[] {
  const byPlace = new Map(rows.flatMap((row) => (placeOf(row) === null ? [] : [[placeOf(row) ?? "", row] as const])));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const say = (told: { readonly zh: string; readonly en: string }): string => (language === "zh" ? told.zh : told.en);
  const found = new Map<string, MappingProblem>();
  const note = (row: GridRow | undefined, what: string, isLacking = false): void => {
    const key = row?.key ?? `? ${what}`;
    if (!found.has(key))
      found.set(key, {
        key: row?.key ?? null,
        name: row === undefined ? "" : `${labelOf(row, language)} ${row.name}`.trim(),
        what,
        isMissing: isLacking,
      });
  };
  const lacks = (row: GridRow): boolean => isMissing(row) && (typed.get(placeOf(row) ?? "") ?? "").trim() === "";
  for (const row of rows) if (lacks(row)) note(row, language === "zh" ? "必填，还没有取值" : "Required, and has no value", true);
  for (const issue of trial?.flaws ?? []) if (issue.path.startsWith("/mapping")) note(rowAt(issue.path, byPlace), say(issue));
  for (const issue of trial?.issues ?? []) {
    if (!issue.path.startsWith("/mapping") || issue.code === "TARGET_FIELD_UNMAPPED") continue;
    note(rowAt(issue.path, byPlace), say(issue));
  }
  for (const document of trial?.documents ?? []) for (const issue of document.issues) note(byName.get(nameOf(issue.path)), say(issue));
  return [...found.values()];
}

/** The line of the field that a path is in: `/mapping/3/value` is in `/mapping/3`. */
function rowAt(path: string, byPlace: ReadonlyMap<string, GridRow>): GridRow | undefined {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf("/"))) {
    const row = byPlace.get(at);
    if (row !== undefined) return row;
  }
  return undefined;
}
