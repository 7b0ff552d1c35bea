/**
 * The names a row is known to have, as a tree that follows the restructuring. `open` marks a place of which the names cannot be known,
 * such as behind a flatten step: there every path is right.
 */
import type { Api } from "../../connector/api.ts";
import type { Field } from "../../schema/field.ts";
import { nearestName, parsePath } from "../../value/index.ts";

export interface Names {
  readonly kind: "value" | "object" | "list";
  readonly open: boolean;
  readonly members: ReadonlyMap<string, Names>;
  /** Names that begin with one of these are taken as known. */
  readonly prefixes: readonly string[];
}

export const VALUE: Names = { kind: "value", open: false, members: new Map(), prefixes: [] };
/** A row of which nothing is known. */
export const OPEN: Names = { kind: "object", open: true, members: new Map(), prefixes: [] };

export function namesOf(kind: Names["kind"], members: Iterable<readonly [string, Names]>, prefixes: readonly string[] = []): Names {
  return { kind, open: false, members: new Map(members), prefixes };
}

export function withMembers(names: Names, added: Iterable<readonly [string, Names]>): Names {
  return { ...names, members: new Map([...names.members, ...added]) };
}

/** The names of a source's rows. Rows of value lists hold what was asked for and nothing else; a detail call's rows are unknown. */
export function sourceNames(api: Api, columns: Readonly<Record<string, string>>): Names {
  if (api.detail !== undefined) return OPEN;
  const asked = api.request.filter((field) => field.place === "column").map((field) => field.field);
  const named = [...asked, ...Object.keys(columns), ...(api.rowFields ?? [])].map((name) => [name, VALUE] as const);
  const listed = api.rows?.kind === "arrays" ? [] : fieldEntries(api.response);
  return named.length + listed.length === 0 ? OPEN : namesOf("object", [...listed, ...named]);
}

function fieldEntries(fields: readonly Field[]): readonly (readonly [string, Names])[] {
  return fields.map((field) => [field.field, fieldNames(field)] as const);
}

function fieldNames(field: Field): Names {
  const children = field.children ?? [];
  if (children.length > 0) return namesOf(field.type === "object" ? "object" : "list", fieldEntries(children));
  if (field.type === "array") return { ...OPEN, kind: "list" };
  return field.type === "object" ? OPEN : VALUE;
}

/** The names at a path, undefined when the path leads nowhere. A key may hold dots, so the whole remainder is tried first. */
export function findNames(names: Names, path: string): Names | undefined {
  let current = names;
  const { steps } = parsePath(path);
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined || current.open) return current;
    if (step.index >= 0 && current.kind === "list" && !current.members.has(step.key)) continue;
    const whole = current.members.get(step.rest);
    if (whole !== undefined) return whole;
    const next = current.members.get(step.key);
    if (next !== undefined) current = next;
    else return current.prefixes.some((prefix) => step.key.startsWith(prefix)) ? OPEN : undefined;
  }
  return current;
}

/** The known path that was most likely meant. */
export function suggestPath(names: Names, path: string): string | undefined {
  const all = [...pathsOf(names, "", 4)];
  const last = path.slice(path.lastIndexOf(".") + 1);
  return all.find((each) => each.slice(each.lastIndexOf(".") + 1) === last) ?? nearestName(path, all);
}

function* pathsOf(names: Names, front: string, depth: number): Generator<string> {
  for (const [name, inner] of names.members) {
    yield front + name;
    if (depth > 0) yield* pathsOf(inner, `${front}${name}.`, depth - 1);
  }
}
