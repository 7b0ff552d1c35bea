/** The debugger: a flow followed on one bill or one page, stage by stage; a write is held until a person says so. */
import { DatongError, type Connection } from "@datong/core";
import type { DebugFrom, WorkerFlow } from "@datong/engine";
import { Type } from "typebox";
import { actorName } from "../access/rights.ts";
import { placedConnection, placedFlow, type Tenant } from "../documents/tenants.ts";
import { sendExactly } from "../route/exact-json.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { DEBUG_STAGES, type DebugStage, type DebugStart } from "../running/debug-board.ts";
import { unknown } from "../store/documents.ts";
import { adviceOf } from "./advice.ts";
import { perform } from "./deed.ts";
import { BillNumber } from "./retry-selection.ts";
import { AtId, closed, Id } from "./shapes.ts";

const Stage = Type.Unsafe<DebugStage>({ type: "string", enum: [...DEBUG_STAGES] });
const StopAt = Type.Optional(
  Type.Array(Stage, { maxItems: 5, description: "断点：这些步骤之后停 / Breakpoints: it stops after these stages" }),
);
const AtSession = Type.Object({ workspace: Id, session: Type.String({ maxLength: 64 }) }, closed);
const Session = Type.Unknown({ description: "会话：各步骤的数据，报文已遮盖 / The session with every stage's data; messages are masked" });

const START = route({
  id: "startDebug",
  method: "POST",
  url: "/api/v1/workspaces/:workspace/flows/:id/debug-sessions",
  tag: "debug",
  zh: "开始调试：读一页、指定单号或账本里的一张单据，逐步到请求；source、target 可换成同系统的另一连接（如模拟器）",
  en: "Start debugging: one page, a number, or a bill of the ledger, stage by stage up to the request; source and target may be other connections of the same system, such as a simulator's",
  right: "design",
  status: 201,
  params: AtId,
  body: Type.Object(
    {
      number: Type.Optional(BillNumber),
      key: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "账本里的单据 / A bill of the ledger" })),
      published: Type.Optional(Type.Boolean({ description: "已发布的版本；默认草稿 / The published revision; the draft unless given" })),
      source: Type.Optional(Id),
      target: Type.Optional(Id),
      stopAt: StopAt,
    },
    closed,
  ),
  gives: Session,
  handle: async ({ services, workspace, params: { id }, body, actor, reply }) => {
    const tenant = await services.tenants.open(workspace);
    const row = tenant.flows.get(id);
    if (row === undefined) throw unknown("flow", id);
    const isDraft = body.published !== true;
    const placed = placedFlow(tenant, id, isDraft ? "drafts" : "published");
    const own = (isDraft ? tenant.drafts : tenant.published).flows.get(id);
    if (own?.kind !== "ready") throw unknown("flow", id);
    const { number, key, source = own.flow.source.connection, target = own.flow.target.connection, stopAt = [] } = body;
    const isForeign = source !== own.flow.source.connection;
    const isTrial = target !== own.flow.target.connection;
    const from: DebugFrom =
      key !== undefined ? { kind: "stored", key } : number !== undefined ? { kind: "number", number } : { kind: "page" };
    const start: DebugStart = {
      workspace,
      flow: id,
      revision: (isDraft ? row.revision : row.publishedRevision) ?? row.revision,
      isDraft,
      worker: elsewhere(tenant, placed, { ...(isForeign ? { source } : {}), ...(isTrial ? { target } : {}) }),
      source,
      target: { id: target, environment: connectionNamed(tenant, target).environment ?? null },
      isTrial,
      isForeign,
      from,
      by: actorName(actor),
    };
    return sendExactly(reply, await services.debugging.start(start, stopAt));
  },
});

function connectionNamed(tenant: Tenant, id: string): Connection {
  return placedConnection(tenant, id);
}

/**
 * The flow with other connections of the same systems. What such a flow writes is no bill of the flow: the ledger keeps it under a name of
 * its own, it is tried once, and nobody is told of it.
 */
