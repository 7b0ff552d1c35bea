/**
 * Checks an unknown value against a TypeBox schema and says every problem with its path.
 *
 * In: a schema, a value read from YAML or JSON. Out: `{ok: true, value}` or `{ok: false, issues}`; an issue has a path such as
 * `/target/batch`, the expectation in zh and en. Never throws for bad input. Interpreted, not compiled: documents are small, and
 * compiled validators evaluate text.
 */
import type { TSchema } from "typebox";
import { System } from "typebox/system";
import { Value } from "typebox/value";
import { plainWords } from "./plain-words.ts";

export interface DocumentIssue {
  readonly path: string;
  readonly expected: string;
  readonly expectedZh: string;
  /** Nothing stands there at all. */
  readonly isAbsent?: true;
}

export type DocumentResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly DocumentIssue[] };

/** The number of issues reported for one document; the rest is noise. */
const ISSUES_MAX = 50;
/** The library stops after 8 findings unless told otherwise, which the first branches of a union use up. */
const FINDINGS_MAX = 2_000;
System.Settings.Set({ maxErrors: FINDINGS_MAX });

export function parseDocument<T>(schema: TSchema, value: unknown): DocumentResult<T> {
  const references = referencesOf(schema);
  if (Value.Check(references, schema, value)) return { ok: true, value: value as T };
  const issues: DocumentIssue[] = [];
  for (const error of asChoices(ofTheirKind([...Value.Errors(references, schema, value)] as readonly SchemaError[]))) {
    issues.push(...issuesOf(error));
    if (issues.length >= ISSUES_MAX) break;
  }
  return { ok: false, issues: withoutUnionNoise(issues) };
}

const referencesKnown = new WeakMap<TSchema, Readonly<Record<string, TSchema>>>();

/** Where the names in a schema that refers to itself lead. Without them the library goes through the whole schema for each value anew. */
function referencesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  const known = referencesKnown.get(schema);
  if (known !== undefined) return known;
  const found: Record<string, TSchema> = {};
  const look = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("$defs" in part) Object.assign(found, part.$defs);
    for (const [name, each] of Object.entries(part)) if (name !== "const" && name !== "enum") look(each);
  };
  look(schema);
  referencesKnown.set(schema, found);
  return found;
}

