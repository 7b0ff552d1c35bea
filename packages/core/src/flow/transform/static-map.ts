/** Static value maps: `{"1": "XSCKD01_SYS"}`. Looked up by the value's text; a value without an entry takes the default, else stays. */
import { isArray, isObject, type Json } from "../../value/index.ts";
import { scalarText } from "./template-error.ts";

export interface MappedValue {
  readonly value: Json;
  readonly note?: string;
}

/** Compiles a map. Lists are mapped element by element, objects stay. */
export function compileStaticMap(map: Readonly<Record<string, string>>, mapDefault: string | undefined): (value: Json) => MappedValue {
  const entries = new Map(Object.entries(map).map(([text, value]): [string, MappedValue] => [text, { value }]));
  const mapOne = (value: Json): MappedValue => {
    if (isObject(value)) return { value };
    const text = scalarText(value) ?? "";
    const mapped = entries.get(text);
    if (mapped !== undefined) return mapped;
    if (mapDefault !== undefined) return { value: mapDefault, note: "映射表中没有，取默认 / not in the map, default taken" };
    return { value, note: "映射表中没有，保持原值 / not in the map, kept as it was" };
  };
  return (value) => {
    if (!isArray(value)) return mapOne(value);
    const mapped = value.map(mapOne);
    const note = mapped.find((item) => item.note !== undefined)?.note;
    return { value: mapped.map((item) => item.value), ...(note === undefined ? {} : { note }) };
  };
}
