/** Records: lists, search, the story of one; retry, push again, mark as done, skip; missing master data and counts. */
import { blamedField, DatongError, type Flow, type ErrorCode, type ErrorDetails, readJson, type Status, STATUSES } from "@datong/core";
import {
  countFlows,
  countRecords,
  documentMappedBy,
  flowAt,
  listMissing,
  listRecords,
  markDone,
  pushAgain,
  recordStory,
  skipByHand,
} from "@datong/engine";
import { Type } from "typebox";
import { actorName } from "../access/rights.ts";
import { flowUnderOwnNames, ledgerId, ownId, placedFlow, type Tenant } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { adviceOf } from "./advice.ts";
import { beginBulk } from "./bulk.ts";
import { noteDeed } from "./deed.ts";
import { listFilter, RecordFilter } from "./retry-selection.ts";
import { targetFields } from "./target-fields.ts";
import { After, AtId, AtWorkspace, closed, Instant, Limit, Nullable, pageOf } from "./shapes.ts";

/** How long a retry is waited for before the answer names the bulk work instead. */
const WAIT_MS = 20_000;

const StatusSchema = Type.Unsafe<Status>({ type: "string", enum: Object.keys(STATUSES) });
const Number_ = Type.String({ minLength: 1, maxLength: 200, description: "任一方单号 / The bill's number on either side" });
const Reason = Type.String({ minLength: 1, maxLength: 500, description: "原因，记入审计 / Why; kept with it" });
const Document = Type.Object({
  id: Type.String(),
  status: StatusSchema,
  externalKey: Nullable(Type.String()),
  number: Nullable(Type.String()),
  stage: Nullable(Type.String()),
  attempts: Type.Integer(),
  code: Nullable(Type.String()),
  vendorText: Nullable(Type.String()),
  behind: Type.Unknown(),
});
const RecordRow = Type.Object({
  key: Type.String(),
  number: Nullable(Type.String()),
  status: StatusSchema,
  reason: Nullable(Type.String()),
  version: Type.Integer(),
  changedAt: Instant,
  documents: Type.Array(Document),
  writeBack: Nullable(Document),
});

async function knownFlow({ services, workspace }: Pick<Call<never, never, never>, "services" | "workspace">, id: string): Promise<string> {
  if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
  return ledgerId(workspace, id);
}

const Story = Type.Object(
  {
    flowId: Type.String(),
    key: Type.String(),
    number: Nullable(Type.String()),
    status: Type.String(),
    reason: Nullable(Type.String()),
    version: Type.Integer(),
    seenAt: Instant,
    changedAt: Instant,
    run: Type.String(),
    rows: Nullable(Type.String({ description: "源数据，JSON 文本 / Source rows, a JSON text" })),
    read: Type.Unknown({ description: "取到它的那次请求与应答，或 null / The exchange that it was read with, or null" }),
    documents: Type.Array(Type.Unknown({ description: "目标单据与每次请求、应答 / Documents with every request and answer" })),
    writeBack: Type.Unknown({ description: "回写，或 null / The write-back, or null" }),
    interventions: Type.Array(Type.Unknown({ description: "人工处理 / What people did" })),
  },
  { description: "源数据与报文为 JSON 文本 / Rows and messages are JSON texts" },
);

