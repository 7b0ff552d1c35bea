/**
 * Reads JSON text without losing anything: numbers that JavaScript would change keep their letters (ExactNumber), keys keep their
 * written order, lone surrogates and NUL stay in the value. Strict RFC 8259, apart from one byte order mark that is skipped.
 *
 * Errors: JSON_INVALID, JSON_TRUNCATED (the text ends where more must come), JSON_TOO_DEEP; with position (from 0), line, column.
 */
import { DatongError } from "../error/datong-error.ts";
import { ExactNumber, type Json, type JsonArray, type JsonObject } from "./json.ts";
import { rememberOrder, setOwn, startsWithDigit } from "./key-order.ts";

export interface ReadJsonOptions {
  /** How deep objects and arrays may nest. Default 200. */
  readonly depthMax?: number;
  /** Remember where each object and array stood, for `sourceText`. */
  readonly keepSource?: boolean;
}

interface SourceSlice {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const sources = new WeakMap<object, SourceSlice>();

/** Roots that were read by the runtime: every value below is plain, and its text is what JSON.stringify gives. */
const plainRoots = new WeakSet<object>();

/** True for an object or array whose whole text JSON.stringify gives back to the letter. */
export function isPlainRoot(value: Json): boolean {
  return typeof value === "object" && value !== null && plainRoots.has(value);
}

/** Texts shorter than this are read by us: the test would cost more than it saves. */
const NATIVE_LENGTH_MIN = 2_000;
/** After a text that is not plain, so many are read by us before the runtime is tried again: a vendor writes alike. */
const NATIVE_REST = 16;
let nativeRest = 0;

/**
 * The runtime's own reader, where it is proved to lose nothing: what it read, written again, is the text to the letter. That holds for
 * compact JSON without trailing zeros, long numbers, integer-like keys or unusual escapes, which is what most vendors send.
 */
function readNatively(text: string, depthMax: number): JsonObject | JsonArray | undefined {
  if (text.length < NATIVE_LENGTH_MIN || nativeRest > 0) {
    nativeRest = Math.max(0, nativeRest - 1);
    return undefined;
  }
  try {
    const value = JSON.parse(text) as Json;
    if (
      typeof value === "object" &&
      value !== null &&
      !(value instanceof ExactNumber) &&
      JSON.stringify(value) === text &&
      !isDeeper(value, depthMax)
    ) {
      plainRoots.add(value);
      return value;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  nativeRest = NATIVE_REST;
  return undefined;
}

function isDeeper(value: Json, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depthMax <= 0) return true;
  for (const member of Object.values(value) as readonly Json[])
    if (typeof member === "object" && isDeeper(member, depthMax - 1)) return true;
  return false;
}

/** Reads one JSON value that takes up the whole text. A repeated key keeps its first place and its last value. */
export function readJson(text: string, options?: ReadJsonOptions): Json {
  return readNatively(text, options?.depthMax ?? 200) ?? readExactly(text, options);
}

function readExactly(text: string, options: ReadJsonOptions | undefined): Json {
  return new JsonReader(text, options?.depthMax ?? 200, options?.keepSource ?? false).readAll();
}

/** The exact text an object or array was read from, if it was read with `keepSource`. */
export function sourceText(value: JsonObject | JsonArray): string | undefined {
  if (plainRoots.has(value)) return JSON.stringify(value);
  const source = sources.get(value);
  return source === undefined ? undefined : source.text.slice(source.from, source.to);
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const UNFINISHED = "the text ends here";

class JsonReader {
  private readonly text: string;
  private readonly depthMax: number;
  private readonly keepSource: boolean;
  private at = 0;
  private depth = 0;

  constructor(text: string, depthMax: number, keepSource: boolean) {
    this.text = text;
    this.depthMax = depthMax;
    this.keepSource = keepSource;
  }

  readAll(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.readValue(this.skipBlank());
    if (!Number.isNaN(this.skipBlank())) this.fail("nothing may follow the value");
    return value;
  }

  /** Moves to the next code that is not blank and gives it; NaN at the end. */
  private skipBlank(): number {
    const text = this.text;
    let at = this.at;
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
    this.at = at;
    return code;
  }

  private readValue(code: number): Json {
    if (code === QUOTE) return this.readString();
    if (code === OPEN_OBJECT) return this.readObject();
    if (code === OPEN_ARRAY) return this.readArray();
    if (code === MINUS || (code >= ZERO && code <= 57)) return this.readNumber();
    if (code === 116) return this.readWord("true", true);
    if (code === 102) return this.readWord("false", false);
    if (code === 110) return this.readWord("null", null);
    return this.fail("a value was expected");
  }

  private readWord<T extends Json>(word: string, value: T): T {
    for (let index = 1; index < word.length; index++) {
      if (this.text.charCodeAt(this.at + index) !== word.charCodeAt(index)) {
        this.at += index;
        this.fail(`'${word}' was expected`);
      }
    }
    this.at += word.length;
    return value;
  }

  private readArray(): JsonArray {
    const from = this.open();
    const items: Json[] = [];
    let code = this.skipBlank();
    if (code !== CLOSE_ARRAY) {
      for (;;) {
        items.push(this.readValue(code));
        code = this.skipBlank();
        if (code === CLOSE_ARRAY) break;
        if (code !== COMMA) this.fail("',' or ']' was expected");
        this.at++;
        code = this.skipBlank();
      }
    }
    this.close(items, from);
    return items;
  }

  private readObject(): JsonObject {
    const from = this.open();
    const object: Record<string, Json> = {};
    /** Kept from the first integer-like key on; until then JavaScript's own order is right. */
    let order: string[] | undefined;
    let code = this.skipBlank();
    if (code !== CLOSE_OBJECT) {
      for (;;) {
        if (code !== QUOTE) this.fail("a key in double quotes was expected");
        const key = this.readString();
        if (this.skipBlank() !== COLON) this.fail("':' was expected");
        this.at++;
        const value = this.readValue(this.skipBlank());
        if (order === undefined && startsWithDigit(key)) order = Object.keys(object);
        if (order !== undefined && !Object.hasOwn(object, key)) order.push(key);
        setOwn(object, key, value);
        code = this.skipBlank();
        if (code === CLOSE_OBJECT) break;
        if (code !== COMMA) this.fail("',' or '}' was expected");
        this.at++;
        code = this.skipBlank();
      }
    }
    if (order !== undefined) rememberOrder(object, order);
    this.close(object, from);
    return object;
  }

  private open(): number {
    if (++this.depth > this.depthMax) {
      throw new DatongError("JSON_TOO_DEEP", { ...placeOf(this.text, this.at), depthMax: this.depthMax });
    }
    return this.at++;
  }

  private close(value: object, from: number): void {
    this.at++;
    this.depth--;
    if (this.keepSource) sources.set(value, { text: this.text, from, to: this.at });
  }

  private readString(): string {
    const text = this.text;
    const from = ++this.at;
    let at = from;
    let code = text.charCodeAt(at);
    while (code !== QUOTE && code !== BACKSLASH && code >= 32) code = text.charCodeAt(++at);
    this.at = at;
    if (code === QUOTE) {
      this.at = at + 1;
      return text.slice(from, at);
    }
    return this.readEscapedString(from);
  }

  /** The rest of a string from its first backslash (or its error) on. */
  private readEscapedString(from: number): string {
    const text = this.text;
    let result = text.slice(from, this.at);
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at++;
        return result;
      }
      if (code === BACKSLASH) {
        result += this.readEscape();
      } else if (code >= 32) {
        const start = this.at;
        let next = code;
        while (next !== QUOTE && next !== BACKSLASH && next >= 32) next = text.charCodeAt(++this.at);
        result += text.slice(start, this.at);
      } else {
        this.fail("a control character must be escaped inside a string");
      }
    }
  }

  private readEscape(): string {
    const letter = this.text[++this.at];
    if (letter === undefined) this.fail(UNFINISHED);
    if (letter === "u") {
      let code = 0;
      for (let index = 0; index < 4; index++) {
        const digit = hexValue(this.text.charCodeAt(++this.at));
        if (digit < 0) this.fail("four hexadecimal digits were expected");
        code = code * 16 + digit;
      }
      this.at++;
      return String.fromCharCode(code);
    }
    const plain = ESCAPES[letter];
    if (plain === undefined) this.fail("unknown escape in a string");
    this.at++;
    return plain;
  }

  private readNumber(): number | ExactNumber {
    const text = this.text;
    const from = this.at;
    let simple = true;
    if (text.charCodeAt(this.at) === MINUS) {
      this.at++;
      // "-0" is the one integer that loses its sign when written again.
      simple = text.charCodeAt(this.at) !== ZERO;
    }
    if (text.charCodeAt(this.at) === ZERO) {
      this.at++;
      if (isDigit(text.charCodeAt(this.at))) this.fail("a number may not start with 0");
    } else {
      this.skipDigits();
    }
    let code = text.charCodeAt(this.at);
    if (code === DOT) {
      simple = false;
      this.at++;
      this.skipDigits();
      code = text.charCodeAt(this.at);
    }
    if (code === 101 || code === 69) {
      simple = false;
      const sign = text.charCodeAt(++this.at);
      if (sign === 43 || sign === MINUS) this.at++;
      this.skipDigits();
    }
    const letters = text.slice(from, this.at);
    if (simple && letters.length <= 15) return Number(letters);
    const number = Number(letters);
    return String(number) === letters ? number : new ExactNumber(letters);
  }

  private skipDigits(): void {
    const from = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === from) this.fail("a digit was expected");
  }

  private fail(reason: string): never {
    const place = placeOf(this.text, this.at);
    if (this.at >= this.text.length) throw new DatongError("JSON_TRUNCATED", { ...place, reason: `${reason}; ${UNFINISHED}` });
    throw new DatongError("JSON_INVALID", { ...place, reason });
  }
}

const ESCAPES: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function hexValue(code: number): number {
  if (isDigit(code)) return code - ZERO;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function placeOf(text: string, at: number): { readonly position: number; readonly line: number; readonly column: number } {
  const position = Math.min(at, text.length);
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < position; end = text.indexOf("\n", end + 1)) {
    line++;
    lineStart = end + 1;
  }
  return { position, line, column: position - lineStart + 1 };
}
