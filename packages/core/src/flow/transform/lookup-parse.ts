/**
 * Lookups as they are written, to a tree: `find F from <flow> where a={{x}} b={{y}}` and `<flow> findField=content.F where={JSON}`.
 *
 * Placeholders are parts of the tree, never pasted: whatever a value holds (quotes, `_endFind`, another `b=`) stays a value.
 */
import { DatongError, explain } from "../../error/index.ts";
import { isArray, isObject, keysOf, readJson, type Json, type JsonObject } from "../../value/index.ts";
import { LOOKUP_OPERATORS, regularExpression, type LookupOperator, type LookupTerm } from "./lookup-condition.ts";
import { storedPath, type StoredPath } from "./lookup-row.ts";
import { glimpse, valueError, type ValueSite } from "./template-error.ts";
import { parseTemplate, readPlaceholder, type Placeholder, type TemplatePart } from "./template-parse.ts";

/** What a value of the condition is made of. */
export type LookupOperand =
  | { readonly kind: "constant"; readonly value: Json }
  | { readonly kind: "bind"; readonly placeholder: Placeholder }
  | { readonly kind: "text"; readonly parts: readonly TemplatePart[] };

export interface ParsedLookup {
  /** Id or alias of the flow whose records are asked. */
  readonly flow: string;
  readonly find: StoredPath;
  readonly where: LookupTerm;
  readonly operands: readonly LookupOperand[];
}

export const LOOKUP_END = "_endFind";
const LOOKUP_WORD = /_(?:findCollection|mongoQuery|endFind)(?![\p{L}\p{N}_])/uy;

/** Where the lookup that begins at `from` ends: the offset of its `_endFind`. Placeholders on the way are skipped. */
export function endOfLookup(text: string, from: number, name: string, site: ValueSite): number {
  for (let at = from; at < text.length;) {
    const read = text.charAt(at) === "{" ? placeholderAt(text, at, site) : undefined;
    if (read !== undefined) {
      at = read.end;
      continue;
    }
    LOOKUP_WORD.lastIndex = at;
    const word = LOOKUP_WORD.exec(text)?.[0];
    if (word === LOOKUP_END) return at;
    if (word !== undefined) throw valueError("LOOKUP_NESTED", site, at, { prefix: word });
    at++;
  }
  throw invalid(site, from - name.length, `${name} 没有以 _endFind 结束 / ${name} is not closed by _endFind`);
}

/** In JSON `{"a":…` is no placeholder, and neither is `{{` that is none. */
function placeholderAt(text: string, at: number, site: ValueSite): { readonly placeholder: Placeholder; readonly end: number } | undefined {
  return text.charAt(at + 1) === '"' ? undefined : readPlaceholder(text, at, site);
}

/** Reads a lookup between two offsets of the value's text, behind its prefix. LOOKUP_INVALID and what templates throw. */
export function parseLookup(name: string, text: string, from: number, to: number, site: ValueSite): ParsedLookup {
  return name === "_mongoQuery" ? parseMongoQuery(text, from, to, site) : parseFind(text, from, to, site);
}

const FIND = /\s+find\s+(\S+)\s+from\s+(\S+)\s+where(?=\s)/iuy;
const CONDITION = /\s+([\p{L}_$][\p{L}\p{N}_$.[\]]*)=/uy;

function parseFind(text: string, from: number, to: number, site: ValueSite): ParsedLookup {
  const head = sticky(FIND, text, from);
  if (head === null || FIND.lastIndex > to) {
    const form = "_findCollection find 字段 from 方案 where 字段={{值}}";
    throw invalid(site, from, `写法应为 ${form} / it is written _findCollection find FIELD from FLOW where FIELD={{value}}`);
  }
  const first = FIND.lastIndex;
  const marks: { readonly name: string; readonly at: number; readonly from: number; to: number }[] = [];
  for (let at = first; at < to;) {
    const read = text.charAt(at) === "{" ? readPlaceholder(text, at, site) : undefined;
    const begins = read === undefined && isBlank(text.charAt(at)) && !isBlank(text.charAt(at - 1));
    const match = begins ? sticky(CONDITION, text, at) : null;
    if (match !== null) {
      const before = marks.at(-1);
      if (before !== undefined) before.to = at;
      marks.push({ name: match[1] as string, at, from: CONDITION.lastIndex, to });
    } else if (marks.length === 0) break;
    at = match !== null ? CONDITION.lastIndex : (read?.end ?? at + 1);
  }
  if (marks.length === 0)
    throw invalid(
      site,
      first,
      "where 后面应为 字段={{值}}，等号两边没有空格 / FIELD={{value}} was expected behind where, without blanks round =",
    );
  const operands: LookupOperand[] = [];
  const terms = marks.map((mark, index): LookupTerm => {
    const value = text.slice(mark.from, mark.to).trim();
    if (index < marks.length - 1 && /(?:^|\s)(?:and|or)$/i.test(value)) {
      throw invalid(
        site,
        mark.to - 1,
        "多个条件以空格分隔，全部须成立，不写 AND / conditions are parted by a blank and all must hold; write no AND",
      );
    }
    const field = pathAt(mark.name, "content", site, mark.at);
    return { kind: "compare", operator: "$eq", field, operands: [operands.push(textOperand(value, mark.from, site)) - 1] };
  });
  const find = pathAt(head[1] as string, "content", site, from);
  return { flow: head[2] as string, find, where: { kind: "and", terms }, operands };
}

