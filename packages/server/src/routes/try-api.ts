/** One call of one API of one connection, to see what it says: masked request and answer. A write goes out only when somebody confirms it. */
import { DatongError, errorToJson, isObject, readJson, rowsText, type JsonObject } from "@datong/core";
import { tryApi } from "@datong/engine";
import { Type } from "typebox";
import { placedConnection } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { perform } from "./deed.ts";
import { AskedInstant, closed, Id, Instant, Nullable } from "./shapes.ts";

export const AtApi = Type.Object(
  { workspace: Id, id: Id, api: Type.String({ minLength: 1, maxLength: 300, description: "接口编码 / The API's code" }) },
  closed,
);
const Values = Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 10_000 }));
const DAY_MS = 86_400_000;
const ROWS_MAX = 50;

const Tried = Type.Object({
  ok: Type.Boolean(),
  tookMs: Type.Integer(),
  problem: Type.Unknown(),
  exchanges: Type.Array(
    Type.Object({
      operation: Type.String(),
      at: Instant,
      tookMs: Type.Number(),
      status: Type.Integer(),
      request: Type.String(),
      response: Type.String(),
    }),
  ),
  rows: Type.String({ description: "前 50 行的 JSON 原文，数字一位不差 / The first 50 rows as JSON text, every digit kept" }),
  rowCount: Type.Integer(),
  hasMore: Nullable(Type.Boolean()),
});

export const TRY_API_ROUTES: readonly Route[] = [
  route({
    id: "tryApi",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/connections/:id/apis/:api/try",
    tag: "connectors",
    zh: "试调一个接口一次：查询给参数；写入给单据，并须 confirm。什么都不入库，请求与应答已脱敏",
    en: "Call one API once: parameters of a query, or a document of a write, which needs confirm. Nothing is stored; request and answer are masked",
    right: "design",
    params: AtApi,
    body: Type.Object(
      {
        params: Type.Optional(Values),
        options: Type.Optional(Values),
        document: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
        from: Type.Optional(AskedInstant),
        confirm: Type.Optional(Type.Boolean({ description: "写入接口：确认真的写 / A write: yes, really write" })),
      },
      closed,
    ),
    gives: Tried,
    handle: async (call) => {
      const { services, workspace, params, body, request } = call;
      const { engine } = services;
      const connection = placedConnection(await services.tenants.open(workspace), params.id);
      const open = engine.connect(connection);
      const { api } = open.api(params.api);
      if (api.local !== undefined)
        throw new DatongError("REQUEST_INVALID", { path: "params/api", expected: "对外的接口 / an API that calls somebody" });
      if (api.direction === "write") {
        if (body.confirm !== true)
          throw new DatongError("WRITE_UNCONFIRMED", {
            api: api.code,
            connection: params.id,
            environment: connection.environment ?? "production",
          });
        // Noted before it goes out: what it does elsewhere cannot be undone here.
        await perform(call, async () => [undefined, { name: "api.try", object: `${params.id}/${api.code}` }]);
      }
      const nowMs = engine.ports.nowMs();
      const document = body.document === undefined ? undefined : exactDocument(request.rawBody);
      const { rows, exchanges, problem, ok, tookMs, hasMore } = await tryApi(open, params.api, {
        ...(body.params === undefined ? {} : { params: body.params }),
        ...(body.options === undefined ? {} : { options: body.options }),
        ...(body.pageSize === undefined ? {} : { pageSize: body.pageSize }),
        ...(document === undefined ? {} : { document }),
        fromMs: body.from ?? nowMs - DAY_MS,
        nowMs,
      });
      return {
        ok,
        tookMs,
        problem: problem === null ? null : errorToJson(problem),
        exchanges: exchanges.map(({ atMs, ...each }) => ({ at: atMs, ...each })),
        rows: rowsText(rows.slice(0, ROWS_MAX)),
        rowCount: rows.length,
        hasMore,
      };
    },
  }),
];

/** Read anew from the text: amounts and long ids keep every digit. */
function exactDocument(text: string): JsonObject {
  const body = readJson(text);
  const document = isObject(body) ? body["document"] : undefined;
  if (!isObject(document)) throw new DatongError("REQUEST_INVALID", { path: "body/document", expected: "对象 / an object" });
  return document;
}
