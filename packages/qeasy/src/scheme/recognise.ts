/**
 * What a JSON value of the input is: metadata of a side, a fragment of it, a whole scheme, or nothing of Qeasy's.
 *
 * Judged by its keys one by one, never by a version: documents of all generations, mixed ones and parts of them occur.
 */
import { isArray, isObject, type Json, type JsonObject } from "@datong/core";
import type { SideName } from "./scheme.ts";
import { textAt } from "./scheme.ts";

/** Keys that only a source's and only a target's metadata has. */
const SOURCE_KEYS = ["condition", "condition_bk", "omissionRemedy", "formatResponse", "beatFlat", "autoFillResponse", "pagination"];
const TARGET_KEYS = ["operation", "groupCalculate", "distributionOrg", "callBackStrategy"];

const QUERY_WORDS = /^(query|receive|read|select|get)$/i;
const WRITE_WORDS = /^(execute|write|create|update|save|insert|push)$/i;

/** Metadata, or a part of it under its own key. */
export function isMetadata(value: Json | undefined): value is JsonObject {
  if (value === undefined || !isObject(value)) return false;
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (typeof value["api"] === "string" && ["request", "otherRequest", "response", "type", "effect", "method", "number", "id"].some(has))
    return true;
  if (isFieldList(value["request"]) || isFieldList(value["otherRequest"]) || isFieldList(value["response"])) return true;
  if (has("otherRequest") && isObject(value["otherRequest"] ?? null)) return true;
  if (isCondition(value["condition"]) || isCondition(value["condition_bk"])) return true;
  if (isOperation(value["operation"]) || has("omissionRemedy") || has("groupCalculate") || has("callBackStrategy")) return true;
  if (has("distributionOrg") || has("autoFillResponse") || isFormats(value["formatResponse"])) return true;
  return has("beatFlat") && (typeof value["beatFlat"] === "string" || isArray(value["beatFlat"] ?? null));
}

/** A bare part, put under the key that it belongs to; undefined when it is none. */
export function asFragment(value: Json): JsonObject | undefined {
  if (isCondition(value)) return { condition: value };
  if (isFieldList(value)) return { request: value };
  if (isFormats(value)) return { formatResponse: value };
  if (!isObject(value)) return undefined;
  if (isArray(value["takeOverRequest"] ?? null)) return { omissionRemedy: value };
  if (isArray(value["headerGroup"] ?? null) || isArray(value["bodyGroup"] ?? null)) return { groupCalculate: value };
  if (typeof value["strategyId"] === "string") return { callBackStrategy: value };
  if (isTerm(value)) return { condition: [[value]] };
  if (isField(value)) return { request: [value] };
  if (isOperation(value)) return { operation: value };
  if (typeof value["pageSize"] === "number" && Object.keys(value).length === 1) return { pagination: value };
  return undefined;
}

function isField(value: Json | undefined): value is JsonObject {
  if (value === undefined || !isObject(value) || typeof value["field"] !== "string" || isTerm(value)) return false;
  return ["label", "type", "value", "parser", "children", "is_required", "parent", "describe"].some((key) => Object.hasOwn(value, key));
}

export function isFieldList(value: Json | undefined): boolean {
  if (value === undefined || !isArray(value) || value.length === 0) return false;
  const fields = value.filter(isField).length;
  return fields > 0 && fields * 2 >= value.length;
}

function isTerm(value: Json | undefined): value is JsonObject {
  return value !== undefined && isObject(value) && typeof value["field"] === "string" && typeof value["logic"] === "string";
}

/** Groups of terms; a single group without its outer list too. */
export function isCondition(value: Json | undefined): boolean {
  if (value === undefined || !isArray(value) || value.length === 0) return false;
  return value.every((group) => isTerm(group) || (isArray(group) && group.length > 0 && group.every(isTerm)));
}

function isFormats(value: Json | undefined): boolean {
  return (
    value !== undefined && isArray(value) && value.length > 0 && value.every((each) => isObject(each) && typeof each["old"] === "string")
  );
}

function isOperation(value: Json | undefined): boolean {
  if (value === undefined || !isObject(value)) return false;
  const method = textAt(value, "method");
  if (method === undefined) return false;
  return /^(batchArraySave|merge)$/i.test(method) || ["rowsKey", "bodyName", "bodySum"].some((key) => Object.hasOwn(value, key));
}

/** Which side metadata is of: by its verb, its caption, its API, its keys, its values; undefined when nothing tells. */
export function sideOf(
  metadata: JsonObject,
  caption: readonly string[],
  directionOf: (api: string) => SideName | undefined,
): SideName | undefined {
  for (const key of ["effect", "type"]) {
    const verb = textAt(metadata, key);
    if (verb !== undefined && QUERY_WORDS.test(verb)) return "source";
    if (verb !== undefined && WRITE_WORDS.test(verb)) return "target";
  }
  const told = captionSide(caption);
  if (told !== undefined) return told;
  const api = textAt(metadata, "api");
  const known = api === undefined ? undefined : directionOf(api);
  if (known !== undefined) return known;
  const count = (keys: readonly string[]): number => keys.filter((key) => Object.hasOwn(metadata, key)).length;
  const [reads, writes] = [count(SOURCE_KEYS), count(TARGET_KEYS) + (hasWriteback(metadata) ? 1 : 0)];
  if (reads !== writes) return reads > writes ? "source" : "target";
  return readsRows(metadata) ? "target" : undefined;
}

/** The nearest line that names one side and not the other. */
export function captionSide(caption: readonly string[]): SideName | undefined {
  for (const line of caption.toReversed()) {
    const source = /源平台|来源|源系统|数据源|源接口|请求调度|\bsource\b/i.test(line);
    const target = /目标|写入|\btarget\b|\bdestination\b/i.test(line);
    if (source !== target) return source ? "source" : "target";
  }
  return undefined;
}

function hasWriteback(metadata: JsonObject): boolean {
  const { response } = metadata;
  return response !== undefined && isArray(response) && response.some((each) => isObject(each) && each["field"] === "primaryWriteback");
}

/** A request whose values read row fields is a mapping. */
function readsRows(metadata: JsonObject): boolean {
  const text = JSON.stringify([metadata["request"] ?? null]);
  const names = [...text.matchAll(/\{\{?\s*([^{}|\s"]+)/g)].map((match) => match[1] ?? "");
  const isGlobal = (name: string): boolean => /^(LAST_SYNC_TIME|CURRENT_TIME|PAGINATION_|DAYS_AGO_|MICROTIME)/.test(name);
  return names.some((name) => !isGlobal(name)) || text.includes("_findCollection");
}

/** Anything at all that only a document of Qeasy's has: decides between a draft with questions and a refusal. */
export function hasTraces(value: Json, depth = 0): boolean {
  if (depth > 6) return false;
  if (typeof value === "string") return DSL.test(value);
  if (isArray(value)) return value.some((each) => hasTraces(each, depth + 1));
  if (!isObject(value)) return false;
  if (isMetadata(value) || asFragment(value) !== undefined) return true;
  return Object.values(value).some((each) => each !== undefined && hasTraces(each as Json, depth + 1));
}

/** A value of Qeasy's language. */
const DSL = /\{\{\s?[\w\u4e00-\u9fff.]+(?:\s?\|\s?\w+)?\s?\}\}|^_(?:function|findCollection|mongoQuery) /;
