/** Response lists as fields of an API; and the loose `params` and `mapping` objects that some documents have in place of a list. */
import { isObject, type Field, type Json, type JsonObject } from "@datong/core";
import { bodyFields } from "../scheme/article-form.ts";
import { listAt, textAt } from "../scheme/scheme.ts";
import type { QeasyField } from "./fields.ts";
import type { Work } from "./work.ts";

/** Columns that the scheme knows of. In Qeasy they only help to pick fields; here they tell the checks what there is. */
export function responseFields(work: Work, metadata: JsonObject): readonly Field[] {
  const made = fieldsIn(listAt(metadata, "response"));
  if (metadata["response"] !== undefined) work.notes.take(metadata, "response");
  if (metadata["otherResponse"] !== undefined) work.notes.take(metadata, "otherResponse");
  return made;
}

function fieldsIn(list: readonly Json[]): readonly Field[] {
  const seen = new Set<string>();
  return list.flatMap((each): readonly Field[] => {
    if (!isObject(each)) return [];
    const name = textAt(each, "field", "key");
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    const children = fieldsIn(listAt(each, "children"));
    return [
      {
        field: name,
        label: textAt(each, "label") ?? name,
        ...(children.length === 0 ? {} : { type: textAt(each, "type") === "object" ? "object" : "array", children }),
      },
    ];
  });
}

/** `{"status": "confirmed"}` under `params` or `mapping` as fields. */
export function requestFieldsOf(work: Work, metadata: JsonObject, key: "params" | "mapping"): readonly QeasyField[] {
  const given = metadata[key];
  if (given === undefined || given === null || !isObject(given)) return [];
  const fields = bodyFields(given);
  for (const field of fields) work.origins.adopt(field, given);
  work.notes.change(metadata, key, `${key} 的对象写法已按字段列表读`, `the object ${key} is read as a list of fields`);
  const made = (field: JsonObject): QeasyField => ({
    name: String(field["field"]),
    given: field,
    children: listAt(field, "children").filter(isObject).map(made),
  });
  return fields.map(made);
}
