/** Hand-over papers (交接文档) of flows, connections and APIs, as Markdown or .xlsx, made of what is there now. */
import { DatongError } from "@datong/core";
import { countRecords, flowPosition, listRecords, recordStory } from "@datong/engine";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { findAsset, listAssets } from "../documents/api-assets.ts";
import { apiUses } from "../documents/api-uses.ts";
import { ledgerId, type Tenant } from "../documents/tenants.ts";
import { flowPaper, type FlowFigures } from "../paper/flow-paper.ts";
import { paperMarkdown, paperWorkbook, type Paper } from "../paper/paper.ts";
import { apiPaper, connectionPaper } from "../paper/system-papers.ts";
import { route, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import { listDocuments, unknown } from "../store/documents.ts";
import { AtId, closed, WORKBOOK_TYPE } from "./shapes.ts";
import { AtApi } from "./try-api.ts";

const Query = Type.Object(
  {
    format: Type.Optional(Type.Union([Type.Literal("md"), Type.Literal("xlsx")], { description: "默认 md / md unless given" })),
    language: Type.Optional(Type.Union([Type.Literal("zh"), Type.Literal("en")], { description: "默认 zh / zh unless given" })),
  },
  closed,
);
const Gives = Type.String({ description: "Markdown，或 .xlsx / or an .xlsx workbook" });
const MEDIA = ["text/markdown", WORKBOOK_TYPE] as const;

function send(reply: FastifyReply, paper: Paper, name: string, format: "md" | "xlsx" = "md"): FastifyReply {
  const file = encodeURIComponent(`${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.${format}`);
  void reply.header("Content-Disposition", `attachment; filename*=UTF-8''${file}`);
  if (format === "xlsx") return reply.type(WORKBOOK_TYPE).send(Buffer.from(paperWorkbook(paper)));
  return reply.type("text/markdown; charset=utf-8").send(Buffer.from(paperMarkdown(paper), "utf8"));
}

async function flowFigures({ engine }: Services, tenant: Tenant, id: string): Promise<FlowFigures> {
  const { pool } = engine;
  const ledger = ledgerId(tenant.id, id);
  const row = tenant.flows.get(id);
  const [position, rules] = await Promise.all([flowPosition(pool, ledger), listDocuments(pool, tenant.id, "alert")]);
  const counts = position === null ? new Map<string, number>() : await countRecords(pool, position);
  return {
    revision: row?.publishedRevision ?? null,
    isEnabled: row?.isEnabled ?? false,
    owner: row?.changedBy ?? null,
    counts: [...counts].map(([status, documents]) => ({ status, documents })),
    lastRunAt: position?.lastRun?.startedAt ?? null,
    watermarkAt: position?.watermarkAt ?? null,
    alerts: rules.flatMap(({ draft }) => {
      const rule = JSON.parse(draft) as { id: string; when: string; channels?: string[]; flows?: string[] };
      return rule.flows === undefined || rule.flows.includes(id) ? [{ id: rule.id, when: rule.when, channels: rule.channels ?? [] }] : [];
    }),
    example: position === null ? new Map() : await lastDocument(pool, ledger, position),
  };
}

/** Values of the document that was sent last, by path; of lists the first element's. Personal fields are left out. */
async function lastDocument(
  pool: Services["engine"]["pool"],
  ledger: string,
  at: { readonly lane: number; readonly flow: number },
): Promise<ReadonlyMap<string, string>> {
  const [record] = await listRecords(pool, at, { limit: 1 });
  const found = new Map<string, string>();
  if (record === undefined) return found;
  const story = await recordStory(pool, { flowId: ledger, ...at, key: record.key });
  const body = story?.documents.findLast((document) => document.body !== null)?.body ?? null;
  if (body === null) return found;
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) walk(value[0], path);
    else if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, path === "" ? name : `${path}.${name}`);
    else if (value !== undefined && value !== null && !PERSONAL.test(path)) found.set(path, String(value).slice(0, 60));
  };
  walk(JSON.parse(body), "");
  return found;
}

const PERSONAL = /phone|mobile|tel|address|addr|receiver|contact|idcard|id_card|buyer|电话|手机|地址|收货|身份证|联系/i;

export const PAPER_ROUTES: readonly Route[] = [
  route({
    id: "flowPaper",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/paper",
    tag: "flows",
    zh: "方案的交接文档（Markdown 或 Excel）",
    en: "A flow's hand-over paper (Markdown or Excel)",
    right: "view",
    params: AtId,
    query: Query,
    gives: Gives,
    media: MEDIA,
    handle: async ({ services, workspace, params, query, reply }) => {
      const tenant = await services.tenants.open(workspace);
      if (!tenant.flows.has(params.id)) throw unknown("flow", params.id);
      const published = tenant.published.flows.get(params.id);
      const entry = published?.kind === "ready" ? published : tenant.drafts.flows.get(params.id);
      if (entry?.kind !== "ready") throw new DatongError("FLOW_NOT_IN_ORDER", { flow: params.id, count: entry?.issues.length ?? 0 });
      const paper = flowPaper(tenant.published, entry.flow, query.language ?? "zh", await flowFigures(services, tenant, params.id));
      return send(reply, paper, params.id, query.format);
    },
  }),
  route({
    id: "connectionPaper",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connections/:id/paper",
    tag: "connections",
    zh: "连接的交接文档，不含密码",
    en: "A connection's hand-over paper, without secrets",
    right: "view",
    params: AtId,
    query: Query,
    gives: Gives,
    media: MEDIA,
    handle: async ({ services, workspace, params, query, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const connection = tenant.published.connections.get(params.id)?.document;
      const connector = tenant.published.connectors.find(({ system }) => system === connection?.system);
      if (connection === undefined || connector === undefined) throw unknown("connection", params.id);
      const uses = apiUses(tenant).filter((use) => use.connection === params.id);
      const figures = await listAssets(services, tenant, params.id);
      return send(reply, connectionPaper(connection, connector, { uses, figures }, query.language ?? "zh"), params.id, query.format);
    },
  }),
  route({
    id: "apiPaper",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connections/:id/apis/:api/paper",
    tag: "assets",
    zh: "接口的交接文档",
    en: "An API's hand-over paper",
    right: "view",
    params: AtApi,
    query: Query,
    gives: Gives,
    media: MEDIA,
    handle: async ({ services, workspace, params, query, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const { place, api } = findAsset(tenant, params.id, params.api);
      const uses = apiUses(tenant).filter((use) => use.connection === params.id);
      const figures = await listAssets(services, tenant, params.id);
      return send(
        reply,
        apiPaper(place.connection, place.connector, api, { uses, figures }, query.language ?? "zh"),
        params.api,
        query.format,
      );
    },
  }),
];
