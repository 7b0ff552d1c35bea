/**
 * Templates as a list of parts: text and placeholders `{{path|filter:argument}}`. Newer Qeasy pages write single braces; `{x}` is a
 * placeholder only when x is a path of identifier characters (and known filters), anything else in single braces is text, so JSON
 * in a value stays as it is.
 */
import { DatongError } from "../../error/index.ts";
import { parsePath } from "../../value/index.ts";
import { filterRow } from "./filter.ts";
import { valueError, type ValueSite } from "./template-error.ts";

export interface FilterCall {
  /** The filter's name as the table writes it. */
  readonly name: string;
  readonly argument?: string;
}

export interface Placeholder {
  readonly kind: "placeholder";
  readonly path: string;
  readonly filters: readonly FilterCall[];
  /** Offset (from 0) of the first brace in the whole value. */
  readonly offset: number;
}

export interface TemplateText {
  readonly kind: "text";
  readonly text: string;
}

export type TemplatePart = TemplateText | Placeholder;

/** Splits a value into text and placeholders. TEMPLATE_INVALID, FILTER_UNKNOWN. */
export function parseTemplate(text: string, site: ValueSite): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let textFrom = 0;
  let at = text.indexOf("{");
  while (at !== -1) {
    const read = readPlaceholder(text, at, site);
    if (read === undefined) {
      at = text.indexOf("{", at + 1);
      continue;
    }
    if (at > textFrom) parts.push({ kind: "text", text: text.slice(textFrom, at) });
    parts.push(read.placeholder);
    textFrom = read.end;
    at = text.indexOf("{", textFrom);
  }
  if (textFrom < text.length) parts.push({ kind: "text", text: text.slice(textFrom) });
  return parts;
}

/** The template's text again, in double braces and with the table's filter names. */
export function printTemplate(parts: readonly TemplatePart[]): string {
  return parts
    .map((part) => (part.kind === "text" ? part.text : `{{${[part.path, ...part.filters.map(printFilter)].join("|")}}}`))
    .join("");
}

/** The placeholder that starts at this brace and the offset behind it, or undefined when the brace is text. */
export function readPlaceholder(
  text: string,
  at: number,
  site: ValueSite,
): { readonly placeholder: Placeholder; readonly end: number } | undefined {
  if (text.charAt(at + 1) !== "{") return readSingleBrace(text, at, site);
  const close = text.indexOf("}}", at + 2);
  const nested = text.indexOf("{{", at + 2);
  if (close === -1 || (nested !== -1 && nested < close)) {
    throw valueError("TEMPLATE_INVALID", site, at, { reason: "{{ 没有对应的 }} / {{ is not closed" });
  }
  return { placeholder: placeholderOf(text.slice(at + 2, close), at, at + 2, site), end: close + 2 };
}

const SINGLE_BRACE = /\{([\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+|\[\d{1,9}\])*)((?:\|[^{}|]+)*)\}/uy;

function readSingleBrace(
  text: string,
  at: number,
  site: ValueSite,
): { readonly placeholder: Placeholder; readonly end: number } | undefined {
  SINGLE_BRACE.lastIndex = at;
  const match = SINGLE_BRACE.exec(text);
  if (match === null) return undefined;
  const names = (match[2] as string).split("|").slice(1);
  if (!names.every((name) => filterRow(/^\s*(\w*)/.exec(name)?.[1] ?? "") !== undefined)) return undefined;
  return { placeholder: placeholderOf(match[0].slice(1, -1), at, at + 1, site), end: at + match[0].length };
}

/** What can only be a calculation or a slip inside a placeholder; a key of a real row holds none of these. */
const NOT_IN_PATH = /[*+=<>!"'`;,?{}\\]/;

function placeholderOf(body: string, offset: number, bodyFrom: number, site: ValueSite): Placeholder {
  const segments = splitAtPipes(body);
  const first = segments[0] as Segment;
  const path = first.text.trim();
  if (path === "") throw valueError("TEMPLATE_INVALID", site, offset, { reason: "{{}} 里没有路径 / the braces hold no path" });
  const odd = NOT_IN_PATH.exec(first.text);
  if (odd !== null) {
    const reason = `路径里不能有 ${odd[0]}，计算请用 _function / ${odd[0]} cannot stand in a path; calculate with _function`;
    throw valueError("TEMPLATE_INVALID", site, bodyFrom + odd.index, { reason });
  }
  try {
    parsePath(path);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    const within = Number(error.details["position"]) - 1 + first.text.indexOf(path);
    throw valueError("TEMPLATE_INVALID", site, bodyFrom + within, { reason: String(error.details["reason"]) }, error);
  }
  const filters = segments.slice(1).map((segment) => filterOf(segment, bodyFrom, site));
  return { kind: "placeholder", path, filters, offset };
}

interface Segment {
  readonly text: string;
  readonly from: number;
}

/** Splits at `|`, but not inside quotes. */
function splitAtPipes(body: string): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  let quote = "";
  for (let at = 0; at <= body.length; at++) {
    const letter = body.charAt(at);
    if (quote !== "" && at < body.length) {
      if (letter === quote) quote = "";
    } else if (segments.length > 0 && (letter === "'" || letter === '"')) {
      quote = letter;
    } else if (letter === "|" || at === body.length) {
      segments.push({ text: body.slice(from, at), from });
      from = at + 1;
    }
  }
  return segments;
}

const FILTER = /^\s*(\w+)\s*(?::([\s\S]*)|\(([\s\S]*)\)\s*)?$/;

function filterOf(segment: Segment, bodyFrom: number, site: ValueSite): FilterCall {
  const offset = bodyFrom + segment.from;
  const match = FILTER.exec(segment.text);
  if (match === null) {
    throw valueError("TEMPLATE_INVALID", site, offset, { reason: "过滤器写成 |名称 或 |名称:参数 / write |name or |name:argument" });
  }
  const row = filterRow(match[1] as string);
  if (row === undefined) throw valueError("FILTER_UNKNOWN", site, offset, { name: match[1] as string });
  const written = match[2] ?? match[3];
  if (written === undefined || (match[3] !== undefined && written.trim() === "")) return { name: row.name };
  const argument = unquoted(written);
  const wrong = row.checkArgument?.(argument) ?? (row.argument === undefined ? "不带参数 / it takes no argument" : undefined);
  if (wrong !== undefined) throw valueError("TEMPLATE_INVALID", site, offset, { reason: `${row.name}: ${wrong}` });
  return { name: row.name, argument };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  const quote = trimmed.charAt(0);
  return trimmed.length >= 2 && (quote === "'" || quote === '"') && trimmed.endsWith(quote) ? trimmed.slice(1, -1) : trimmed;
}

function printFilter(filter: FilterCall): string {
  if (filter.argument === undefined) return filter.name;
  const plain = filter.argument.trim() === filter.argument && !/[|'"]/.test(filter.argument);
  if (plain) return `${filter.name}:${filter.argument}`;
  return `${filter.name}:${filter.argument.includes("'") ? `"${filter.argument}"` : `'${filter.argument}'`}`;
}
