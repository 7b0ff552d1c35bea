/** Fields that are plain values, written down in a line each: name, Chinese and English caption, and what a person must know besides. */
import type { Field } from "@datong/core";

export type PlainField = readonly [field: string, zh: string, en: string, description?: string];

export function plain(...fields: readonly PlainField[]): Field[] {
  return fields.map(([field, label, labelEn, description]) => ({
    field,
    label,
    labelEn,
    type: "string",
    ...(description === undefined ? {} : { description }),
  }));
}
