/** What helps to make a flow: templates, and the value of one expression as people type it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DatongError,
  DEFAULT_ZONE,
  errorToJson,
  evaluateOnce,
  FieldTypeSchema,
  isObject,
  isZone,
  readJson,
  toStoredRow,
  withPlainNumbers,
  type Json,
} from "@datong/core";
import {
  checkWorkspaceFlow,
  flowFromTemplate,
  readTemplate,
  readTemplates,
  tablesFromTemplate,
  type TemplateEntry,
  type Workspace,
} from "@datong/engine";
import { Type } from "typebox";
import { sendExactly } from "../route/exact-json.ts";
import { route, type Route } from "../route/route.ts";
import { saveDocument } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { issuesOf } from "./flows.ts";
import { AtId, AtWorkspace, closed, Id } from "./shapes.ts";
import { tableText } from "./tables.ts";

/** The templates that ship with the product. */
const TEMPLATES = fileURLToPath(new URL("../../../../templates", import.meta.url));
const Both = Type.Object({ zh: Type.String(), en: Type.String() });
const Side = Type.Object({
  system: Type.String(),
  api: Type.String(),
  needs: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() }, { description: "需要的权限 / What it must be allowed" })),
});
const Template = Type.Object({
  id: Type.String(),
  name: Both,
  description: Both,
  tags: Type.Array(Type.String()),
  source: Side,
  target: Side,
  tables: Type.Array(Type.String(), { description: "随方案带来的映射表 / Mapping tables that come along" }),
});

/** A connection of another system is refused by name: its APIs would all be missing, which says nothing. An unknown id is check's matter. */
function requireSystem(
  workspace: Workspace,
  id: string,
  { side, system }: { readonly side: "source" | "target"; readonly system: string },
): void {
  const is = workspace.connections.get(id)?.document?.system;
  if (is !== undefined && is !== system) {
    const name = { source: "源 source", target: "目标 target" }[side];
    throw new DatongError("CONNECTION_UNFIT", { side: name, system, id, is });
  }
}

type Ready = Extract<TemplateEntry, { readonly kind: "ready" }>;

function told({ id, head: { name, description, tags, source, target }, tables }: Ready) {
  return { id, name, description, tags, source, target, tables: tables.map(({ name: table }) => table) };
}

/** One that ships with the product. Throws OBJECT_UNKNOWN. */
export async function templateOf(id: string): Promise<Ready> {
  const found = existsSync(TEMPLATES) ? await readTemplate(TEMPLATES, id) : null;
  if (found === null || found.kind === "broken") throw new DatongError("OBJECT_UNKNOWN", { kind: "模板 template", id });
  return found;
}

let listed: ReturnType<typeof readTemplates> | undefined;

/** They come with the program and are checked one by one, which takes a second: read once. */
function allTemplates(): ReturnType<typeof readTemplates> {
  listed ??= readTemplates(TEMPLATES).catch((error: unknown) => {
    listed = undefined;
    throw error;
  });
  return listed;
}

