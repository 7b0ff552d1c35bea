/**
 * JSON as people paste it: what a page, a chat or a word processor did to it is put right and told.
 *
 * Read besides strict JSON: comments, commas too many or too few, single and typographic quotes, keys without quotes, Chinese
 * punctuation between members, non-breaking and zero-width blanks, raw line ends in texts, `...` for what was left out, and a text that
 * ends in the middle (what is open is closed; a member cut in half is left out). Numbers keep their letters; keys keep their order.
 * Never throws: where nothing can be read, the answer is undefined.
 */
import { ExactNumber, ObjectBuilder, type Json, type JsonObject } from "@datong/core";

/** What was put right, each kind once, with the line where it was first seen. */
export interface Repair {
  readonly kind: RepairKind;
  readonly line: number;
}
export type RepairKind = "truncated" | "quotes" | "commas" | "comments" | "bare-words" | "left-out" | "blanks" | "punctuation";

export interface LenientRead {
  readonly value: Json;
  /** Where the value ends in the text. */
  readonly end: number;
  readonly repairs: readonly Repair[];
  /** Line of each member and element by its JSON pointer. */
  readonly lines: ReadonlyMap<string, number>;
}

const DEPTH_MAX = 100;
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "”": "”", "‘": "’", "’": "’", "「": "」", "＂": "＂" };
const BLANK = /\s|\u200b|\u200c|\u200d|\u2060/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** Signals that the text ended; what was read until then is kept by the containers. */
class Cut extends Error {}
/** Signals that this is no JSON, however leniently read. */
class NotJson extends Error {}

/** Reads the value that begins at `from`, an opening brace or bracket. */
export function readLenient(text: string, from = 0, firstLine = 1): LenientRead | undefined {
  const reader = new LenientReader(text, from, firstLine);
  try {
    const value = reader.value("", 0);
    return { value, end: reader.at, repairs: [...reader.repairs.values()], lines: reader.lines };
  } catch (error) {
    if (error instanceof NotJson || error instanceof Cut) return undefined;
    throw error;
  }
}

class LenientReader {
  at: number;
  readonly repairs = new Map<RepairKind, Repair>();
  readonly lines = new Map<string, number>();
  private readonly text: string;
  private line: number;
  private counted: number;

  constructor(text: string, from: number, firstLine: number) {
    this.text = text;
    this.at = from;
    this.line = firstLine;
    this.counted = from;
  }

  value(pointer: string, depth: number): Json {
    if (depth > DEPTH_MAX) throw new NotJson();
    this.skip();
    this.note(pointer);
    const letter = this.text[this.at];
    if (letter === undefined) throw new Cut();
    if (letter === "{") return this.object(pointer, depth);
    if (letter === "[") return this.array(pointer, depth);
    if (CLOSING[letter] !== undefined) return this.quoted();
    return this.bare();
  }

  private note(pointer: string): void {
    if (!this.lines.has(pointer)) this.lines.set(pointer, this.lineHere());
  }

  private lineHere(): number {
    for (; this.counted < this.at; this.counted++) if (this.text[this.counted] === "\n") this.line += 1;
    return this.line;
  }

  private repaired(kind: RepairKind): void {
    if (!this.repairs.has(kind)) this.repairs.set(kind, { kind, line: this.lineHere() });
  }

  private object(pointer: string, depth: number): JsonObject {
    const builder = new ObjectBuilder();
    this.at += 1;
    let size = 0;
    try {
      for (;;) {
        if (this.ends("}")) return builder.done();
        const key = this.key();
        this.skip();
        const colon = this.text[this.at];
        if (colon === undefined) throw new Cut();
        if (colon !== ":" && colon !== "：" && colon !== "=") throw new NotJson();
        if (colon !== ":") this.repaired("punctuation");
        this.at += 1;
        builder.set(key, this.value(`${pointer}/${escaped(key)}`, depth + 1));
        size += 1;
        this.separator("}");
      }
    } catch (error) {
      return this.closedEarly(error, () => builder.done(), depth, size);
    }
  }

  private array(pointer: string, depth: number): Json {
    const list: Json[] = [];
    this.at += 1;
    try {
      for (;;) {
        if (this.ends("]")) return list;
        list.push(this.value(`${pointer}/${list.length}`, depth + 1));
        this.separator("]");
      }
    } catch (error) {
      return this.closedEarly(error, () => list, depth, list.length);
    }
  }

  /** The text ended inside: what is there counts, unless the outermost container has nothing at all. */
  private closedEarly<T>(error: unknown, done: () => T, depth: number, size: number): T {
    if (!(error instanceof Cut)) throw error;
    if (depth === 0 && size === 0) throw new NotJson();
    this.repaired("truncated");
    if (size === 0) throw error;
    return done();
  }

