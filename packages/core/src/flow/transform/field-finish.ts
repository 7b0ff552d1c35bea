/** The last steps of a field: cast and parser. */
import { DatongError } from "../../error/index.ts";
import type { FieldType } from "../../schema/field.ts";
import { DEFAULT_ZONE, isArray, isObject, readJson, type Json } from "../../value/index.ts";
import type { MappingField } from "../flow.ts";
import { castValue, isOfType } from "./cast.ts";
import { compileParser } from "./parser.ts";
import type { CompiledValue } from "./template-compile.ts";
import { glimpse } from "./template-error.ts";

/** Cast and parser. A list or object goes to the parser as it is and is cast behind it; a scalar is cast first. */
export function compileFinish(
  field: MappingField,
  fieldPath: string,
): (value: Json, zone: string, notes: string[] | undefined) => Json | undefined {
  const parse = field.parser === undefined ? undefined : compileParser(field.parser, field.field, fieldPath);
  const { type } = field;
  const isStructured = type === "array" || type === "object";
  const cast = (value: Json, zone: string, notes: string[] | undefined): Json | undefined => {
    if (isOfType(type, value)) return value;
    const done = castValue(type, value, zone);
    if (!done.ok) throw typeError(fieldPath, type, value, done.reason);
    if (done.note !== undefined) notes?.push(done.note);
    return done.value;
  };
  return (value, zone, notes) => {
    const isScalar = typeof value !== "object" || (!isArray(value) && !isObject(value));
    if (parse === undefined) return cast(isScalar && isStructured ? jsonOf(value) : value, zone, notes);
    if (!isScalar || isStructured) {
      const parsed = parse(value);
      return isArray(parsed) || isObject(parsed) ? parsed : cast(parsed, zone, notes);
    }
    const scalar = cast(value, zone, notes);
    return scalar === undefined ? undefined : parse(scalar);
  };
}

/** JSON text for a list or object field; anything else stays for the cast to refuse. Blank text is nothing. */
function jsonOf(value: Json): Json {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return readJson(value);
  } catch (error) {
    if (error instanceof DatongError) return value;
    throw error;
  }
}

function typeError(fieldPath: string, type: FieldType | undefined, value: Json, reason: string): DatongError {
  return new DatongError("VALUE_TYPE", { fieldPath, type: type ?? "string", value: glimpse(value), reason });
}

/** What a fixed text always comes to; undefined where it is not fixed, or depends on the zone, or fails: then the record tells. */
export function constantOf(
  field: MappingField,
  value: CompiledValue | undefined,
  isMapped: boolean,
  finish: ReturnType<typeof compileFinish>,
): Json | undefined {
  if (value?.kind !== "literal" || value.text === "" || isMapped || field.type === "date" || field.type === "datetime") return undefined;
  try {
    return finish(value.text, DEFAULT_ZONE, undefined);
  } catch (error) {
    if (error instanceof DatongError) return undefined;
    throw error;
  }
}
