/**
 * Reads JSON text without losing anything: numbers that JavaScript would change keep their letters (ExactNumber), keys keep their
 * written order, lone surrogates and NUL stay in the value. Strict RFC 8259, apart from one byte order mark that is skipped.
 *
 * Errors: JSON_INVALID, JSON_TRUNCATED (the text ends where more must come), JSON_TOO_DEEP; with position (from 0), line, column.
 */
import { DatongError } from "../error/datong-error.ts";
import { ExactNumber, type Json, type JsonArray, type JsonObject } from "./json.ts";
import { ObjectBuilder } from "./key-order.ts";

export interface ReadJsonOptions {
  /** How deep objects and arrays may nest. Default 200. */
  readonly depthMax?: number;
  /** Remember where the elements of lists stood, for `elementText`. */
  readonly keepSource?: boolean;
  /** Refuse an object that has a key twice: which of the values was meant nobody knows. */
  readonly uniqueKeys?: boolean;
}

/** Where the elements of a list stood in the text: from and to of each. */
interface ElementPlaces {
  readonly text: string;
  readonly places: readonly number[];
}

const elementPlaces = new WeakMap<JsonArray, ElementPlaces>();

/** Reads one JSON value that takes up the whole text. A repeated key keeps its first place and its last value. */
export function readJson(text: string, options?: ReadJsonOptions): Json {
  return new JsonReader(text, options?.depthMax ?? 200, options).readAll();
}

/** The exact text that an element of a list was read from, if it was read with `keepSource` and the list begins with an object or a list. */
export function elementText(list: JsonArray, index: number): string | undefined {
  const source = elementPlaces.get(list);
  return source?.text.slice(source.places[2 * index], source.places[2 * index + 1]);
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
/** Cells of a row that are compared with those of the row before. */
const CELLS_MAX = 100;
const UNFINISHED = ["文本到此为止", "the text ends here"] as const;

/** A number of at most so many digits is a JavaScript number to the letter, and so are the powers of ten that part its fraction. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, places) => 10 ** places);

interface LastObject {
  readonly keys: (string | undefined)[];
  /** Those of its values that are texts, by their places. */
  readonly texts: (string | undefined)[];
  /** How many of the keys it had; the rest are of objects before it. */
  members: number;
  object: JsonObject;
}

/** An object of only the first members of another one. */
function firstMembers(keys: readonly (string | undefined)[], members: number, from: ObjectBuilder): ObjectBuilder {
  const object = new ObjectBuilder();
  const all = from.done();
  for (const key of keys.slice(0, members) as string[]) object.set(key, all[key] as Json);
  return object;
}

class JsonReader {
  private readonly text: string;
  private readonly depthMax: number;
  private readonly keepSource: boolean;
  private readonly uniqueKeys: boolean;
  private at = 0;
  private depth = 0;
  /** The last object read at each depth. The next one is mostly alike. */
  private readonly last: LastObject[] = [];
  /** The texts of the last list at each depth, by their places. */
  private readonly above: (string | undefined)[][] = [];

  constructor(text: string, depthMax: number, { keepSource = false, uniqueKeys = false }: ReadJsonOptions = {}) {
    this.text = text;
    this.depthMax = depthMax;
    this.keepSource = keepSource;
    this.uniqueKeys = uniqueKeys;
  }

  readAll(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.readValue(this.skipBlank());
    if (!Number.isNaN(this.skipBlank())) this.fail("值后面不应再有内容", "nothing may follow the value");
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
    return this.fail("这里应为一个值", "a value was expected");
  }

  private readWord<T extends Json>(word: string, value: T): T {
    for (let index = 1; index < word.length; index++) {
      if (this.text.charCodeAt(this.at + index) !== word.charCodeAt(index)) {
        this.at += index;
        this.fail(`这里应为 ${word}`, `'${word}' was expected`);
      }
    }
    this.at += word.length;
    return value;
  }

  private readArray(): JsonArray {
    this.open();
    const items: Json[] = [];
    let code = this.skipBlank();
    const places: number[] | undefined = this.keepSource && (code === OPEN_OBJECT || code === OPEN_ARRAY) ? [] : undefined;
    const above = (this.above[this.depth] ??= []);
    if (code !== CLOSE_ARRAY) {
      for (;;) {
        places?.push(this.at);
        items.push(code === QUOTE ? this.readCell(above, items.length) : this.readValue(code));
        places?.push(this.at);
        code = this.skipBlank();
        if (code === CLOSE_ARRAY) break;
        if (code !== COMMA) this.fail("这里应为「,」或「]」", "',' or ']' was expected");
        this.at++;
        code = this.skipBlank();
      }
    }
    if (places !== undefined) elementPlaces.set(items, { text: this.text, places });
    this.close();
    return items;
  }

  /** Begins on a copy of the last object of this depth: to replace values is several times as cheap as to add members. */
  private readObject(): JsonObject {
    this.open();
    const last = (this.last[this.depth] ??= { keys: [], texts: [], members: 0, object: {} });
    let object = new ObjectBuilder(last.object);
    let isAlike = true;
    let members = 0;
    let code = this.skipBlank();
    if (code !== CLOSE_OBJECT) {
      for (; ; members++) {
        if (code !== QUOTE) this.fail("这里应为双引号里的键", "a key in double quotes was expected");
        let key = this.knownKey(last.keys[members]);
        if (key === undefined) {
          if (isAlike) object = firstMembers(last.keys, members, object);
          isAlike = false;
          key = this.readString();
          // A backslash at the end of a known key would be taken for the one that escapes a quote.
          last.keys[members] = key.includes("\\") ? undefined : key;
        }
        if (this.skipBlank() !== COLON) this.fail("这里应为「:」", "':' was expected");
        this.at++;
        code = this.skipBlank();
        object.set(key, code === QUOTE ? this.readCell(last.texts, members) : this.readValue(code));
        code = this.skipBlank();
        if (code === CLOSE_OBJECT) break;
        if (code !== COMMA) this.fail("这里应为「,」或「}」", "',' or '}' was expected");
        this.at++;
        code = this.skipBlank();
      }
      members++;
    }
    if (isAlike && members !== last.members) object = firstMembers(last.keys, members, object);
    last.members = members;
    last.object = object.done();
    if (this.uniqueKeys && Object.keys(last.object).length !== members)
      this.fail("这个对象里有重复的键", "a key stands twice in this object");
    this.close();
    return last.object;
  }