interface SchemaError {
  readonly keyword: string;
  /** Such as `#/properties/rows/anyOf/1/properties/kind`. */
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const BRANCH = /^(.*\/anyOf)\/(\d+)\/properties\/kind$/;
/** Within, by schema as by value. */
const isAt = (path: string, start: string): boolean => `${path}/`.startsWith(`${start}/`);

/** Where the branches of a union are told apart by `kind`, only the branch of the written kind is asked what is wrong. */
function ofTheirKind(errors: readonly SchemaError[]): readonly SchemaError[] {
  const unions = new Map<string, { readonly union: string; readonly at: string; readonly others: string[] }>();
  for (const { keyword, schemaPath, instancePath } of errors) {
    const [, union = "", branch] = (keyword === "const" && BRANCH.exec(schemaPath)) || [];
    if (branch === undefined) continue;
    const at = instancePath.replace(/\/kind$/, "");
    const known = unions.get(`${union} ${at}`) ?? { union, at, others: [] };
    unions.set(`${union} ${at}`, known);
    known.others.push(`${union}/${branch}`);
  }
  let left = errors;
  for (const { union, at, others } of unions.values()) {
    const isOfUnion = (error: SchemaError): boolean => isAt(error.schemaPath, union) && isAt(error.instancePath, at);
    const isOther = (error: SchemaError): boolean => others.some((branch) => isAt(error.schemaPath, branch));
    const isKind = (error: SchemaError): boolean => error.keyword === "const" && error.instancePath === `${at}/kind`;
    // A kind that no branch has is what is wrong.
    const isKnown = errors.some((error) => isOfUnion(error) && error.schemaPath !== union && !isOther(error));
    left = left.filter((error) => !isOfUnion(error) || (isKnown ? !isOther(error) : isOther(error) && isKind(error)));
  }
  const within = left.filter(({ keyword }) => keyword !== "anyOf");
  return within.length > 0 ? within : left;
}

/**
 * The words and types that may stand at a place are one choice, whichever branch of a union each of them is. Of what type a word is says
 * nothing more, and neither does the union.
 */
function asChoices(errors: readonly SchemaError[]): readonly SchemaError[] {
  const isWord = ({ keyword }: SchemaError): boolean => keyword === "const" || keyword === "enum";
  const ofWords = new Set(errors.filter(isWord).map((error) => `${error.schemaPath} ${error.instancePath}`));
  const choices = new Map<string, { readonly words: Set<unknown>; readonly types: Set<string> }>();
  const told = errors.filter((error) => {
    const { keyword, instancePath, schemaPath, params } = error;
    if (!isWord(error) && keyword !== "type") return true;
    if (keyword === "type" && ofWords.has(`${schemaPath} ${instancePath}`)) return false;
    const known = choices.get(instancePath);
    const { words, types } = known ?? { words: new Set(), types: new Set() };
    if (keyword === "type") types.add(String(params["type"]));
    else for (const word of keyword === "const" ? [params["allowedValue"]] : list(params["allowedValues"])) words.add(word);
    choices.set(instancePath, { words, types });
    return known === undefined;
  });
  return told.flatMap((error) => {
    const choice = choices.get(error.instancePath);
    if (choice === undefined) return [error];
    if (error.keyword === "anyOf") return [];
    if (!isWord(error) && error.keyword !== "type") return [error];
    return [{ ...error, keyword: "choice", params: { words: [...choice.words], types: [...choice.types] } }];
  });
}

/** `none, last, all`, `"z"`, `of type string or null`, and both. */
function choiceIssue(path: string, words: readonly unknown[], types: readonly unknown[]): DocumentIssue {
  const ofTypes = types.length === 0 ? null : { zh: types.join(" 或 "), en: types.join(" or ") };
  const word = JSON.stringify(words[0]);
  const ofWords = words.length > 1 ? plainWords("enum", { allowedValues: words }) : { zh: `须为 ${word}`, en: `must be ${word}` };
  if (words.length === 0 || ofWords === null)
    return { path, expected: `must be of type ${ofTypes?.en}`, expectedZh: `类型须为 ${ofTypes?.zh}` };
  if (ofTypes === null) return { path, expected: ofWords.en, expectedZh: ofWords.zh };
  return { path, expected: `${ofWords.en}, or of type ${ofTypes.en}`, expectedZh: `${ofWords.zh}，或类型为 ${ofTypes.zh}` };
}

function issuesOf(error: SchemaError): readonly DocumentIssue[] {
  const path = error.instancePath === "" ? "/" : error.instancePath;
  const under = (name: unknown): string => `${path === "/" ? "" : path}/${String(name)}`;
  const p = error.params;
  switch (error.keyword) {
    case "required":
      return list(p["requiredProperties"]).map((name) => ({
        path: under(name),
        expected: "is required",
        expectedZh: "必填",
        isAbsent: true,
      }));
    case "additionalProperties":
    case "unevaluatedProperties":
      return list(p["additionalProperties"] ?? p["unevaluatedProperties"]).map((name) => ({
        path: under(name),
        expected: "is an unknown key",
        expectedZh: "不是已知的键",
      }));
    case "boolean":
      return [{ path, expected: "is an unknown key", expectedZh: "不是已知的键" }];
    case "choice":
      return [choiceIssue(path, list(p["words"]), list(p["types"]))];
    default: {
      const plain = plainWords(error.keyword, p) ?? { zh: `不符合要求（${error.message}）`, en: error.message };
      const isEmpty = error.keyword === "minLength" && p["limit"] === 1;
      return [{ path, expected: plain.en, expectedZh: plain.zh, ...(isEmpty ? { isAbsent: true } : {}) }];
    }
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A union reports every branch; keep the deepest paths, which are of the branch that was meant. */
function withoutUnionNoise(issues: readonly DocumentIssue[]): readonly DocumentIssue[] {
  const kept = issues.filter((a) => !issues.some((b) => b !== a && b.path.startsWith(`${a.path}/`) && !a.expected.startsWith("is ")));
  const seen = new Set<string>();
  const told = kept.length > 0 ? kept : issues;
  return told.filter((issue) => {
    const key = `${issue.path} ${issue.expected}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
