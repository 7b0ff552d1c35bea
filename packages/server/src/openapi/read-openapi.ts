/**
 * An OpenAPI 3.x text (JSON or YAML) as a checked document. The published schema of the standard judges it; what a `$ref` names is looked
 * up in the document itself and nowhere else: nothing is fetched and no file is read.
 */
import { DatongError, isObject, type Json, type JsonObject } from "@datong/core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { parseDocument } from "yaml";

/** Bytes of text; the largest published descriptions of vendors are about half of it. */
export const OPENAPI_BYTES_MAX = 8 * 1024 * 1024;
/** Chains of references; a longer one goes round in a circle. */
const REFS_MAX = 20;
/** Repeated nodes in YAML, so that a few lines cannot become gigabytes. */
const ALIASES_MAX = 1_000;

export interface OpenApi {
  readonly document: JsonObject;
  /** What a reference stands for, else the value itself; undefined where it leads out of the document or nowhere. */
  readonly resolve: (value: Json | undefined) => Json | undefined;
  /** References that lead to another file or address; they are left alone. */
  readonly remote: ReadonlySet<string>;
}

/** Throws OPENAPI_UNREADABLE, OPENAPI_INVALID. */
export async function readOpenApi(text: string): Promise<OpenApi> {
  if (Buffer.byteLength(text) > OPENAPI_BYTES_MAX)
    throw new DatongError("OPENAPI_UNREADABLE", { reason: `> ${OPENAPI_BYTES_MAX / 1024 / 1024} MB` });
  const document = parsed(text);
  if (document["swagger"] !== undefined) throw new DatongError("OPENAPI_UNREADABLE", { reason: `swagger ${String(document["swagger"])}` });
  const result = await new Validator().validate(document);
  if (!result.valid) {
    const { errors } = result;
    const [first] = typeof errors === "string" ? [] : (errors ?? []);
    const path = first?.instancePath === undefined || first.instancePath === "" ? "/" : first.instancePath;
    const expected = first?.message ?? String(errors);
    // The shape is right by then; what lies elsewhere is told as missing.
    if (!expected.includes("only internal refs")) throw new DatongError("OPENAPI_INVALID", { path, expected });
  }
  const remote = new Set<string>();
  return { document, remote, resolve: (value) => resolved(document, value, remote) };
}

function parsed(text: string): JsonObject {
  let value: unknown;
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) throw new DatongError("OPENAPI_UNREADABLE", { reason: error.message.split("\n")[0] ?? "" });
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (error instanceof DatongError) throw error;
    throw new DatongError("OPENAPI_UNREADABLE", { reason: String(error) }, { cause: error });
  }
  if (!isObject(value as Json)) throw new DatongError("OPENAPI_UNREADABLE", { reason: "{ openapi, info, paths }" });
  return value as JsonObject;
}

function resolved(document: JsonObject, value: Json | undefined, remote: Set<string>): Json | undefined {
  let at = value;
  for (let step = 0; step < REFS_MAX; step += 1) {
    const ref = at !== undefined && isObject(at) ? at["$ref"] : undefined;
    if (typeof ref !== "string") return at;
    if (!ref.startsWith("#")) {
      remote.add(ref);
      return undefined;
    }
    at = pointed(document, ref.slice(1));
  }
  return undefined;
}

/** The value at a JSON pointer; of own members alone. */
function pointed(document: JsonObject, pointer: string): Json | undefined {
  let at: Json | undefined = document;
  for (const part of pointer.split("/").slice(1)) {
    const name = safeDecode(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (at === undefined || at === null || typeof at !== "object" || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, Json>>)[name];
  }
  return at;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