const TEMPLATE_ROUTES: readonly Route[] = [
  route({
    id: "listTemplates",
    method: "GET",
    url: "/api/v1/templates",
    tag: "templates",
    zh: "模板市场",
    en: "Ready flows",
    right: "signed-in",
    gives: Type.Object({ items: Type.Array(Template) }),
    handle: async () => ({ items: (await allTemplates()).flatMap((entry) => (entry.kind === "ready" ? [told(entry)] : [])) }),
  }),
  route({
    id: "showTemplate",
    method: "GET",
    url: "/api/v1/templates/:id",
    tag: "templates",
    zh: "一个模板与它的方案",
    en: "One template with its flow",
    right: "signed-in",
    params: Type.Object({ id: Id }, closed),
    gives: Type.Object({ ...Template.properties, text: Type.String() }),
    handle: async ({ params }) => {
      const template = await templateOf(params.id);
      return { ...told(template), text: template.text };
    },
  }),
  route({
    id: "useTemplate",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/templates/:id/use",
    tag: "templates",
    zh: "用模板建方案：只需两个连接；publish 为真时检查无误即发布",
    en: "Make a flow of a template: it asks for two connections; with publish it is published if nothing is wrong",
    right: "design",
    status: 201,
    params: AtId,
    body: Type.Object({ source: Id, target: Id, id: Type.Optional(Id), publish: Type.Optional(Type.Boolean()) }, closed),
    gives: Type.Object({
      id: Type.String(),
      revision: Type.Integer(),
      publishedRevision: Type.Union([Type.Integer(), Type.Null()]),
      issues: Type.Array(Type.Unknown()),
      tables: Type.Array(Type.String(), { description: "一并建好的映射表 / Mapping tables that came along" }),
      tablesKept: Type.Array(Type.String(), { description: "已有而保持不变的 / Those that were there and stay" }),
    }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const template = await templateOf(params.id);
      const { source, target, id = params.id, publish = false } = body;
      const tenant = await services.tenants.open(workspace);
      if (tenant.flows.has(id)) throw new DatongError("NAME_TAKEN", { name: id });
      for (const side of ["source", "target"] as const)
        requireSystem(tenant.drafts, body[side], { side, system: template.head[side].system });
      const { text, entry } = flowFromTemplate(template, { id, source, target, file: `flows/${id}` });
      const brought = tablesFromTemplate(template, tenant.drafts);
      const issues = checkWorkspaceFlow(brought.workspace, entry);
      const isPublished = publish && issues.length === 0;
      return perform(call, async (client) => {
        for (const { name, table } of brought.lacking) {
          const document = { kind: "table" as const, id: name, text: tableText(table), note: `模板 template ${params.id}` };
          await saveDocument(client, workspace, document, { from: 0, by: actor.name, publish: true });
        }
        const document = { kind: "flow" as const, id, text, note: `模板 template ${params.id}` };
        const { revision } = await saveDocument(client, workspace, document, { from: 0, by: actor.name, publish: isPublished });
        const publishedRevision = isPublished ? revision : null;
        const tables = brought.lacking.map(({ name }) => name);
        const result = { id, revision, publishedRevision, issues: issuesOf(issues), tables, tablesKept: brought.kept };
        return [result, { name: "template.use", object: id, after: [params.id, ...tables].join(" ") }];
      });
    },
  }),
];

const EVALUATION = route({
  id: "evaluate",
  method: "POST",
  url: "/api/v1/workspaces/:workspace/eval",
  tag: "flows",
  zh: "求一个取值的结果（与执行时相同），供映射时即时预览；collections 为查询用的数据",
  en: "The value of one expression over one record, as a run would have it; collections answer its lookups",
  right: "design",
  params: AtWorkspace,
  body: Type.Object(
    {
      value: Type.String({ maxLength: 100_000 }),
      record: Type.Unknown({ description: "一行源数据 / A row of the source" }),
      type: Type.Optional(FieldTypeSchema),
      at: Type.Optional(Type.Number({ description: "当前时间，毫秒 / The time now, epoch ms" })),
      zone: Type.Optional(Type.String({ maxLength: 100 })),
      collections: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Unknown()))),
    },
    closed,
  ),
  gives: Type.Unknown({ description: "{value, trace} 或 / or {error}" }),
  handle: async ({ services, body, request, reply }) => {
    const zone = body.zone ?? DEFAULT_ZONE;
    if (!isZone(zone)) throw new DatongError("TIME_ZONE_UNKNOWN", { zone });
    // Read anew from the text: the record keeps every digit.
    const exact = readJson(request.rawBody);
    const row = isObject(exact) ? exact["record"] : undefined;
    if (!isObject(row)) throw new DatongError("REQUEST_INVALID", { path: "body/record", expected: "对象 / an object" });
    const collections = isObject(exact) && isObject(exact["collections"]) ? exact["collections"] : {};
    const type = body.type === undefined ? {} : { type: body.type };
    const nowMs = body.at ?? services.engine.ports.nowMs();
    const collectionOf = (flow: string) => {
      const rows = collections[flow];
      return Array.isArray(rows) ? (rows as readonly Json[]).filter(isObject).map((each) => toStoredRow(each)) : undefined;
    };
    const result = evaluateOnce({ value: body.value, row, zone, nowMs, ...type, collectionOf });
    if (!result.ok) return { error: { ...errorToJson(result.error), position: result.error.details["position"] ?? null } };
    return sendExactly(reply, { value: withPlainNumbers(result.value ?? null), trace: result.trace });
  },
});

export const MAKING_ROUTES: readonly Route[] = [...TEMPLATE_ROUTES, EVALUATION];
