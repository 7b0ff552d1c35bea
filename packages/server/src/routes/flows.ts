/** Flows: draft, revisions, check, publish, roll back, enable, preview. */
import { DatongError, errorToJson, type Flow } from "@datong/core";
import {
  addBulk,
  checkWorkspaceFlow,
  countUnsent,
  flowOfText,
  flowPosition,
  previewFlow,
  undecidedIssues,
  type DocumentIssue,
  type Queryable,
  queueStates,
} from "@datong/engine";
import { Type } from "typebox";
import { actorName } from "../access/rights.ts";
import { PublishUnconfirmed, publishWarnings } from "../documents/publish-warnings.ts";
import { ledgerId, placedFlow, type Tenant } from "../documents/tenants.ts";
import { sendExactly } from "../route/exact-json.ts";
import { route, type Call, type Route } from "../route/route.ts";
import {
  findDocument,
  holdDocument,
  listRevisions,
  publishRevision,
  removeDocument,
  revisionText,
  saveDocument,
  switchDocument,
  unknown,
} from "../store/documents.ts";
import type { Services } from "../services.ts";
import { perform } from "./deed.ts";
import { AtId, AtWorkspace, closed, FromRevision, Id, Instant, Nullable, Numbers, Revision } from "./shapes.ts";

const Issue = Type.Object({
  code: Type.String(),
  path: Type.String(),
  line: Type.Optional(Type.Integer()),
  zh: Type.String(),
  en: Type.String(),
  todoZh: Type.String(),
  todoEn: Type.String(),
});
const FlowRow = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String()),
  revision: Type.Integer(),
  publishedRevision: Nullable(Type.Integer()),
  isEnabled: Type.Boolean(),
  isInOrder: Type.Boolean(),
  source: Nullable(Type.Object({ connection: Type.String(), api: Type.String() })),
  target: Nullable(Type.Object({ connection: Type.String(), api: Type.String() })),
  changedAt: Instant,
  changedBy: Type.String(),
});

/** Issues as people read them. */
export function issuesOf(issues: readonly DocumentIssue[]) {
  return issues.map(({ code, path, line, details }) => {
    const { zh, en, todoZh, todoEn } = errorToJson(new DatongError(code, details));
    return { code, path, ...(line === undefined ? {} : { line }), zh, en, todoZh, todoEn };
  });
}

function draftIssues(tenant: Tenant, id: string): readonly DocumentIssue[] {
  const entry = tenant.drafts.flows.get(id);
  if (entry === undefined) throw unknown("flow", id);
  return [...checkWorkspaceFlow(tenant.drafts, entry), ...undecidedIssues(entry)];
}

