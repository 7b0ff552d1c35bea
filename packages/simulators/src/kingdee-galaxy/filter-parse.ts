/**
 * Reads a FilterString, the SQL-like text or the array of `{Left, FieldName, Compare, Value, Right, Logic}`, into a tree.
 *
 * Grammar: comparisons `= <> != > >= < <=`, `[not] like`, `[not] in (…)`, `is [not] null`, `[not] between … and …`, joined by and, or,
 * not and brackets; field keys on the left, texts in single quotes ('' for a quote) or numbers on the right. Anything else throws
 * FilterSyntaxError. Operator names and ids of the array form beyond the symbols are an assumption (67 equal, 17 contains).
 */
import { isObject, lowerKeys, textOf } from "./request-body.ts";

export type Operator = "=" | "<>" | ">" | ">=" | "<" | "<=";

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "compare"; readonly key: string; readonly operator: Operator; readonly value: string }
  | { readonly kind: "like"; readonly key: string; readonly pattern: string }
  | { readonly kind: "in"; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: "null"; readonly key: string };

/** The filter cannot be read; the message is what is left where reading stopped. */
export class FilterSyntaxError extends Error {}

/** Reads the filter; an empty one gives undefined. */
export function parseFilter(filter: unknown): Condition | undefined {
  const tokens = Array.isArray(filter) ? tokensOfArray(filter) : tokensOfText(textOf(filter));
  if (tokens.length === 0) return undefined;
  const reader: Reader = { tokens, at: 0 };
  const condition = readOr(reader);
  if (reader.at !== tokens.length) throw stuck(reader);
  return condition;
}

type Token = { readonly kind: "word" | "symbol" | "text" | "number"; readonly text: string };

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

const TOKEN = /\s*(?:N?'((?:[^']|'')*)'|([A-Za-z_][\w.]*)|([+-]?\d+(?:\.\d+)?)|(<=|>=|<>|!=|[=<>(),]))/uy;
const COMPARE_NAMES: Readonly<Record<string, string>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  ">": ">",
  ">=": ">=",
  "<": "<",
  "<=": "<=",
  equal: "=",
  equalto: "=",
  statusequalto: "=",
  notequal: "<>",
  notequalto: "<>",
  statusnotequalto: "<>",
  greaterthan: ">",
  greaterthanorequal: ">=",
  greaterthanorequalto: ">=",
  lessthan: "<",
  lessthanorequal: "<=",
  lessthanorequalto: "<=",
  like: "like",
  include: "like",
  in: "in",
  "67": "=",
  "17": "like",
};

function tokensOfText(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  while (text.slice(end).trim() !== "") {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    if (match === null) throw new FilterSyntaxError(text.slice(end).trim());
    end = TOKEN.lastIndex;
    const [, quoted, word, number, symbol] = match;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll("''", "'") });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else tokens.push({ kind: "symbol", text: symbol === "!=" ? "<>" : (symbol ?? "") });
  }
  return tokens;
}

function tokensOfArray(items: readonly unknown[]): Token[] {
  const tokens: Token[] = [];
  for (const [i, item] of items.entries()) {
    if (!isObject(item)) throw new FilterSyntaxError(textOf(item));
    const row = lowerKeys(item);
    tokens.push(...tokensOfText(textOf(row["left"])), ...comparisonTokens(row), ...tokensOfText(textOf(row["right"])));
    if (i < items.length - 1) tokens.push({ kind: "word", text: /^(?:1|or)$/i.test(textOf(row["logic"])) ? "or" : "and" });
  }
  return tokens;
}

