/**
 * A scheme (方案) of Qeasy as the input gives it: the metadata of one or both sides and what is known about them. Everything that is
 * imported goes through this one form: the two documents of the source view (源码视图), articles' tables, fragments, templates.
 */
import { isObject, type Json, type JsonObject } from "@datong/core";

export interface SchemeSide {
  readonly metadata: JsonObject;
  /** Name of the platform as a page gives it. */
  readonly system?: string | undefined;
  /** What the page calls the API, such as 销售出库新增. */
  readonly apiName?: string | undefined;
  /** From a page's table: a field without a value may have had one. */
  readonly isTable?: boolean | undefined;
  /** The input ends inside, so that further fields are missing. */
  readonly isCut?: boolean | undefined;
}

export interface Scheme {
  readonly file: string;
  readonly line: number;
  /** Former id: lookups, fan-out and call-backs of other schemes name it. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly source?: SchemeSide | undefined;
  readonly target?: SchemeSide | undefined;
  readonly callBack?: JsonObject | undefined;
  readonly crons?: { readonly source?: string | undefined; readonly target?: string | undefined } | undefined;
  /** The object that held both sides, where there was one. */
  readonly wrapper?: JsonObject | undefined;
}

export type SideName = "source" | "target";

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

/** The first of the keys that holds a text, without blanks around. */
export function textAt(object: JsonObject | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = object?.[key];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return undefined;
}

export function listAt(object: JsonObject | undefined, key: string): readonly Json[] {
  const value = object?.[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function objectAt(object: JsonObject | undefined, ...keys: readonly string[]): JsonObject | undefined {
  for (const key of keys) {
    const value = object?.[key];
    if (value !== undefined && isObject(value)) return value;
  }
  return undefined;
}
