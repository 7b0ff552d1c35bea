/** Values of request fields and call options: known names, required ones, templates, globals, allowed values. */
import type { Api } from "../../connector/api.ts";
import type { Field } from "../../schema/field.ts";
import { didYouMean, nearestName } from "../../value/index.ts";
import { GLOBALS } from "../transform/globals.ts";
import { compileValue, type CompiledValue } from "../transform/template-compile.ts";
import type { IssueList } from "./issue.ts";

/** Names that only a request knows: the columns asked for, the page's cursor, the connection's settings. */
const REQUEST_NAMES: readonly string[] = ["COLUMNS", "PAGINATION_CURSOR"];

export interface ParamsCheck {
  /** Only what is given is looked at; the rest comes from elsewhere. */
  readonly isPart?: boolean;
  /** The values see a record too, whose fields are not known here. */
  readonly seesRecord?: boolean;
  /** Fields that get their value elsewhere. */
  readonly filled?: readonly string[];
}

/** The compiled values by field. */
export function checkParams(
  given: Readonly<Record<string, string | null>>,
  fields: readonly Field[],
  api: Api,
  path: string,
  list: IssueList,
  { isPart = false, seesRecord = false, filled = [] }: ParamsCheck = {},
): ReadonlyMap<string, CompiledValue> {
  const known = fields.map((field) => field.field);
  for (const name of Object.keys(given)) {
    if (known.includes(name) || (api.open === true && fields === api.request)) continue;
    const details = { field: name, api: api.code, known: known.join(", "), ...didYouMean(nearestName(name, known)) };
    list.add("PARAMETER_UNKNOWN", `${path}/${name}`, details);
  }
  const values = new Map<string, CompiledValue>();
  const open = api.open === true && fields === api.request ? Object.keys(given).filter((name) => !known.includes(name)) : [];
  for (const field of [...fields, ...open.map((name): Field => ({ field: name, label: name }))]) {
    if (filled.includes(field.field) || (isPart && given[field.field] === undefined)) continue;
    const text = given[field.field] === undefined ? field.default : given[field.field];
    const at = `${path}/${field.field}`;
    if (text === undefined || text === null || text === "") {
      if (field.required === true) list.add("PARAMETER_MISSING", path, { field: field.field, label: field.label, api: api.code });
      continue;
    }
    if (field.place === "column") continue;
    if (field.verbatim === true) {
      if (text.includes("{{")) list.add("STATEMENT_PLACEHOLDER", at, { field: field.field });
      continue;
    }
    const compiled = list.attempt(at, () => compileValue(text, { fieldPath: field.field }));
    if (compiled === undefined) continue;
    values.set(field.field, compiled);
    for (const { path: name, isGlobal } of compiled.references) {
      if (seesRecord || isGlobal || REQUEST_NAMES.includes(name) || name.startsWith("settings.")) continue;
      const globals = [...GLOBALS.map((row) => row.name), ...REQUEST_NAMES];
      list.add("GLOBAL_UNKNOWN", at, { name, known: globals.join(", "), ...didYouMean(nearestName(name, globals)) });
    }
    const { options } = field;
    if (options !== undefined && compiled.kind === "literal" && !options.includes(text)) {
      list.add("VALUE_NOT_ALLOWED", at, { field: field.field, value: text, allowed: options.join(", ") });
    }
  }
  return values;
}
