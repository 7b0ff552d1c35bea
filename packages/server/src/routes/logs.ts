/** Logs of flows: pages, live tail, download, and the timed switch by which a flow tells of every bill. A line leads to its bill, run and exchange. */
import { DatongError } from "@datong/core";
import {
  findExchange,
  idAtMs,
  idMs,
  listDebug,
  listLogLines,
  LOG_LEVELS,
  switchDebug,
  type LogFilter,
  type LogLevel,
  type LogLine,
} from "@datong/engine";
import { Type, type Static } from "typebox";
import type { Sees } from "../access/flow-limit.ts";
import { actorName } from "../access/rights.ts";
import { ledgerId, ownId, type Tenant } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { performQuietly } from "./deed.ts";
import { eventStream } from "./event-stream.ts";
import {
  AfterId,
  AskedInstant,
  AtId,
  AtWorkspace,
  closed,
  Id,
  Instant,
  isLedgerId,
  LedgerId,
  Limit,
  Nullable,
  pageOf,
  EVENT_STREAM_TYPE,
} from "./shapes.ts";

const filter = {
  flow: Type.Optional(Id),
  run: Type.Optional(LedgerId),
  key: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "单据主键 / A bill's key" })),
  levels: Type.Optional(
    Type.String({
      pattern: `^(${LOG_LEVELS.join("|")})(,(${LOG_LEVELS.join("|")}))*$`,
      description: `${LOG_LEVELS.join(",")} 中的几个 / Some of them`,
    }),
  ),
  text: Type.Optional(Type.String({ maxLength: 200, description: "行内文字，或单据主键的一部分 / Part of the line or of the bill's key" })),
  from: Type.Optional(AskedInstant),
  to: Type.Optional(AskedInstant),
};
type Filter = Partial<Record<"flow" | "run" | "key" | "levels" | "text", string>> & { readonly from?: number; readonly to?: number };

const Line = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  at: Instant,
  level: Type.Unsafe<LogLevel>({ type: "string", enum: [...LOG_LEVELS] }),
  event: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  run: Nullable(Type.String()),
  recordKey: Nullable(Type.String({ description: "单据主键：经过在 records/story?key= / Its story: records/story?key=" })),
  exchange: Nullable(Type.String({ description: "请求日志：flows/{flow}/exchanges/{exchange}" })),
});

type Asking = Pick<Call<never, never, never>, "services" | "workspace" | "sees">;

