/**
 * Tokens of a `_function` expression. Placeholders are tokens of their own, and parts of the text tokens they stand in: a bound value
 * is never read as part of the expression, so a quote in it cannot break out.
 */
import { endOfLookup, LOOKUP_END } from "./lookup-parse.ts";
import { valueError, type ValueSite } from "./template-error.ts";
import { readPlaceholder, type Placeholder, type TemplatePart } from "./template-parse.ts";

export type Token =
  | { readonly kind: "number"; readonly text: string; readonly offset: number; readonly end: number }
  | { readonly kind: "text"; readonly parts: readonly TemplatePart[]; readonly offset: number; readonly end: number }
  | { readonly kind: "bind"; readonly placeholder: Placeholder; readonly offset: number; readonly end: number }
  | LookupToken
  | { readonly kind: "word"; readonly text: string; readonly offset: number; readonly end: number }
  | { readonly kind: "sign"; readonly text: string; readonly offset: number; readonly end: number }
  | { readonly kind: "end"; readonly offset: number; readonly end: number };

/** A lookup inside the expression, `_findCollection … _endFind`: its answer is bound as a value. In quotes it is the answer's text. */
export interface LookupToken {
  readonly kind: "lookup";
  readonly name: string;
  /** Offsets of what stands between the name and `_endFind`. */
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
  readonly offset: number;
  readonly end: number;
}

const ALONE = "引号里只能有查询本身，拼接请用 CONCAT / only the lookup may stand inside the quotes; join with CONCAT";
/** Sent to an ERP as text it would be found only there. */
const INNER_LOOKUP = /_(?:findCollection|mongoQuery)\s/;
const LOOKUP = /\s*(_findCollection|_mongoQuery)(?=\s)/y;

const BLANK = /\s+/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_@$][\p{L}\p{N}_@$.]*/uy;
const SIGN = /<=>|<=|>=|<>|<<|>>|!=|\|\||&&|[-+*/%=<>!(),&|^~]/y;

/** The tokens from an offset of the value's text on, an `end` token last. */
export function lexExpression(text: string, from: number, site: ValueSite): Token[] {
  const tokens: Token[] = [];
  let at = skip(BLANK, text, from);
  while (at < text.length) {
    const token = nextToken(text, at, site);
    const before = tokens.at(-1);
    if (before !== undefined && before.end === at && isOperand(before) && isOperand(token)) {
      throw valueError("EXPRESSION_INVALID", site, at, { reason: "两个值之间缺少运算符 / an operator is missing between two values" });
    }
    tokens.push(token);
    at = skip(BLANK, text, token.end);
  }
  tokens.push({ kind: "end", offset: text.length, end: text.length });
  return tokens;
}

function nextToken(text: string, at: number, site: ValueSite): Token {
  const letter = text.charAt(at);
  const lookup = readLookup(text, at, site);
  if (lookup !== undefined) return lookup;
  if (letter === "'" || letter === '"') return readText(text, at, site);
  if (letter === "{") {
    const read = readPlaceholder(text, at, site);
    if (read !== undefined) return { kind: "bind", placeholder: read.placeholder, offset: at, end: read.end };
  }
  for (const [kind, pattern] of PATTERNS) {
    const end = skip(pattern, text, at);
    if (end === at) continue;
    const word = text.slice(at, end);
    return { kind, text: word, offset: at, end };
  }
  const reason =
    letter === ";" ? "只能写一个表达式，不能有 ; / one expression only, no ;" : `不认识的符号 ${letter} / unknown sign ${letter}`;
  throw valueError("EXPRESSION_INVALID", site, at, { reason });
}

const PATTERNS = [
  ["number", NUMBER],
  ["word", WORD],
  ["sign", SIGN],
] as const;

function isOperand(token: Token): boolean {
  return token.kind === "number" || token.kind === "text" || token.kind === "bind" || token.kind === "lookup";
}

/** A lookup that begins here, or with the quote that stands here. */
function readLookup(text: string, at: number, site: ValueSite): LookupToken | undefined {
  const quote = /['"]/.test(text.charAt(at)) ? text.charAt(at) : "";
  LOOKUP.lastIndex = at + quote.length;
  const name = LOOKUP.exec(text)?.[1];
  if (name === undefined) return undefined;
  const from = LOOKUP.lastIndex;
  const to = endOfLookup(text, from, name, site);
  let end = to + LOOKUP_END.length;
  if (quote !== "") {
    end = skip(BLANK, text, end);
    if (text.charAt(end) !== quote) {
      throw valueError("LOOKUP_INVALID", site, end, { reason: ALONE });
    }
    end++;
  }
  return { kind: "lookup", name, from, to, quoted: quote !== "", offset: at, end };
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** A quoted text: the quote doubled or behind a backslash is the quote itself, as in MySQL. */
function readText(text: string, from: number, site: ValueSite): Token {
  const quote = text.charAt(from);
  const parts: TemplatePart[] = [];
  let plain = "";
  let at = from + 1;
  for (;;) {
    if (at >= text.length) throw valueError("EXPRESSION_INVALID", site, from, { reason: "引号没有闭合 / the quote is not closed" });
    const letter = text.charAt(at);
    if (letter === quote) {
      if (text.charAt(at + 1) !== quote) break;
      plain += quote;
      at += 2;
    } else if (letter === "\\" && at + 1 < text.length) {
      const next = text.charAt(at + 1);
      plain += ESCAPES[next] ?? next;
      at += 2;
    } else {
      const read = letter === "{" ? readPlaceholder(text, at, site) : undefined;
      if (read === undefined) {
        plain += letter;
        at++;
      } else {
        if (plain !== "") parts.push({ kind: "text", text: plain });
        plain = "";
        parts.push(read.placeholder);
        at = read.end;
      }
    }
  }
  if (plain !== "") parts.push({ kind: "text", text: plain });
  if (parts.some((part) => part.kind === "text" && INNER_LOOKUP.test(part.text)))
    throw valueError("LOOKUP_INVALID", site, from, { reason: ALONE });
  return { kind: "text", parts, offset: from, end: at + 1 };
}

/** MySQL's escapes; `\%` and `\_` keep the backslash outside LIKE. */
const ESCAPES: Readonly<Record<string, string | undefined>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  b: "\b",
  Z: "\u001a",
  "%": "\\%",
  _: "\\_",
};
