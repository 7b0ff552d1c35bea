/**
 * What an operation's successful reply looks like by its schema: where the rows lie, which single values stand around them, which of them
 * tell a yes from a no. Paths are those of our value language.
 */
import type { Json, JsonObject, Sign } from "@datong/core";
import type { OpenApi } from "./read-openapi.ts";
import { listOf, mergedSchema, objectOf, plainText, textsOf } from "./schema-fields.ts";

export interface ReplyShape {
  readonly schema: Json | undefined;
  readonly format: "json" | "xml" | "none";
  /** Of the list of objects that lies highest; undefined where there is none. */
  readonly rowsPath: string | undefined;
  readonly rowSchema: Json | undefined;
  /** Paths of single values. */
  readonly singles: readonly string[];
  readonly headers: readonly string[];
  /** What seems to say yes. */
  readonly ok: Sign | undefined;
  readonly code: readonly string[];
  readonly message: readonly string[];
}

const DEPTH_MAX = 4;
const CODE = /^(code|err_?code|error_?code|ret(urn)?_?code|result_?code|status_?code)$/i;
const MESSAGE = /^(message|msg|err_?msg|error_?msg|error_?message|return_?msg|result_?msg|sub_?msg|detail|error_description|title)$/i;
const SUCCESS = /^(success|is_?success|ok|succeed)$/i;

interface Found {
  readonly path: string;
  readonly name: string;
  readonly schema: JsonObject;
  readonly type: string | undefined;
}

export function replyShape(api: OpenApi, operation: JsonObject): ReplyShape {
  const responses = objectOf(operation["responses"]);
  const success =
    Object.keys(responses).find((status) => /^2(\d\d|XX)$/i.test(status)) ?? (responses["default"] === undefined ? "" : "default");
  const response = objectOf(api.resolve(responses[success]));
  const { schema, format } = contentOf(objectOf(response["content"]));
  const found = valuesOf(api, schema);
  const list = found.find(({ type, schema: each }) => type === "array" && isList(api, each));
  const singles = found.filter(({ type }) => type !== "array" && type !== "object");
  const refusals = Object.entries(responses).filter(([status]) => /^[45]/.test(status) || (status === "default" && success !== "default"));
  const said = refusals.flatMap(([, each]) => valuesOf(api, contentOf(objectOf(objectOf(api.resolve(each))["content"])).schema));
  const named = (pattern: RegExp): readonly string[] => [
    ...new Set(
      [...singles, ...said].filter(({ name, type }) => pattern.test(name) && type !== "object" && type !== "array").map(({ path }) => path),
    ),
  ];
  return {
    schema,
    format,
    rowsPath: list?.path,
    rowSchema: list === undefined ? schema : mergedSchema(api, list.schema)?.items,
    singles: singles.map(({ path }) => path),
    headers: Object.keys(objectOf(response["headers"])),
    ok: okOf(singles),
    code: named(CODE),
    message: named(MESSAGE),
  };
}

/** JSON before XML; no content at all means that the status alone tells. */
export function contentOf(content: JsonObject): { readonly schema: Json | undefined; readonly format: ReplyShape["format"] } {
  const kinds = Object.keys(content);
  const json = kinds.find((kind) => /json|\*\/\*/i.test(kind));
  const xml = kinds.find((kind) => /xml/i.test(kind));
  const kind = json ?? xml;
  if (kind === undefined) return { schema: undefined, format: "none" };
  return { schema: objectOf(content[kind])["schema"], format: json === undefined ? "xml" : "json" };
}

/** Level by level, so that what lies higher comes first. */
function valuesOf(api: OpenApi, schema: Json | undefined): readonly Found[] {
  const found: Found[] = [];
  const root = mergedSchema(api, schema);
  if (root === undefined) return [];
  if (root.type === "array") return [{ path: "", name: "", schema: root.schema, type: "array" }];
  let level: { readonly path: string; readonly schema: Json | undefined }[] = [{ path: "", schema }];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    const next: typeof level = [];
    for (const { path, schema: at } of level) {
      for (const [name, property] of mergedSchema(api, at)?.properties ?? []) {
        const merged = mergedSchema(api, property);
        if (merged === undefined) continue;
        const here = path === "" ? name : `${path}.${name}`;
        found.push({ path: here, name, schema: merged.schema, type: merged.type });
        if (merged.type === "object") next.push({ path: here, schema: property });
      }
    }
    level = next;
  }
  return found;
}

function isList(api: OpenApi, schema: JsonObject): boolean {
  const items = mergedSchema(api, mergedSchema(api, schema)?.items);
  // What lies in another file is most likely an object too.
  return items === undefined || items.type === "object";
}

/** A truth value named success, or a code whose value for success the document shows. */
function okOf(singles: readonly Found[]): Sign | undefined {
  const success = singles.find(({ name, type }) => SUCCESS.test(name) && type === "boolean");
  if (success !== undefined) return { path: success.path, in: ["true"] };
  for (const { path, name, schema } of singles) {
    if (!CODE.test(name)) continue;
    const [shown] = [schema["const"], schema["example"], schema["default"], ...listOf(schema["examples"])].filter(
      (value) => value !== undefined,
    );
    if (shown !== undefined && shown !== null && /^(0+|200|20000|success|ok|true)$/i.test(plainText(shown)))
      return { path, in: [plainText(shown)] };
    const zero = textsOf(schema["enum"]).find((value) => /^(0+|success|ok)$/i.test(value));
    if (zero !== undefined) return { path, in: [zero] };
  }
  return undefined;
}
