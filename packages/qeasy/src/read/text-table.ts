/**
 * Tables of Qeasy's articles: fields with their configured values, as they are copied from a page (cells divided by | or tabs).
 * Each table says by its heading columns what it holds; what stands above it tells the side (请求参数, 响应参数, 接口: …).
 */
import type { JsonObject } from "@datong/core";

export interface TextTable {
  readonly line: number;
  readonly kind: "request" | "response";
  readonly api?: string;
  readonly apiName?: string;
  readonly method?: string;
  readonly system?: string;
  /** `{target_field, label, type, value}`: as the corpus writes a row; `line` beside it. */
  readonly rows: readonly { readonly line: number; readonly row: JsonObject }[];
  readonly hasValues: boolean;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

const COLUMNS: readonly (readonly [string, RegExp])[] = [
  ["target_field", /^(字段|字段名|接口字段|目标字段|参数|参数名|field|key|target(?:[_ ]?field)?)$/i],
  ["label", /^(名称|字段名称|中文名称?|label|name|说明|标题)$/i],
  ["type", /^(类型|字段类型|type)$/i],
  ["value", /^(配置值|预设值|值|取值|value|映射值|源字段|来源字段)$/i],
  ["describe", /^(描述|备注|describe|description)$/i],
];

export function findTables(prose: readonly Line[]): readonly TextTable[] {
  const tables: TextTable[] = [];
  let heading: { api?: string; apiName?: string; method?: string; system?: string; kind: "request" | "response" } = { kind: "request" };
  for (let at = 0; at < prose.length; at++) {
    const { text } = prose[at] as Line;
    const system = /^#*\s*(\S.*?)(?:接口明细|接口详情)\s*$/.exec(text)?.[1];
    if (system !== undefined) heading = { system, kind: "request" };
    const api = /(?:^|[-*•\s])(?:(?:调用)?接口(?:地址|编码)?|API)\s*[:：]\s*`?([^\s`]+)/i.exec(text)?.[1];
    if (api !== undefined) heading = { ...heading, api };
    const apiName = /(?:接口名称|NAME)\s*[:：]\s*(\S.*?)\s*$/i.exec(text)?.[1];
    if (apiName !== undefined) heading = { ...heading, apiName };
    const method = /(?:方法|METHOD)\s*[:：]\s*(GET|POST|PUT|SQL)/i.exec(text)?.[1];
    if (method !== undefined) heading = { ...heading, method: method.toUpperCase() };
    if (/请求参数|请求字段/.test(text)) heading = { ...heading, kind: "request" };
    if (/响应参数|返回参数|响应字段/.test(text)) heading = { ...heading, kind: "response" };
    const columns = columnsOf(cellsOf(text)) ?? gluedColumns(text);
    if (columns === undefined) continue;
    const isGlued = cellsOf(text).length === 0;
    const rows = isGlued ? gluedRows(prose, at + 1) : rowsBelow(prose, at + 1, columns);
    if (rows.length === 0) continue;
    tables.push({ ...heading, line: (prose[at] as Line).line, rows, hasValues: columns.includes("value") });
    at += rows.length;
  }
  return tables;
}

function cellsOf(text: string): readonly string[] {
  const bare = text.trim().replace(/^\|/, "");
  if (text.includes("\t")) return text.split("\t").map((cell) => cell.trim());
  if (!/[|｜]/.test(bare)) return [];
  // A pipe between braces is a filter's, not a column's.
  return bare
    .replace(/\{\{[^{}]*\}\}/g, (value) => value.replaceAll("|", "\u0001"))
    .split(/[|｜]/)
    .map((cell) => cell.replaceAll("\u0001", "|").trim());
}

function columnsOf(cells: readonly string[]): readonly (string | undefined)[] | undefined {
  const columns = cells.map((cell) => COLUMNS.find(([, pattern]) => pattern.test(cell.replaceAll("*", "")))?.[0]);
  return columns.includes("target_field") && columns.filter((each) => each !== undefined).length >= 2 ? columns : undefined;
}

function rowsBelow(prose: readonly Line[], from: number, columns: readonly (string | undefined)[]): { line: number; row: JsonObject }[] {
  const rows: { line: number; row: JsonObject }[] = [];
  for (let at = from; at < prose.length; at++) {
    const { line, text } = prose[at] as Line;
    let cells = cellsOf(text);
    if (cells.length < 2 || columnsOf(cells) !== undefined) break;
    if (cells.every((cell) => /^:?-*:?$/.test(cell))) {
      rows.push({ line, row: {} });
      continue;
    }
    const named = columns.filter((each) => each !== undefined).length;
    const filled = cells.at(-1) === "" ? cells.length - 1 : cells.length;
    // A caption that holds a pipe itself (区 | 县) makes a cell too many.
    if (filled > named && columns[1] === "label" && !text.includes("\t")) {
      const more = filled - named;
      cells = [cells[0] as string, cells.slice(1, 2 + more).join(" | "), ...cells.slice(2 + more)];
    }
    const row: Record<string, string> = {};
    for (const [i, name] of columns.entries()) if (name !== undefined) row[name] = cells[i] ?? "";
    if (!/^[\w\u4e00-\u9fff][\w.\u4e00-\u9fff@$\-[\]]*$/.test(row["target_field"] ?? "")) break;
    rows.push({ line, row });
  }
  return rows;
}

/** A page copied without its dividers: the heading cells stand in one word. */
function gluedColumns(text: string): readonly (string | undefined)[] | undefined {
  return /^(?:接口)?字段(?:名称|字段名称)+类型(?:描述|备注|配置值|预设值)?$/.test(text.trim())
    ? ["target_field", "label", "type", "describe"]
    : undefined;
}

const GLUED = /^([A-Za-z_][\w.]*?)((?:[^\w.].*?)?)(string|int|bool|float|array|object|datetime|date)([^\w].*)?$/i;

function gluedRows(prose: readonly Line[], from: number): { line: number; row: JsonObject }[] {
  const rows: { line: number; row: JsonObject }[] = [];
  for (let at = from; at < prose.length; at++) {
    const { line, text } = prose[at] as Line;
    const match = GLUED.exec(text.trim());
    if (match === null) break;
    const [, glued = "", label = "", type = "", describe = ""] = match;
    // Caption and name alike: statusstatus.
    const half = glued.slice(0, glued.length / 2);
    const name = label === "" && half !== "" && half + half === glued ? half : glued;
    rows.push({ line, row: { target_field: name, label: label === "" ? name : label, type: type.toLowerCase(), value: "", describe } });
  }
  return rows;
}
