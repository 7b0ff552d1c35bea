/**
 * JSON Schemas of an OpenAPI document as our fields: name on the wire, label (the title, else the first clause of the description), type,
 * whether it is demanded, the values it may have, children. Parts of `allOf` are one; of `oneOf` and `anyOf` every part is offered and none
 * is demanded. What contains itself ends where it begins again.
 */
import { isArray, isObject, type Field, type FieldType, type Json, type JsonObject } from "@datong/core";
import type { OpenApi } from "./read-openapi.ts";

const DEPTH_MAX = 8;
const FIELDS_MAX = 500;
const LABEL_MAX = 40;

/** A schema with its parts put together. */
export interface Merged {
  readonly schema: JsonObject;
  readonly properties: ReadonlyMap<string, Json>;
  readonly required: ReadonlySet<string>;
  readonly items: Json | undefined;
  readonly type: string | undefined;
}

export function mergedSchema(api: OpenApi, given: Json | undefined, depth = 0): Merged | undefined {
  const schema = api.resolve(given);
  if (schema === undefined || !isObject(schema) || depth > DEPTH_MAX) return undefined;
  const properties = new Map<string, Json>(Object.entries(objectOf(schema["properties"])));
  const required = new Set(textsOf(schema["required"]));
  let items = schema["items"];
  let type = typeOf(schema);
  for (const key of ["allOf", "oneOf", "anyOf"] as const) {
    for (const part of listOf(schema[key])) {
      const one = mergedSchema(api, part, depth + 1);
      if (one === undefined) continue;
      for (const [name, property] of one.properties) if (!properties.has(name)) properties.set(name, property);
      if (key === "allOf") for (const name of one.required) required.add(name);
      items ??= one.items;
      type ??= one.type;
    }
  }
  if (type === undefined && properties.size > 0) type = "object";
  return { schema, properties, required, items, type };
}

/** The fields of an object, or of a list's objects; none of anything else. */
export function fieldsOf(api: OpenApi, given: Json | undefined, over: readonly Json[] = []): readonly Field[] {
  const merged = mergedSchema(api, given);
  if (merged === undefined || over.includes(merged.schema) || over.length > DEPTH_MAX) return [];
  const inside = [...over, merged.schema];
  if (merged.type === "array") return fieldsOf(api, merged.items, inside);
  return [...merged.properties]
    .slice(0, FIELDS_MAX)
    .map(([name, property]) => fieldOf(api, name, property, merged.required.has(name), inside));
}

/** One field by its schema. `told`: what stands beside the schema, such as a parameter's description. */
export function fieldOf(
  api: OpenApi,
  name: string,
  given: Json | undefined,
  isRequired: boolean,
  over: readonly Json[] = [],
  told?: string,
): Field {
  const merged = mergedSchema(api, given);
  const schema = merged?.schema ?? {};
  const description = told ?? textOf(schema["description"]) ?? "";
  const children = merged?.type === "object" || merged?.type === "array" ? fieldsOf(api, given, over) : [];
  const type = fieldType(merged);
  const values = listOf(schema["enum"]).filter((value) => value !== null);
  return {
    field: name,
    label: labelOf(textOf(schema["title"]) ?? description, name),
    ...(type === "string" ? {} : { type }),
    ...(isRequired ? { required: true } : {}),
    ...(description === "" || description.length <= LABEL_MAX ? {} : { description: description.slice(0, 500) }),
    ...(values.length === 0 || values.length > 100 ? {} : { options: values.map((value) => plainText(value)) }),
    ...(children.length === 0 ? {} : { children }),
  };
}

function fieldType(merged: Merged | undefined): FieldType {
  const format = textOf(merged?.schema["format"]);
  switch (merged?.type) {
    case "integer":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "array":
      return "array";
    case "object":
      return "object";
    default:
      return format === "date" ? "date" : format === "date-time" ? "datetime" : "string";
  }
}

/** OpenAPI 3.1 may name several types; null among them says nothing of the value. */
function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  return typeof type === "string" ? type : textsOf(type).find((each) => each !== "null");
}

/** The first clause: `订单号，最长 50` is labelled 订单号. */
function labelOf(text: string, name: string): string {
  const clause = (text.split(/[\n。，；;：:（(]|, |\. /)[0] ?? "").trim();
  return clause === "" || clause.length > LABEL_MAX ? name : clause;
}

export function objectOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return value !== undefined && isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((each) => typeof each === "string");
}

/** A value of the document as it is written in a connector: what is no text as JSON. */
export function plainText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