const DOCUMENT_ROUTES: readonly Route[] = [
  route({
    id: "listFlows",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows",
    tag: "flows",
    zh: "集成方案列表",
    en: "Flows",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(FlowRow) }),
    handle: async ({ services, workspace, sees }) => {
      const tenant = await services.tenants.open(workspace);
      return {
        items: [...tenant.flows.values()]
          .filter(({ id }) => sees(id))
          .map(({ draft: _draft, published: _published, kind: _kind, ...row }) => {
            const entry = tenant.drafts.flows.get(row.id);
            const flow = entry?.kind === "ready" ? entry.flow : undefined;
            return {
              ...row,
              name: flow?.name ?? null,
              isInOrder: flow !== undefined && draftIssues(tenant, row.id).length === 0,
              source: flow === undefined ? null : { connection: flow.source.connection, api: flow.source.api },
              target: flow === undefined ? null : { connection: flow.target.connection, api: flow.target.api },
            };
          }),
      };
    },
  }),
  route({
    id: "showFlow",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id",
    tag: "flows",
    zh: "方案草稿、发布的文本与问题",
    en: "A flow's draft, what is published, and what is wrong",
    right: "view",
    params: AtId,
    gives: Type.Object({
      id: Type.String(),
      revision: Type.Integer(),
      publishedRevision: Nullable(Type.Integer()),
      isEnabled: Type.Boolean(),
      text: Type.String({ description: "草稿原文 / The draft as it was written" }),
      document: Type.Unknown({ description: "读懂的草稿，读不懂为 null / The draft as it was understood; null where it was not" }),
      published: Nullable(Type.String()),
      issues: Type.Array(Issue),
    }),
    handle: async ({ services, workspace, params: { id } }) => {
      const tenant = await services.tenants.open(workspace);
      const row = tenant.flows.get(id);
      if (row === undefined) throw unknown("flow", id);
      const entry = tenant.drafts.flows.get(id);
      const { revision, publishedRevision, isEnabled, draft, published } = row;
      return {
        id,
        revision,
        publishedRevision,
        isEnabled,
        text: draft,
        document: entry?.kind === "ready" ? entry.flow : null,
        published,
        issues: issuesOf(draftIssues(tenant, id)),
      };
    },
  }),
  route({
    id: "saveFlow",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/flows/:id",
    tag: "flows",
    zh: "保存草稿：document（JSON）或 text（YAML/JSON 原文）；有问题也能保存，问题在 issues",
    en: "Save a draft, as document (JSON) or text (YAML or JSON); one with problems is saved too, they are in issues",
    right: "design",
    params: AtId,
    body: Type.Object(
      {
        revision: FromRevision,
        document: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
        note: Type.Optional(Type.String({ maxLength: 500 })),
      },
      closed,
    ),
    gives: Type.Object({ id: Type.String(), revision: Type.Integer(), issues: Type.Array(Issue) }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      if ((body.document === undefined) === (body.text === undefined))
        throw new DatongError("REQUEST_INVALID", { path: "body", expected: "document 与 text 二选一 / either document or text" });
      const text = body.text ?? JSON.stringify(body.document, null, 2);
      const read = flowOfText({ id: params.id, text });
      // A text that cannot be read as a document at all has no place to show a problem at.
      const unreadable = read.kind === "broken" ? read.issues.find(({ code }) => code === "DOCUMENT_UNREADABLE") : undefined;
      if (unreadable !== undefined) throw new DatongError(unreadable.code, unreadable.details);
      const before = await findDocument(services.engine.pool, workspace, "flow", params.id);
      const { revision } = await perform(call, async (client) => {
        const document = { kind: "flow" as const, id: params.id, text, ...(body.note === undefined ? {} : { note: body.note }) };
        const saved = await saveDocument(client, workspace, document, { from: body.revision, by: actor.name, publish: false });
        return [saved, { name: "flow.save", object: params.id, before: before?.draft ?? null, after: text }];
      });
      return { id: params.id, revision, issues: issuesOf(draftIssues(await services.tenants.open(workspace), params.id)) };
    },
  }),
  route({
    id: "removeFlow",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/flows/:id",
    tag: "flows",
    zh: "删除停用的方案；单据与历史保留",
    en: "Remove a flow that is disabled; its records and history stay",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params } = call;
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "flow", params.id);
        if (held.isEnabled) throw new DatongError("OBJECT_IN_USE", { id: params.id, users: "启用中 / it is enabled" });
        await removeDocument(client, workspace, "flow", params.id);
        return [undefined, { name: "flow.remove", object: params.id, before: held.draft }];
      });
    },
  }),
  route({
    id: "listRevisions",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/revisions",
    tag: "flows",
    zh: "版本历史，新的在前",
    en: "Revisions, the latest first",
    right: "view",
    params: AtId,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          revision: Type.Integer(),
          note: Type.String(),
          madeAt: Instant,
          madeBy: Type.String(),
          publishedAt: Nullable(Instant),
        }),
      ),
    }),
    handle: async ({ services, workspace, params }) => ({ items: await listRevisions(services.engine.pool, workspace, "flow", params.id) }),
  }),
  route({
    id: "showRevision",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/revisions/:revision",
    tag: "flows",
    zh: "某一版本的原文",
    en: "The text of one revision",
    right: "view",
    params: Type.Object({ workspace: Id, id: Id, revision: Revision }, closed),
    gives: Type.Object({ revision: Type.Integer(), text: Type.String() }),
    handle: async ({ services, workspace, params: { id, revision } }) => {
      const text = await revisionText(services.engine.pool, workspace, { kind: "flow", id, revision });
      if (text === null) throw unknown("flow", `${id} (${revision})`);
      return { revision, text };
    },
  }),
];

