/** What helps to make a flow: templates, mapping tables, and the value of one expression as people type it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkedDocument } from "../documents/checked-document.ts";
import {
  DatongError,
  DEFAULT_ZONE,
  errorToJson,
  evaluateOnce,
  FieldTypeSchema,
  isObject,
  isZone,
  MappingTableSchema,
  readJson,
  toStoredRow,
  withPlainNumbers,
  type Json,
  type MappingTable,
} from "@datong/core";
import {
  checkWorkspaceFlow,
  flowFromTemplate,
  readTemplate,
  readTemplates,
  tableOfRows,
  tablesFromTemplate,
  type TemplateEntry,
  type Workspace,
} from "@datong/engine";
import { Type } from "typebox";
import { sendExactly } from "../route/exact-json.ts";
import { route, type Route } from "../route/route.ts";
import { findDocument, holdDocument, listDocuments, removeDocument, saveDocument, unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { issuesOf } from "./flows.ts";
import { AtId, AtWorkspace, closed, Id } from "./shapes.ts";

/** The templates that ship with the product. */
const TEMPLATES = fileURLToPath(new URL("../../../../templates", import.meta.url));
const Both = Type.Object({ zh: Type.String(), en: Type.String() });
const Side = Type.Object({ system: Type.String(), api: Type.String() });
const Template = Type.Object({
  id: Type.String(),
  name: Both,
  description: Both,
  tags: Type.Array(Type.String()),
  source: Side,
  target: Side,
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

function told({ id, head: { name, description, tags, source, target } }: Ready) {
  return { id, name, description, tags, source, target };
}

async function templateOf(id: string): Promise<Ready> {
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

function tableText({ columns, rows }: MappingTable): string {
  return JSON.stringify({ columns, rows });
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

const Table = Type.Object({ columns: Type.Array(Type.String()), rows: Type.Array(Type.Array(Type.String())) });

const TABLE_ROUTES: readonly Route[] = [
  route({
    id: "listTables",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/tables",
    tag: "tables",
    zh: "映射表",
    en: "Mapping tables",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({ id: Type.String(), revision: Type.Integer(), columns: Type.Array(Type.String()), rows: Type.Integer() }),
      ),
    }),
    handle: async ({ services, workspace }) => ({
      items: (await listDocuments(services.engine.pool, workspace, "table")).map(({ id, revision, draft }) => {
        const { columns, rows } = JSON.parse(draft) as MappingTable;
        return { id, revision, columns, rows: rows.length };
      }),
    }),
  }),
  route({
    id: "showTable",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "一张映射表",
    en: "One mapping table",
    right: "view",
    forLimited: true,
    params: AtId,
    gives: Type.Object({ id: Type.String(), revision: Type.Integer(), table: Table }),
    handle: async ({ services, workspace, params: { id } }) => {
      const row = await findDocument(services.engine.pool, workspace, "table", id);
      if (row === null) throw unknown("table", id);
      return { id, revision: row.revision, table: JSON.parse(row.draft) as MappingTable };
    },
  }),
  route({
    id: "saveTable",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "保存映射表；空行与重复行略去，矛盾的行报出并拒绝",
    en: "Save a mapping table; blank and repeated rows are left out, rows that contradict others are told and refused",
    right: "design",
    bodyBytesMax: 16 * 1024 * 1024,
    params: AtId,
    body: Type.Object({ revision: Type.Integer({ minimum: 0 }), table: Type.Unknown() }, closed),
    gives: Type.Object({ id: Type.String(), revision: Type.Integer(), rows: Type.Integer() }),
    handle: async (call) => {
      const { workspace, params, body, actor } = call;
      const given = checkedDocument<MappingTable>(MappingTableSchema, body.table, "body/table");
      const { table, findings } = tableOfRows(params.id, [given.columns, ...given.rows]);
      const flaw = findings.find(({ kind }) => kind === "conflict" || kind === "key-missing");
      if (flaw !== undefined)
        throw new DatongError("REQUEST_INVALID", {
          path: `body/table/rows/${flaw.row - 2}`,
          expected:
            flaw.kind === "conflict"
              ? `与第 ${flaw.other} 行矛盾 / contradicts row ${flaw.other}`
              : "第一列必填 / the first cell is required",
        });
      return perform(call, async (client) => {
        const text = tableText(table);
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "table", id: params.id, text }, save);
        return [
          { id: params.id, revision, rows: table.rows.length },
          { name: "table.save", object: params.id },
        ];
      });
    },
  }),
  route({
    id: "removeTable",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "删除映射表",
    en: "Remove a mapping table",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params } = call;
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "table", params.id);
        await removeDocument(client, workspace, "table", params.id);
        return [undefined, { name: "table.remove", object: params.id, before: held.draft }];
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

export const MAKING_ROUTES: readonly Route[] = [...TEMPLATE_ROUTES, ...TABLE_ROUTES, EVALUATION];