const READ_ROUTES: readonly Route[] = [
  route({
    id: "listRecords",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/records",
    tag: "records",
    zh: "单据列表，可按状态、单号、错误码、原因、变化时间筛选",
    en: "A flow's records, by status, number, code, cause or when they changed",
    right: "view",
    params: AtId,
    query: Type.Object({ ...RecordFilter, limit: Limit, after: After }, closed),
    gives: Type.Object({
      ...pageOf(RecordRow).properties,
      counts: Type.Record(Type.String(), Type.Integer(), { description: "各状态的单据数 / Records by status" }),
    }),
    handle: async (call) => {
      const { services, query, params } = call;
      const { pool } = services.engine;
      const at = await flowAt(pool, await knownFlow(call, params.id));
      if (at === null) return { items: [], next: null, counts: {} };
      const { limit = 50, after, ...filter } = query;
      const asked = { ...listFilter(filter), limit: limit + 1, ...(after === undefined ? {} : { after }) };
      const [found, counts] = await Promise.all([listRecords(pool, at, asked), countRecords(pool, at)]);
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.place ?? null) : null, counts: Object.fromEntries(counts) };
    },
  }),
  route({
    id: "recordStory",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/story",
    tag: "records",
    zh: "一张单据的全部经过：源数据、目标单据、每次请求与应答、人工处理",
    en: "The whole story of a record: rows, documents, every request and answer, what people did",
    right: "view",
    params: AtId,
    query: Type.Object({ key: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
    gives: Story,
    handle: async (call) => {
      const { services, workspace, params, query } = call;
      const { pool } = services.engine;
      const at = await flowAt(pool, await knownFlow(call, params.id));
      const ref = at === null ? null : { flowId: ledgerId(workspace, params.id), lane: at.lane, flow: at.flow, key: query.key };
      const story = ref === null ? null : await recordStory(pool, ref);
      if (story === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "单据 / record", id: query.key });
      const fields = story.status === "failed" ? await targetFields(services, workspace, params.id) : [];
      const documents = story.documents.map((document) => {
        const { status, vendorText, body } = document;
        const field = status === "failed" ? blamedField(vendorText ?? "", body === null ? null : readJson(body), fields) : null;
        return { ...document, advice: adviceOf(document), field };
      });
      const writeBack = story.writeBack === null ? null : { ...story.writeBack, advice: adviceOf(story.writeBack) };
      return { ...story, documents, writeBack, flowId: params.id };
    },
  }),
  route({
    id: "recordMappedBy",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/mapped-by",
    tag: "records",
    zh: "一张单据的目标单据是按方案的哪份原文映射的（供 try 重新算出每个字段的由来）",
    en: "The flow's text that a record's documents were mapped by, for `try` to work out where each field came from",
    right: "view",
    params: AtId,
    query: Type.Object({ key: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
    gives: Type.Object({
      text: Nullable(Type.String({ description: "JSON；没有目标单据时为 null / null for a record without documents" })),
      isPublished: Type.Boolean({ description: "与现在发布的映射相同 / It maps as what is published now" }),
    }),
    handle: async (call) => {
      const { services, workspace, params, query } = call;
      const { pool } = services.engine;
      const at = await flowAt(pool, await knownFlow(call, params.id));
      const document = at === null ? null : await documentMappedBy(pool, { flowId: ledgerId(workspace, params.id), ...at, key: query.key });
      if (document === null) return { text: null, isPublished: false };
      const flow = JSON.parse(document) as Flow;
      const isPublished = mapsAs(flow, publishedNow(await services.tenants.open(workspace), params.id));
      return { text: JSON.stringify(flowUnderOwnNames(workspace, flow)), isPublished };
    },
  }),
  route({
    id: "listMissing",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/missing",
    tag: "records",
    zh: "缺失的基础资料与等待它的单据",
    en: "Missing master data, and the bills that wait for it",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Type.Unknown()) }),
    handle: async ({ services, workspace, sees }) => {
      const items = await listMissing(services.engine.pool);
      return {
        items: items.flatMap(({ flowId, ...rest }) => {
          const flow = ownId(workspace, flowId);
          return flow === null || !sees(flow) ? [] : [{ flow, ...rest }];
        }),
      };
    },
  }),
  route({
    id: "counts",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/counts",
    tag: "records",
    zh: "各方案各状态的单据与文档数（O(1)）",
    en: "Records and documents by flow and status, at no cost",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(Type.Object({ flow: Type.String(), status: StatusSchema, records: Type.Integer(), documents: Type.Integer() })),
    }),
    handle: async ({ services, workspace, sees }) => ({
      items: (await countFlows(services.engine.pool)).flatMap(({ flowId, ...rest }) => {
        const flow = ownId(workspace, flowId);
        return flow === null || !sees(flow) ? [] : [{ flow, ...rest }];
      }),
    }),
  }),
];

