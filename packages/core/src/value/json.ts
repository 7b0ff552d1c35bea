/**
 * The JSON that Datong moves: like JSON.parse's, but nothing is lost on the way.
 *
 * A number that a JavaScript number would not give back to the letter (19-digit ids, `1234567.10`, `1e400`) is an ExactNumber
 * that carries its text. The order of an object's keys is kept, also where JavaScript would move integer-like keys to the front.
 * Values are never changed once made; build a new one instead.
 */

/** JSON.rawJSON of newer runtimes; the language level of this package does not know it yet. */
export const rawJson: ((text: string) => unknown) | undefined = (JSON as { readonly rawJSON?: (text: string) => unknown }).rawJSON;

/** A number kept as the text it was written in. Compare and calculate through `value/decimal.ts`. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** JSON.stringify writes the number to the letter where the runtime can (JSON.rawJSON), else its text. */
  toJSON(): unknown {
    return rawJson === undefined ? this.text : rawJson(this.text);
  }
  toString(): string {
    return this.text;
  }
}

/**
 * A piece of JSON that is text already and goes out as it is: a stored document in a request that only passes it on. Never look inside:
 * whoever needs a member reads the text with readJson.
 */
export class JsonText extends ExactNumber {
  /** JSON.stringify cannot pass text on; writeJson can. */
  override toJSON(): never {
    throw JSON_TEXT_INSIDE;
  }
}

/** Thrown into JSON.stringify by a JsonText; writeJson catches it and writes by itself. */
export const JSON_TEXT_INSIDE: unique symbol = Symbol("a JsonText is inside");

export type Json = null | boolean | number | string | ExactNumber | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for `{…}`: not null, not an array, not an ExactNumber. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** True for arrays; narrows readonly arrays, which Array.isArray does not. */
export function isArray(value: Json | undefined): value is JsonArray {
  return Array.isArray(value);
}

/**
 * An object's own member. What is read from JSON inherits from Object.prototype, whose members are functions and, by the name of
 * `__proto__`, itself: no JSON value is either, and to look at the value found is cheaper than to ask for the key first.
 */
export function memberOf(object: JsonObject, key: string): Json | undefined {
  const value: unknown = object[key];
  return typeof value === "function" || value === Object.prototype ? undefined : (value as Json | undefined);
}
