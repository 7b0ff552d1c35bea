/**
 * APIs that the catalogue lacks, built from the request and response lists of a scheme, so that its flow opens and previews. What a
 * vendor's other APIs have in common (path, wrapping, result, paging) is taken from one of them; else it is a plain JSON call.
 */
import type { Api, Field, FieldType, Json, MappingField, Paging } from "@datong/core";
import { isObject } from "@datong/core";

export interface PrivateQuery {
  readonly code: string;
  readonly name: string;
  readonly method: string;
  /** Request parameters with their place in the body: `["fields", "docData", "logs"]`. */
  readonly params: readonly PrivateParam[];
  readonly response: readonly Field[];
  readonly id: readonly string[];
  readonly number?: string | undefined;
  /** Paths of the list of rows, as the scheme's otherResponse gives them. */
  readonly dataKey?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly sibling?: Api | undefined;
}

export interface PrivateParam {
  readonly field: Field;
  readonly path: readonly string[];
}

/** Where lists of rows lie in most replies; the deeper first, since `data` may hold the list or an object around it. */
const HEADS = ["data", "result", "response", "content"];
const TAILS = ["list", "rows", "items", "records", "datas", "data", "content"];
const FLAT = ["rows", "list", "items", "records", "datas", "data", "result", "content", ""];
const ROW_PATHS = [...HEADS.flatMap((head) => TAILS.map((tail) => `${head}.${tail}`)), ...FLAT];
const NUMBER_PATHS = ["data.number", "data.no", "data.code", "number", "code", "no"];
const ID_PATHS = ["data.id", "data", "id", "result.id", "result"];

export function privateQuery(query: PrivateQuery): Api {
  const { code, name, params, response, id, number, sibling, dataKey } = query;
  const request = params.map(({ field }) => field);
  const paging = pagingOf(request, query.pageSize);
  // A page may show a part of the reply only.
  const more =
    response.length === 0
      ? []
      : [...id, ...(number === undefined ? [] : [number])].filter((name) => !response.some(({ field }) => field === name.split(".")[0]));
  return {
    code,
    operation: code,
    name: { zh: name, en: code },
    direction: "query",
    request,
    response: [...response, ...more.map((field) => ({ field, label: field }))],
    shape: sibling === undefined ? plainShape(query) : reworded(sibling, code, paramsTree(params)),
    rows:
      sibling?.rows?.kind === "objects"
        ? sibling.rows
        : { kind: "objects", paths: dataKey === undefined ? ROW_PATHS : [dataKey, ...ROW_PATHS] },
    id,
    ...(number === undefined ? {} : { number }),
    ...(sibling?.result === undefined ? {} : { result: sibling.result }),
    paging,
  };
}

function plainShape({ code, method, params }: PrivateQuery): Api["shape"] {
  const tree = paramsTree(params);
  const path = pathOf(
    code,
    params.map(({ field }) => field.field),
    "params",
  );
  return method === "GET" ? { method: "GET", path, query: tree } : { method: "POST", path, json: tree };
}

/** The body: flat parameters are spread, nested ones stand in their places. */
function paramsTree(params: readonly PrivateParam[]): Record<string, Json> {
  const tree: Record<string, Json> = {};
  for (const { field, path } of params) {
    let at = tree;
    for (const name of path.slice(0, -1)) {
      const inner = at[name];
      const next: Record<string, Json> = inner !== undefined && isObject(inner) ? (inner as Record<string, Json>) : {};
      at[name] = next;
      at = next;
    }
    at[path.at(-1) as string] = `{{params.${field.field}}}`;
  }
  return tree;
}

/** `/api/v2/app/{app_id}/entry/{entry_id}/data` takes its places from the parameters, whatever their case and underscores. */
function pathOf(code: string, names: readonly string[], head: string): string {
  if (!/[/.\w-]/.test(code) || /\p{Script=Han}/u.test(code)) return "";
  return code.replace(/^\/+/, "").replace(/\{(\w+)\}/g, (_, given: string) => {
    const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
    return `{{${head}.${names.find((name) => plain(name) === plain(given)) ?? given}}}`;
  });
}

/** Names in the path that no parameter has. */
export function placesOf(code: string, names: readonly string[]): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
  return [...code.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1] as string)
    .filter((each) => !names.some((name) => plain(name) === plain(each)));
}

function pagingOf(request: readonly Field[], size = 100): Paging {
  const names = request.map((field) => field.default ?? "").join(" ");
  const base = { size, sizeMax: Math.max(size, 1000), end: [{ rule: "empty-page" as const }] };
  if (names.includes("PAGINATION_START_ROW")) return { kind: "offset", ...base };
  if (names.includes("PAGINATION_START_PAGE")) return { kind: "page", first: 1, ...base };
  return { kind: "none" };
}

/** A sibling's shape with this operation's name in place of its own; its own parameters give way to the tree where it has none spread. */
function reworded(sibling: Api, code: string, tree: Record<string, Json>): Api["shape"] {
  const swap = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll(sibling.operation, code);
    if (Array.isArray(value)) return value.map(swap);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, swap(member)]));
  };
  const shape = swap(sibling.shape) as Api["shape"];
  return JSON.stringify(shape).includes("{{params}}") || Object.keys(tree).length === 0 ? shape : { ...shape, json: tree };
}

export interface PrivateWrite {
  readonly code: string;
  readonly name: string;
  readonly mapping: readonly MappingField[];
  readonly options: readonly Field[];
  readonly key: string;
  readonly rows: number;
  readonly rowsKey?: string | undefined;
  readonly sibling?: Api | undefined;
}

export function privateWrite(write: PrivateWrite): Api {
  const { code, name, mapping, options, key, rows, rowsKey, sibling } = write;
  const [head = key] = key.split(".");
  const hasKey = mapping.some(({ field }) => field === head);
  const isBatch = rows > 1 || rowsKey !== undefined;
  const body: Record<string, Json> = isBatch ? { [rowsKey ?? "list"]: "{{documents}}" } : { "...": "{{document}}" };
  for (const { field } of options) body[field] = `{{options.${field}}}`;
  return {
    code,
    operation: code,
    name: { zh: name, en: code },
    direction: "write",
    request: [...mapping.map(requestField), ...(hasKey ? [] : [{ field: key, label: key }])],
    response: [],
    ...(options.length === 0 ? {} : { options }),
    shape:
      sibling === undefined
        ? {
            method: "POST",
            path: pathOf(
              code,
              options.map((each) => each.field),
              "options",
            ),
            json: body,
          }
        : reworded(sibling, code, {}),
    ...(sibling?.result === undefined ? {} : { result: sibling.result }),
    write: {
      batchMax: sibling?.write?.batchMax ?? (isBatch ? Math.max(1, rows) : 1),
      key,
      outcome: sibling?.write?.outcome ?? { kind: "whole", number: NUMBER_PATHS, id: ID_PATHS },
      idempotent: false,
    },
  };
}

export function requestField(field: MappingField): Field {
  const { type } = field;
  const children = field.children?.map(requestField);
  const structured: FieldType | undefined = children === undefined ? type : (type ?? ((field.value ?? "") === "" ? "object" : "array"));
  return {
    field: field.field,
    label: field.label ?? field.field,
    ...(structured === undefined ? {} : { type: structured }),
    ...(children === undefined ? {} : { children }),
  };
}
