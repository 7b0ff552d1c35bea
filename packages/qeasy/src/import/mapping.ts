/**
 * Fields of a target's request to the mapping of a flow: names, captions, types, values, static maps, parsers, children. Every field that
 * the scheme has is in the mapping, under its own name, with or without a value.
 */
import {
  isArray,
  isObject,
  PARSERS,
  type Field,
  type FieldType,
  type Json,
  type JsonObject,
  type MappingField,
  type ParserSpec,
} from "@datong/core";
import { textAt } from "../scheme/scheme.ts";
import type { QeasyField } from "./fields.ts";
import type { Notes } from "./notes.ts";
import { flawOfValue, repairValue, schemeIdsOf, textOfValue, withFlowIds } from "./value.ts";

export interface MappingWork {
  readonly notes: Notes;
  /** Values that stand empty may have had one. */
  readonly isTable: boolean;
  readonly flowOf: (scheme: string) => string | undefined;
  /** In front of the names of decisions: `mapping`, `writeBack`. */
  readonly front: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Made = Writable<Omit<MappingField, "children">> & { children?: readonly MappingField[] };

/** Keys that say nothing about the request; they are kept for the way back. */
const KEPT = [
  "describe",
  "description",
  "is_required",
  "required",
  "name",
  "id",
  "parent",
  "parent_id",
  "is_request",
  "fieldId",
  "sort",
  "_id",
];

const TYPES: Readonly<Record<string, FieldType>> = {
  string: "string",
  text: "string",
  varchar: "string",
  int: "int",
  integer: "int",
  bigint: "int",
  float: "float",
  double: "float",
  decimal: "float",
  number: "float",
  bool: "bool",
  boolean: "bool",
  date: "date",
  短日期: "date",
  datetime: "datetime",
  长日期时间: "datetime",
  array: "array",
  list: "array",
  多行分录: "array",
  object: "object",
  json: "object",
  子表对象: "object",
};

/** `known`: the fields that the target's API declares at this level. */
export function mappingOf(fields: readonly QeasyField[], known: readonly Field[], work: MappingWork, path = ""): readonly MappingField[] {
  return fields.map((field) =>
    fieldOf(
      field,
      known.find((each) => each.field === field.name),
      work,
      path === "" ? field.name : `${path}.${field.name}`,
    ),
  );
}

function fieldOf(field: QeasyField, known: Field | undefined, work: MappingWork, path: string): MappingField {
  const { given, name } = field;
  const { notes } = work;
  const made: Made = { field: name };
  notes.take(given, "field", "key", "code");
  const label = textAt(given, "label");
  // A field that the connector does not know is a custom one when it says what it is.
  if (label !== undefined) made.label = label;
  else if (known === undefined) made.label = name;
  notes.take(given, "label", ...KEPT);
  const hasChildren = field.children.length > 0;
  takeType(given, known, hasChildren, made, notes);
  takeParser(given, made, work, path);
  takeStaticMap(given, made, work, path);
  const preset = textOfValue(given["default"]);
  if (preset !== undefined) made.default = valueText(given, "default", preset, work, path);
  else notes.pass(given, "default");
  if (hasChildren) takeParent(field, known, made, work, path);
  else takeValue(given, made, work, path);
  takeOwn(given, made, notes);
  return made;
}

/** Members that an export of ours has put there, since Qeasy has none like them. */
function takeOwn(given: JsonObject, made: Made, notes: Notes): void {
  const own = given["datong"];
  if (own === undefined || own === null || !isObject(own)) return;
  notes.take(given, "datong");
  for (const [key, value] of Object.entries(own))
    if (value !== undefined && key !== "field" && key !== "children") Reflect.set(made, key, value);
}

function takeType(given: JsonObject, known: Field | undefined, hasChildren: boolean, made: Made, notes: Notes): void {
  const raw = textAt(given, "type");
  if (raw === undefined) {
    notes.pass(given, "type");
    return;
  }
  const type = TYPES[raw.toLowerCase()] ?? TYPES[raw];
  notes.take(given, "type");
  if (type === undefined) {
    notes.change(given, "type", `类型「${raw}」不认识，按文本处理`, `the type '${raw}' is not known; it counts as text`);
    return;
  }
  const isStructured = type === "array" || type === "object";
  if (hasChildren && !isStructured) {
    notes.change(given, "type", `有下级字段，类型「${raw}」不用`, `the field has children, so its type '${raw}' is left out`);
    return;
  }
  // Text is what a value is without a type; a leaf that the connector declares otherwise keeps the connector's.
  if (type === "string" && (known?.type === undefined || known.type === "string")) return;
  if (!hasChildren && isStructured && known !== undefined && known.type !== type) return;
  made.type = type;
}

function takeParser(given: JsonObject, made: Made, { notes, front }: MappingWork, path: string): void {
  const raw = given["parser"];
  if (raw === undefined || raw === null || raw === "") {
    notes.pass(given, "parser");
    return;
  }
  const parser = parserOf(raw);
  const names = typeof parser === "string" ? parser.split(",").map((each) => each.trim()) : [parser?.name ?? ""];
  if (parser === undefined || !names.every((each) => PARSERS.some((row) => row.name === each))) {
    const shown = JSON.stringify(raw);
    const answer = notes.decide(given, "parser", {
      key: `${front}.${path}.parser`,
      zh: `解析器 ${shown} 不认识，未使用`,
      en: `the parser ${shown} is not known and is not used`,
    });
    if (typeof answer === "string") made.parser = answer;
    return;
  }
  notes.take(given, "parser");
  made.parser = parser;
}

function parserOf(raw: Json): ParserSpec | string | undefined {
  if (typeof raw === "string") return raw;
  if (!isObject(raw)) return undefined;
  const name = textAt(raw, "name");
  if (name === undefined) return undefined;
  const spec: Writable<ParserSpec> = { name };
  for (const key of ["params", "params1", "params2", "view", "edit", "fieldId"] as const) {
    const value = raw[key];
    if (value !== undefined && value !== null) spec[key] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return spec;
}

/** 静态映射: pairs of values, or the id of a mapping table with a direction. */
function takeStaticMap(given: JsonObject, made: Made, { notes, front }: MappingWork, path: string): void {
  const raw = given["mapping"];
  if (raw === undefined || raw === null || (isArray(raw) && raw.length === 0) || raw === "" || raw === false) {
    notes.pass(given, "mapping");
    return;
  }
  const pairs = isObject(raw) ? pairsOf(raw) : isArray(raw) ? pairsOfList(raw) : undefined;
  if (pairs !== undefined) {
    notes.take(given, "mapping");
    made.map = pairs;
    return;
  }
  const table = isObject(raw) ? textAt(raw, "target", "table", "id", "mappingId") : undefined;
  const direction = isObject(raw) && /reverse|反/i.test(textAt(raw, "direction") ?? "") ? "reverse" : "forward";
  const answer = notes.decide(given, "mapping", {
    key: `${front}.${path}.table`,
    zh: `引用了映射表「${table ?? JSON.stringify(raw)}」：请从轻易云导出该表，放到 tables/ 里并写表名`,
    en: `a mapping table '${table ?? JSON.stringify(raw)}' is named: export it from Qeasy into tables/ and give its name`,
  });
  if (typeof answer !== "string") return;
  made.table = answer;
  if (direction === "reverse") made.direction = direction;
}

function pairsOf(raw: JsonObject): Readonly<Record<string, string>> | undefined {
  const inner = raw["map"] ?? raw["data"] ?? raw["items"];
  if (inner !== undefined && isObject(inner)) return pairsOf(inner);
  if (inner !== undefined && isArray(inner)) return pairsOfList(inner);
  const entries = Object.entries(raw);
  const isTable = entries.some(([key]) => key === "direction" || key === "target");
  if (isTable || entries.length === 0 || entries.some(([, value]) => value === null || typeof value === "object")) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function pairsOfList(raw: readonly Json[]): Readonly<Record<string, string>> | undefined {
  const pairs = raw.map((each): readonly [string, string] | undefined => {
    if (!isObject(each)) return undefined;
    const [from, to] = [
      ["source", "from", "key", "old"],
      ["target", "to", "value", "new"],
    ].map((keys) => keys.map((key) => each[key]).find((value) => typeof value === "string" || typeof value === "number"));
    return from === undefined || to === undefined ? undefined : [String(from), String(to)];
  });
  return pairs.length === 0 || pairs.includes(undefined) ? undefined : Object.fromEntries(pairs as (readonly [string, string])[]);
}

/** A list or object: its own value is the bare path of the source's array. */
function takeParent(field: QeasyField, known: Field | undefined, made: Made, work: MappingWork, path: string): void {
  const { given } = field;
  const { notes } = work;
  made.children = mappingOf(field.children, known?.children ?? [], work, path);
  const raw = textOfValue(given["value"]);
  if (raw === undefined) {
    notes.pass(given, "value");
    const isList = made.type === "array" || (made.type === undefined && known?.type === "array");
    if (!work.isTable || !isList) return;
    const answer = notes.decide(given, "value", {
      key: `${work.front}.${path}`,
      zh: `「${path}」取来源的哪个数组？页面没有写`,
      en: `which array of the source does '${path}' take? The page does not say`,
      ...(known?.default === undefined ? {} : { proposal: known.default }),
    });
    applyAnswer(made, answer === undefined ? (known?.default ?? null) : answer);
    return;
  }
  const { text, zh, en } = repairValue(raw);
  const bare = /^\{\{?\s*([\w.\u4e00-\u9fff]+)\s*\}?\}$/.exec(text)?.[1] ?? text;
  if (known?.type === "object" || made.type === "object") {
    notes.change(
      given,
      "value",
      `「${path}」是对象，下级只生成一次，数组名 ${bare} 不用`,
      `'${path}' is an object: its children are built once, the array ${bare} is not used`,
    );
    return;
  }
  made.value = bare;
  if (bare === raw) notes.take(given, "value");
  else
    notes.change(
      given,
      "value",
      [...zh, `数组取值写成路径：${raw} → ${bare}`].join("；"),
      [...en, `an array's value is a bare path: ${raw} → ${bare}`].join("; "),
    );
}

function takeValue(given: JsonObject, made: Made, work: MappingWork, path: string): void {
  const { notes, front, isTable } = work;
  const raw = textOfValue(given["value"]);
  if (raw !== undefined) {
    made.value = valueText(given, "value", raw, work, path);
    const answer = notes.answer(`${front}.${path}`);
    if (answer !== undefined) applyAnswer(made, answer);
    return;
  }
  if (!isTable || made.default !== undefined) {
    if (Object.hasOwn(given, "value")) {
      notes.take(given, "value");
      made.value = null;
    }
    return;
  }
  made.value = null;
  const label = made.label === undefined || made.label === made.field ? "" : `（${made.label}）`;
  const answer = notes.decide(given, "value", {
    key: `${front}.${path}`,
    zh: `「${path}」${label}在页面上没有值：不发送，还是取什么？`,
    en: `'${path}' has no value on the page: is nothing sent, or what?`,
  });
  if (answer !== undefined) applyAnswer(made, answer);
}

/** A text, null for nothing, or members of a mapping field. */
export function applyAnswer(made: Made, answer: Json): void {
  if (answer === null || typeof answer === "string") {
    made.value = answer;
    return;
  }
  if (!isObject(answer)) return;
  for (const [key, value] of Object.entries(answer))
    if (value !== undefined && key !== "field") Reflect.set(made, key, memberOf(key, value));
}

function memberOf(key: string, value: Json): Json {
  return key === "required" || key === "keepNull" ? value === true || value === "true" : value;
}

/** The value repaired, with flows for schemes, tried with our compiler. */
function valueText(given: JsonObject, key: string, raw: string, work: MappingWork, path: string): string {
  const { notes, front, flowOf } = work;
  const repaired = repairValue(raw);
  const zh = [...repaired.zh];
  const en = [...repaired.en];
  for (const id of schemeIdsOf(repaired.text)) {
    const flow = flowOf(id);
    if (flow === undefined) {
      notes.decide(given, undefined, {
        key: `scheme.${id}`,
        zh: `查询的方案 ${id} 在这里没有：请一起导入，或用 --map ${id}=方案标识 指明`,
        en: `the scheme ${id} that is looked up is not here: import it too, or tell it with --map ${id}=FLOW`,
      });
    } else if (flow !== id) {
      zh.push(`方案 ${id} 改为 ${flow}`);
      en.push(`the scheme ${id} is now ${flow}`);
    }
  }
  const text = withFlowIds(repaired.text, flowOf);
  if (zh.length === 0 && typeof given[key] === "string") notes.take(given, key);
  else if (zh.length === 0) notes.take(given, key);
  else notes.change(given, key, `${zh.join("；")}：${text}`, `${en.join("; ")}: ${text}`);
  const flaw = flawOfValue(text, path);
  if (flaw === undefined) return text;
  const answer = notes.decide(given, undefined, {
    key: `${front}.${path}`,
    zh: `取值不能计算（${flaw.zh}）：${text}`,
    en: `the value cannot be evaluated (${flaw.en}): ${text}`,
    proposal: text,
  });
  return typeof answer === "string" ? answer : text;
}
