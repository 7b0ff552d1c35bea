/**
 * Field lists of metadata in one form: an object of plain values becomes a list, flat lists with `parent` become nested, a field that
 * stands twice counts once.
 */
import { isArray, isObject, type Json, type JsonObject } from "@datong/core";
import { readLenient } from "../read/lenient-json.ts";
import type { Origins } from "../scheme/origins.ts";
import { bodyFields } from "../scheme/article-form.ts";
import type { Notes } from "./notes.ts";

export interface QeasyField {
  readonly name: string;
  /** The object as it stands in the input. */
  readonly given: JsonObject;
  readonly children: readonly QeasyField[];
}

const NAME_KEYS = ["field", "key", "code"];

/** The fields of `metadata[key]`. What is no field at all stays unmarked and is told as unknown. */
export function fieldsOf(metadata: JsonObject, key: string, notes: Notes, origins: Origins): readonly QeasyField[] {
  const given = metadata[key];
  if (given === undefined || given === null) {
    notes.pass(metadata, key);
    return [];
  }
  const fields = nested(listOf(metadata, key, given, notes, origins), notes);
  if (isArray(given) && given.length === 0) notes.pass(metadata, key);
  return once(fields, notes);
}

function listOf(holder: JsonObject, key: string, given: Json, notes: Notes, origins: Origins): readonly QeasyField[] {
  if (isArray(given)) return given.flatMap((each) => fieldOf(each, notes, origins));
  if (isObject(given)) {
    const single = isField(given) ? [given] : objectFields(given);
    for (const each of single) origins.adopt(each, given);
    if (!isField(given)) notes.change(holder, key, "对象写法已按字段列表读", "an object is read as a list of fields");
    return single.flatMap((each) => fieldOf(each, notes, origins));
  }
  const read = typeof given === "string" && /^\s*[{[]/.test(given) ? readLenient(given, given.search(/[{[]/)) : undefined;
  if (read === undefined) return [];
  if (typeof read.value === "object" && read.value !== null) origins.adopt(read.value as object, holder);
  notes.change(holder, key, "文本里的 JSON 已读出", "JSON inside of a text is read");
  return listOf(holder, key, read.value, notes, origins);
}

/** `{FormId: "BD_STOCK"}` and `{FormId: {field: "FormId", value: …}}`. */
function objectFields(given: JsonObject): readonly JsonObject[] {
  return Object.entries(given).flatMap(([name, value]): readonly JsonObject[] => {
    if (value !== undefined && isObject(value) && (Object.hasOwn(value, "value") || Object.hasOwn(value, "field")))
      return [{ field: name, ...value }];
    return bodyFields({ [name]: value ?? null });
  });
}

function isField(given: JsonObject): boolean {
  return typeof given["field"] === "string" && ["label", "type", "value", "parser", "children"].some((key) => Object.hasOwn(given, key));
}

function fieldOf(given: Json, notes: Notes, origins: Origins): readonly QeasyField[] {
  if (!isObject(given)) return [];
  const name = NAME_KEYS.map((key) => given[key]).find(
    (each) => (typeof each === "string" && each.trim() !== "") || typeof each === "number",
  );
  if (name === undefined) return [];
  const children = given["children"];
  const inner = children === undefined || children === null ? [] : listOf(given, "children", children, notes, origins);
  if (children === null || (children !== undefined && isArray(children) && children.length === 0)) notes.pass(given, "children");
  return [{ name: String(name).trim(), given, children: inner }];
}

/** Flat lists name each field's parent; in nested ones the name says nothing new. */
function nested(fields: readonly QeasyField[], notes: Notes): readonly QeasyField[] {
  interface Node {
    readonly field: QeasyField;
    readonly children: Node[];
  }
  const nodeOf = (field: QeasyField): Node => ({ field, children: field.children.map(nodeOf) });
  const roots = fields.map(nodeOf);
  const byName = new Map<string, Node>();
  const note = (node: Node): void => {
    if (!byName.has(node.field.name)) byName.set(node.field.name, node);
    for (const child of node.children) note(child);
  };
  for (const root of roots) note(root);
  const kept: Node[] = [];
  for (const root of roots) {
    const parent = root.field.given["parent"];
    const holder = typeof parent === "string" && parent !== "" ? byName.get(parent) : undefined;
    if (holder === undefined || holder === root || isBelow(root, holder)) {
      kept.push(root);
      if (typeof parent === "string" && parent !== "" && holder === undefined)
        notes.change(
          root.field.given,
          "parent",
          `没有名为「${parent}」的上级字段，放在最上层`,
          `there is no field '${parent}' to be inside of; it stays on top`,
        );
      continue;
    }
    notes.take(root.field.given, "parent");
    holder.children.push(root);
  }
  const built = (node: Node): QeasyField => ({ ...node.field, children: node.children.map(built) });
  return kept.map(built);

  function isBelow(node: Node, other: Node): boolean {
    return node.children.some((child) => child === other || isBelow(child, other));
  }
}

/** In one list the later of two fields of a name counts, unless only the earlier says something. */
function once(fields: readonly QeasyField[], notes: Notes): readonly QeasyField[] {
  const kept: QeasyField[] = [];
  for (const given of fields) {
    const field = { ...given, children: once(given.children, notes) };
    const index = kept.findIndex((each) => each.name === field.name);
    if (index === -1) {
      kept.push(field);
      continue;
    }
    const first = kept[index] as QeasyField;
    const [stays, goes] = isEmpty(field) && !isEmpty(first) ? [first, field] : [field, first];
    kept[index] = stays;
    for (const key of Object.keys(goes.given)) notes.pass(goes.given, key);
    notes.change(
      goes.given,
      "field",
      `字段「${field.name}」出现两次，只取一个`,
      `the field '${field.name}' stands twice; one of them counts`,
    );
  }
  return kept;
}

function isEmpty({ given, children }: QeasyField): boolean {
  const { value } = given;
  return children.length === 0 && (value === undefined || value === null || value === "");
}
