/**
 * Qeasy's Excel parameter sheet as a private connector: every operation of the sheet an API with its fields, nested by `parent`. The sheet
 * names neither address nor authorisation nor paging; what is assumed for them is told, so that a person confirms it.
 */
import { isArray, isObject, type Api, type Connector, type Field, type FieldType, type Json, type MappingField } from "@datong/core";
import { templateApis } from "../scheme/template-rows.ts";
import { privateQuery, privateWrite } from "./private-api.ts";

export interface SheetConnector {
  readonly connector: Connector;
  /** `path` is a pointer into the connector. */
  readonly guesses: readonly { readonly path: string; readonly zh: string; readonly en: string }[];
}

export interface SheetOptions {
  readonly system: string;
  readonly name: string;
  /** `YYYY-MM-DD`: when it was read. */
  readonly read: string;
}

const TYPES: readonly FieldType[] = ["string", "int", "float", "bool", "date", "datetime", "array", "object"];
const ASKS = /query|list|get|search|select|find|查询|获取|列表/i;

/** Null where none of the sheets is such a table. */
export function connectorOfSheets(
  sheets: readonly { readonly name: string; readonly rows: readonly (readonly string[])[] }[],
  { system, name, read }: SheetOptions,
): SheetConnector | null {
  const tables = sheets.flatMap((sheet) => templateApis(sheet.rows) ?? []);
  if (tables.length === 0) return null;
  const apis = tables.map(({ metadata }, i): Api => {
    const code = typeof metadata["api"] === "string" ? metadata["api"] : `api-${i + 1}`;
    return apiOf(code, listOf(metadata["request"]), listOf(metadata["response"]));
  });
  const guesses = apis.flatMap((api, i) => guessesOf(api, i));
  return {
    connector: {
      system,
      version: 1,
      name: { zh: name, en: name },
      docs: [{ title: "轻易云接口参数表 / Qeasy parameter sheet", read }],
      settings: [{ field: "url", label: "接口地址", labelEn: "URL", required: true }],
      auth: {},
      limits: { concurrency: 2 },
      zone: "Asia/Shanghai",
      result: { ok: [], code: ["code", "errcode", "errorCode"], message: ["message", "msg", "errmsg", "errorMsg"], faults: [] },
      apis: [...new Map(apis.map((api) => [api.code, api])).values()],
    },
    guesses: [
      {
        path: "/auth",
        zh: "参数表不含认证方式，请补上 auth 与密钥设置",
        en: "The sheet names no authentication; add `auth` and secret settings",
      },
      {
        path: "/result",
        zh: "HTTP 2xx 即成功；返回码在正文里的系统请改写 result",
        en: "HTTP 2xx means yes; change `result` where the body tells",
      },
      ...guesses,
    ],
  };
}

function apiOf(code: string, request: readonly Json[], response: readonly Json[]): Api {
  const fields = nested(request);
  if (response.length > 0 || ASKS.test(code)) {
    const rows = nested(response);
    const names = rows.map(({ field }) => field);
    const id = names.find((name) => /^(id|uuid|.*_id|.*Id)$/.test(name)) ?? names[0] ?? "id";
    const number = names.find((name) => /(no|number|code|单号|编码)$/i.test(name) && name !== id);
    return privateQuery({
      code,
      name: code,
      method: "POST",
      params: fields.map((field) => ({ field, path: [field.field] })),
      response: rows,
      id: [id],
      number,
    });
  }
  const key = fields.find(({ field }) => /(no|number|code|单号)$/i.test(field))?.field ?? fields[0]?.field ?? "id";
  const mapping = fields.map((field): MappingField => ({
    field: field.field,
    label: field.label,
    ...(field.type === undefined ? {} : { type: field.type }),
  }));
  const api = privateWrite({ code, name: code, mapping, options: [], key, rows: 1 });
  return { ...api, request: fields };
}

function guessesOf(api: Api, index: number): SheetConnector["guesses"] {
  const at = `/apis/${index}`;
  const path = {
    path: `${at}/shape/path`,
    zh: `地址取自接口名 ${api.code}，方法按 POST JSON`,
    en: `The path is the operation ${api.code}; sent as POST with JSON`,
  };
  return api.direction === "query"
    ? [
        path,
        {
          path: `${at}/rows`,
          zh: `行的位置与主键 ${(api.id ?? []).join("、")} 是猜的`,
          en: `Where the rows lie and the key ${(api.id ?? []).join(", ")} are guesses`,
        },
      ]
    : [path, { path: `${at}/write/key`, zh: `外部单号字段取 ${api.write?.key ?? ""}`, en: `The external key is ${api.write?.key ?? ""}` }];
}

interface Node {
  readonly field: Field;
  readonly children: Node[];
}

/** Flat rows name their parent; one that is not there leaves the field on top. */
function nested(rows: readonly Json[]): readonly Field[] {
  const nodes = rows.flatMap((row): (Node & { readonly parent: string })[] => {
    if (!isObject(row)) return [];
    const text = (key: string): string => (typeof row[key] === "string" ? row[key] : "");
    const parser = row["parser"];
    const type = TYPES.find((each) => each === text("type").toLowerCase());
    const field: Field = {
      field: text("field"),
      label: text("label") || text("field"),
      ...(type === undefined || type === "string" ? {} : { type }),
      ...(row["is_required"] === true ? { required: true } : {}),
      ...(text("describe") === "" ? {} : { description: text("describe") }),
      ...(text("default") === "" ? {} : { default: text("default") }),
      ...(parser !== undefined && isObject(parser) ? { parser: parser as unknown as NonNullable<Field["parser"]> } : {}),
    };
    return field.field === "" ? [] : [{ field, children: [], parent: text("parent") }];
  });
  const top: Node[] = [];
  for (const node of nodes) {
    const holder = nodes.find((each) => each !== node && each.field.field === node.parent && !isBelow(node, each));
    (holder?.children ?? top).push(node);
  }
  const built = ({ field, children }: Node): Field => (children.length === 0 ? field : { ...field, children: children.map(built) });
  return [...new Map(top.map(built).map((field) => [field.field, field])).values()];
}

function isBelow(node: Node, other: Node): boolean {
  return node.children.some((child) => child === other || isBelow(child, other));
}

function listOf(value: Json | undefined): readonly Json[] {
  return value !== undefined && isArray(value) ? value : [];
}