/** Of the flows that the caller may see, or the one he names. Throws OBJECT_UNKNOWN. */
async function filterOf({ services, workspace, sees }: Asking, asked: Filter): Promise<LogFilter> {
  const tenant = await services.tenants.open(workspace);
  const flows = meant(tenant, sees, asked.flow);
  const { run, key, levels, text, from, to } = asked;
  return {
    flowIds: flows.map((id) => ledgerId(workspace, id)),
    ...(run === undefined ? {} : { run }),
    ...(key === undefined ? {} : { recordKey: key }),
    ...(levels === undefined ? {} : { levels: levels.split(",") as LogLevel[] }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

function meant(tenant: Tenant, sees: Sees, flow: string | undefined): readonly string[] {
  const all = [...tenant.flows.keys()].filter(sees);
  if (flow === undefined) return all;
  if (!all.includes(flow)) throw unknown("flow", flow);
  return [flow];
}

function shown(workspace: string, { flowId, ...line }: LogLine): Static<typeof Line> {
  return { ...line, flow: ownId(workspace, flowId) ?? "" };
}

const TAIL_MS = 500;
/** A line may be stored so much later than another that was told after it. */
const LATE_MS = 5_000;
const TAIL_PAGE = 500;
const DOWNLOAD_MAX = 100_000;
const DOWNLOAD_PAGE = 2_000;

/** Where a reader goes on that was cut off: a little before the last line it has, as one of before it may have been stored since. */
function resumedAt(lastId: unknown): string | null {
  return isLedgerId(lastId) ? idAtMs(idMs(lastId) - LATE_MS) : null;
}

/** Each line once, in the order in which it is met; to a reader that was cut off those of the last seconds again, with the ids they had. */
async function followLines(call: Asking & Pick<Call<never, never, never>, "actor" | "request" | "reply">, found: LogFilter, after: string) {
  const { services, workspace, request } = call;
  const { pool, ports } = services.engine;
  const told = new Set<string>();
  let from = resumedAt(request.headers["last-event-id"]) ?? (after === "0" ? idAtMs(ports.nowMs()) : after);
  return eventStream(
    call,
    async (tell) => {
      const lines = await listLogLines(pool, found, { limit: TAIL_PAGE, after: from });
      for (const line of lines) {
        if (told.has(line.id)) continue;
        told.add(line.id);
        tell("line", JSON.stringify(shown(workspace, line)), line.id);
      }
      // A full page is gone through to its end; what is late is looked for a little while behind the newest.
      const settled = idAtMs(ports.nowMs() - LATE_MS);
      const last = lines.at(-1)?.id;
      if (lines.length === TAIL_PAGE && last !== undefined) from = last;
      else if (BigInt(settled) > BigInt(from)) from = settled;
      for (const id of told) if (BigInt(id) <= BigInt(from)) told.delete(id);
      return true;
    },
    TAIL_MS,
  );
}

const LINE_ROUTES: readonly Route[] = [
  route({
    id: "listLogs",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/logs",
    tag: "logs",
    zh: "日志，新的在前；可按方案、执行、单据、级别、文字、时间筛选",
    en: "Logs, the newest first; by flow, run, bill, levels, text and time",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ ...filter, limit: Limit, after: AfterId }, closed),
    gives: pageOf(Line),
    handle: async (call) => {
      const { services, workspace, query } = call;
      const { limit = 100, after } = query;
      const lines = await listLogLines(services.engine.pool, await filterOf(call, query), {
        limit: limit + 1,
        ...(after === undefined ? {} : { before: after }),
      });
      const items = lines.slice(0, limit).map((line) => shown(workspace, line));
      return { items, next: lines.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  }),
  route({
    id: "followLogs",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/logs/events",
    tag: "logs",
    zh: "实时日志（SSE）：after 之后的行，0 为从现在起；断线重连带 Last-Event-ID 时接着推，最近五秒的行可能再来一次（编号相同）",
    en: "The live tail as server-sent events: lines behind `after`; 0: from now on. With Last-Event-ID, as a browser sends it, it goes on there; lines of the last five seconds may come again, with the same id",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ ...filter, after: LedgerId }, closed),
    gives: Type.String({ description: "server-sent events" }),
    media: EVENT_STREAM_TYPE,
    handle: async (call) => followLines(call, await filterOf(call, call.query), call.query.after),
  }),
  route({
    id: "downloadLogs",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/logs/download",
    tag: "logs",
    zh: "下载：每行一个 JSON，旧的在前，最多十万行",
    en: "Download: a JSON text a line, the oldest first, at most 100,000",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object(filter, closed),
    gives: Type.String({ description: "JSON Lines" }),
    media: "text/plain",
    handle: async (call) => {
      const { services, workspace, query, reply } = call;
      const found = await filterOf(call, query);
      const texts: string[] = [];
      for (let after = "0"; texts.length < DOWNLOAD_MAX;) {
        const lines = await listLogLines(services.engine.pool, found, { limit: DOWNLOAD_PAGE, after });
        for (const line of lines) texts.push(`${JSON.stringify({ ...shown(workspace, line), time: new Date(line.at).toISOString() })}\n`);
        const last = lines.at(-1);
        if (last === undefined || lines.length < DOWNLOAD_PAGE) break;
        after = last.id;
      }
      void reply.header("content-disposition", `attachment; filename="datong-log-${workspace}.jsonl"`);
      return reply.type("text/plain; charset=utf-8").send(Buffer.from(texts.join("")));
    },
  }),
  route({
    id: "showExchange",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/exchanges/:exchange",
    tag: "logs",
    zh: "一次请求与应答（密钥已遮盖）",
    en: "One request and its answer, secrets masked",
    right: "view",
    params: Type.Object({ workspace: Id, id: Id, exchange: LedgerId }, closed),
    gives: Type.Object({
      id: Type.String(),
      at: Instant,
      operation: Type.String(),
      status: Type.Integer(),
      tookMs: Type.Integer(),
      request: Type.String(),
      response: Type.String(),
    }),
    handle: async ({ services, workspace, params }) => {
      if (!(await services.tenants.open(workspace)).flows.has(params.id)) throw unknown("flow", params.id);
      const found = await findExchange(services.engine.pool, ledgerId(workspace, params.id), params.exchange);
      if (found === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "请求日志 / exchange", id: params.exchange });
      return found;
    },
  }),
];

const Debug = Type.Object({ flow: Type.String(), until: Instant, person: Type.String() });

const DEBUG_ROUTES: readonly Route[] = [
  route({
    id: "listLogDetail",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/log-detail",
    tag: "logs",
    zh: "正在调试的方案（逐张记录）",
    en: "Flows that tell of every bill just now",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Debug) }),
    handle: async ({ services, workspace, sees }) => ({
      items: (await listDebug(services.engine.pool)).flatMap(({ flowId, ...rest }) => {
        const flow = ownId(workspace, flowId);
        return flow === null || !sees(flow) ? [] : [{ flow, ...rest }];
      }),
    }),
  }),
  ...(["PUT", "DELETE"] as const).map((method) =>
    route({
      id: method === "PUT" ? "startLogDetail" : "stopLogDetail",
      isAtomic: true,
      method,
      url: "/api/v1/workspaces/:workspace/flows/:id/log-detail",
      tag: "logs",
      zh: method === "PUT" ? "打开调试：若干分钟内逐张记录" : "关闭调试",
      en: method === "PUT" ? "Debug: tells of every bill for some minutes" : "Stop telling of every bill",
      right: "operate",
      params: AtId,
      ...(method === "PUT" ? { body: Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: 1440 }) }, closed) } : {}),
      handle: async (call) => {
        const { services, workspace, params, actor } = call;
        if (!(await services.tenants.open(workspace)).flows.has(params.id)) throw unknown("flow", params.id);
        const { minutes } = (call.body ?? {}) as { readonly minutes?: number };
        const untilMs = services.engine.ports.nowMs() + (minutes ?? 0) * 60_000;
        await performQuietly(call, async (client) => {
          const to = method === "PUT" ? { untilMs, person: actorName(actor) } : null;
          await switchDebug(client, ledgerId(workspace, params.id), to);
          const name = method === "PUT" ? "flow.log-detail" : "flow.log-detail-end";
          return [undefined, { name, object: params.id, after: minutes === undefined ? null : `${minutes} min` }];
        });
      },
    }),
  ),
];

export const LOG_ROUTES: readonly Route[] = [...LINE_ROUTES, ...DEBUG_ROUTES];
