/**
 * View: one document in the vendor's own object form, whose names are property names and not field keys.
 *
 * Base data comes twice, as `StockOrgId_Id` and as an object with Id, Number, Name and MultiLanguageText; multi-language text as
 * `[{Key, Value}]`; entries under their property name with Id and Seq per line. Also the metadata of QueryBusinessInfo.
 */
import { NumberText } from "../kit/exact-json.ts";
import type { Field, Fields, Form, Line, Value } from "./form.ts";
import { MSG, problem, responseStatus, type Problem } from "./reply.ts";
import { textOf } from "./request-body.ts";
import { formOf, numberOf, valueOf, type Document, type Store } from "./store.ts";

/** The answer's body, or the problem when there is no such document. */
export function view(store: Store, form: Form, data: Readonly<Record<string, unknown>>): unknown {
  const number = textOf(data["number"]);
  const id = textOf(data["id"]);
  const document = number !== "" ? store.find(form, number) : store.get(form, Number(id));
  if (document === undefined) return notFound(form, number || id);
  return { Result: { ResponseStatus: responseStatus([]), Result: objectOf(store, document) } };
}

/** Metadata of a form: its fields and entries with their kinds. */
export function businessInfo(form: Form): unknown {
  const fields = (own: Fields): unknown[] =>
    [...own.values()].map((field) => ({
      Key: field.key,
      Name: [{ Key: 2052, Value: field.name }],
      PropertyName: field.property,
      ElementType: field.kind,
      MustInput: field.required ? 1 : 0,
      LookUpObjectFormId: field.ref === "" ? null : field.ref,
    }));
  const head = { Key: form.bill ? "FBillHead" : "FHead", Name: form.name, EntityType: 0, Fields: fields(form.header) };
  const entries = form.entries.map(({ key, name, property, single, fields: own }) => ({
    Key: key,
    Name: name,
    EntryName: property,
    EntityType: single ? 2 : 1,
    Fields: fields(own),
  }));
  const info = { Id: form.id, Name: [{ Key: 2052, Value: form.name }], PkFieldName: form.masterKey, Entrys: [head, ...entries] };
  return { Result: { ResponseStatus: responseStatus([]), NeedReturnData: info } };
}

/** The document as judges compare it: header and lines under field keys, base data by number, decimals as text. */
export function plainDocument(store: Store, document: Document): Record<string, unknown> {
  const { form } = document;
  const plain = (fields: Fields, values: Readonly<Record<string, Value>>): Record<string, unknown> =>
    Object.fromEntries([...fields.values()].map((field) => [field.key, plainValue(store, field, valueOf(values, field))]));
  const entries = form.entries.map((entry): [string, unknown] => {
    const lines = (document.lines[entry.key] ?? []).map((line) => ({
      FEntryID: line.entryId,
      FSeq: line.seq,
      ...plain(entry.fields, line.values),
    }));
    return [entry.key, entry.single ? lines[0] : lines];
  });
  return { [form.masterKey]: document.id, ...plain(form.header, document.values), ...Object.fromEntries(entries) };
}

function plainValue(store: Store, field: Field, value: Value): unknown {
  if (field.kind !== "base") return typeof value === "object" && value !== null ? (value["2052"] ?? null) : value;
  const found = typeof value === "number" ? store.get(formOf(field.ref), value) : undefined;
  return found === undefined ? null : { FNumber: numberOf(found), FName: nameText(found) };
}

function notFound(form: Form, given: string): Problem {
  return problem(MSG.notFound, `传递的编码或内码“${given}”对应的${form.name}不存在`, form.numberKey);
}

function objectOf(store: Store, document: Document): Record<string, unknown> {
  const { form } = document;
  const object: Record<string, unknown> = { Id: document.id, ...members(store, form.header, document.values) };
  if (!form.bill) Object.assign(object, { msterID: document.id, MultiLanguageText: languages(document) });
  for (const entry of form.entries) {
    object[entry.property] = (document.lines[entry.key] ?? []).map((line: Line) => ({
      Id: line.entryId,
      ...(entry.single ? {} : { Seq: line.seq }),
      ...members(store, entry.fields, line.values),
    }));
  }
  return object;
}

function members(store: Store, fields: Fields, values: Readonly<Record<string, Value>>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of fields.values()) {
    const value = valueOf(values, field);
    if (field.kind === "base") {
      const found = typeof value === "number" && value !== 0 ? store.get(formOf(field.ref), value) : undefined;
      object[`${field.property}_Id`] = found?.id ?? 0;
      object[field.property] = found === undefined ? null : briefOf(found);
    } else object[field.property] = shownValue(field, value);
  }
  return object;
}

function shownValue(field: Field, value: Value): unknown {
  if (field.kind === "mltext") return typeof value === "object" && value !== null ? pairs(value) : [];
  if (field.kind === "decimal") return typeof value === "string" ? new NumberText(value) : value;
  return value ?? (field.kind === "text" ? "" : null);
}

function briefOf(document: Document): unknown {
  const name = document.values["FName"];
  return {
    Id: document.id,
    msterID: document.id,
    MultiLanguageText: languages(document),
    Name: typeof name === "object" && name !== null ? pairs(name) : [],
    Number: numberOf(document),
  };
}

function languages(document: Document): unknown[] {
  const name = document.values["FName"];
  if (typeof name !== "object" || name === null) return [];
  return pairs(name).map(({ Key, Value }, i) => ({ PkId: document.id * 10 + i, LocaleId: Key, Name: Value }));
}

/** Simplified Chinese first, as the server's own language. */
function pairs(names: Readonly<Record<string, string>>): readonly { readonly Key: number; readonly Value: string }[] {
  const all = Object.entries(names).map(([lcid, text]) => ({ Key: Number(lcid), Value: text }));
  return all.sort((a, b) => Number(b.Key === 2052) - Number(a.Key === 2052));
}

function nameText(document: Document): string {
  const name = document.values["FName"];
  return typeof name === "object" && name !== null ? (name["2052"] ?? "") : "";
}