const REPAIR_ROUTES: readonly Route[] = [
  route({
    id: "retryRecords",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/retry",
    tag: "records",
    zh: "重试：按单号，或按状态、错误码、原因成批；map 按已发布的版本重新映射（默认），same 原请求，fetch 重新取源",
    en: "Retry numbers, or many by status, code or cause; map: anew by the published revision (default), same: the same request, fetch: from the source",
    right: "operate",
    params: AtId,
    body: Type.Object(
      {
        numbers: Type.Optional(Type.Array(Number_, { minItems: 1, maxItems: 500 })),
        status: Type.Optional(StatusSchema),
        code: Type.Optional(Type.String({ maxLength: 100 })),
        cause: Type.Optional(Type.String({ maxLength: 100 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        how: Type.Optional(Type.Union([Type.Literal("map"), Type.Literal("same"), Type.Literal("fetch")])),
      },
      closed,
    ),
    gives: Type.Object({
      bulk: Type.String({
        description: "批量处理的编号：二十秒内做不完时，进度在那里 / Its bulk work: where it stands, if not done in twenty seconds",
      }),
      state: Type.String(),
      queued: Type.Integer(),
      unmapped: Type.Integer(),
      untouched: Type.Integer(),
      missing: Type.Integer(),
    }),
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      placedFlow(await services.tenants.open(workspace), params.id);
      const begun = await beginBulk(call, params.id, "retry", body);
      const bulk = (await services.bulk.waitFor(workspace, begun.id, WAIT_MS)) ?? begun;
      if (bulk.state === "failed") {
        const { code, details } = bulk.problem as { readonly code: ErrorCode; readonly details: ErrorDetails };
        throw new DatongError(code, details);
      }
      const { id, state, queued, unmapped, untouched, missing } = bulk;
      return { bulk: id, state, queued, unmapped, untouched, missing };
    },
  }),
  route({
    id: "pushAgain",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/push-again",
    tag: "records",
    zh: "重推已完成的单据：先问目标，没有才写",
    en: "Push a done bill again: the target is asked first, and written only if it lacks it",
    right: "operate",
    params: AtId,
    body: Type.Object({ number: Number_, reason: Reason }, closed),
    gives: Type.Object({
      queued: Type.Array(Type.String()),
      there: Type.Array(Type.Object({ id: Type.String(), number: Nullable(Type.String()) })),
    }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const { flow, connections } = placedFlow(await services.tenants.open(workspace), params.id);
      return pushAgain(services.engine, flow, connections, { ...body, person: actorName(actor) }, (client, result) =>
        noteDeed(call, client, { name: "records.push-again", object: params.id, after: JSON.stringify({ ...body, ...result }) }),
      );
    },
  }),
  route({
    id: "markDone",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/mark-done",
    tag: "records",
    zh: "标记为已完成，填目标单号",
    en: "Mark as done, with the target's number",
    right: "operate",
    params: AtId,
    body: Type.Object({ number: Number_, targetNumber: Number_, reason: Reason }, closed),
    gives: Type.Object({ document: Type.String() }),
    handle: async (call) => {
      const { services, params, body, actor } = call;
      const flow = await knownFlow(call, params.id);
      const queue = await writeBackOf(call, params.id);
      const document = await markDone(services.engine, flow, { ...body, person: actorName(actor) }, queue, (client) =>
        noteDeed(call, client, { name: "records.mark-done", object: params.id, after: JSON.stringify(body) }),
      );
      return { document };
    },
  }),
  route({
    id: "skipRecords",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/skip",
    tag: "records",
    zh: "跳过，填原因",
    en: "Leave a bill out, with a reason",
    right: "operate",
    params: AtId,
    body: Type.Object({ number: Number_, reason: Reason }, closed),
    gives: Type.Object({ skipped: Type.Integer() }),
    handle: async (call) => {
      const { services, params, body, actor } = call;
      const flow = await knownFlow(call, params.id);
      const queue = await writeBackOf(call, params.id);
      const skipped = await skipByHand(
        services.engine,
        flow,
        { ...body, person: actorName(actor) },
        {
          ...(queue === undefined ? {} : { writeBack: queue }),
          also: (client) => noteDeed(call, client, { name: "records.skip", object: params.id, after: JSON.stringify(body) }),
        },
      );
      return { skipped };
    },
  }),
];

/** Where a bill that is done by this is queued to be told of; undefined for a flow that tells nobody. */
async function writeBackOf({ services, workspace }: Pick<Call<never, never, never>, "services" | "workspace">, id: string) {
  const tenant = await services.tenants.open(workspace);
  const entry = tenant.published.flows.get(id);
  if (entry?.kind !== "ready" || entry.flow.writeBack === undefined) return undefined;
  const { flow, connections } = placedFlow(tenant, id);
  return services.engine.writeBack(services.engine.ready(flow, connections));
}

export const RECORD_ROUTES: readonly Route[] = [...READ_ROUTES, ...REPAIR_ROUTES];

/** Null where nothing is published, or what is cannot be run any more. */
function publishedNow(tenant: Tenant, id: string): Flow | null {
  try {
    return placedFlow(tenant, id).flow;
  } catch (error) {
    if (error instanceof DatongError) return null;
    throw error;
  }
}

/** Whether both make the same documents of the same rows. */
function mapsAs(one: Flow, other: Flow | null): boolean {
  const made = ({ source, restructure, mapping, target }: Flow): string => JSON.stringify([source, restructure, mapping, target]);
  return other !== null && made(one) === made(other);
}
