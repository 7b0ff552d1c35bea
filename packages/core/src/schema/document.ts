/**
 * Checks an unknown value against a TypeBox schema and says every problem with its path.
 *
 * In: a schema, a value read from YAML or JSON. Out: `{ok: true, value}` or `{ok: false, issues}`; an issue has a path such as
 * `/target/batch`, the expectation in zh and en. Never throws for bad input. Interpreted, not compiled: documents are small, and
 * compiled validators evaluate text.
 */
import type { TSchema } from "typebox";
import { Value } from "typebox/value";

export interface DocumentIssue {
  readonly path: string;
  readonly expected: string;
  readonly expectedZh: string;
}

export type DocumentResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly DocumentIssue[] };

/** The number of issues reported for one document; the rest is noise. */
const ISSUES_MAX = 50;
const MUST_BE = "must be of type ";
const MUST_BE_ZH = "类型须为 ";
const UNION = "must match a schema in anyOf";

export function parseDocument<T>(schema: TSchema, value: unknown): DocumentResult<T> {
  if (Value.Check(schema, value)) return { ok: true, value: value as T };
  const issues: DocumentIssue[] = [];
  for (const error of Value.Errors(schema, value)) {
    issues.push(...issuesOf(error as SchemaError));
    if (issues.length >= ISSUES_MAX) break;
  }
  return { ok: false, issues: withoutUnionNoise(issues) };
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function issuesOf(error: SchemaError): readonly DocumentIssue[] {
  const path = error.instancePath === "" ? "/" : error.instancePath;
  const under = (name: unknown): string => `${path === "/" ? "" : path}/${String(name)}`;
  const p = error.params;
  switch (error.keyword) {
    case "required":
      return list(p["requiredProperties"]).map((name) => ({ path: under(name), expected: "is required", expectedZh: "必填" }));
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
    default:
      return [{ path, expected: error.message, expectedZh: `不符合要求（${error.message}）` }];
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