/** Calls under way of the flow that is published now; none where it is not in order or never was. */
async function inHandOf({ engine }: Services, tenant: Tenant, id: string): Promise<number> {
  if (tenant.published.flows.get(id)?.kind !== "ready") return 0;
  try {
    const [state] = await queueStates(engine, [placedFlow(tenant, id)]);
    return state?.inHand ?? 0;
  } catch (error) {
    if (error instanceof DatongError) return 0;
    throw error;
  }
}

const LIFE_ROUTES: readonly Route[] = [
  route({
    id: "publishFlow",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/publish",
    tag: "flows",
    zh: "发布某一版本（发布旧版本即回滚，水位不变）；排队中未发送的单据按新版本重新映射；会跳过、重读或推迟什么时先答 409，issues 里逐条说明",
    en: "Publish a revision (an older one rolls back, the watermark stays); what is queued and not sent is mapped again by it. Where a span would be skipped, read again or delayed the answer is 409 at first, with each of them in issues",
    right: "design",
    params: AtId,
    body: Type.Object(
      {
        revision: Revision,
        confirm: Type.Optional(
          Type.Boolean({ description: "知道会跳过、重读或推迟什么 / What is skipped, read again or delayed has been seen" }),
        ),
      },
      closed,
    ),
    gives: Type.Object({
      id: Type.String(),
      publishedRevision: Type.Integer(),
      queued: Type.Object(
        { documents: Type.Integer(), summaries: Type.Integer(), inHand: Type.Integer(), bulk: Nullable(Type.String()) },
        {
          description:
            "documents 为排队中未发送、按这一版本重新映射的单据，进度见批量处理 bulk；summaries 为排队中的多单合一汇总单，新版本可能换一种合并方式，因此按原样发送，不要的可先跳过再重读；inHand 为正在发送的请求，不受影响 / documents: waiting unsent, mapped again by this revision in the bulk work `bulk`; summaries: documents of several bills that wait, sent as they were made, since this revision may put other bills together (skip them and read again where that is not wanted); inHand: calls that are being made, they stay as they are",
        },
      ),
    }),
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const tenant = await services.tenants.open(workspace);
      const inHand = await inHandOf(services, tenant, params.id);
      const published = await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "flow", params.id);
        const at = { kind: "flow" as const, id: params.id, revision: body.revision };
        const text = await revisionText(client, workspace, at);
        if (text === null) throw unknown("flow", `${params.id} (${body.revision})`);
        const entry = flowOfText({ id: params.id, text });
        const issues = [...checkWorkspaceFlow(tenant.drafts, entry), ...undecidedIssues(entry)];
        if (entry.kind === "broken" || issues.length > 0) throw new FlowNotInOrder(params.id, issues);
        const warnings = body.confirm === true ? [] : await publishWarnings(services, tenant, entry.flow);
        if (warnings.length > 0) throw new PublishUnconfirmed(params.id, warnings);
        await publishRevision(client, workspace, { ...at, text });
        await indexAnew(call, client, tenant, entry.flow);
        const queued = { ...(await mapQueuedAgain(call, client, at)), inHand };
        const before = held.publishedRevision === null ? null : String(held.publishedRevision);
        return [
          { id: params.id, publishedRevision: body.revision, queued },
          { name: "flow.publish", object: params.id, before, after: String(body.revision) },
        ];
      });
      services.bulk.nudge();
      return published;
    },
  }),
  ...(["enable", "disable"] as const).map((verb) =>
    route({
      id: `${verb}Flow`,
      method: "POST",
      url: `/api/v1/workspaces/:workspace/flows/:id/${verb}`,
      tag: "flows",
      zh: verb === "enable" ? "启用：按计划运行" : "停用：不再运行，队列保留",
      en: verb === "enable" ? "Enable: it runs by its schedule" : "Disable: it runs no more, its queue stays",
      right: "operate",
      params: AtId,
      handle: async (call) => {
        const { services, workspace, params } = call;
        if (verb === "enable") placedFlow(await services.tenants.open(workspace), params.id);
        await perform(call, async (client) => {
          const held = await holdDocument(client, workspace, "flow", params.id);
          await switchDocument(client, workspace, { kind: "flow", id: params.id, isEnabled: verb === "enable" });
          return [undefined, { name: `flow.${verb}`, object: params.id, before: String(held.isEnabled) }];
        });
      },
    }),
  ),
  route({
    id: "previewFlow",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/preview",
    tag: "flows",
    zh: "预览草稿：读真实数据、映射、给出将发送的请求；什么都不写",
    en: "Preview a draft: real rows, mapped, with the request that would be sent; writes nothing",
    right: "design",
    params: AtId,
    body: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })), numbers: Type.Optional(Numbers) }, closed),
    gives: Type.Unknown({ description: "数字与长整数按原文给出 / Numbers are exactly those of the source" }),
    handle: async ({ services, workspace, params, body, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const { engine } = services;
      const { flow, connections } = placedFlow(tenant, params.id, "drafts");
      const numbers = body.numbers === undefined ? {} : { numbers: body.numbers };
      const preview = await previewFlow(engine.ready(flow, connections), { limit: body.limit ?? 1, ports: engine.ports, ...numbers });
      return sendExactly(reply, preview);
    },
  }),
];

