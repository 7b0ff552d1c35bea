/** Templates: those that ship with the product, and a workspace's own; a flow of one of them in one request. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DatongError } from "@datong/core";
import {
  checkWorkspaceFlow,
  flowFromTemplate,
  flowOfText,
  readTemplate,
  readTemplates,
  tablesFromTemplate,
  type ReadyTemplate,
  type Workspace,
} from "@datong/engine";
import { Type } from "typebox";
import { withValues } from "../documents/flow-text.ts";
import { readOwnTemplate, templateOfFlow, type UsableTemplate } from "../documents/own-templates.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { findDocument, holdDocument, listDocuments, removeDocument, saveDocument, unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { FlowNotInOrder, issuesOf } from "./flows.ts";
import { AtId, AtWorkspace, closed, FromRevision, Id } from "./shapes.ts";
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

function told({ id, head: { name, description, tags, source, target }, flow, tables }: UsableTemplate) {
  return {
    id,
    name,
    description,
    tags,
    source: { ...source, api: flow.source.api },
    target: { ...target, api: flow.target.api },
    tables: tables.map(({ name: table }) => table),
  };
}

/** One that ships with the product. Throws OBJECT_UNKNOWN. */
export async function templateOf(id: string): Promise<ReadyTemplate> {
  const found = existsSync(TEMPLATES) ? await readTemplate(TEMPLATES, id) : null;
  if (found === null || found.kind === "broken") throw new DatongError("OBJECT_UNKNOWN", { kind: "模板 / template", id });
  return found;
}

/** A workspace's own, or one that ships with the product. Throws OBJECT_UNKNOWN. */
async function templateIn(
  { services, workspace }: Pick<Call<never, never, never>, "services" | "workspace">,
  id: string,
): Promise<UsableTemplate> {
  const own = await findDocument(services.engine.pool, workspace, "template", id);
  if (own === null) return templateOf(id);
  const read = readOwnTemplate(own);
  if (read === null) throw unknown("template", id);
  return read;
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

export const TEMPLATE_ROUTES: readonly Route[] = [
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
    id: "listOwnTemplates",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/templates",
    tag: "templates",
    zh: "本工作区自己的模板",
    en: "Templates that the workspace made of its own flows",
    right: "design",
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Type.Object({ ...Template.properties, revision: Type.Integer(), changedBy: Type.String() })) }),
    handle: async ({ services, workspace }) => {
      const kept = await listDocuments(services.engine.pool, workspace, "template");
      const items = kept.flatMap((document) => {
        const template = readOwnTemplate(document);
        return template === null ? [] : [{ ...told(template), revision: document.revision, changedBy: document.changedBy }];
      });
      return { items };
    },
  }),
  route({
    id: "showOwnTemplate",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/templates/:id",
    tag: "templates",
    zh: "一个自己的模板与它的方案",
    en: "One of the workspace's own templates with its flow",
    right: "design",
    params: AtId,
    gives: Type.Object({ ...Template.properties, text: Type.String() }),
    handle: async ({ services, workspace, params }) => {
      const kept = await findDocument(services.engine.pool, workspace, "template", params.id);
      const template = kept === null ? null : readOwnTemplate(kept);
      if (template === null) throw unknown("template", params.id);
      return { ...told(template), text: template.text };
    },
  }),
  route({
    id: "saveTemplate",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/templates/:id",
    tag: "templates",
    zh: "把方案的当前草稿存为本工作区的模板，连同它用的映射表",
    en: "Keep a flow's present draft as a template of the workspace, with the mapping tables it goes by",
    right: "design",
    params: AtId,
    body: Type.Object(
      {
        revision: FromRevision,
        flow: Id,
        name: Type.String({ minLength: 1, maxLength: 200 }),
        description: Type.Optional(Type.String({ maxLength: 2000 })),
        tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 20 })),
      },
      closed,
    ),
    gives: Type.Object({ id: Type.String(), revision: Type.Integer() }),
    handle: async (call) => {
      const { services, workspace, params, actor, body } = call;
      const { id } = params;
      // Which of the two is meant could not be told.
      if (existsSync(TEMPLATES) && (await readTemplate(TEMPLATES, id)) !== null) throw new DatongError("NAME_TAKEN", { name: id });
      const tenant = await services.tenants.open(workspace);
      const row = tenant.flows.get(body.flow);
      if (row === undefined) throw unknown("flow", body.flow);
      const text = withValues(row.draft, [{ path: ["id"], value: id }]);
      const entry = flowOfText({ id, text });
      if (entry.kind === "broken") throw new FlowNotInOrder(body.flow, entry.issues);
      const { name, description = "", tags = [] } = body;
      const template = JSON.stringify(templateOfFlow(tenant, entry.flow, { name, description, tags, text }));
      return perform(call, async (client) => {
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "template", id, text: template }, save);
        return [
          { id, revision },
          { name: "template.save", object: id, after: `${body.flow} r${row.revision}` },
        ];
      });
    },
  }),
  route({
    id: "removeTemplate",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/templates/:id",
    tag: "templates",
    zh: "删除自己的模板；用它建的方案不受影响",
    en: "Remove one of the workspace's own templates; flows that were made of it stay",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params } = call;
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "template", params.id);
        await removeDocument(client, workspace, "template", params.id);
        return [undefined, { name: "template.remove", object: params.id, before: held.draft }];
      });
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
      const template = await templateIn(call, params.id);
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
