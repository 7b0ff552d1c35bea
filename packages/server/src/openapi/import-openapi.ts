/**
 * Imports an OpenAPI 3.x description as a private connector: its APIs with fields, how callers are known, how pages and answers are read.
 * What the description cannot say is guessed and listed, so that a person confirms it; what cannot be taken over is listed too.
 */
import {
  checkConnector,
  ConnectorSchema,
  DatongError,
  parseDocument,
  type Api,
  type Connector,
  type FlowIssue,
  type ResultRule,
} from "@datong/core";
import { readAuth, serverAddress } from "./auth.ts";
import type { Guess } from "./guess.ts";
import { readOpenApi, type OpenApi } from "./read-openapi.ts";
import { joinParameters, readOperation, type Operation, type ReadOperation } from "./read-operation.ts";
import { objectOf, textOf, textsOf } from "./schema-fields.ts";

export interface ImportedConnector {
  readonly connector: Connector;
  readonly guesses: readonly Guess[];
  /** Operations that were left out, with the reason. */
  readonly leftOut: readonly { readonly operation: string; readonly zh: string; readonly en: string }[];
  /** What the check of connectors still says. */
  readonly issues: readonly FlowIssue[];
}

export interface OpenApiImport {
  /** The connector's id; made of the title unless given. */
  readonly system?: string;
  /** Only operations with one of these tags. */
  readonly tags?: readonly string[];
  /** `YYYY-MM-DD`: when it was read. */
  readonly read: string;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const APIS_MAX = 500;

/** Throws OPENAPI_UNREADABLE, OPENAPI_INVALID, OPENAPI_EMPTY. */
export async function importOpenApi(text: string, options: OpenApiImport): Promise<ImportedConnector> {
  const api = await readOpenApi(text);
  const operations = operationsOf(api).filter(
    ({ document }) => options.tags === undefined || textsOf(document["tags"]).some((tag) => options.tags?.includes(tag)),
  );
  const leftOut: ImportedConnector["leftOut"][number][] = [];
  const codes = new Set<string>();
  const read: ReadOperation[] = [];
  for (const operation of operations.slice(0, APIS_MAX)) {
    const one = readOperation(api, operation, codeOf(operation, codes));
    if (one !== null) read.push(one);
    else
      leftOut.push({
        operation: `${operation.method} ${operation.path}`,
        zh: "请求体不是 JSON 或表单（如文件上传）",
        en: "its body is neither JSON nor a form, such as an upload",
      });
  }
  for (const { method, path } of operations.slice(APIS_MAX))
    leftOut.push({ operation: `${method} ${path}`, zh: `超过 ${APIS_MAX} 个接口`, en: `more than ${APIS_MAX} operations` });
  if (read.length === 0) throw new DatongError("OPENAPI_EMPTY");
  const { auth, settings, guesses } = readAuth(
    api,
    operations.map(({ document }) => document),
  );
  const info = objectOf(api.document["info"]);
  const title = textOf(info["title"]) ?? "API";
  const result = resultOf(read);
  const apis = read.map((each) => withResult(each, result));
  const address = serverAddress(api.document);
  const test = apis.find(
    (each) => each.direction === "query" && each.request.every((field) => field.required !== true || field.default !== undefined),
  );
  const connector: Connector = {
    system: options.system ?? slug(title),
    version: 1,
    name: { zh: title.slice(0, 80), en: title.slice(0, 80) },
    docs: [{ title: `OpenAPI ${title} ${textOf(info["version"]) ?? ""}`.trim(), read: options.read }],
    settings: [
      { field: "url", label: "接口地址", labelEn: "URL", required: true, ...(address === undefined ? {} : { default: address }) },
      ...settings,
    ],
    auth,
    limits: { concurrency: 2 },
    zone: "Asia/Shanghai",
    result,
    ...(test === undefined ? {} : { test: { api: test.code, params: {} } }),
    apis,
  };
  const parsed = parseDocument<Connector>(ConnectorSchema, connector);
  if (!parsed.ok)
    throw new DatongError("OPENAPI_INVALID", { path: parsed.issues[0]?.path ?? "/", expected: parsed.issues[0]?.expected ?? "" });
  return {
    connector,
    guesses: [
      ...common(connector, api),
      ...guesses,
      ...read.flatMap((each, i) => each.guesses.map((guess) => ({ ...guess, path: `/apis/${i}${guess.path}` }))),
    ],
    leftOut,
    issues: checkConnector(connector, { file: connector.system }),
  };
}

function operationsOf(api: OpenApi): readonly Operation[] {
  return Object.entries(objectOf(api.document["paths"])).flatMap(([path, given]) => {
    const item = objectOf(api.resolve(given));
    return METHODS.flatMap((method): Operation[] => {
      const document = item[method];
      if (document === undefined) return [];
      const operation = objectOf(document);
      return [
        {
          method: method.toUpperCase() as Operation["method"],
          path,
          document: operation,
          parameters: joinParameters(api, item, operation),
        },
      ];
    });
  });
}

/** The operation's id, else method and path; each once. */
function codeOf({ method, path, document }: Operation, taken: Set<string>): string {
  const wanted = textOf(document["operationId"]) ?? `${method.toLowerCase()}${path.replace(/[{}]/g, "").replace(/[^\p{L}\p{N}]+/gu, "-")}`;
  let code = wanted.slice(0, 100);
  for (let n = 2; taken.has(code); n += 1) code = `${wanted.slice(0, 90)}-${n}`;
  taken.add(code);
  return code;
}

/** What most operations say of yes and no. */
function resultOf(read: readonly ReadOperation[]): ResultRule {
  const votes = new Map<string, number>();
  for (const { reply } of read) {
    const key = JSON.stringify(reply.ok ?? null);
    votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  const [most] = [...votes].sort((a, b) => b[1] - a[1]);
  const ok = most === undefined || most[0] === "null" ? [] : [JSON.parse(most[0]) as ResultRule["ok"][number]];
  const paths = (of: (reply: ReadOperation["reply"]) => readonly string[]): string[] =>
    [...new Set(read.flatMap(({ reply }) => of(reply)))].slice(0, 6);
  return { ok, code: paths((reply) => reply.code), message: paths((reply) => reply.message), faults: [] };
}

/** An operation that says it in another way has a rule of its own. */
function withResult({ api, reply }: ReadOperation, common: ResultRule): Api {
  const own = reply.ok === undefined ? [] : [reply.ok];
  return JSON.stringify(own) === JSON.stringify(common.ok) ? api : { ...api, result: { ...common, ok: own } };
}

function common({ result, test, zone, settings }: Connector, api: OpenApi): readonly Guess[] {
  const guesses: Guess[] = [
    {
      path: "/limits",
      zh: "调用限制未知：同时 2 个，请按供应商的规定补上",
      en: "The limits are unknown: two calls at once; add the vendor's",
    },
    { path: "/zone", zh: `时区按 ${zone}`, en: `The zone is taken to be ${zone}` },
  ];
  const [ok] = result.ok;
  guesses.push(
    ok === undefined
      ? { path: "/result", zh: "HTTP 2xx 即成功", en: "HTTP 2xx means yes" }
      : {
          path: "/result",
          zh: `${ok.path} 为 ${ok.in?.join("、") ?? ""} 即成功`,
          en: `${ok.path} being ${ok.in?.join(", ") ?? ""} means yes`,
        },
  );
  if (test !== undefined) guesses.push({ path: "/test", zh: `用 ${test.api} 测试连接`, en: `Connections are tested by ${test.api}` });
  else
    guesses.push({
      path: "/test",
      zh: "没有无必填参数的查询，测试连接须自己指定",
      en: "No query without required parameters: name the test call yourself",
    });
  if (settings[0]?.default === undefined)
    guesses.push({
      path: "/settings/0",
      zh: "文档没有写完整地址，建连接时填写",
      en: "The document names no whole address; a connection does",
    });
  if (api.remote.size > 0)
    guesses.push({
      path: "/apis",
      zh: `引用了外部文件，未取：${[...api.remote].slice(0, 5).join("、")}；相应字段缺失`,
      en: `References to other files were not followed: ${[...api.remote].slice(0, 5).join(", ")}; their fields are missing`,
    });
  return guesses;
}

/** An id of the title's Latin letters. */
function slug(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 60);
  return plain === "" ? "private-api" : plain;
}
