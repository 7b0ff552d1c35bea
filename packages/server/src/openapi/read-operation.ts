/** One operation of an OpenAPI document as an API of ours, with what had to be guessed. In: the operation with its path. Fetches nothing. */
import type { Api, Field, Json, JsonObject, RequestShape } from "@datong/core";
import type { Guess } from "./guess.ts";
import { guessPaging, type PagingClues } from "./paging.ts";
import type { OpenApi } from "./read-openapi.ts";
import { contentOf, replyShape, type ReplyShape } from "./reply-shape.ts";
import { fieldOf, fieldsOf, listOf, mergedSchema, objectOf, textOf } from "./schema-fields.ts";

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly document: JsonObject;
  /** Parameters of the path and of the operation, the latter winning. */
  readonly parameters: readonly JsonObject[];
}

export interface ReadOperation {
  readonly api: Api;
  readonly reply: ReplyShape;
  /** Paths are inside the API: `/paging`. */
  readonly guesses: readonly Guess[];
}

type Clue = PagingClues["params"][number];

/** A request's field and where it goes. */
interface Part {
  readonly field: Field & Clue;
  /** As the vendor writes it. */
  readonly wire: string;
  readonly in: "path" | "query" | "header" | "body";
}

type BodyKind = "json" | "form" | "none";

/** Null for a body that we cannot send, such as a file. */
export function readOperation(api: OpenApi, operation: Operation, code: string): ReadOperation | null {
  const { document } = operation;
  const body = bodyOf(api, document);
  if (body === null) return null;
  const reply = replyShape(api, document);
  const summary = textOf(document["summary"]) ?? textOf(document["description"])?.split("\n")[0] ?? code;
  const common = {
    code,
    operation: `${operation.method} ${operation.path}`,
    name: { zh: summary.slice(0, 60), en: textOf(document["operationId"]) ?? code },
    ...(reply.format === "json" ? {} : { reply: reply.format }),
  };
  const parts = [...parametersOf(api, operation), ...body.parts];
  const { isQuery, guesses } = directionOf(operation, reply, summary);
  const made = isQuery ? queryOf(api, operation, parts, body.kind, reply) : writeOf(operation, parts, body, reply);
  return { api: { ...common, ...made.api }, reply, guesses: [...guesses, ...made.guesses] };
}

const ASKS = /query|search|list|find|get|page|fetch|select|查询|列表|搜索|获取|检索|分页/i;

function directionOf(
  { method, path }: Operation,
  reply: ReplyShape,
  summary: string,
): { readonly isQuery: boolean; readonly guesses: readonly Guess[] } {
  if (method === "GET") return { isQuery: true, guesses: [] };
  const isQuery = method === "POST" && reply.rowsPath !== undefined && ASKS.test(`${path.split("/").at(-1) ?? ""} ${summary}`);
  return {
    isQuery,
    guesses: isQuery
      ? [{ path: "/direction", zh: "POST 接口，从名称与回复看是查询", en: "A POST that seems to be a query, by its name and reply" }]
      : [],
  };
}

function parametersOf(api: OpenApi, { parameters, path }: Operation): readonly Part[] {
  return parameters.flatMap((parameter): Part[] => {
    const wire = textOf(parameter["name"]);
    const place = parameter["in"];
    if (wire === undefined || (place !== "path" && place !== "query" && place !== "header")) return [];
    // Content types are ours to write.
    if (place === "header" && /^(accept|content-type|authorization)$/i.test(wire)) return [];
    const schema = parameter["schema"] ?? contentOf(objectOf(parameter["content"])).schema;
    const isRequired = parameter["required"] === true || (place === "path" && path.includes(`{${wire}}`));
    const field = fieldOf(api, plainName(wire), schema, isRequired, [], textOf(parameter["description"]));
    return [{ field: { ...field, ...bounds(api, schema) }, wire, in: place }];
  });
}

interface Body {
  readonly kind: BodyKind;
  readonly parts: readonly Part[];
  /** The body is a list of documents. */
  readonly isList: boolean;
}