/** What waits and is not sent is mapped again by the revision that is published in this transaction: bulk work of its own. */
async function mapQueuedAgain(
  { services, workspace, actor }: Pick<Call<never, never, never>, "services" | "workspace" | "actor">,
  client: Queryable,
  { id, revision }: { readonly id: string; readonly revision: number },
): Promise<{ readonly documents: number; readonly summaries: number; readonly bulk: string | null }> {
  const flowId = ledgerId(workspace, id);
  const at = await flowPosition(services.engine.pool, flowId);
  const unsent = at === null ? { documents: 0, summaries: 0 } : await countUnsent(client, at);
  if (unsent.documents === 0) return { ...unsent, bulk: null };
  const asked = { status: "queued", how: "map", reason: `publish ${revision}` } as const;
  const bulk = { id: services.engine.ids.next(), workspace, flowId, kind: "retry" as const, asked, person: actorName(actor) };
  await addBulk(client, bulk);
  return { ...unsent, bulk: bulk.id };
}

/** Bills that are stored are found by the extra keys too, once they are put into the index: bulk work of its own. */
async function indexAnew(
  { services, workspace, actor }: Pick<Call<never, never, never>, "services" | "workspace" | "actor">,
  client: Queryable,
  tenant: Tenant,
  flow: Flow,
): Promise<void> {
  const before = tenant.published.flows.get(flow.id);
  const keysOf = (source: Flow["source"] | undefined): string => [...(source?.extraKeys ?? [])].sort().join("\n");
  const keys = keysOf(flow.source);
  if (before?.kind !== "ready" || keys === "" || keys === keysOf(before.flow.source)) return;
  const row = { id: services.engine.ids.next(), workspace, flowId: ledgerId(workspace, flow.id), kind: "index" as const };
  await addBulk(client, { ...row, asked: {}, person: actorName(actor) });
}

/** FLOW_NOT_IN_ORDER with each problem. */
export class FlowNotInOrder extends DatongError {
  readonly issues: readonly DocumentIssue[];
  constructor(flow: string, issues: readonly DocumentIssue[]) {
    super("FLOW_NOT_IN_ORDER", { flow, count: issues.length });
    this.issues = issues;
  }
}

export const FLOW_ROUTES: readonly Route[] = [...DOCUMENT_ROUTES, ...LIFE_ROUTES];