  /** Whether the container ends here; `...` for what a page left out is passed over. */
  private ends(close: string): boolean {
    for (;;) {
      this.skip();
      const letter = this.text[this.at];
      if (letter === undefined) throw new Cut();
      if (letter === close) {
        this.at += 1;
        return true;
      }
      if (letter === "}" || letter === "]") throw new NotJson();
      if (letter === "," || letter === "，" || letter === ";") {
        this.repaired("commas");
        this.at += 1;
      } else if (letter === "…" || this.text.startsWith("...", this.at)) {
        this.repaired("left-out");
        while (this.text[this.at] === "." || this.text[this.at] === "…") this.at += 1;
      } else return false;
    }
  }

  private separator(close: string): void {
    this.skip();
    const letter = this.text[this.at];
    if (letter === undefined) throw new Cut();
    if (letter === ",") this.at += 1;
    else if (letter === "，" || letter === "、") {
      this.repaired("punctuation");
      this.at += 1;
    } else if (letter !== close) this.repaired("commas");
  }

  private key(): string {
    this.skip();
    const letter = this.text[this.at];
    if (letter === undefined) throw new Cut();
    if (CLOSING[letter] !== undefined) return this.quoted();
    const word = /^[^\s:：=,，{}[\]"'“”]{1,100}/.exec(this.text.slice(this.at, this.at + 100))?.[0];
    if (word === undefined) throw new NotJson();
    this.repaired("bare-words");
    this.at += word.length;
    return word;
  }

  private quoted(): string {
    const open = this.text[this.at] as string;
    if (open !== '"') this.repaired("quotes");
    const closes = open === "“" || open === "”" ? /[“”"]/ : open === "‘" || open === "’" ? /[‘’']/ : undefined;
    let out = "";
    this.at += 1;
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined) throw new Cut();
      if (letter === "\\") {
        out += this.escape();
        continue;
      }
      const isClose = closes === undefined ? letter === CLOSING[open] : closes.test(letter);
      if (isClose && (open === '"' || this.endsHere())) {
        this.at += 1;
        return out;
      }
      // A text that began straight and ends curled, as word processors make of it.
      if (open === '"' && letter === "”" && !out.includes("“") && this.endsHere()) {
        this.repaired("quotes");
        this.at += 1;
        return out;
      }
      out += letter;
      this.at += 1;
    }
  }

  /** Whether what follows the quote here is what may follow a text: an apostrophe inside a text is no end. */
  private endsHere(): boolean {
    const rest = this.text.slice(this.at + 1, this.at + 200).trimStart()[0];
    return rest === undefined || /[,，:：}\]]/.test(rest);
  }

  private escape(): string {
    const letter = this.text[this.at + 1];
    if (letter === undefined) throw new Cut();
    if (letter === "u") {
      const code = /^[\da-fA-F]{4}/.exec(this.text.slice(this.at + 2, this.at + 6))?.[0];
      if (code !== undefined) {
        this.at += 6;
        return String.fromCharCode(Number.parseInt(code, 16));
      }
    }
    this.at += 2;
    const known: Readonly<Record<string, string>> = {
      n: "\n",
      r: "\r",
      t: "\t",
      b: "\b",
      f: "\f",
      '"': '"',
      "'": "'",
      "\\": "\\",
      "/": "/",
    };
    // Class names such as \Adapter stand unescaped on some pages: the backslash is then meant.
    return known[letter] ?? `\\${letter}`;
  }

  private bare(): Json {
    const word = /^[^\s,，:：{}[\]"“”]{1,200}/.exec(this.text.slice(this.at, this.at + 200))?.[0];
    if (word === undefined) throw new NotJson();
    this.at += word.length;
    if (this.at >= this.text.length) throw new Cut();
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    if (NUMBER.test(word)) return exactNumber(word);
    this.repaired("bare-words");
    if (/^(?:True|False)$/.test(word)) return word === "True";
    return word === "None" || word === "undefined" ? null : word;
  }

  private skip(): void {
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined) return;
      if (BLANK.test(letter)) {
        if (letter !== " " && letter !== "\n" && letter !== "\r" && letter !== "\t") this.repaired("blanks");
        this.at += 1;
      } else if (this.text.startsWith("//", this.at) || (letter === "#" && /[\s{[,]/.test(this.text[this.at - 1] ?? " "))) {
        this.repaired("comments");
        const end = this.text.indexOf("\n", this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (this.text.startsWith("/*", this.at)) {
        this.repaired("comments");
        const end = this.text.indexOf("*/", this.at + 2);
        this.at = end === -1 ? this.text.length : end + 2;
      } else return;
    }
  }
}

function exactNumber(word: string): Json {
  const number = Number(word);
  return String(number) === word ? number : new ExactNumber(word);
}

/** A key as a part of a JSON pointer. */
export function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
