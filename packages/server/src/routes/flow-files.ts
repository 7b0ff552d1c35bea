/**
 * Flows on their way: copied, taken out and in as one file without secrets, promoted from test to production, compared by revision. A file
 * holds the flow, the private connectors and mapping tables it uses, and which connections it asks for; never settings or secrets.
 */
import { connectionsOf, DatongError, MappingTableSchema, tablesOf, type Flow, type MappingTable } from "@datong/core";
import { checkWorkspaceFlow, flowOfText } from "@datong/engine";
import { Type, type Static } from "typebox";
import { checkedDocument } from "../documents/checked-document.ts";
import { checkedConnector, systemOf, withMissing, type OwnConnector } from "../documents/connector-documents.ts";
import { flowDiff } from "../documents/flow-diff.ts";
import { withValues, type SetValue } from "../documents/flow-text.ts";
import type { Tenant } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { findDocument, listDocuments, revisionText, saveDocument, unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { FlowNotInOrder, issuesOf } from "./flows.ts";
import { AtId, AtWorkspace, closed, FromRevision, Id, Nullable, Revision } from "./shapes.ts";

const FORMAT = "datong-flow-1";
const Placeholder = Type.Object(
  { id: Id, system: Type.String(), name: Nullable(Type.String()), environment: Nullable(Type.String()) },
  closed,
);
const FlowFile = Type.Object(
  {
    format: Type.Literal(FORMAT),
    flow: Type.Object({ id: Id, text: Type.String({ maxLength: 1_000_000 }) }, closed),
    connections: Type.Array(Placeholder, { maxItems: 20, description: "要填的连接 / Connections that are asked for" }),
    connectors: Type.Array(Type.Unknown(), { maxItems: 20 }),
    tables: Type.Array(Type.Object({ id: Type.String({ maxLength: 200 }), table: Type.Unknown() }, closed), { maxItems: 100 }),
  },
  closed,
);
const Change = Type.Object({
  area: Type.String(),
  path: Type.String(),
  kind: Type.String(),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
});
const Connections = Type.Record(Id, Id, { description: "连接 → 换成 / Connection to the one in its place" });
const Issues = Type.Array(Type.Unknown());
const Made = Type.Object({ id: Type.String(), revision: Type.Integer(), issues: Issues });

function textsOf(tenant: Tenant, id: string): { readonly text: string; readonly flow: Flow } {
  const row = tenant.flows.get(id);
  if (row === undefined) throw unknown("flow", id);
  return { text: row.draft, flow: readable(id, row.draft) };
}

function readable(id: string, text: string): Flow {
  const entry = flowOfText({ id, text });
  if (entry.kind === "broken") throw new FlowNotInOrder(id, entry.issues);
  return entry.flow;
}

/** Where a flow names its connections. */
function connectionPlaces(flow: Flow): readonly (readonly string[])[] {
  return [
    ["source", "connection"],
    ["target", "connection"],
    ...(flow.writeBack?.connection === undefined ? [] : [["writeBack", "connection"]]),
  ];
}

function renamed(
  text: string,
  flow: Flow,
  to: { readonly id: string; readonly name?: string; readonly connections: Readonly<Record<string, string>> },
): string {
  const values: SetValue[] = [{ path: ["id"], value: to.id }];
  if (to.name !== undefined) values.push({ path: ["name"], value: to.name });
  for (const path of connectionPlaces(flow)) {
    const named = path[0] === "writeBack" ? flow.writeBack?.connection : flow[path[0] as "source" | "target"].connection;
    const next = to.connections[named ?? ""];
    if (next !== undefined) values.push({ path, value: next });
  }
  return withValues(text, values);
}

type Saving = Call<unknown, unknown, unknown>;

/** Saves a draft and tells what is wrong with it. */
async function saveDraft(
  call: Saving,
  at: { readonly id: string; readonly text: string; readonly note: string; readonly from: number; readonly deed: string },
): Promise<Static<typeof Made>> {
  const { workspace, actor } = call;
  const { id, text, note, from, deed } = at;
  const { revision } = await perform(call, async (client) => {
    const saved = await saveDocument(client, workspace, { kind: "flow", id, text, note }, { from, by: actor.name, publish: false });
    return [saved, { name: deed, object: id, after: text }];
  });
  return { id, revision, issues: [...(await issuesIn(call, id))] };
}

async function issuesIn({ services, workspace }: Pick<Saving, "services" | "workspace">, id: string): Promise<readonly unknown[]> {
  const tenant = await services.tenants.open(workspace);
  const entry = tenant.drafts.flows.get(id);
  return entry === undefined ? [] : issuesOf(checkWorkspaceFlow(tenant.drafts, entry));
}

interface Part {
  readonly kind: "connector" | "table";
  readonly id: string;
  readonly text: string;
}

/** What a file brings beside the flow and the workspace lacks. What is there already and differs is refused by name. */
async function partsToTake(
  { services, workspace }: Pick<Saving, "services" | "workspace">,
  file: Static<typeof FlowFile>,
): Promise<readonly (Part & { readonly before: string | null; readonly from: number })[]> {
  const parts: readonly Part[] = [
    ...file.connectors.map((given) => {
      const document = checkedConnector(given, "body/file/connectors");
      return { kind: "connector" as const, id: systemOf(document), text: JSON.stringify(document, null, 2) };
    }),
    ...file.tables.map(({ id, table }) => {
      const { columns, rows } = checkedDocument<MappingTable>(MappingTableSchema, table, "body/file/tables");
      return { kind: "table" as const, id, text: JSON.stringify({ columns, rows }) };
    }),
  ];
  const lacking: (Part & { readonly before: string | null; readonly from: number })[] = [];
  for (const part of parts) {
    const there = await findDocument(services.engine.pool, workspace, part.kind, part.id);
    if (there !== null && there.draft === part.text) continue;
    const text = there === null ? part.text : joined(part, there.draft);
    if (text !== null) lacking.push({ ...part, text, before: there?.draft ?? null, from: there?.revision ?? 0 });
  }
  return lacking;
}

/** Private APIs join those that are there; null where nothing is new. Anything else that differs is refused. */
function joined({ kind, id, text }: Part, there: string): string | null {
  if (kind !== "connector") throw new DatongError("NAME_TAKEN", { name: id });
  const [own, more] = [there, text].map((each) => JSON.parse(each) as OwnConnector) as [OwnConnector, OwnConnector];
  if (!("extends" in own && "extends" in more)) throw new DatongError("NAME_TAKEN", { name: id });
  const codes = new Map(own.apis.map((api) => [api.code, JSON.stringify(api)]));
  const other = more.apis.find((api) => codes.has(api.code) && codes.get(api.code) !== JSON.stringify(api));
  if (other !== undefined) throw new DatongError("NAME_TAKEN", { name: `${id} ${other.code}` });
  const next = withMissing(own, more);
  return next === null ? null : JSON.stringify(next, null, 2);
}

export const FLOW_FILE_ROUTES: readonly Route[] = [
  route({
    id: "copyFlow",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/copy",
    tag: "flows",
    zh: "复制方案为新草稿；可换连接",
    en: "Copy a flow as a new draft; connections may be changed",
    right: "design",
    status: 201,
    params: AtId,
    body: Type.Object({ id: Id, name: Type.Optional(Type.String({ maxLength: 200 })), connections: Type.Optional(Connections) }, closed),
    gives: Made,
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const tenant = await services.tenants.open(workspace);
      const { text, flow } = textsOf(tenant, params.id);
      if (tenant.flows.has(body.id)) throw new DatongError("NAME_TAKEN", { name: body.id });
      const to = { id: body.id, connections: body.connections ?? {}, ...(body.name === undefined ? {} : { name: body.name }) };
      return saveDraft(call, { id: body.id, text: renamed(text, flow, to), note: `copy ${params.id}`, from: 0, deed: "flow.copy" });
    },
  }),
  route({
    id: "exportFlow",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/file",
    tag: "flows",
    zh: "导出方案文件：方案、用到的私有适配器与映射表、要填的连接；没有设置与密码",
    en: "A flow as one file: the flow, private connectors and mapping tables it uses, connections to be named; no settings, no secrets",
    right: "view",
    params: AtId,
    gives: FlowFile,
    handle: async ({ services, workspace, params, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const { text, flow } = textsOf(tenant, params.id);
      const connections = connectionsOf(flow).flatMap((id) => {
        const document = tenant.published.connections.get(id)?.document;
        return document === undefined || document.system === "datong"
          ? []
          : [{ id, system: document.system, name: document.name ?? null, environment: document.environment ?? null }];
      });
      const systems = new Set(connections.map(({ system }) => system));
      void reply.header("Content-Disposition", `attachment; filename="${params.id}.datong.json"`);
      return {
        format: FORMAT,
        flow: { id: params.id, text },
        connections,
        connectors: (await listDocuments(services.engine.pool, workspace, "connector"))
          .filter((row) => systems.has(row.id))
          .map((row) => JSON.parse(row.draft) as unknown),
        tables: tablesOf(flow).flatMap((id) => {
          const entry = tenant.published.tables.get(id);
          return entry?.kind === "ready" ? [{ id, table: { columns: entry.table.columns, rows: entry.table.rows } }] : [];
        }),
      };
    },
  }),
  route({
    id: "importFlow",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flow-files",
    tag: "flows",
    zh: "导入方案文件为新草稿；connections 指明文件里的连接换成哪个，系统须相同；dryRun 只说会带来什么，不保存",
    en: "Take a flow's file in as a new draft; connections says which of yours stands for each of the file's, of the same system; dryRun tells what it would bring and saves nothing",
    right: "design",
    status: 201,
    bodyBytesMax: 16 * 1024 * 1024,
    params: AtWorkspace,
    body: Type.Object(
      { file: FlowFile, id: Type.Optional(Id), connections: Type.Optional(Connections), dryRun: Type.Optional(Type.Boolean()) },
      closed,
    ),
    gives: Type.Object({ ...Made.properties, takes: Type.Array(Type.Object({ kind: Type.String(), id: Type.String() })) }),
    handle: async (call) => {
      const { services, workspace, body, actor } = call;
      const { file, connections = {}, id = file.flow.id, dryRun = false } = body;
      const tenant = await services.tenants.open(workspace);
      if (tenant.flows.has(id)) throw new DatongError("NAME_TAKEN", { name: id });
      const flow = readable(file.flow.id, file.flow.text);
      for (const { id: asked, system } of file.connections) {
        const own = connections[asked] ?? asked;
        const found = tenant.published.connections.get(own)?.document;
        if (found?.system !== system)
          throw new DatongError("REQUEST_INVALID", {
            path: `body/connections/${asked}`,
            expected: `${system} 的一个连接 / one of your connections of ${system}`,
          });
      }
      const parts = await partsToTake(call, file);
      const takes = parts.map((part) => ({ kind: part.kind, id: part.id }));
      if (dryRun) return { id, revision: 0, issues: [], takes };
      for (const { before, from, ...part } of parts)
        await perform(call, async (client) => {
          await saveDocument(client, workspace, part, { from, by: actor.name, publish: true });
          return [undefined, { name: `${part.kind}.save`, object: part.id, before, after: part.text }];
        });
      const text = renamed(file.flow.text, flow, { id, connections });
      return { ...(await saveDraft(call, { id, text, note: "flow file", from: 0, deed: "flow.import" })), takes };
    },
  }),
  route({
    id: "promoteFlow",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/promote",
    tag: "flows",
    zh: "从测试升到生产：换连接后写入目标方案（新建或新版本草稿）；不带 apply 只给出差异",
    en: "Promote from test to production: connections changed, saved as the other flow's draft (new, or its next revision); without apply the difference alone",
    right: "design",
    params: AtId,
    body: Type.Object(
      {
        to: Id,
        environment: Type.Optional(Type.Union([Type.Literal("production"), Type.Literal("test"), Type.Literal("development")])),
        connections: Type.Optional(Connections),
        apply: Type.Optional(Type.Boolean()),
        revision: Type.Optional({ ...FromRevision, description: "目标方案的当前版本 / The other flow's present revision" }),
      },
      closed,
    ),
    gives: Type.Object({
      connections: Type.Record(Type.String(), Type.String()),
      changes: Type.Array(Change),
      revision: Nullable(Type.Integer()),
      issues: Issues,
    }),
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const tenant = await services.tenants.open(workspace);
      const { text, flow } = textsOf(tenant, params.id);
      const connections = { ...othersOf(tenant, flow, body.environment ?? "production", body.connections ?? {}), ...body.connections };
      const there = tenant.flows.get(body.to);
      const next = renamed(text, flow, { id: body.to, connections });
      const changes = there === undefined ? [] : flowDiff(readable(body.to, there.draft), readable(body.to, next));
      if (body.apply !== true) return { connections, changes, revision: there?.revision ?? null, issues: [] };
      const from = body.revision ?? 0;
      const { revision, issues } = await saveDraft(call, {
        id: body.to,
        text: next,
        note: `promote ${params.id} r${tenant.flows.get(params.id)?.revision ?? 0}`,
        from,
        deed: "flow.promote",
      });
      return { connections, changes, revision, issues };
    },
  }),
  route({
    id: "diffFlow",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/diff",
    tag: "flows",
    zh: "两个版本的差异，逐字段；不写 to 为草稿，不写 from 为已发布的",
    en: "What differs between two revisions, field by field; the draft unless `to` is given, what is published unless `from` is",
    right: "view",
    params: AtId,
    query: Type.Object({ from: Type.Optional(Revision), to: Type.Optional(Revision) }, closed),
    gives: Type.Object({ from: Nullable(Type.Integer()), to: Type.Integer(), changes: Type.Array(Change) }),
    handle: async ({ services, workspace, params: { id }, query }) => {
      const row = (await services.tenants.open(workspace)).flows.get(id);
      if (row === undefined) throw unknown("flow", id);
      const from = query.from ?? row.publishedRevision;
      const to = query.to ?? row.revision;
      const textAt = async (revision: number): Promise<Flow> => {
        const text = await revisionText(services.engine.pool, workspace, { kind: "flow", id, revision });
        if (text === null) throw unknown("flow", `${id} (${revision})`);
        return readable(id, text);
      };
      return { from, to, changes: from === null ? [] : flowDiff(await textAt(from), await textAt(to)) };
    },
  }),
];

/** Of each connection that is of another environment, the only one of its system that is of this one. Throws REQUEST_INVALID where there is no such or several. */
function othersOf(
  tenant: Tenant,
  flow: Flow,
  environment: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const all = [...tenant.published.connections.values()].flatMap(({ document }) => document ?? []);
  return Object.fromEntries(
    connectionsOf(flow).flatMap((id): [string, string][] => {
      const own = all.find((each) => each.id === id);
      if (given[id] !== undefined || own === undefined || own.system === "datong" || (own.environment ?? "production") === environment)
        return [];
      const others = all.filter((each) => each.system === own.system && (each.environment ?? "production") === environment);
      const [only] = others;
      if (only === undefined || others.length > 1)
        throw new DatongError("REQUEST_INVALID", {
          path: `body/connections/${id}`,
          expected: `${environment} 环境里 ${own.system} 的连接${only === undefined ? "一个也没有" : "不止一个"}，请指定一个 / name a connection of ${own.system}: ${environment} has ${others.map((each) => each.id).join(", ") || "none"}`,
        });
      return [[id, only.id]];
    }),
  );
}