/** A template; a missing value is the empty text, also alone. */
function textOperand(value: string, offset: number, site: ValueSite): LookupOperand {
  return operandOf(shifted(parseTemplate(value, site), offset), value);
}

function operandOf(parts: readonly TemplatePart[], text: string): LookupOperand {
  const [part] = parts;
  if (part === undefined) return { kind: "constant", value: text };
  if (parts.length > 1) return { kind: "text", parts };
  return part.kind === "text" ? { kind: "constant", value: part.text } : { kind: "bind", placeholder: part };
}

function shifted(parts: readonly TemplatePart[], offset: number): readonly TemplatePart[] {
  return parts.map((part) => (part.kind === "text" ? part : { ...part, offset: part.offset + offset }));
}

const QUERY = /\s+(\S+)\s+findField=(\S+)\s+where=\s*(?=\S)/iuy;
/** Stands in the JSON text for a placeholder; JSON texts of ours hold no such letter. */
const HOLE = "\u0000";

function parseMongoQuery(text: string, from: number, to: number, site: ValueSite): ParsedLookup {
  const head = sticky(QUERY, text, from);
  if (head === null || QUERY.lastIndex > to) {
    throw invalid(
      site,
      from,
      "写法应为 _mongoQuery 方案 findField=content.字段 where={…} / it is written _mongoQuery FLOW findField=content.FIELD where={…}",
    );
  }
  const start = QUERY.lastIndex;
  const written = text.slice(start, to);
  if (written.includes(HOLE) || written.includes("\\u0000"))
    throw invalid(site, start, "条件里不能有 NUL 字符 / the condition holds a NUL character");
  const { json, placeholders } = withHoles(text, start, to, site);
  let where: Json;
  try {
    where = readJson(json);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    const [zh, en] = [explain(error, "zh").message, explain(error, "en").message];
    const reason = `where 不是有效的 JSON（${zh}） / where is not valid JSON (${en})`;
    throw valueError("LOOKUP_INVALID", site, start, { reason }, error);
  }
  const reader = new QueryReader(placeholders, site, start);
  const term = reader.readObject(where);
  return { flow: head[1] as string, find: pathAt(head[2] as string, "row", site, from), where: term, operands: reader.operands };
}

/** The JSON with a hole for each placeholder: inside quotes a part of that text, outside a text of its own. */
function withHoles(
  text: string,
  from: number,
  to: number,
  site: ValueSite,
): { readonly json: string; readonly placeholders: readonly Placeholder[] } {
  const placeholders: Placeholder[] = [];
  let json = "";
  let quoted = false;
  for (let at = from; at < to;) {
    const letter = text.charAt(at);
    const read = letter === "{" ? (quoted ? readPlaceholder(text, at, site) : placeholderAt(text, at, site)) : undefined;
    if (read !== undefined) {
      const hole = `\\u0000${placeholders.push(read.placeholder) - 1}\\u0000`;
      json += quoted ? hole : `"\\u0000v${hole}"`;
      at = read.end;
      continue;
    }
    if (letter === '"') quoted = !quoted;
    json += letter;
    at++;
    if (quoted && letter === "\\" && at < to) json += text.charAt(at++);
  }
  return { json, placeholders };
}

class QueryReader {
  readonly operands: LookupOperand[] = [];
  private readonly placeholders: readonly Placeholder[];
  private readonly site: ValueSite;
  private readonly start: number;

