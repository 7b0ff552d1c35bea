/** Completeness: certificates of closed windows, gaps and days, refills (补漏) with an estimate first, and pulling single bills. */
import { DatongError, formatInstant } from "@datong/core";
import {
  checkByNumber,
  coverageOf,
  estimateRefill,
  listCertificates,
  listRefills,
  pullBills,
  showRefill,
  stopRefill,
  type Coverage,
  type Refill,
  type RefillEstimate,
  type WorkerFlow,
} from "@datong/engine";
import { Type } from "typebox";
import { actorName } from "../access/rights.ts";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { Run } from "./runs.ts";
import { AfterId, AfterIdAt, AtId, closed, Id, Instant, LedgerId, Limit, Nullable, Numbers, pageOf } from "./shapes.ts";

const FLOW = "/api/v1/workspaces/:workspace/flows/:id";
const AtRefill = Type.Object({ workspace: Id, id: Id, refill: LedgerId }, closed);
const WallTime = Type.String({ minLength: 1, maxLength: 40, description: "yyyy-MM-dd HH:mm:ss，或 -30d / A wall time, or days back" });
const Span = { from: WallTime, to: Type.Optional(WallTime) };
const Millis = Type.Optional(Type.String({ pattern: "^\\d{1,15}$", description: "毫秒时间戳 / Epoch milliseconds" }));
const DAY_MS = 86_400_000;
const DAYS = 42;
const GAPS_AT_ONCE = 50;

const Day = Type.Object({
  day: Type.String(),
  from: Type.String(),
  to: Type.String(),
  fromMs: Instant,
  toMs: Instant,
  state: Type.String({ description: "whole、part、none、before、open" }),
  windows: Type.Integer(),
  rows: Type.Integer(),
  records: Type.Integer(),
});
const Gap = Type.Object({
  from: Type.String({ description: "源系统时间 / Wall time of the source" }),
  to: Type.String(),
  fromMs: Instant,
  toMs: Instant,
  kind: Type.String({ description: "hole：中间缺少；unread：还没读到 / behind it something was read; not read yet" }),
});
const CoverageShape = Type.Object({
  reads: Type.String({ description: "windows、all、pushed、flow" }),
  zone: Type.String(),
  startAt: Nullable(Instant),
  readTo: Nullable(Instant),
  wholeAt: Nullable(Instant),
  gaps: Type.Array(Gap),
  days: Type.Array(Day),
});
const Certificate = Type.Object({
  id: Type.String(),
  fromMs: Nullable(Instant),
  toMs: Instant,
  pages: Type.Integer(),
  rows: Type.Integer(),
  records: Type.Integer(),
  hash: Nullable(Type.String({ description: "单号散列，与顺序无关 / Hash of the ids, in whatever order" })),
  windows: Type.Integer(),
  revision: Type.Integer(),
  run: Type.String(),
  closedAt: Instant,
});
const Estimate = Type.Object({
  fromMs: Instant,
  toMs: Instant,
  windows: Type.Integer(),
  rows: Nullable(Type.Integer()),
  pages: Nullable(Type.Integer()),
  how: Type.String({ description: "counted 准确、sampled 按比例、history 按历史、unknown" }),
  asked: Type.Integer(),
  pageMs: Nullable(Type.Integer()),
});
const RefillShape = Type.Object({
  id: Type.String(),
  state: Type.String({ description: "running、done、failed、stopped、interrupted" }),
  person: Type.String(),
  fromMs: Instant,
  toMs: Instant,
  startedAt: Instant,
  endedAt: Nullable(Instant),
  estimate: Nullable(Estimate),
  problem: Type.Unknown(),
  rows: Type.Integer(),
  asked: Type.Integer({ description: "问到的单据 / Bills that the source gave" }),
  there: Type.Integer({ description: "账本已有 / Already in the ledger" }),
  added: Type.Integer(),
  changed: Type.Integer(),
  progress: Type.Number({ description: "0 到 1 / From 0 to 1" }),
});

type InFlow = Pick<Call<never, never, never>, "services" | "workspace">;

async function ledgerFlow({ services, workspace }: InFlow, id: string): Promise<string> {
  if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
  return ledgerId(workspace, id);
}

