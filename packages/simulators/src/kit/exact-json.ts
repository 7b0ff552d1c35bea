/**
 * A JSON reader and writer that lose no digit: ids may pass 2^53 and `12.0000` must stay `12.0000`.
 *
 * Read: a number that is a plain safe integer (`12`, `-3`) becomes a number; every other number (`12.0000`, `1e3`, `9007199254740993`)
 * becomes its text, or a `NumberText` when the caller must tell it from a string. Write: compact, no blanks; a `NumberText` is printed
 * as it is. Malformed text throws SyntaxError with the offset. Written here because simulators share no code with the product.
 */

const DEPTH_MAX = 200;
const PLAIN_INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANK = /[ \t\r\n]*/y;
const PLAIN_CHARACTERS = /[ !\u0023-\u005b\u005d-\uffff]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A JSON number by its text. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}

/** Reads one JSON text; `marked` keeps unsafe numbers as NumberText instead of plain text. */
export function readJson(text: string, options: { readonly marked?: boolean } = {}): unknown {
  const source: Source = { text, offset: 0, marked: options.marked === true };
  const value = readValue(source, 0);
  skipBlank(source);
  if (source.offset !== text.length) throw fail(source);
  return value;
}

/** Writes compact JSON; undefined members are left out as JSON.stringify does. */
export function writeJson(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

interface Source {
  readonly text: string;
  readonly marked: boolean;
  offset: number;
}

function readValue(source: Source, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new SyntaxError(`JSON is nested deeper than ${DEPTH_MAX}`);
  skipBlank(source);
  const first = source.text[source.offset];
  if (first === "{") return readObject(source, depth);
  if (first === "[") return readArray(source, depth);
  if (first === '"') return readString(source);
  if (first === "t") return readWord(source, "true", true);
  if (first === "f") return readWord(source, "false", false);
  if (first === "n") return readWord(source, "null", null);
  return readNumber(source);
}

function readObject(source: Source, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  source.offset += 1;
  skipBlank(source);
  if (takeIf(source, "}")) return object;
  for (;;) {
    skipBlank(source);
    if (source.text[source.offset] !== '"') throw fail(source);
    const key = readString(source);
    skipBlank(source);
    take(source, ":");
    // A member called __proto__ must be data like any other, not the object's prototype.
    Object.defineProperty(object, key, { value: readValue(source, depth + 1), enumerable: true, writable: true, configurable: true });
    skipBlank(source);
    if (takeIf(source, "}")) return object;
    take(source, ",");
  }
}

function readArray(source: Source, depth: number): unknown[] {
  const array: unknown[] = [];
  source.offset += 1;
  skipBlank(source);
  if (takeIf(source, "]")) return array;
  for (;;) {
    array.push(readValue(source, depth + 1));
    skipBlank(source);
    if (takeIf(source, "]")) return array;
    take(source, ",");
  }
}

function readString(source: Source): string {
  source.offset += 1;
  let result = "";
  for (;;) {
    PLAIN_CHARACTERS.lastIndex = source.offset;
    const plain = PLAIN_CHARACTERS.exec(source.text)?.[0] ?? "";
    result += plain;
    source.offset += plain.length;
    const stop = source.text[source.offset];
    if (stop === '"') {
      source.offset += 1;
      return result;
    }
    if (stop !== "\\") throw fail(source);
    result += readEscape(source);
  }
}

function readEscape(source: Source): string {
  const letter = source.text[source.offset + 1] ?? "";
  const simple = ESCAPES[letter];
  if (simple !== undefined) {
    source.offset += 2;
    return simple;
  }
  const hex = source.text.slice(source.offset + 2, source.offset + 6);
  if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(hex)) throw fail(source);
  source.offset += 6;
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function readNumber(source: Source): unknown {
  NUMBER.lastIndex = source.offset;
  const text = NUMBER.exec(source.text)?.[0];
  if (text === undefined) throw fail(source);
  source.offset += text.length;
  const number = Number(text);
  if (PLAIN_INTEGER.test(text) && Number.isSafeInteger(number) && text !== "-0") return number;
  return source.marked ? new NumberText(text) : text;
}

function readWord<T>(source: Source, word: string, value: T): T {
  if (!source.text.startsWith(word, source.offset)) throw fail(source);
  source.offset += word.length;
  return value;
}

function skipBlank(source: Source): void {
  BLANK.lastIndex = source.offset;
  source.offset += BLANK.exec(source.text)?.[0].length ?? 0;
}

function takeIf(source: Source, character: string): boolean {
  if (source.text[source.offset] !== character) return false;
  source.offset += 1;
  return true;
}

function take(source: Source, character: string): void {
  if (!takeIf(source, character)) throw fail(source);
}

function fail(source: Source): SyntaxError {
  return new SyntaxError(`JSON is malformed at character ${source.offset}`);
}