  constructor(placeholders: readonly Placeholder[], site: ValueSite, start: number) {
    this.placeholders = placeholders;
    this.site = site;
    this.start = start;
  }

  readObject(query: Json): LookupTerm {
    if (!isObject(query)) this.fail(`这里应为 {…}，不是 ${glimpse(query)} / an object was expected, not ${glimpse(query)}`);
    const keys = keysOf(query);
    if (keys.length === 0) this.fail("条件是空的，会取到任意一行 / the condition is empty and would give any row");
    const terms = keys.map((key) => this.readMember(key, query[key] as Json));
    return terms.length === 1 ? (terms[0] as LookupTerm) : { kind: "and", terms };
  }

  private readMember(key: string, value: Json): LookupTerm {
    if (key.includes(HOLE)) this.fail("字段名里不能有 {{}} / a field's name cannot hold {{}}");
    if (key === "$and" || key === "$or") {
      if (!isArray(value) || value.length === 0) this.fail(`${key} 后面应为条件的列表 / ${key} takes a list of conditions`);
      return { kind: key === "$and" ? "and" : "or", terms: value.map((each) => this.readObject(each)) };
    }
    if (key.startsWith("$")) this.fail(`不支持 ${key}，只有 $and、$or / ${key} is not supported here, only $and and $or`);
    const field = pathAt(key, "row", this.site, this.start);
    if (!isObject(value)) return this.comparison(field, "$eq", value, undefined);
    const operators = keysOf(value).filter((name) => name !== "$options");
    if (operators.length === 0) this.fail(`${key} 没有运算符 / ${key} has no operator`);
    const terms = operators.map((name) => this.comparison(field, this.operatorOf(name), value[name] as Json, optionsOf(value)));
    return terms.length === 1 ? (terms[0] as LookupTerm) : { kind: "and", terms };
  }

  private operatorOf(name: string): LookupOperator {
    const operator = LOOKUP_OPERATORS.find((known) => known === name);
    const known = LOOKUP_OPERATORS.join(", ");
    return operator ?? this.fail(`不支持 ${name}，可用：${known} / ${name} is not supported; known are ${known}`);
  }

  private comparison(field: StoredPath, operator: LookupOperator, value: Json, options: string | undefined): LookupTerm {
    const isList = operator === "$in" || operator === "$nin";
    const values = isList && isArray(value) ? value : [value];
    const operands = values.map((each) => this.operands.push(this.operandOf(each, operator)) - 1);
    const constant = this.operands.at(-1);
    if (operator === "$regex" && constant?.kind === "constant") this.tryPattern(constant.value, options ?? "");
    return { kind: "compare", operator, field, operands, ...(options === undefined ? {} : { options }) };
  }

  private tryPattern(pattern: Json, options: string): void {
    if (typeof pattern !== "string") this.fail("$regex 后面应为文字 / $regex takes a text");
    try {
      regularExpression(pattern, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.fail(`正则表达式有误：${reason} / the regular expression is wrong: ${reason}`);
    }
  }

  private operandOf(value: Json, operator: LookupOperator): LookupOperand {
    if (isObject(value) || isArray(value)) this.fail(`${operator} 后面应为单个值 / ${operator} takes one value`);
    if (typeof value !== "string" || !value.includes(HOLE)) return { kind: "constant", value };
    const isValue = value.startsWith(`${HOLE}v`);
    const parts = (isValue ? value.slice(2) : value).split(HOLE).flatMap((text, index): TemplatePart[] => {
      if (index % 2 === 1) return [this.placeholders[Number(text)] as Placeholder];
      return text === "" ? [] : [{ kind: "text", text }];
    });
    return operandOf(parts, "");
  }

  private fail(reason: string): never {
    throw invalid(this.site, this.start, reason);
  }
}

function optionsOf(query: JsonObject): string | undefined {
  const { $options: options } = query;
  return typeof options === "string" ? options : undefined;
}

function pathAt(name: string, bare: "content" | "row", site: ValueSite, offset: number): StoredPath {
  try {
    return storedPath(name, bare);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    throw valueError("LOOKUP_INVALID", site, offset, { reason: `字段「${name}」写法有误 / the field '${name}' is not well formed` }, error);
  }
}

function isBlank(letter: string): boolean {
  return /\s/.test(letter);
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function invalid(site: ValueSite, offset: number, reason: string): DatongError {
  return valueError("LOOKUP_INVALID", site, offset, { reason });
}