function comparisonTokens(row: Readonly<Record<string, unknown>>): readonly Token[] {
  const name = textOf(row["fieldname"]);
  const operator = COMPARE_NAMES[textOf(row["compare"]).trim().toLowerCase()];
  if (!/^[A-Za-z_][\w.]*$/.test(name) || operator === undefined) throw new FilterSyntaxError(`${name} ${textOf(row["compare"])}`);
  const value = textOf(row["value"]);
  const field: Token = { kind: "word", text: name };
  if (operator === "like")
    return [field, { kind: "word", text: "like" }, { kind: "text", text: value.includes("%") ? value : `%${value}%` }];
  if (operator !== "in") return [field, { kind: "symbol", text: operator }, { kind: "text", text: value }];
  const values = value.split(",").flatMap((part, i): Token[] => {
    const text: Token = { kind: "text", text: part.trim().replace(/^'(.*)'$/, "$1") };
    return i === 0 ? [text] : [{ kind: "symbol", text: "," }, text];
  });
  return [field, { kind: "word", text: "in" }, { kind: "symbol", text: "(" }, ...values, { kind: "symbol", text: ")" }];
}

function readOr(reader: Reader): Condition {
  const parts = [readAnd(reader)];
  while (takeWord(reader, "or")) parts.push(readAnd(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "or", parts };
}

function readAnd(reader: Reader): Condition {
  const parts = [readNot(reader)];
  while (takeWord(reader, "and")) parts.push(readNot(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "and", parts };
}

function readNot(reader: Reader): Condition {
  if (takeWord(reader, "not")) return { kind: "not", part: readNot(reader) };
  if (!takeSymbol(reader, "(")) return readComparison(reader);
  const inner = readOr(reader);
  if (!takeSymbol(reader, ")")) throw stuck(reader);
  return inner;
}

function readComparison(reader: Reader): Condition {
  const field = reader.tokens[reader.at];
  if (field?.kind !== "word") throw stuck(reader);
  reader.at += 1;
  const key = field.text;
  if (takeWord(reader, "is")) {
    const negated = takeWord(reader, "not");
    if (!takeWord(reader, "null")) throw stuck(reader);
    return negate(negated, { kind: "null", key });
  }
  const negated = takeWord(reader, "not");
  if (takeWord(reader, "like")) return negate(negated, { kind: "like", key, pattern: readValue(reader) });
  if (takeWord(reader, "in")) return negate(negated, { kind: "in", key, values: readValues(reader) });
  if (takeWord(reader, "between")) return negate(negated, readBetween(reader, key));
  const symbol = reader.tokens[reader.at];
  if (negated || symbol?.kind !== "symbol" || !["=", "<>", ">", ">=", "<", "<="].includes(symbol.text)) throw stuck(reader);
  reader.at += 1;
  return { kind: "compare", key, operator: symbol.text as Operator, value: readValue(reader) };
}

function readBetween(reader: Reader, key: string): Condition {
  const low = readValue(reader);
  if (!takeWord(reader, "and")) throw stuck(reader);
  const parts: Condition[] = [
    { kind: "compare", key, operator: ">=", value: low },
    { kind: "compare", key, operator: "<=", value: readValue(reader) },
  ];
  return { kind: "and", parts };
}

function readValues(reader: Reader): readonly string[] {
  if (!takeSymbol(reader, "(")) throw stuck(reader);
  const values = [readValue(reader)];
  while (takeSymbol(reader, ",")) values.push(readValue(reader));
  if (!takeSymbol(reader, ")")) throw stuck(reader);
  return values;
}

function readValue(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token?.kind !== "text" && token?.kind !== "number") throw stuck(reader);
  reader.at += 1;
  return token.text;
}

function takeWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== "word" || token.text.toLowerCase() !== word) return false;
  reader.at += 1;
  return true;
}

function takeSymbol(reader: Reader, symbol: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== "symbol" || token.text !== symbol) return false;
  reader.at += 1;
  return true;
}

function negate(negated: boolean, condition: Condition): Condition {
  return negated ? { kind: "not", part: condition } : condition;
}

function stuck(reader: Reader): FilterSyntaxError {
  const rest = reader.tokens.slice(reader.at).map((token) => token.text);
  return new FilterSyntaxError(rest.length === 0 ? "查询串不完整" : rest.join(" "));
}
