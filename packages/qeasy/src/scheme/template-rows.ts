/**
 * Qeasy's Excel parameter template: columns operation, is_request, name, field, parent, default, type, is_required, parser, describe; the
 * first two rows are reserved (keys and captions). Each operation becomes the metadata of one API, without a side of its own.
 */
import { orderedObject, type Json, type JsonObject } from "@datong/core";

const COLUMNS = ["operation", "is_request", "name", "field", "parent", "default", "type", "is_required", "parser", "describe"];

export interface TemplateApi {
  readonly metadata: JsonObject;
  /** Number of the row, from 1, that each field object was made of. */
  readonly rows: ReadonlyMap<object, number>;
  readonly firstRow: number;
}

/** Undefined when the rows are no such template. */
export function templateApis(rows: readonly (readonly string[])[]): readonly TemplateApi[] | undefined {
  const heading = rows.slice(0, 2).findIndex((row) => row.some((cell) => /^field$/i.test(cell.trim())));
  const head = heading === -1 ? undefined : rows[heading]?.map((cell) => cell.trim().toLowerCase());
  const columnOf = (name: string): number => (head === undefined ? COLUMNS.indexOf(name) : head.indexOf(name));
  if (head !== undefined && COLUMNS.filter((name) => head.includes(name)).length < 4) return undefined;
  if (head === undefined && !rows.slice(2).some((row) => /^[01]$/.test(row[1]?.trim() ?? "") && (row[3]?.trim() ?? "") !== ""))
    return undefined;
  const operations = new Map<string, { request: JsonObject[]; response: JsonObject[]; rows: Map<object, number>; firstRow: number }>();
  let last = "";
  for (const [index, row] of rows.entries()) {
    if (index < 2) continue;
    const cell = (name: string): string => row[columnOf(name)]?.trim() ?? "";
    if (cell("field") === "") continue;
    last = cell("operation") || last;
    const operation = operations.get(last) ?? { request: [], response: [], rows: new Map<object, number>(), firstRow: index + 1 };
    operations.set(last, operation);
    const field = fieldOf(cell);
    operation.rows.set(field, index + 1);
    (cell("is_request") === "0" ? operation.response : operation.request).push(field);
  }
  if (operations.size === 0) return undefined;
  return [...operations].map(([api, { request, response, rows: places, firstRow }]) => {
    const entries: [string, Json][] = api === "" ? [] : [["api", api]];
    entries.push(["request", request]);
    if (response.length > 0) entries.push(["response", response]);
    return { metadata: orderedObject(entries), rows: places, firstRow };
  });
}

function fieldOf(cell: (name: string) => string): JsonObject {
  const text = (key: string, name: string): readonly (readonly [string, Json])[] => (cell(name) === "" ? [] : [[key, cell(name)]]);
  const parser = cell("parser");
  return orderedObject([
    ["field", cell("field")],
    ["label", cell("name") || cell("field")],
    ["type", cell("type") || "string"],
    ...text("parent", "parent"),
    ...text("default", "default"),
    ...text("describe", "describe"),
    ...(parser === "" ? [] : [["parser", parserOf(parser)] as const]),
    ["is_required", /^(1|true|是)$/i.test(cell("is_required"))],
  ]);
}

/** `ConvertObjectParser`, `ConvertObjectParser,FNumber`, `StringToArray(",")`. */
function parserOf(text: string): Json {
  const match = /^(\w+)\s*(?:\(\s*["']?(.*?)["']?\s*\)|[,:，：]\s*(\w+))?$/.exec(text);
  const params = match?.[2] ?? match?.[3];
  if (match === null || params === undefined || params === "") return match === null ? text : { name: match[1] ?? text };
  return { name: match[1] ?? text, params };
}
