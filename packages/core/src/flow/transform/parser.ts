/**
 * Value parsers (值解析器), applied behind the value, its static map and its cast. One table feeds mapping, documentation, completion.
 * Names and effects are Qeasy's, so that imported mappings keep working; names are written in any case.
 */
import { DatongError, inBothLanguages } from "../../error/index.ts";
import type { ParserSpec } from "../../schema/field.ts";
import {
  canonicalText,
  isArray,
  isObject,
  keysOf,
  orderedObject,
  readJson,
  type Json,
  type JsonArray,
  type JsonObject,
} from "../../value/index.ts";
import { FilterRefusal } from "./filter.ts";
import { glimpse, scalarText } from "./template-error.ts";

export interface ParserRow {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** How the parameters are written; absent when there are none. */
  readonly params?: string;
  readonly apply: (value: Json, spec: ParserSpec, fieldName: string) => Json;
}

/** Every parser, in the order the documentation shows them. */
export const PARSERS: readonly ParserRow[] = [
  {
    name: "ConvertObjectParser",
    zh: "值 → {编码名: 值}",
    en: "v becomes {name: v}",
    params: "FNumber",
    apply: (value, spec) => objectOf(need(spec.params, "params"), value),
  },
  {
    name: "ConvertObjectsParser",
    zh: "数组或逗号分隔文字 → [{编码名: 值}, …]",
    en: "A list or comma text becomes [{name: v}, …]",
    params: "FNumber",
    apply: (value, spec) => listOf(value, ",").map((item) => orderedObject([[need(spec.params, "params"), item]])),
  },
  {
    name: "ConvertTwoStageObjectParser",
    zh: "值 → {params1: {params2: 值}}",
    en: "v becomes {params1: {params2: v}}",
    params: "params1, params2",
    apply: (value, spec) => {
      const [first, second] = spec.params1 === undefined ? (spec.params ?? "").split(",") : [spec.params1, spec.params2];
      return orderedObject([[need(first?.trim(), "params1"), orderedObject([[need(second?.trim(), "params2"), value]])]]);
    },
  },
  {
    name: "StringToArray",
    zh: "按分隔符拆成数组，空文字为 []",
    en: "Splits text into a list; blank text gives []",
    params: ",",
    apply: (value, spec) => listOf(value, separatorOf(spec)),
  },
  {
    name: "ArrayToString",
    zh: "数组按分隔符连成文字",
    en: "Joins a list into text",
    params: ",",
    apply: (value, spec) => (isArray(value) ? value.map(needText).join(separatorOf(spec)) : needText(value)),
  },
  {
    name: "ArrayUnique",
    zh: "去掉数组中的重复项",
    en: "Leaves out what repeats in a list",
    apply: (value) => {
      if (!isArray(value)) throw new FilterRefusal("不是数组 / not a list");
      const seen = new Set<string>();
      return value.filter((item) => seen.size < seen.add(canonicalText(item)).size);
    },
  },
  {
    name: "ConvertJson",
    zh: '{"1033":"a"} → [{"Key":1033,"Value":"a"}]',
    en: '{"1033":"a"} becomes [{"Key":1033,"Value":"a"}]',
    apply: (value) => convertJson(value),
  },
  {
    name: "K3WiseHeiHuCustomParser",
    zh: '值 → [{"keyName":参数,"keyValue":值}]',
    en: 'v becomes [{"keyName":params,"keyValue":v}]',
    params: "名称",
    apply: (value, spec) => [
      orderedObject([
        ["keyName", need(spec.params, "params")],
        ["keyValue", value],
      ]),
    ],
  },
  {
    name: "workflowRequestTableFields",
    zh: "泛微流程字段 {fieldName, fieldValue, view, edit, fieldId}",
    en: "A field of a Weaver workflow {fieldName, fieldValue, view, edit, fieldId}",
    params: "view, edit, fieldId",
    apply: (value, spec, fieldName) =>
      orderedObject([
        ["fieldName", fieldName],
        ["fieldValue", value],
        ["view", spec.view ?? ""],
        ["edit", spec.edit ?? ""],
        ["fieldId", spec.fieldId ?? ""],
      ]),
  },
];

const OBJECT_ROW = PARSERS.find((row) => row.name === "ConvertObjectParser");
const BY_NAME = new Map(PARSERS.map((row) => [row.name.toLowerCase(), row]));

/** The table's row for a name in any case. */
export function parserRow(name: string): ParserRow | undefined {
  return BY_NAME.get(name.trim().toLowerCase());
}

/** Compiles a parser or a comma chain of names (all get the same parameters). PARSER_UNKNOWN; when run, PARSER_VALUE. */
export function compileParser(parser: ParserSpec | string, fieldName: string, fieldPath: string): (value: Json) => Json {
  const spec: ParserSpec = typeof parser === "string" ? { name: parser } : parser;
  const rows = spec.name.split(",").map((name) => {
    const row = parserRow(name);
    if (row === undefined) throw new DatongError("PARSER_UNKNOWN", { fieldPath, name: name.trim() });
    return row;
  });
  const name = spec.params;
  // The parser that nearly every field of a Kingdee bill has, and that cannot fail.
  if (rows.length === 1 && rows[0] === OBJECT_ROW && name !== undefined && ORDINARY.test(name)) return (value) => ({ [name]: value });
  return (value) => {
    let current = value;
    for (const row of rows) {
      try {
        current = row.apply(current, spec, fieldName);
      } catch (error) {
        if (!(error instanceof FilterRefusal || error instanceof DatongError)) throw error;
        const reason = error instanceof DatongError ? inBothLanguages(error) : error.message;
        throw new DatongError("PARSER_VALUE", { fieldPath, parser: row.name, value: glimpse(current), reason }, { cause: error });
      }
    }
    return current;
  };
}

/** Of a name that JavaScript treats as any other, which nearly all are. */
const ORDINARY = /^[A-Za-z]/;

function objectOf(name: string, value: Json): JsonObject {
  return ORDINARY.test(name) ? { [name]: value } : orderedObject([[name, value]]);
}

function listOf(value: Json, separator: string): JsonArray {
  if (isArray(value)) return value;
  const text = needText(value);
  return text.trim() === "" ? [] : text.split(separator);
}

function separatorOf(spec: ParserSpec): string {
  return spec.params === undefined || spec.params === "" ? "," : spec.params;
}

function convertJson(value: Json): Json {
  const object = typeof value === "string" ? readJson(value) : value;
  if (!isObject(object)) throw new FilterRefusal("不是对象 / not an object");
  return keysOf(object).map((key) =>
    orderedObject([
      ["Key", /^(0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key],
      ["Value", object[key] ?? null],
    ]),
  );
}

function need(param: string | undefined, name: string): string {
  if (param === undefined || param === "") throw new FilterRefusal(`解析器缺少参数 ${name} / the parser lacks ${name}`);
  return param;
}

function needText(value: Json): string {
  const text = scalarText(value);
  if (text === undefined) throw new FilterRefusal("不是单个值 / not one single value");
  return text;
}
