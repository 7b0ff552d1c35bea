/**
 * Queues: what waits to be read (请求队列) and to be written (写入队列), live; what stands behind an order key; reading, writing and connections
 * paused and resumed.
 */
import { DatongError, nextTick } from "@datong/core";
import {
  budgetUse,
  flowPosition,
  lastRuns,
  listPauses,
  listRuns,
  listWatermarks,
  orderLines,
  pause,
  queueStates,
  resume,
  type BudgetUse,
} from "@datong/engine";
import { Type } from "typebox";
import { ledgerId, ownId, placedConnection, placedFlow, type Tenant } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import { unknown } from "../store/documents.ts";
import { performQuietly } from "./deed.ts";
import { eventStream } from "./event-stream.ts";
import { AtId, AtWorkspace, closed, Id, Instant, Nullable, EVENT_STREAM_TYPE } from "./shapes.ts";

type Asked = Pick<Call<never, never, never>, "services" | "workspace" | "sees">;

/** Of every published flow that is in order. */
async function writeQueues({ services, workspace, sees }: Asked) {
  const tenant = await services.tenants.open(workspace);
  const flows = [...tenant.flows.values()].flatMap((row) => {
    if (row.published === null || !sees(row.id)) return [];
    try {
      return [placedFlow(tenant, row.id)];
    } catch (error) {
      // Its queue is shown again once it is in order.
      if (error instanceof DatongError) return [];
      throw error;
    }
  });
  const states = await queueStates(services.engine, flows);
  return states.map(({ flow, ...rest }) => ({ flow: ownId(workspace, flow) ?? flow, ...rest }));
}

const RUNNING_MAX = 500;

/** What is being read, and what is to be read next. */
async function requestQueue({ services, workspace, sees }: Asked) {
  const { engine, tenants } = services;
  const tenant = await tenants.open(workspace);
  const at = engine.ports.nowMs();
  const rows = [...tenant.flows.values()].filter(({ id, published }) => published !== null && sees(id));
  const ids = rows.map(({ id }) => ledgerId(workspace, id));
  const [last, running, marks, pauses] = await Promise.all([
    lastRuns(engine.pool, ids),
    listRuns(engine.pool, { flowIds: ids, state: "running" }, { limit: RUNNING_MAX }),
    listWatermarks(engine.pool),
    listPauses(engine.pool),
  ]);
  return rows.map(({ id, isEnabled }) => {
    const ledger = ledgerId(workspace, id);
    const entry = tenant.published.flows.get(id);
    const flow = entry?.kind === "ready" ? entry.flow : null;
    const schedule = isEnabled ? flow?.dispatch.source : undefined;
    const run = running.find(({ flowId }) => flowId === ledger);
    const connection = flow === null ? null : ledgerId(workspace, flow.source.connection);
    const isPaused = pauses.some(
      (each) => (each.kind === "source" && each.id === ledger) || (each.kind === "connection" && each.id === connection),
    );
    const before = last.find(({ flowId }) => flowId === ledger);
    return {
      flow: id,
      isEnabled,
      isPaused,
      run: run === undefined ? null : { id: run.id, startedAt: run.startedAt, read: run.read, records: run.records },
      last: before === undefined ? null : { state: before.state, code: before.code, startedAt: before.startedAt },
      nextAt: schedule === undefined ? null : nextTick(schedule, at),
      watermarkAt: marks.find(({ flowId }) => flowId === ledger)?.watermarkAt ?? null,
    };
  });
}

/** How much of their limits the accounts of these flows have used. */
export async function budgetsOf({ engine }: Services, tenant: Tenant, flows: readonly string[]): Promise<readonly BudgetUse[]> {
  // One that is broken has no account to ask for.
  const used = new Set(
    flows.flatMap((id) => {
      const entry = tenant.published.flows.get(id);
      return entry?.kind === "ready" ? [entry.flow.source.connection, entry.flow.target.connection] : [];
    }),
  );
  const connections = [...used].flatMap((id) => {
    const entry = tenant.published.connections.get(id);
    return entry?.kind === "ready" ? [placedConnection(tenant, id)] : [];
  });
  const budgets = await budgetUse(engine, connections);
  return budgets.map(({ connection, ...use }) => ({ connection: ownId(tenant.id, connection) ?? connection, ...use }));
}

const LOOK_MS = 2_000;
/** Then the reader's browser asks again, and is asked who it is again. */
const SECONDS_MAX = 3_600;
const LINES_MAX = 50;

