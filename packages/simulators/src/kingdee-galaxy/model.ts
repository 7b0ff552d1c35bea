/**
 * Reads the Model of a save into values of a form: what each kind of field takes, how base data is looked up, what is wrong.
 *
 * Keys match whatever their case (a switch). Base data comes as `{"FNumber": "x"}` and the like; a bare text is not looked up, so the
 * field stays empty, as on the real server. Keys the form does not have are passed over in silence. Base data that does not exist is an
 * error only with IsVerifyBaseDataField.
 */
import { parseDecimal } from "./decimal.ts";
import type { Entry, Field, Form, Value } from "./form.ts";
import { isObject, isYes, lowerKeys, textOf } from "./request-body.ts";
import { findEntry, formOf, numberOf, type Document, type Store } from "./store.ts";
import { parseWall } from "./wall-time.ts";

export interface Flaw {
  readonly field: string;
  readonly message: string;
}

/** One line as sent: the id of the line it edits (0 for a new one) and its values. */
export interface SentLine {
  readonly entryId: number;
  readonly values: Readonly<Record<string, Value>>;
}

export interface ParsedModel {
  /** Inner id of the document to edit, 0 for a new one. */
  readonly id: number;
  readonly values: Readonly<Record<string, Value>>;
  /** Entries that were sent, by their key. */
  readonly lines: Readonly<Record<string, readonly SentLine[]>>;
  readonly flaws: readonly Flaw[];
}

export interface ModelOptions {
  readonly verifyBaseData: boolean;
  readonly keysAnyCase: boolean;
  readonly lcid: string;
}

/** Reads one package. */
export function readModel(store: Store, form: Form, model: Readonly<Record<string, unknown>>, options: ModelOptions): ParsedModel {
  const flaws: Flaw[] = [];
  const values: Record<string, Value> = {};
  const lines: Record<string, readonly SentLine[]> = {};
  let id = 0;
  for (const [key, value] of Object.entries(model)) {
    const field = form.header.get(key.toLowerCase());
    const entry = findEntry(form, key);
    if (key.toLowerCase() === form.masterKey.toLowerCase() || key.toLowerCase() === "id") id = Number(textOf(value)) || 0;
    else if (field !== undefined && (options.keysAnyCase || field.key === key)) readField(store, field, value, options, values, flaws);
    else if (entry !== undefined) lines[entry.key] = readEntry(store, entry, value, options, flaws);
  }
  return { id, values, lines, flaws };
}

function readEntry(store: Store, entry: Entry, value: unknown, options: ModelOptions, flaws: Flaw[]): readonly SentLine[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter(isObject).map((item) => {
    const values: Record<string, Value> = {};
    let entryId = 0;
    for (const [key, member] of Object.entries(item)) {
      const field = entry.fields.get(key.toLowerCase());
      if (key.toLowerCase() === "fentryid") entryId = Number(textOf(member)) || 0;
      else if (field !== undefined && (options.keysAnyCase || field.key === key)) readField(store, field, member, options, values, flaws);
    }
    return { entryId, values };
  });
}

function readField(store: Store, field: Field, value: unknown, options: ModelOptions, values: Record<string, Value>, flaws: Flaw[]): void {
  const read = field.kind === "base" ? readBaseData(store, field, value, options) : readPlain(field, value, options.lcid);
  if (typeof read === "object" && read !== null && "flaw" in read) flaws.push({ field: field.key, message: String(read["flaw"]) });
  else values[field.key] = read as Value;
}

type Read = Value | { readonly flaw: string };

function readPlain(field: Field, value: unknown, lcid: string): Read {
  const text = textOf(value);
  switch (field.kind) {
    case "mltext":
      return readNames(value, lcid);
    case "lot": {
      const lot = isObject(value) ? textOf(lowerKeys(value)["fnumber"]) : "";
      return lot === "" ? null : lot;
    }
    case "flex":
      return null;
    case "bool":
      return isYes(value);
    case "int":
      if (text.trim() === "") return null;
      return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : wrong(field);
    case "decimal":
      if (text.trim() === "") return null;
      return parseDecimal(text) ?? wrong(field);
    case "date": {
      if (text.trim() === "") return null;
      const date = parseWall(text);
      if (date === undefined) return wrong(field);
      return date.startsWith("1900-01-01") ? null : date;
    }
    default:
      return text === "" ? null : text;
  }
}

/** Multi-language text: plain text in the caller's language, or `[{Key, Value}]`. */
function readNames(value: unknown, lcid: string): Value {
  if (!Array.isArray(value)) return textOf(value) === "" ? null : { [lcid]: textOf(value) };
  const texts = value.filter(isObject).map((item) => [textOf(item["Key"]), textOf(item["Value"])] as const);
  return texts.length === 0 ? null : Object.fromEntries(texts);
}

function readBaseData(store: Store, field: Field, value: unknown, options: ModelOptions): Read {
  if (!isObject(value)) return options.verifyBaseData && textOf(value) !== "" ? unknownBaseData(field, textOf(value)) : 0;
  const members = lowerKeys(value);
  const number = textOf(members["fnumber"] ?? members["number"] ?? members["fcode"] ?? members["fuserid"] ?? members["fstaffnumber"]);
  const name = textOf(members["fname"] ?? members["name"]);
  const id = textOf(members["id"] ?? members["fid"]);
  const found = findBaseData(store, field, number, id, name);
  if (found !== undefined) return found.id;
  const given = number || name || id;
  return given !== "" && given !== "0" && options.verifyBaseData ? unknownBaseData(field, given) : 0;
}

function findBaseData(store: Store, field: Field, number: string, id: string, name: string): Document | undefined {
  const form = formOf(field.ref);
  if (number !== "") return store.find(form, number);
  if (id !== "") return store.get(form, Number(id));
  if (name === "") return undefined;
  return store.all(form).find((document) => {
    const names = document.values["FName"];
    return typeof names === "object" && names !== null && Object.values(names).includes(name);
  });
}

function unknownBaseData(field: Field, given: string): { readonly flaw: string } {
  return { flaw: `字段“${field.name}”的值“${given}”不存在对应的${formOf(field.ref).name}` };
}

function wrong(field: Field): { readonly flaw: string } {
  return { flaw: `字段“${field.name}”的值格式不正确` };
}

/** The value as the answers of a save return it (NeedReturnFields): base data by its number. */
export function returnedValue(store: Store, field: Field, value: Value): unknown {
  if (field.kind !== "base") return typeof value === "object" && value !== null ? (value["2052"] ?? null) : value;
  const document = typeof value === "number" ? store.get(formOf(field.ref), value) : undefined;
  return document === undefined ? null : { FNumber: numberOf(document) };
}