function elsewhere(
  tenant: Tenant,
  { flow, connections }: WorkerFlow,
  to: { readonly source?: string; readonly target?: string },
): WorkerFlow {
  const swapped = new Map(connections);
  const other = (now: string, id: string | undefined): string => {
    if (id === undefined) return now;
    const given = placedConnection(tenant, id);
    const before = connections.get(now);
    if (given.system !== before?.system)
      throw new DatongError("REQUEST_INVALID", {
        path: "body",
        expected: `${before?.system ?? ""} 的连接 / a connection of ${before?.system ?? ""}`,
      });
    swapped.set(given.id, given);
    return given.id;
  };
  const source = { ...flow.source, connection: other(flow.source.connection, to.source) };
  const target = { ...flow.target, connection: other(flow.target.connection, to.target) };
  if (to.target === undefined) return { flow: { ...flow, source, target }, connections: swapped };
  const { writeBack: _told, ...rest } = flow;
  const dispatch = { enabled: false, retries: { count: 0 } };
  // One document a request, so that each can be looked at and edited as it will go.
  return { flow: { ...rest, id: `${flow.id}~${to.target}`, source, target: { ...target, batch: 1 }, dispatch }, connections: swapped };
}

/** The session's id, where its flow is one that the caller may see. */
function seen({
  services,
  workspace,
  sees,
  params: { session },
}: Pick<Call<{ session: string }, never, never>, "services" | "workspace" | "sees" | "params">): string {
  if (!sees(services.debugging.told(workspace, session).flow)) throw new DatongError("DEBUG_SESSION_GONE", { id: session });
  return session;
}

export const DEBUG_ROUTES: readonly Route[] = [
  START,
  route({
    id: "showDebug",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/debug-sessions/:session",
    tag: "debug",
    zh: "调试会话",
    en: "A debug session",
    right: "design",
    forLimited: true,
    params: AtSession,
    gives: Session,
    handle: async (call) => sendExactly(call.reply, call.services.debugging.show(call.workspace, seen(call))),
  }),
  route({
    id: "goDebug",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/debug-sessions/:session/go",
    tag: "debug",
    zh: "从某一步继续；text 为改过的数据（原始应答、行、单据、映射后的内容或请求正文）",
    en: "Go on from a stage; text is its data as it was edited (the answer, rows, a bill, a mapped body, or the request's body)",
    right: "design",
    forLimited: true,
    params: AtSession,
    body: Type.Object(
      {
        from: Stage,
        record: Type.Optional(Type.String({ maxLength: 500, description: "这一页里的另一张单据 / Another bill of the page" })),
        part: Type.Optional(Type.String({ maxLength: 100 })),
        text: Type.Optional(Type.String({ maxLength: 4 * 1024 * 1024 })),
        stopAt: StopAt,
      },
      closed,
    ),
    bodyBytesMax: 8 * 1024 * 1024,
    gives: Session,
    handle: async (call) => {
      const { services, workspace, body, reply } = call;
      return sendExactly(reply, await services.debugging.go(workspace, seen(call), { ...body, stopAt: body.stopAt ?? [] }));
    },
  }),
  route({
    id: "writeDebug",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/debug-sessions/:session/write",
    tag: "debug",
    zh: "写入：经账本，与执行时相同（发送意向、请求日志、查证）；confirm 为目标连接的标识",
    en: "Write: through the ledger as a run does (intent, exchange, probe); confirm is the target connection's id",
    right: "design",
    forLimited: true,
    params: AtSession,
    body: Type.Object({ confirm: Type.String({ maxLength: 100 }) }, closed),
    gives: Session,
    handle: async (call) => {
      const { services, workspace, body, actor, reply } = call;
      const told = services.debugging.told(workspace, seen(call));
      const session = await services.debugging.write(workspace, seen(call), { confirm: body.confirm, person: actorName(actor) });
      await perform(call, async () => [undefined, { name: "debug.write", object: told.flow, after: JSON.stringify(told) }]);
      return sendExactly(reply, withAdvice(session));
    },
  }),
  route({
    id: "endDebug",
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/debug-sessions/:session",
    tag: "debug",
    zh: "结束调试会话",
    en: "End a debug session",
    right: "design",
    forLimited: true,
    params: AtSession,
    handle: async (call) => call.services.debugging.end(call.workspace, seen(call)),
  }),
];

/** What is wrong with the documents that were written, and what to do. */
function withAdvice(session: object): object {
  const { written } = session as { readonly written: { readonly documents: readonly Parameters<typeof adviceOf>[0][] } | null };
  if (written === null) return session;
  return {
    ...session,
    written: { ...written, documents: written.documents.map((document) => ({ ...document, advice: adviceOf(document) })) },
  };
}
