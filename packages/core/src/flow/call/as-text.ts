/** Text of a value as vendors expect it in a form, a header, an element: scalars as they are, objects and lists as compact JSON. */
import { ExactNumber, type Json } from "../../value/json.ts";
import { writeJson } from "../../value/json-write.ts";

export function asText(value: Json): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (value instanceof ExactNumber) return value.text;
  return typeof value === "object" ? writeJson(value) : String(value);
}
