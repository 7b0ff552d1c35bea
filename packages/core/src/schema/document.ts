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
const MUST_BE = "must be of type ";
const MUST_BE_ZH = "类型须为 ";
const UNION = plainWords("anyOf", {})?.en;

export function parseDocument<T>(schema: TSchema, value: unknown): DocumentResult<T> {
  const references = referencesOf(schema);
  if (Value.Check(references, schema, value)) return { ok: true, value: value as T };
  const issues: DocumentIssue[] = [];
  for (const error of ofTheirKind([...Value.Errors(references, schema, value)] as readonly SchemaError[])) {
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

/** Where the branches of a union are told apart by `kind`, only the branch of the written kind is asked what is wrong. */
function ofTheirKind(errors: readonly SchemaError[]): readonly SchemaError[] {
  const others = errors.flatMap((error) => {
    const found = error.keyword === "const" ? BRANCH.exec(error.schemaPath) : null;
    return found === null
      ? []
      : [{ union: found[1] ?? "", branch: `${found[1]}/${found[2]}/`, at: error.instancePath.replace(/\/kind$/, "") }];
  });
  const isOther = (error: SchemaError): boolean =>
    others.some(({ branch, at }) => `${error.schemaPath}/`.startsWith(branch) && error.instancePath.startsWith(at));
  // A kind that no branch has is what is wrong.
  const left = errors.filter((error) => !isOther(error) && error.keyword !== "anyOf");
  return left.length > 0 ? left : errors;
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
    case "type":
      return [{ path, expected: `${MUST_BE}${String(p["type"])}`, expectedZh: `${MUST_BE_ZH}${String(p["type"])}` }];
    case "const":
      return [{ path, expected: `must be ${JSON.stringify(p["allowedValue"])}`, expectedZh: `须为 ${JSON.stringify(p["allowedValue"])}` }];
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
  return joinTypes(told).filter((issue) => {
    const key = `${issue.path} ${issue.expected}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The types that a place may have are one issue, and say all that the union's own issue would. */
function joinTypes(issues: readonly DocumentIssue[]): readonly DocumentIssue[] {
  const byPath = new Map<string, DocumentIssue[]>();
  for (const issue of issues) byPath.set(issue.path, [...(byPath.get(issue.path) ?? []), issue]);
  return [...byPath].flatMap(([path, members]) => {
    const types = members.filter((issue) => issue.expected.startsWith(MUST_BE));
    if (types.length === 0) return members;
    const join = (texts: readonly string[], start: string, or: string): string =>
      start + [...new Set(texts.map((text) => text.slice(start.length)))].join(or);
    const typed: DocumentIssue = {
      path,
      expected: join(
        types.map((issue) => issue.expected),
        MUST_BE,
        " or ",
      ),
      expectedZh: join(
        types.map((issue) => issue.expectedZh),
        MUST_BE_ZH,
        " 或 ",
      ),
    };
    return [typed, ...members.filter((issue) => !types.includes(issue) && issue.expected !== UNION)];
  });
}
