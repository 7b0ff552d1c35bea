/**
 * What a field is when its expression fails. `fail`: the record fails, with expression, position and cause. `text`: Qeasy's way, for
 * flows that lean on it: the expression's own text, its fields put in, is sent in place of the result.
 */
import { DatongError } from "../../error/index.ts";
import type { Json } from "../../value/index.ts";
import type { MappingField } from "../flow.ts";
import { compileParser } from "./parser.ts";
import { compileText, type CompiledValue } from "./template-compile.ts";
import type { Scope } from "./template-reference.ts";

export type OnValueError = "fail" | "text";

/** Gives the value in place of a failed one; undefined where the failure stands. */
export type Fallback = (error: DatongError, scope: Scope) => Json | undefined;

/** The fallback of a field; undefined where there is none. What a lookup's policy refuses stays refused. */
export function compileFallback(
  field: MappingField,
  value: CompiledValue | undefined,
  fieldPath: string,
  onValueError: OnValueError,
): Fallback | undefined {
  if (onValueError !== "text" || value?.kind !== "expression") return undefined;
  const readText = compileText(value.text, fieldPath);
  const parse = field.parser === undefined ? undefined : compileParser(field.parser, field.field, fieldPath);
  return (error, scope) => {
    if (error.code.startsWith("LOOKUP_")) return undefined;
    try {
      const text = readText(scope);
      return parse?.(text) ?? text;
    } catch (second) {
      // A list cannot be put into text; the first error says more.
      if (second instanceof DatongError) return undefined;
      throw second;
    }
  };
}