export const QUEUE_ROUTES: readonly Route[] = [
  route({
    id: "queues",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/queues",
    tag: "queues",
    zh: "写入队列：深度、最久等待、速率、何时清空、暂停与断路",
    en: "Write queues: depth, oldest waiting, rate, when empty, pauses and open circuits",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Type.Unknown()) }),
    handle: async (call) => ({ items: await writeQueues(call) }),
  }),
  route({
    id: "requestQueue",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/request-queue",
    tag: "queues",
    zh: "请求队列：各方案正在读什么、上次怎样、下次何时、读到哪里",
    en: "The request queue: what each flow is reading, how it last went, when it reads next, how far it has read",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          flow: Type.String(),
          isEnabled: Type.Boolean(),
          isPaused: Type.Boolean(),
          run: Nullable(Type.Object({ id: Type.String(), startedAt: Instant, read: Type.Integer(), records: Type.Integer() })),
          last: Nullable(Type.Object({ state: Type.String(), code: Nullable(Type.String()), startedAt: Instant })),
          nextAt: Nullable(Instant),
          watermarkAt: Nullable(Instant),
        }),
      ),
    }),
    handle: async (call) => ({ items: await requestQueue(call) }),
  }),
  route({
    id: "followQueues",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/queues/events",
    tag: "queues",
    zh: "两个队列与限额用量的实时推送（SSE），有变化才发，每两秒看一次",
    en: "Both queues and the budgets as server-sent events, looked at every two seconds and told when they change",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object(
      { seconds: Type.Integer({ minimum: 1, maximum: SECONDS_MAX, description: "多久后结束 / How long the stream lasts" }) },
      closed,
    ),
    gives: Type.String({ description: "server-sent events" }),
    media: EVENT_STREAM_TYPE,
    handle: async (call) => {
      const { services, workspace, sees, query } = call;
      let told = "";
      const untilMs = services.engine.ports.nowMs() + query.seconds * 1_000;
      return eventStream(
        call,
        async (tell) => {
          const tenant = await services.tenants.open(workspace);
          const [writes, reads, budgets] = await Promise.all([
            writeQueues(call),
            requestQueue(call),
            budgetsOf(services, tenant, [...tenant.flows.keys()].filter(sees)),
          ]);
          const now = JSON.stringify({ writes, reads, budgets });
          if (now !== told) tell("queues", now);
          told = now;
          return services.engine.ports.nowMs() < untilMs;
        },
        LOOK_MS,
      );
    },
  }),
  route({
    id: "orderLines",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/order-lines",
    tag: "queues",
    zh: "按顺序键排队的单据：每个键排头的是谁、卡在哪里、后面有几张；最多 50 个键",
    en: "Bills in line by order key: who is first, why it does not go on, how many wait behind; fifty keys at most",
    right: "view",
    params: AtId,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          orderKey: Type.String(),
          waiting: Type.Integer(),
          key: Nullable(Type.String()),
          number: Nullable(Type.String()),
          status: Type.String(),
          code: Nullable(Type.String()),
        }),
      ),
    }),
    handle: async ({ services, workspace, params: { id } }) => {
      if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
      const at = await flowPosition(services.engine.pool, ledgerId(workspace, id));
      return { items: at === null ? [] : await orderLines(services.engine.pool, at, LINES_MAX) };
    },
  }),
  route({
    id: "listPauses",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/pauses",
    tag: "queues",
    zh: "暂停中的方案与连接",
    en: "What is paused",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({ kind: Type.String(), id: Type.String(), pausedAt: Instant, by: Type.String(), reason: Type.String() }),
      ),
    }),
    handle: async ({ services, workspace, sees }) => ({
      items: (await listPauses(services.engine.pool)).flatMap(({ id, ...rest }) => {
        // An API's pause begins with its connection; its code may hold anything.
        const [named = "", ...api] = id.split(" ");
        const own = ownId(workspace, named);
        return own === null || ((rest.kind === "source" || rest.kind === "target") && !sees(own))
          ? []
          : [{ ...rest, id: [own, ...api].join(" ") }];
      }),
    }),
  }),
  ...(["PUT", "DELETE"] as const).map((method) =>
    route({
      id: method === "PUT" ? "pause" : "resume",
      isAtomic: true,
      method,
      url: "/api/v1/workspaces/:workspace/pauses/:kind/:id",
      tag: "queues",
      zh: method === "PUT" ? "暂停方案的源或目标，或整个连接" : "恢复",
      en: method === "PUT" ? "Pause a flow's source or target, or a connection" : "Resume",
      right: "operate",
      // A connection is everybody's.
      forLimited: ({ kind, id = "" }, sees) => kind !== "connection" && sees(id),
      params: Type.Object(
        { workspace: Id, kind: Type.Union([Type.Literal("source"), Type.Literal("target"), Type.Literal("connection")]), id: Id },
        closed,
      ),
      handle: async (call) => {
        const { services, workspace, params } = call;
        const { kind, id } = params;
        const tenant = await services.tenants.open(workspace);
        const isKnown = kind === "connection" ? tenant.published.connections.has(id) : tenant.flows.has(id);
        if (!isKnown) throw unknown(kind === "connection" ? "connection" : "flow", id);
        await performQuietly(call, async (client) => {
          await (method === "PUT" ? pause : resume)(client, kind, ledgerId(workspace, id));
          return [undefined, { name: method === "PUT" ? "pause" : "resume", object: `${kind} ${id}` }];
        });
      },
    }),
  ),
];
