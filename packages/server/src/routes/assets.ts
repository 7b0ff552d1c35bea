/** APIs as assets: the catalogue of what a workspace's connections call, with figures, and the switch that takes an API off line. */
import { DatongError } from "@datong/core";
import { apiPauseId, pause, resume } from "@datong/engine";
import { Type } from "typebox";
import { assetDetail, findAsset, listAssets } from "../documents/api-assets.ts";
import { apiUses } from "../documents/api-uses.ts";
import { ledgerId } from "../documents/tenants.ts";
import { ProblemWithIssues } from "../route/problem.ts";
import { route, type Route } from "../route/route.ts";
import { perform } from "./deed.ts";
import { After, AtWorkspace, closed, Id, Instant, Limit, Nullable, pageOf } from "./shapes.ts";
import { AtApi } from "./try-api.ts";

const Names = Type.Object({ zh: Type.String(), en: Type.String() });
const OffLine = Nullable(Type.Object({ since: Instant, by: Type.String(), reason: Type.String() }));
const Asset = Type.Object({
  connection: Type.String(),
  connectionName: Nullable(Type.String()),
  environment: Type.String(),
  system: Type.String(),
  systemName: Names,
  api: Type.String(),
  name: Names,
  direction: Type.String(),
  offLine: OffLine,
  flows: Type.Array(Type.Object({ flow: Type.String(), name: Nullable(Type.String()), isEnabled: Type.Boolean(), role: Type.String() })),
  callsToday: Type.Number(),
  calls: Type.Number({ description: "近 30 天 / Of 30 days" }),
  errors: Type.Number({ description: "近 30 天 / Of 30 days" }),
  p95Ms: Nullable(Type.Number({ description: "近 7 天 95% 的调用不超过 / Of 7 days" })),
  lastAt: Nullable(Instant),
});
const LIMIT = 200;

export const ASSET_ROUTES: readonly Route[] = [
  route({
    id: "listApis",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/apis",
    tag: "assets",
    zh: "接口目录：每个连接的每个接口，谁在用，调用数、错误数、耗时，是否下线",
    en: "The catalogue of APIs: each API of each connection, who uses it, calls, errors, latency, whether it is off line",
    right: "view",
    params: AtWorkspace,
    query: Type.Object(
      {
        connection: Type.Optional(Id),
        used: Type.Optional(Type.Boolean({ description: "只要有方案在用、被调用过或已下线的 / Only those in use, called or off line" })),
        search: Type.Optional(Type.String({ maxLength: 100, description: "接口编码或名称 / Part of a code or name" })),
        limit: Limit,
        after: After,
      },
      closed,
    ),
    gives: pageOf(Asset),
    handle: async ({ services, workspace, query }) => {
      const { connection, used, search = "", limit = LIMIT, after } = query;
      const all = await listAssets(services, await services.tenants.open(workspace), connection);
      const words = search.toLowerCase();
      const wanted = all.filter(
        ({ api, name, flows, calls, offLine }) =>
          (used !== true || flows.length > 0 || calls > 0 || offLine !== null) &&
          (words === "" || `${api} ${name.zh} ${name.en}`.toLowerCase().includes(words)),
      );
      const from = after === undefined ? 0 : wanted.findIndex((each) => apiPauseId(each.connection, each.api) === after) + 1;
      const items = wanted.slice(from, from + limit);
      const last = items.at(-1);
      return { items, next: last === undefined || from + limit >= wanted.length ? null : apiPauseId(last.connection, last.api) };
    },
  }),
  route({
    id: "showApi",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connections/:id/apis/:api",
    tag: "assets",
    zh: "一个接口：字段、用到它的方案与字段、30 天曲线、限额与已用",
    en: "One API: fields, the flows that use it and which fields, 30 days, quota and what was used of it",
    right: "view",
    params: AtApi,
    gives: Type.Object({
      asset: Asset,
      document: Type.Unknown(),
      uses: Type.Array(
        Type.Object({
          flow: Type.String(),
          name: Nullable(Type.String()),
          isEnabled: Type.Boolean(),
          role: Type.String(),
          fields: Type.Array(Type.String()),
        }),
      ),
      series: Type.Array(
        Type.Object({
          day: Type.String(),
          calls: Type.Number(),
          errors: Type.Number(),
          throttled: Type.Number(),
          p95Ms: Nullable(Type.Number()),
        }),
      ),
      lastError: Nullable(Type.Object({ at: Instant, text: Type.String() })),
      quota: Type.Object({
        callsPerSecond: Nullable(Type.Number()),
        callsPerMinute: Nullable(Type.Number()),
        callsPerDay: Nullable(Type.Number()),
        concurrency: Type.Integer(),
        usedToday: Type.Number(),
        usedTodayByConnection: Type.Number(),
      }),
    }),
    handle: async ({ services, workspace, params }) => {
      const { uses, ...rest } = await assetDetail(services, await services.tenants.open(workspace), params.id, params.api);
      return { ...rest, uses: uses.map(({ flow, name, isEnabled, role, fields }) => ({ flow, name, isEnabled, role, fields })) };
    },
  }),
  route({
    id: "takeApiOffLine",
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/connections/:id/apis/:api/off-line",
    tag: "assets",
    zh: "下线一个接口：两秒内不再调用，读取与写入都等着，不丢单；有启用的方案在用时须 confirm，issues 里列出",
    en: "Take an API off line: within two seconds nobody calls it; readings and writes wait, nothing is dropped. Where enabled flows use it confirm is needed, issues names them",
    right: "operate",
    params: AtApi,
    body: Type.Object({ confirm: Type.Optional(Type.Boolean()), reason: Type.Optional(Type.String({ maxLength: 500 })) }, closed),
    gives: Type.Object({ flows: Type.Array(Type.String()) }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const tenant = await services.tenants.open(workspace);
      findAsset(tenant, params.id, params.api);
      const uses = apiUses(tenant).filter((use) => use.connection === params.id && use.api === params.api && use.isEnabled);
      const flows = [...new Set(uses.map(({ flow }) => flow))];
      if (flows.length > 0 && body.confirm !== true)
        throw new ProblemWithIssues(
          "API_OFF_LINE_CONCERNS",
          { api: params.api, count: flows.length, flows: flows.slice(0, 10).join(", ") },
          uses.map(({ flow, name, role }) => ({ flow, name, role })),
        );
      const { reason = "" } = body;
      const taken = await perform(call, async (client) => {
        await pause(client, "api", apiPauseId(ledgerId(workspace, params.id), params.api), { by: actor.name, reason });
        return [{ flows }, { name: "api.off-line", object: `${params.id}/${params.api}`, after: reason }];
      });
      services.engine.forgetOffLine();
      return taken;
    },
  }),
  route({
    id: "bringApiOnLine",
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/connections/:id/apis/:api/off-line",
    tag: "assets",
    zh: "上线：等着的继续",
    en: "Bring an API on line again: what waits goes on",
    right: "operate",
    params: AtApi,
    handle: async (call) => {
      const { services, workspace, params } = call;
      if (!(await services.tenants.open(workspace)).published.connections.has(params.id))
        throw new DatongError("OBJECT_UNKNOWN", { kind: "连接 / connection", id: params.id });
      await perform(call, async (client) => {
        await resume(client, "api", apiPauseId(ledgerId(workspace, params.id), params.api));
        return [undefined, { name: "api.on-line", object: `${params.id}/${params.api}` }];
      });
      services.engine.forgetOffLine();
    },
  }),
];
