/**
 * How 吉客云 is read: one address, the method beside a JSON text, and a list of the fields that are wanted, which the vendor gives only when
 * they are named. The list is made of the declared answer, so that a declared field is always asked for.
 */
import type { Field, RequestShape } from "@datong/core";

export function readShape(method: string): RequestShape {
  return { method: "POST", path: "open/openapi/do", form: { method, bizcontent: "{{params}}" } };
}

/** The names of the fields, those of lines behind their list's name; `more` go behind. */
export function wantedFields(fields: readonly Field[], more: readonly string[] = []): string {
  const names = fields.flatMap((field) =>
    field.children === undefined ? [field.field] : field.children.map((child) => `${field.field}.${child.field}`),
  );
  return [...names, ...more].join(",");
}
