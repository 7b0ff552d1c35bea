/**
 * Schemes that read and write databases (`select`, `execute`, `batchexecute`): parameters inside `main_params` are values bound to the
 * statement, and what a statement has pasted in (`'{{x}}'`) becomes such a value too, so that no text of a record can change the statement.
 */
import type { Api } from "@datong/core";
import type { Leaf, Work } from "./work.ts";

const HOLDER = "main_params";

/** Whether the API takes a statement with values of any name. */
export function takesStatement(api: Api | undefined): boolean {
  return api?.open === true;
}

/** The parameter's name: those inside `main_params` are the statement's own. */
export function boundName(leaf: Leaf, api: Api | undefined): string {
  return takesStatement(api) && leaf.path.length === 2 && leaf.path[0] === HOLDER ? leaf.field.name : leaf.name;
}

/** A statement with its pasted values taken out, and these by their names. */
export function boundStatement(sql: string): { readonly sql: string; readonly values: Readonly<Record<string, string>> } {
  const values: Record<string, string> = {};
  const nameOf = (text: string): string => {
    const path = /\{\{([^{}]*)\}\}/.exec(text)?.[1] ?? "";
    const wanted = path.replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^(?=\d)|^_+|_+$/g, "") || "value";
    let name = wanted;
    for (let n = 2; Object.hasOwn(values, name) && values[name] !== text; n++) name = `${wanted}_${n}`;
    values[name] = text;
    return `:${name}`;
  };
  // A quoted text that holds one is a value as a whole: `'%{{x}}%'`.
  const bound = sql
    .replace(/'([^']*\{\{[^{}']*\}\}[^']*)'/g, (_, text: string) => nameOf(text))
    .replace(/\{\{[^{}]+\}\}/g, (text) => nameOf(text));
  return { sql: bound, values };
}

/** The statement of a field; its pasted values go into `params`, with a note. */
export function takeStatement(work: Work, leaf: Leaf, text: string, params: Record<string, string | null>): string {
  const { sql, values } = boundStatement(text);
  const names = Object.keys(values);
  if (names.length === 0) return text;
  Object.assign(params, values);
  work.notes.change(
    leaf.field.given,
    "value",
    `语句里的 {{…}} 改为绑定的值：${names.map((name) => `:${name}`).join("、")}`,
    `{{…}} in the statement are values bound to it now: ${names.map((name) => `:${name}`).join(", ")}`,
  );
  return sql;
}