async function openedFlow({ services, workspace }: InFlow, id: string): Promise<WorkerFlow> {
  return placedFlow(await services.tenants.open(workspace), id);
}

/** With the wall times of the source, which a refill takes. */
function toldCoverage({ gaps, days, zone, ...rest }: Coverage): object {
  const walls = <T extends { readonly fromMs: number; readonly toMs: number }>(span: T): object => ({
    ...span,
    from: formatInstant(span.fromMs, "datetime", zone),
    to: formatInstant(span.toMs, "datetime", zone),
  });
  return { ...rest, zone, gaps: gaps.map(walls), days: days.map(walls) };
}

function range({ from, to }: { readonly from: string; readonly to?: string }): { readonly from: string; readonly to?: string } {
  return { from, ...(to === undefined ? {} : { to }) };
}

/** What takes long or brings much is begun by somebody who has seen how much. */
function mustConfirm({ fromMs, toMs, rows, windows }: RefillEstimate): DatongError | null {
  const days = Math.ceil((toMs - fromMs) / DAY_MS);
  if (days <= 1 && (rows ?? 0) <= 5_000) return null;
  return new DatongError("REFILL_NEEDS_CONFIRMATION", { days, windows, rows: rows ?? "?" });
}

export const COMPLETENESS_ROUTES: readonly Route[] = [
  route({
    id: "showCoverage",
    method: "GET",
    url: `${FLOW}/coverage`,
    tag: "completeness",
    zh: "完整性：缺口，以及一段时间里每天是否读完（默认最近 42 天）",
    en: "Completeness: gaps, and for each day of a span whether it was read to its end (the last 42 days unless given)",
    right: "view",
    params: AtId,
    query: Type.Object({ from: Millis, to: Millis }, closed),
    gives: CoverageShape,
    handle: async (call) => {
      const { services, params, query } = call;
      const { flow, connections } = await openedFlow(call, params.id);
      const nowMs = services.engine.ports.nowMs();
      const span = { fromMs: Number(query.from ?? nowMs - DAYS * DAY_MS), toMs: Number(query.to ?? nowMs) };
      return toldCoverage(await coverageOf(services.engine, services.engine.ready(flow, connections), span));
    },
  }),
  route({
    id: "listCertificates",
    method: "GET",
    url: `${FLOW}/certificates`,
    tag: "completeness",
    zh: "读完的时间窗的证书，新的在前",
    en: "Certificates of the windows that were read to their end, the newest first",
    right: "view",
    params: AtId,
    query: Type.Object({ from: Millis, to: Millis, limit: Limit, after: AfterIdAt }, closed),
    gives: pageOf(Certificate),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after, from = "0", to } = query;
      const [toMs = "0", id = "0"] = (after ?? "").split(".");
      const page = {
        fromMs: Number(from),
        toMs: Number(to ?? services.engine.ports.nowMs()),
        limit,
        ...(after === undefined ? {} : { before: { toMs: Number(toMs), id } }),
      };
      const items = await listCertificates(services.engine, await ledgerFlow(call, params.id), page);
      const last = items.at(-1);
      return { items, next: items.length < limit || last === undefined ? null : `${last.toMs}.${last.id}` };
    },
  }),
  route({
    id: "estimateRefill",
    method: "POST",
    url: `${FLOW}/refills/estimate`,
    tag: "completeness",
    zh: "估算补漏：会问源系统几次，不存任何东西",
    en: "What a refill would read: asks the source a few times and stores nothing",
    right: "operate",
    params: AtId,
    body: Type.Object(Span, closed),
    gives: Estimate,
    handle: async (call) => {
      const { flow, connections } = await openedFlow(call, call.params.id);
      return estimateRefill(call.services.engine, flow, connections, range(call.body));
    },
  }),
  route({
    id: "startRefill",
    method: "POST",
    url: `${FLOW}/refills`,
    tag: "completeness",
    zh: "补漏：重问一段时间（from、to），或全部缺口（gaps: true），只补差异；超过一天的先答 409 与估算，带 confirm: true 再提交",
    en: "Refill: asks for a span again (from, to) or every gap (gaps: true) and stores the difference; more than a day is answered 409 with the estimate until confirm: true",
    right: "operate",
    status: 202,
    params: AtId,
    body: Type.Union([
      Type.Object({ ...Span, confirm: Type.Optional(Type.Boolean()) }, closed),
      Type.Object({ gaps: Type.Literal(true) }, closed),
    ]),
    gives: Type.Object({ ids: Type.Array(Type.String()) }),
    handle: async (call) => {
      const { services, params, body, actor } = call;
      const { engine, refilling } = services;
      const flow = await openedFlow(call, params.id);
      const person = actorName(actor);
      const ids: string[] = [];
      if ("gaps" in body) {
        const nowMs = engine.ports.nowMs();
        const { gaps, zone } = await coverageOf(engine, engine.ready(flow.flow, flow.connections), { fromMs: nowMs, toMs: nowMs });
        const wall = (atMs: number): string => formatInstant(atMs, "datetime", zone);
        for (const gap of gaps.filter((each) => each.kind === "hole").slice(0, GAPS_AT_ONCE))
          ids.push(await refilling.start(flow, { range: { from: wall(gap.fromMs), to: wall(gap.toMs) }, person }));
      } else {
        const estimate = await estimateRefill(engine, flow.flow, flow.connections, range(body));
        const needed = mustConfirm(estimate);
        if (needed !== null && body.confirm !== true) throw needed;
        ids.push(await refilling.start(flow, { range: range(body), person, estimate }));
      }
      return perform(call, async () => [{ ids }, { name: "refill.start", object: params.id, after: JSON.stringify({ ...body, ids }) }]);
    },
  }),
  route({
    id: "listRefills",
    method: "GET",
    url: `${FLOW}/refills`,
    tag: "completeness",
    zh: "补漏的列表，新的在前",
    en: "Refills, the newest first",
    right: "view",
    params: AtId,
    query: Type.Object({ limit: Limit, after: AfterId }, closed),
    gives: pageOf(RefillShape),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after } = query;
      const page = { limit, ...(after === undefined ? {} : { before: after }) };
      const items: readonly Refill[] = await listRefills(services.engine, await ledgerFlow(call, params.id), page);
      return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
    },
  }),
  route({
    id: "showRefill",
    method: "GET",
    url: `${FLOW}/refills/:refill`,
    tag: "completeness",
    zh: "一次补漏的进度与结果",
    en: "How a refill stands",
    right: "view",
    params: AtRefill,
    gives: RefillShape,
    handle: async (call) => showRefill(call.services.engine, await ledgerFlow(call, call.params.id), call.params.refill),
  }),
  route({
    id: "stopRefill",
    method: "POST",
    url: `${FLOW}/refills/:refill/stop`,
    tag: "completeness",
    zh: "停止补漏；已存的单据保留",
    en: "Stops a refill; what was stored stays",
    right: "operate",
    params: AtRefill,
    body: Type.Object({}, closed),
    gives: Type.Object({ stopped: Type.Boolean() }),
    handle: async (call) => {
      const { services, params } = call;
      const stopped = await stopRefill(services.engine, await ledgerFlow(call, params.id), params.refill);
      return perform(call, async () => [{ stopped }, { name: "refill.stop", object: params.id, after: params.refill }]);
    },
  }),
  route({
    id: "pullBills",
    method: "POST",
    url: `${FLOW}/pull`,
    tag: "completeness",
    zh: "只取这几张单据：按单号问源系统，新的、变了的写入目标；接口不能按单号查时答 422",
    en: "Asks the source for just these bills and writes what is new or changed; 422 where the API cannot be asked by number",
    right: "operate",
    status: 202,
    params: AtId,
    body: Type.Object({ numbers: Numbers }, closed),
    gives: Run,
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const flow = await openedFlow(call, params.id);
      checkByNumber(services.engine, flow.flow, flow.connections);
      return perform(call, async () => {
        const run = services.runs.start({ workspace, flow: params.id }, flow, {}, (options) =>
          pullBills(services.engine, flow.flow, flow.connections, body.numbers, options),
        );
        return [run, { name: "flow.pull", object: params.id, after: JSON.stringify(body) }];
      });
    },
  }),
];
