/** The history of runs, and the calendar: when each flow is to run, and what came of past times. */
import { calendarOf, DatongError, errorToJson, firingsBetween, nextTick, type ErrorCode, type ErrorDetails, type Flow } from "@datong/core";
import { listRuns, type ListedRun } from "@datong/engine";
import { Type } from "typebox";
import type { Sees } from "../access/flow-limit.ts";
import { ledgerId, ownId, type Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { AfterId, AskedInstant, AtWorkspace, closed, Id, Instant, Limit, Nullable, pageOf } from "./shapes.ts";

const State = Type.Union([Type.Literal("running"), Type.Literal("done"), Type.Literal("failed"), Type.Literal("stopped")]);
const PastRun = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  revision: Type.Integer(),
  state: Type.String({ description: "running, done, failed, stopped" }),
  read: Type.Integer(),
  records: Type.Integer(),
  unchanged: Type.Integer(),
  problem: Type.Unknown({ description: "没有成功的原因 / Why it failed" }),
  startedAt: Instant,
  endedAt: Nullable(Instant),
});

/** As people see it: the flow by its own id, the fault with its sentences. */
export function shownRun(workspace: string, { flowId, code, details, ...run }: ListedRun) {
  const problem = code === null ? null : errorToJson(new DatongError(code as ErrorCode, JSON.parse(details ?? "{}") as ErrorDetails));
  return { ...run, flow: ownId(workspace, flowId) ?? "", problem };
}

export function flowsMeant(tenant: Tenant, sees: Sees, flow: string | undefined): readonly string[] {
  const all = [...tenant.flows.keys()].filter(sees);
  if (flow === undefined) return all;
  if (!all.includes(flow)) throw unknown("flow", flow);
  return [flow];
}

const DAY_MS = 86_400_000;
const SPAN_MAX_MS = 35 * DAY_MS;
const FIRINGS_MAX = 2_000;
const RUNS_MAX = 5_000;
/** Past times are told as far back as the published schedule is the one that held. */
const Entry = Type.Object({
  at: Instant,
  ticks: Type.Integer({ description: "合并了几次 / Ticks that fire together" }),
  outcome: Type.String({ description: "planned, waiting, missed, ran, failed, stopped, running" }),
  run: Nullable(Type.String()),
  code: Nullable(Type.String()),
});
const FlowCalendar = Type.Object({
  flow: Type.String(),
  isEnabled: Type.Boolean(),
  cron: Nullable(Type.String()),
  zone: Nullable(Type.String()),
  windows: Type.Unknown({ description: "允许的时间段，缺省全天 / Windows; null: all day" }),
  maintenance: Type.Array(
    Type.Object({
      side: Type.String({ description: "source, target" }),
      connection: Type.String(),
      days: Type.Optional(Type.Array(Type.Integer())),
      from: Type.String(),
      to: Type.String(),
    }),
    { description: "连接的停机时段，适配器的时区 / Hours in which a connection makes no calls, in its connector's zone" },
  ),
  misfire: Nullable(Type.String()),
  entries: Type.Array(Entry),
  isCut: Type.Boolean({ description: "次数太多，只列了前面的 / There are more than are listed" }),
  others: Type.Array(
    Type.Object(
      { run: Type.String(), at: Instant, state: Type.String(), code: Nullable(Type.String()) },
      { description: "不按计划的执行 / Runs beside the schedule" },
    ),
  ),
});