function bodyOf(api: OpenApi, document: JsonObject): Body | null {
  const given = objectOf(api.resolve(document["requestBody"]));
  const content = objectOf(given["content"]);
  const kinds = Object.keys(content);
  if (kinds.length === 0) return { kind: "none", parts: [], isList: false };
  const json = kinds.find((kind) => /json|\*\/\*/i.test(kind));
  const form = kinds.find((kind) => /x-www-form-urlencoded/i.test(kind));
  const kind = json ?? form;
  if (kind === undefined) return null;
  const schema = objectOf(content[kind])["schema"];
  const fields = fieldsOf(api, schema);
  const properties = mergedSchema(api, schema)?.properties;
  const parts = fields.map((field): Part => ({
    field: { ...field, ...bounds(api, properties?.get(field.field)) },
    wire: field.field,
    in: "body",
  }));
  return { kind: json === undefined ? "form" : "json", parts, isList: mergedSchema(api, schema)?.type === "array" };
}

function bounds(api: OpenApi, given: Json | undefined): Partial<Pick<Clue, "maximum" | "minimum" | "preset">> {
  const schema = objectOf(api.resolve(given));
  const number = (name: string): number | undefined => (typeof schema[name] === "number" ? schema[name] : undefined);
  const [maximum, minimum, preset] = [number("maximum"), number("minimum"), number("default")];
  return {
    ...(maximum === undefined || maximum < 1 ? {} : { maximum }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(preset === undefined ? {} : { preset }),
  };
}

const FROM =
  /(start|begin|from|since|after|min).*(time|date|at)|(time|date).*(start|begin|from)|^(since|from)$|(updated|modified|created)_?(after|since|from)/i;
const TO =
  /(end|to|until|before|max).*(time|date|at)|(time|date).*(end|to|until)$|^(until|to)$|(updated|modified|created)_?(before|until|to)/i;

/** A pair of instants is the window that is read on from where the last reading ended. */
function windowPresets(parts: readonly Part[]): ReadonlyMap<string, string> {
  const isInstant = ({ field }: Part): boolean =>
    field.type === undefined || field.type === "datetime" || field.type === "date" || field.type === "int";
  const from = parts.find((part) => part.in !== "path" && isInstant(part) && FROM.test(part.field.field));
  const to = parts.find((part) => part !== from && part.in !== "path" && isInstant(part) && TO.test(part.field.field));
  if (from === undefined || to === undefined) return new Map();
  const written = ({ field }: Part): string =>
    field.type === "int" ? "timestampms" : field.type === "date" ? "date" : field.type === "datetime" ? "iso" : "datetime";
  return new Map([
    [from.field.field, `{{LAST_SYNC_TIME|${written(from)}}}`],
    [to.field.field, `{{CURRENT_TIME|${written(to)}}}`],
  ]);
}

const ID = /^(id|.*_id|.*Id|uuid|guid|code|no|number|.*_no|.*No|.*Code|.*_code|bill_?no|key)$/;
const NUMBER = /^(no|number|code|name|bill_?no|order_?no|.*_no|.*No|.*_number|.*Number|.*单号|.*编码|.*编号)$/;

function queryOf(
  api: OpenApi,
  operation: Operation,
  parts: readonly Part[],
  kind: BodyKind,
  reply: ReplyShape,
): { readonly api: Omit<Api, "code" | "operation" | "name">; readonly guesses: readonly Guess[] } {
  const response = fieldsOf(api, reply.rowSchema);
  const paged =
    reply.rowsPath === undefined
      ? null
      : guessPaging({ params: parts.map(({ field }) => field), reply: reply.singles, headers: reply.headers });
  const window = windowPresets(parts);
  const presets = new Map([...window, ...(paged?.presets ?? [])]);
  const names = response.map(({ field }) => field);
  const id = names.find((name) => /^(id|uuid|guid)$/i.test(name)) ?? names.find((name) => ID.test(name)) ?? names[0];
  const number = names.find((name) => NUMBER.test(name) && name !== id);
  const rows: Api["rows"] =
    reply.rowsPath !== undefined
      ? { kind: "objects", paths: [reply.rowsPath] }
      : reply.schema === undefined
        ? { kind: "objects", paths: ["data.list", "data.items", "data", "items", "list", "rows", "result", ""] }
        : { kind: "one", paths: [""] };
  const guesses: Guess[] = [];
  if (reply.schema === undefined)
    guesses.push({ path: "/rows", zh: "文档没有写回复，行的位置是猜的", en: "The reply is not described; where its rows lie is a guess" });
  if (paged !== null)
    guesses.push({ path: "/paging", zh: "分页方式由参数名推断", en: "The paging is inferred from the names of the parameters" });
  else if (rows.kind === "objects")
    guesses.push({ path: "/paging", zh: "没有看出分页，按一次读完处理", en: "No paging was found: one call is taken to give everything" });
  if (window.size > 0)
    guesses.push({
      path: "/request",
      zh: `时间窗参数：${[...window.keys()].join("、")}`,
      en: `Parameters of the time window: ${[...window.keys()].join(", ")}`,
    });
  if (id !== undefined) guesses.push({ path: "/id", zh: `主键 ${id}`, en: `The key is ${id}` });
  return {
    api: {
      direction: "query",
      request: parts.map(({ field }) => withPreset(field, presets.get(field.field))),
      response,
      shape: shapeOf(operation, parts, kind, "params"),
      rows,
      ...(id === undefined ? {} : { id: [id] }),
      ...(number === undefined ? {} : { number }),
      paging: paged?.paging ?? { kind: "none" },
    },
    guesses,
  };
}

function writeOf(
  operation: Operation,
  parts: readonly Part[],
  body: Body,
  reply: ReplyShape,
): { readonly api: Omit<Api, "code" | "operation" | "name">; readonly guesses: readonly Guess[] } {
  const { kind, isList } = body;
  const paths = (pattern: RegExp): string[] => reply.singles.filter((path) => pattern.test(path)).slice(0, 4);
  const idempotent = operation.method === "PUT" || operation.method === "DELETE";
  const shape = shapeOf(operation, parts, kind, "document");
  const [number, id] = [paths(/(^|\.)(no|number|code|bill_?no|order_?no|.*No)$/), paths(/(^|\.)(id|.*_id|.*Id)$/)];
  return {
    api: {
      direction: "write",
      request: parts.map(({ field }) => withPreset(field, undefined)),
      response: [],
      shape: isList && parts.every((part) => part.in === "body") ? { ...shape, json: "{{documents}}" } : shape,
      write: {
        batchMax: 1,
        key: "",
        outcome: { kind: "whole", ...(number.length === 0 ? {} : { number }), ...(id.length === 0 ? {} : { id }) },
        idempotent,
      },
    },
    guesses: [
      {
        path: "/write",
        zh: "每次一单；没有查证接口：结果不明的单据留给人处理，请补 probe 或确认可重复发送",
        en: "One document a call, and no probe: documents of unknown outcome are left to a person. Add a `probe`, or say that repeating is harmless",
      },
    ],
  };
}

function withPreset({ maximum: _max, minimum: _min, preset, ...field }: Field & Clue, given: string | undefined): Field {
  const value = given ?? (preset === undefined ? undefined : String(preset));
  // A choice of values is the vendor's; what we fill in need not be among them.
  return value === undefined ? field : { ...field, default: value };
}

function shapeOf({ method, path }: Operation, parts: readonly Part[], kind: BodyKind, head: "params" | "document"): RequestShape {
  const of = (place: Part["in"]): readonly Part[] => parts.filter((part) => part.in === place);
  const value = ({ field }: Part): string => `{{${head}.${field.field}}}`;
  const treeOf = (those: readonly Part[]): Json =>
    those.length === parts.length && those.every(({ wire, field }) => wire === field.field)
      ? { "...": `{{${head}}}` }
      : Object.fromEntries(those.map((part) => [part.wire, value(part)]));
  const places = new Map(of("path").map((part) => [part.wire, value(part)]));
  const [query, headers, body] = [of("query"), of("header"), of("body")];
  const tree = treeOf(body);
  return {
    method,
    path: path.replace(/^\/+/, "").replace(/\{([^{}]+)\}/g, (whole, name: string) => places.get(name) ?? whole),
    ...(query.length === 0 ? {} : { query: treeOf(query) }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers.map((part) => [part.wire, value(part)])) }),
    ...(kind === "none" ? {} : kind === "json" ? { json: tree } : { form: tree }),
  };
}

/** A name that templates can read. */
function plainName(wire: string): string {
  const plain = wire.replace(/[^\p{L}\p{N}_$]+/gu, "_").replace(/^_+|_+$/g, "");
  return /^\p{N}/u.test(plain) || plain === "" ? `p_${plain}` : plain;
}

/** Parameters of the path's item and of the operation; one that both have is the operation's. */
export function joinParameters(api: OpenApi, item: JsonObject, operation: JsonObject): readonly JsonObject[] {
  const all = [...listOf(item["parameters"]), ...listOf(operation["parameters"])].map((each) => objectOf(api.resolve(each)));
  return [...new Map(all.map((each) => [`${String(each["in"])} ${String(each["name"])}`, each])).values()];
}
