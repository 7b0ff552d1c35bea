/**
 * Personal data in answers: which fields hold it, by declaration or by name and caption, and how it is shown to people who may not see it.
 * Only what is shown is masked; what is stored and written stays as it is.
 */
import { isArray, isObject, type Json, type JsonObject } from "../value/json.ts";
import { readJson } from "../value/json-read.ts";
import { writeJson } from "../value/json-write.ts";
import type { Field } from "./field.ts";

/** Whether the field of this name is personal. */
export type IsPersonal = (field: string) => boolean;

const NAME =
  /phone|mobile|tel$|tel(no|number)$|receiver(name)?$|consignee|linkman|contact(person|name|man)?$|addr(ess)?\d?$|detailaddress|idcard|idnumber|identityno|email|buyernick|buyeraccount|realname/;
const CAPTION = /电话|手机|收货地址|详细地址|收件地址|身份证|收货人|收件人|联系人|邮箱|买家昵称|买家账号/;
const MOBILE = /(?<![\d.])(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;
const ID_CARD = /(?<![\d.])(\d{6})\d{8}(\d{3}[\dXx])(?!\d)/g;

/** By declaration first (`personal` of a field), then by caption, then by name: `receiver_mobile`, `FContactPhone`. */
export function personalFields(fields: Iterable<Field>): IsPersonal {
  const declared = new Map<string, boolean>();
  const note = (field: Field): void => {
    const found = field.personal ?? (CAPTION.test(field.label) ? true : undefined);
    // One field of that name is enough; only a declaration takes it back.
    if (found !== undefined && (field.personal !== undefined || !declared.has(field.field))) declared.set(field.field, found);
    for (const child of field.children ?? []) note(child);
  };
  for (const field of fields) note(field);
  return (name) => declared.get(name) ?? NAME.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
}

/** 138****1234, 张***, 浙江省***. */
export function maskPersonal(text: string): string {
  if (text === "") return text;
  const letters = [...text];
  if (/^\+?[\d -]{7,}[Xx]?$/.test(text)) return `${text.slice(0, 3)}****${text.slice(-4)}`;
  return `${letters.slice(0, letters.length > 6 ? 3 : 1).join("")}***`;
}

/** Under these names stands what a bill has at a place that is named beside: `{path: "order.receiver_name", before, after}`. */
const PLACES = ["path", "fieldPath"];
const AT_PLACE = new Set(["value", "before", "after", "source", "target", "ours", "theirs", "raw", "result", "sample"]);

/** The value with what is personal masked, in texts of JSON, forms and XML within it too. */
export function maskedJson(value: Json, isPersonal: IsPersonal): Json {
  if (typeof value === "string") return maskedText(value, isPersonal);
  if (isArray(value)) return value.map((each) => maskedJson(each, isPersonal));
  if (!isObject(value)) return value;
  const isPlaced = PLACES.some((name) => typeof value[name] === "string" && isPersonal(lastField(value[name])));
  const masked: JsonObject = Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const isWhole = isPersonal(key) || (isPlaced && AT_PLACE.has(key));
      return [key, isWhole ? maskedWhole(each) : maskedJson(each, isPersonal)];
    }),
  );
  return masked;
}

/** What a bill has at a place (`FEntity[0].FLinkPhone`), as text. */
export function maskedAt(path: string, text: string, isPersonal: IsPersonal): string {
  return isPersonal(lastField(path)) ? maskPersonal(text) : maskedText(text, isPersonal);
}

function lastField(path: string): string {
  return path.split(/[./[\]]+/).findLast((part) => part !== "" && !/^\d+$/.test(part)) ?? "";
}

function maskedWhole(value: Json): Json {
  if (value === null || typeof value === "boolean") return value;
  if (isArray(value)) return value.map(maskedWhole);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, maskedWhole(each)]));
  return maskPersonal(typeof value === "string" ? value : writeJson(value));
}

/** A text that is JSON is masked as such; in any other, form fields, XML elements, mobile numbers and identity cards. */
export function maskedText(text: string, isPersonal: IsPersonal): string {
  if (text.length < 7) return text;
  const json = /^\s*[[{]/.test(text) ? readOrNull(text) : null;
  if (json !== null) return writeJson(maskedJson(json, isPersonal));
  return text
    .replace(/([\w.-]+)=([^&\s]+)/g, (whole, key: string, value: string) =>
      isPersonal(key) ? `${key}=${maskPersonal(decoded(value))}` : maskedPart(whole, key, value, isPersonal),
    )
    .replace(/<([\w:.-]+)>([^<]+)<\//g, (whole, key: string, value: string) =>
      isPersonal(key) ? `<${key}>${maskPersonal(value)}</` : whole,
    )
    .replace(/"([\w.-]+)":\s*"([^"\\]*)"/g, (whole, key: string, value: string) =>
      isPersonal(key) ? `"${key}":"${maskPersonal(value)}"` : whole,
    )
    .replace(MOBILE, "$1****$2")
    .replace(ID_CARD, "$1********$2");
}

/** JSON within a form's field. */
function maskedPart(whole: string, key: string, value: string, isPersonal: IsPersonal): string {
  const plain = decoded(value);
  const json = /^[[{]/.test(plain) ? readOrNull(plain) : null;
  return json === null ? whole : `${key}=${encodeURIComponent(writeJson(maskedJson(json, isPersonal)))}`;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}

function readOrNull(text: string): Json {
  try {
    return readJson(text);
  } catch {
    return null;
  }
}