  /**
   * A text at a place of a list or an object. Rows that follow each other have much in common (the lines of one bill its head, all of them warehouses
   * and units): where the one before had the same text there, it is taken for this one, and none is made.
   */
  private readCell(above: (string | undefined)[], place: number): string {
    if (place >= CELLS_MAX) return this.readString();
    const same = this.knownKey(above[place]);
    if (same !== undefined) return same;
    const from = this.at;
    const text = this.readString();
    // As with keys, none with an escape.
    above[place] = text.length === this.at - from - 2 ? text : undefined;
    return text;
  }

  /** The key that was at this place of the last object, if it is here too. */
  private knownKey(key: string | undefined): string | undefined {
    if (key === undefined || !this.text.startsWith(key, this.at + 1)) return undefined;
    const end = this.at + 1 + key.length;
    if (this.text.charCodeAt(end) !== QUOTE) return undefined;
    this.at = end + 1;
    return key;
  }

  private open(): void {
    if (++this.depth > this.depthMax) {
      throw new DatongError("JSON_TOO_DEEP", { ...placeOf(this.text, this.at), depthMax: this.depthMax });
    }
    this.at++;
  }

  private close(): void {
    this.at++;
    this.depth--;
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
        this.fail("字符串里的控制字符须转义", "a control character must be escaped inside a string");
      }
    }
  }

  private readEscape(): string {
    const letter = this.text[++this.at];
    if (letter === undefined) this.fail(...UNFINISHED);
    if (letter === "u") {
      let code = 0;
      for (let index = 0; index < 4; index++) {
        const digit = hexValue(this.text.charCodeAt(++this.at));
        if (digit < 0) this.fail("这里应为四个十六进制数字", "four hexadecimal digits were expected");
        code = code * 16 + digit;
      }
      this.at++;
      return String.fromCharCode(code);
    }
    const plain = ESCAPES[letter];
    if (plain === undefined) this.fail("字符串里的转义不认识", "unknown escape in a string");
    this.at++;
    return plain;
  }

  /**
   * Up to fifteen digits and no exponent: their whole number divided by a power of ten, both exact, is the very double that the letters
   * mean, and is written back as they are, unless by a trailing zero, a sign of zero, or so small that JavaScript takes an exponent.
   */
  private readNumber(): number | ExactNumber {
    const text = this.text;
    const from = this.at;
    let at = from;
    let code = text.charCodeAt(at);
    const isNegative = code === MINUS;
    if (isNegative) code = text.charCodeAt(++at);
    const first = code;
    const digitsFrom = at;
    let whole = 0;
    while (isDigit(code)) {
      whole = whole * 10 + code - ZERO;
      code = text.charCodeAt(++at);
    }
    const wholeDigits = at - digitsFrom;
    let places = 0;
    let last = 0;
    if (code === DOT) {
      code = text.charCodeAt(++at);
      while (isDigit(code)) {
        whole = whole * 10 + code - ZERO;
        last = code;
        code = text.charCodeAt(++at);
        places++;
      }
      if (places === 0 || last === ZERO) return this.readLetters();
    }
    const isWellFormed = wholeDigits === 1 || (wholeDigits > 1 && first !== ZERO);
    if (!isWellFormed || wholeDigits + places > EXACT_DIGITS || code === 101 || code === 69) return this.readLetters();
    const number = places === 0 ? whole : whole / (POWERS_OF_TEN[places] as number);
    if (places === 0 ? isNegative && whole === 0 : number < 1e-6) return this.readLetters();
    this.at = at;
    return isNegative ? -number : number;
  }

  private readLetters(): number | ExactNumber {
    const text = this.text;
    const from = this.at;
    if (text.charCodeAt(this.at) === MINUS) this.at++;
    if (text.charCodeAt(this.at) === ZERO) {
      this.at++;
      if (isDigit(text.charCodeAt(this.at))) this.fail("数字不能以 0 开头", "a number may not start with 0");
    } else {
      this.skipDigits();
    }
    let code = text.charCodeAt(this.at);
    if (code === DOT) {
      this.at++;
      this.skipDigits();
      code = text.charCodeAt(this.at);
    }
    if (code === 101 || code === 69) {
      const sign = text.charCodeAt(++this.at);
      if (sign === 43 || sign === MINUS) this.at++;
      this.skipDigits();
    }
    const letters = text.slice(from, this.at);
    const number = Number(letters);
    return String(number) === letters ? number : new ExactNumber(letters);
  }

  private skipDigits(): void {
    const from = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === from) this.fail("这里应为数字", "a digit was expected");
  }

  private fail(zh: string, en: string): never {
    const place = placeOf(this.text, this.at);
    if (this.at < this.text.length) throw new DatongError("JSON_INVALID", { ...place, reason: `${zh} / ${en}` });
    const [endZh, endEn] = UNFINISHED;
    throw new DatongError("JSON_TRUNCATED", { ...place, reason: `${zh}；${endZh} / ${en}; ${endEn}` });
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
