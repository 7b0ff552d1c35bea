/**
 * What people paste or save from a page: finds the JSON documents and the tables in it, whatever stands around them.
 *
 * HTML is read as the text that it shows; a table's cells are divided by tabs, as a browser copies them. Markdown fences, captions and
 * prose are passed over; the lines before a document are kept as its caption, since they tell which side it is.
 */
import { readLenient, type Repair } from "./lenient-json.ts";
import type { Json } from "@datong/core";

export interface FoundDocument {
  readonly value: Json;
  /** What stands before it, nearest line last; at most three lines. */
  readonly caption: readonly string[];
  readonly line: number;
  readonly repairs: readonly Repair[];
  readonly lines: ReadonlyMap<string, number>;
}

export interface PastedText {
  readonly documents: readonly FoundDocument[];
  /** The lines that belong to no document, by their number. */
  readonly prose: readonly { readonly line: number; readonly text: string }[];
}

const TAG =
  /<\/?(?:p|div|span|pre|code|br|td|th|tr|table|tbody|thead|html|body|head|li|ul|ol|h[1-6]|strong|em|b|i|a|img|section|article|blockquote|figure|font|script|style|meta|link|title|hr)\b[^<>]*>/gi;
/** After so many brackets that begin nothing, the rest is taken as prose. */
const MISSES_MAX = 2000;

export function findDocuments(text: string): PastedText {
  const raw = scan(text);
  if (!TAG.test(text)) return raw;
  TAG.lastIndex = 0;
  // Tags inside the documents' own texts are theirs; tags around or through the documents are the page's.
  if (raw.documents.length > 0 && raw.documents.every((each) => each.repairs.length === 0)) return raw;
  const shown = scan(shownText(text));
  return weight(shown) >= weight(raw) ? shown : raw;
}

function weight({ documents }: PastedText): number {
  return documents.reduce((sum, each) => sum + each.lines.size, 0);
}

function scan(text: string): PastedText {
  const documents: FoundDocument[] = [];
  const prose: { line: number; text: string }[] = [];
  let line = 1;
  let from = 0;
  let misses = 0;
  const keepProse = (to: number): void => {
    for (const each of text.slice(from, to).split("\n")) {
      if (each.trim() !== "") prose.push({ line, text: each.replace(/\r$/, "") });
      line += 1;
    }
    line -= 1;
    from = to;
  };
  for (let at = nextOpening(text, 0); at !== -1 && misses < MISSES_MAX;) {
    const here = line + countLines(text, from, at);
    const read = readLenient(text, at, here);
    if (read === undefined || !isSubstantial(read.value)) {
      misses += 1;
      at = nextOpening(text, at + 1);
      continue;
    }
    keepProse(at);
    const caption = prose.slice(-3).map((each) => each.text.trim());
    documents.push({ value: read.value, caption, line: here, repairs: read.repairs, lines: read.lines });
    line += countLines(text, from, read.end);
    from = read.end;
    at = nextOpening(text, read.end);
  }
  keepProse(text.length);
  return { documents, prose };
}

function nextOpening(text: string, from: number): number {
  const rest = text.slice(from).search(/[{[]/);
  return rest === -1 ? -1 : from + rest;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** `[1]` and `[link](…)` of prose are lists too. */
function isSubstantial(value: Json): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some((each) => typeof each === "object" && each !== null);
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ldquo: "“",
  rdquo: "”",
  lsquo: "‘",
  rsquo: "’",
  hellip: "…",
};

/** HTML as the text that it shows. Line ends of the source stay, so that lines can still be named. */
export function shownText(html: string): string {
  const bare = html
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, (whole) => whole.replace(/[^\n]/g, ""))
    .replace(/<!--[\s\S]*?-->/g, (whole) => whole.replace(/[^\n]/g, ""))
    .replace(/<\/t[dh]>\s*<t[dh]\b[^>]*>/gi, "\t")
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/pre)\b[^>]*>/gi, "\n")
    .replace(TAG, "");
  return decodeEntities(bare);
}

export function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