export const RUN_HISTORY_ROUTES: readonly Route[] = [
  route({
    id: "listRuns",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/runs",
    tag: "runs",
    zh: "执行历史，新的在前；busy=true 只看读到新单据、失败或进行中的",
    en: "Runs, the newest first; busy=true: those that read something new, failed or are under way",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object(
      {
        flow: Type.Optional(Id),
        state: Type.Optional(State),
        from: Type.Optional(AskedInstant),
        to: Type.Optional(AskedInstant),
        busy: Type.Optional(Type.Boolean()),
        limit: Limit,
        after: AfterId,
      },
      closed,
    ),
    gives: pageOf(PastRun),
    handle: async ({ services, workspace, sees, query }) => {
      const { flow, state, from, to, busy, limit = 50, after } = query;
      const flows = flowsMeant(await services.tenants.open(workspace), sees, flow);
      const filter = {
        flowIds: flows.map((id) => ledgerId(workspace, id)),
        ...(state === undefined ? {} : { state }),
        ...(from === undefined ? {} : { fromMs: from }),
        ...(to === undefined ? {} : { toMs: to }),
        ...(busy === undefined ? {} : { isBusy: busy }),
      };
      const found = await listRuns(services.engine.pool, filter, { limit: limit + 1, ...(after === undefined ? {} : { after }) });
      const items = found.slice(0, limit).map((run) => shownRun(workspace, run));
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  }),
  route({
    id: "calendar",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/calendar",
    tag: "runs",
    zh: "日历：各方案何时应执行、执行得怎样（缺席为 missed），最长 35 天",
    en: "The calendar: when each flow is to run and what came of it (missed: nothing), at most 35 days",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ flow: Type.Optional(Id), from: AskedInstant, to: AskedInstant }, closed),
    gives: Type.Object({ from: Instant, to: Instant, items: Type.Array(FlowCalendar) }),
    handle: async ({ services, workspace, sees, query }) => {
      const nowMs = services.engine.ports.nowMs();
      const { from, to } = query;
      if (to <= from || to - from > SPAN_MAX_MS)
        throw new DatongError("REQUEST_INVALID", { path: "query/to", expected: "from < to ≤ from + 35 d" });
      const tenant = await services.tenants.open(workspace);
      const items = [];
      for (const id of flowsMeant(tenant, sees, query.flow)) {
        const filter = { flowIds: [ledgerId(workspace, id)], fromMs: from, toMs: to };
        items.push(calendarOfFlow(tenant, id, await listRuns(services.engine.pool, filter, { limit: RUNS_MAX }), { from, to, nowMs }));
      }
      return { from, to, items };
    },
  }),
];

function maintenanceOf(tenant: Tenant, flow: Flow) {
  return (["source", "target"] as const).flatMap((side) => {
    const { connection } = flow[side];
    const spans = tenant.published.connections.get(connection)?.document?.maintenance ?? [];
    return spans.map((span) => ({ side, connection, ...span }));
  });
}

function calendarOfFlow(
  tenant: Tenant,
  id: string,
  runs: readonly ListedRun[],
  { from, to, nowMs }: { readonly from: number; readonly to: number; readonly nowMs: number },
) {
  const row = tenant.flows.get(id);
  const entry = tenant.published.flows.get(id);
  const dispatch = entry?.kind === "ready" ? entry.flow.dispatch : undefined;
  const side = dispatch?.source;
  const isEnabled = row?.isEnabled === true;
  // A schedule that is switched off is due no more; before its last change another one held.
  const since = Math.max(from, row?.changedAt ?? from);
  const { firings, isCut } =
    side === undefined
      ? { firings: [], isCut: false }
      : firingsBetween(side, { fromMs: since, toMs: isEnabled ? to : Math.min(to, nowMs), max: FIRINGS_MAX });
  const last = firings.at(-1);
  const nextMs = side === undefined || last === undefined ? null : nextTick(side, last.at);
  const entries = calendarOf(firings, runs, { nowMs, nextMs }).filter((each) => isEnabled || each.run !== null);
  const matched = new Set(entries.map((each) => each.run?.id));
  return {
    flow: id,
    isEnabled,
    cron: side?.cron ?? null,
    zone: side?.zone ?? null,
    windows: side?.windows ?? null,
    maintenance: entry?.kind === "ready" ? maintenanceOf(tenant, entry.flow) : [],
    misfire: side === undefined ? null : (side.misfire ?? "last"),
    entries: entries.map(({ at, ticks, outcome, run }) => ({ at, ticks, outcome, run: run?.id ?? null, code: run?.code ?? null })),
    isCut,
    others: runs
      .filter((run) => !matched.has(run.id))
      .slice(0, 500)
      .map((run) => ({ run: run.id, at: run.startedAt, state: run.state, code: run.code })),
  };
}
