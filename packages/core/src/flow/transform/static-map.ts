/** Static value maps: `{"1": "XSCKD01_SYS"}`. Looked up by the value's text; a value without an entry takes the default, else stays. */
import { DatongError } from "../../error/index.ts";
import { isArray, isObject, type Json } from "../../value/index.ts";
import { glimpse, scalarText } from "./template-error.ts";

export interface MappedValue {
  readonly value: Json;
  readonly note?: string;
}

/** What becomes of a value that the map lacks; `fieldPath` is for the error. */
export interface MapMissing {
  readonly policy: "keep" | "default" | "fail" | undefined;
  readonly mapDefault: string | undefined;
  readonly fieldPath: string;
  /** The mapping table that it was looked for in, if any. */
  readonly table: string | undefined;
}

/** Compiles a map. Lists are mapped element by element, objects stay. Throws VALUE_UNMAPPED where the policy is to fail. */
export function compileStaticMap(map: Readonly<Record<string, string>>, missing: MapMissing): (value: Json) => MappedValue {
  const { policy, fieldPath, table = "map" } = missing;
  const mapDefault = policy === "keep" ? undefined : missing.mapDefault;
  const entries = new Map(Object.entries(map).map(([text, value]): [string, MappedValue] => [text, { value }]));
  const mapOne = (value: Json): MappedValue => {
    if (isObject(value)) return { value };
    const text = scalarText(value) ?? "";
    const mapped = entries.get(text);
    if (mapped !== undefined) return mapped;
    // An empty text is no code: there is nothing that the map could lack.
    if (policy === "fail" && text !== "") throw new DatongError("VALUE_UNMAPPED", { fieldPath, table, value: glimpse(value) });
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
