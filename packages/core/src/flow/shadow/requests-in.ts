/**
 * Documents in requests as another system has recorded them: alone, in lists, inside `Model`, `data` or any other envelope, or as JSON text
 * in a text. A document is the outermost object that has a value at the target's key.
 */
import { DatongError } from "../../error/index.ts";
import { getPath, isArray, isObject, keysOf, readJson, type Json, type JsonObject, type Path } from "../../value/index.ts";

const DEPTH_MAX = 12;

/** In their order. */
export function requestsIn(json: Json, key: Path): readonly JsonObject[] {
  const found: JsonObject[] = [];
  collect(json, key, found, 0);
  return found;
}

function collect(value: Json | undefined, key: Path, found: JsonObject[], depth: number): void {
  if (depth > DEPTH_MAX || value === undefined || value === null) return;
  if (typeof value === "string") collect(innerJson(value), key, found, depth + 1);
  else if (isArray(value)) for (const element of value) collect(element, key, found, depth + 1);
  else if (isObject(value)) {
    const own = getPath(value, key);
    if (own !== undefined && own !== null && own !== "" && !isObject(own) && !isArray(own)) found.push(value);
    else for (const name of keysOf(value)) collect(value[name], key, found, depth + 1);
  }
}

function innerJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return readJson(text);
  } catch (error) {
    // A text that only looks like JSON.
    if (error instanceof DatongError) return undefined;
    throw error;
  }
}
