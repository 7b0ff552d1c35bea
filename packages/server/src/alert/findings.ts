/** What the rules find of a workspace's flows now. What it reads costs the same for ten bills and ten million. */
import {
  DEFAULT_ZONE,
  DatongError,
  connectionsOf,
  formatInstant,
  inLanguage,
  isOpen,
  nextTick,
  opensAt,
  windowHours,
  withoutMaintenance,
} from "@datong/core";
import {
  countRecords,
  exchangeRoom,
  flowGaps,
  flowPosition,
  listDifferences,
  listReconciliations,
  listRecords,
  queueStates,
  readApiCalls,
  type Queryable,
  type QueueState,
} from "@datong/engine";
import { ledgerId, placedFlow, type Tenant } from "../documents/tenants.ts";
import { maskOf } from "../route/personal.ts";
import type { Services } from "../services.ts";
import type { Rule } from "./documents.ts";
import type { Finding } from "./wording.ts";

const CAUSES_LOOKED_AT = 50;
const RECONCILIATIONS_LOOKED_AT = 10;
const WORK_LOOKED_MS = 31 * 86_400_000;
const WORK_STEP_MS = 600_000;

export async function findings(
  services: Services,
  tenant: Tenant,
  rules: readonly Rule[],
): Promise<readonly { readonly rule: Rule; readonly finding: Finding }[]> {
  const enabled = [...tenant.flows.values()].filter((row) => row.isEnabled).map((row) => row.id);
  const states = new Map((await statesOf(services, tenant, enabled)).map((state) => [state.flow, state]));
  const found = [];
  for (const rule of rules) {
    if (rule.when === "digest") continue;
    if (rule.when === "quota") {
      const finding = await quotaFinding(services.engine, rule.days);
      if (finding !== null) found.push({ rule, finding });
      continue;
    }
    for (const flow of rule.flows ?? enabled) {
      if (isKeptQuiet(tenant, rule, flow, states.get(ledgerId(tenant.id, flow)), services.engine.ports.nowMs())) continue;
      const finding = tenant.flows.has(flow) ? await findingOf(services, tenant, rule, flow, states.get(ledgerId(tenant.id, flow))) : null;
      if (finding !== null) found.push({ rule, finding });
    }
  }
  return found;
}

const ALWAYS_TOLD: ReadonlySet<Rule["when"]> = new Set(["failures", "error-rate", "credential", "reconciliation"]);
const OF_THE_SOURCE: ReadonlySet<Rule["when"]> = new Set(["silence", "not-run", "gap"]);

/** What waits because somebody said so, or because a connection is under maintenance, is no news. */
function isKeptQuiet(tenant: Tenant, rule: Rule, flow: string, state: QueueState | undefined, nowMs: number): boolean {
  if (ALWAYS_TOLD.has(rule.when)) return false;
  if (state !== undefined && (OF_THE_SOURCE.has(rule.when) ? state.paused.source : state.paused.target)) return true;
  const entry = tenant.published.flows.get(flow);
  if (entry?.kind !== "ready") return false;
  return connectionsOf(entry.flow).some((id) => {
    const maintenance = tenant.published.connections.get(id)?.document?.maintenance;
    return maintenance !== undefined && !isOpen(withoutMaintenance({ within: [], without: [] }, maintenance, zoneOf(tenant, id)), nowMs);
  });
}

async function statesOf({ engine }: Services, tenant: Tenant, flows: readonly string[]): Promise<readonly QueueState[]> {
  const placed = flows.flatMap((flow) => {
    try {
      return [placedFlow(tenant, flow)];
    } catch (error) {
      // What is not in order has no queue to look at; that it does not run is another rule's matter.
      if (error instanceof DatongError) return [];
      throw error;
    }
  });
  return queueStates(engine, placed);
}

async function findingOf(
  { engine }: Services,
  tenant: Tenant,
  rule: Rule,
  flow: string,
  state: QueueState | undefined,
): Promise<Finding | null> {
  const { pool, ports } = engine;
  const at = await flowPosition(pool, ledgerId(tenant.id, flow));
  const plain = (summary: string): Finding => ({ flow, summary, numbers: [], topCause: null });
  switch (rule.when) {
    case "failures":
      return at === null ? null : failuresFinding(engine, tenant, flow, at, rule.count);
    case "oldest":
      return state !== undefined && state.oldestAgeMs !== null && state.oldestAgeMs > rule.minutes * 60_000
        ? plain(`最久等待 ${Math.round(state.oldestAgeMs / 60_000)} 分钟，共 ${state.documents} 张`)
        : null;
    case "backlog":
      return state !== undefined && state.documents >= rule.count ? plain(`${state.documents} 张在排队`) : null;
    case "silence": {
      const last = at === null ? null : await lastNewBill(pool, at);
      const silentMs = last === null ? 0 : rule.work === undefined ? ports.nowMs() - last : workedMs(rule.work, last, ports.nowMs());
      if (silentMs < rule.hours * 3_600_000) return null;
      return plain(`已 ${Math.round(silentMs / 3_600_000)} ${rule.work === undefined ? "" : "个工作"}小时没有新单据`);
    }
    case "error-rate":
      return errorRateFinding(engine, tenant, flow, rule);
    case "gap":
      return gapFinding(engine, tenant, flow, rule.hours);
    case "reconciliation":
      return reconciliationFinding(engine, tenant, flow, rule.count);
    case "credential":
      return credentialFinding(tenant, flow, rule.days, ports.nowMs());
    case "digest":
    case "quota":
      return null;
    case "not-run": {
      if (at?.lastRun?.code === "PRECONDITION_UNMET") return plain(`前置方案没有成功，${timeText(at.lastRun.startedAt)} 放弃了这次运行`);
      const entry = tenant.published.flows.get(flow);
      const source = entry?.kind === "ready" ? entry.flow.dispatch.source : undefined;
      const since = at?.lastRun?.startedAt ?? tenant.flows.get(flow)?.changedAt;
      const next = source === undefined || since === undefined ? null : nextTick(source, since);
      // What comes due outside the windows is to run when they begin.
      const tick = next === null ? null : opensAt(windowHours(source), next);
      if (tick === null || ports.nowMs() - tick < rule.minutes * 60_000) return null;
      return plain(`本应在 ${timeText(tick)} 运行`);
    }
  }
}

/** Of the installation: days of requests and responses that went before their time. */
async function quotaFinding({ pool, ports }: Services["engine"], days: number): Promise<Finding | null> {
  const { notice, bytes, bytesMax } = await exchangeRoom(pool);
  if (notice === null || bytesMax === null) return null;
  const isShort = !notice.isEnough && bytes > bytesMax;
  if (!isShort && ports.nowMs() - notice.at >= days * 86_400_000) return null;
  const gone = notice.days.length === 0 ? "" : `${notice.days[0]} 至 ${notice.days.at(-1)} 的请求与响应已提前清理，单据不受影响`;
  const left = isShort ? `只剩当天的仍超出 ${Math.round(bytesMax / 1024 / 1024)} MB` : "";
  return { flow: "", summary: [gone, left].filter((each) => each !== "").join("；"), numbers: [], topCause: null };
}

/** Of today's calls of the target's API. */
async function errorRateFinding(
  { pool, ports }: Services["engine"],
  tenant: Tenant,
  flow: string,
  rule: Extract<Rule, { readonly when: "error-rate" }>,
): Promise<Finding | null> {
  const entry = tenant.published.flows.get(flow);
  if (entry?.kind !== "ready") return null;
  const { connection, api } = entry.flow.target;
  const [today] = await readApiCalls(pool, {
    connections: [ledgerId(tenant.id, connection)],
    sinceDay: timeText(ports.nowMs()).slice(0, 10),
    api,
  });
  if (today === undefined || today.calls < rule.calls) return null;
  const percent = (today.errors / today.calls) * 100;
  if (percent < rule.percent) return null;
  const summary = `今天调用 ${api} ${today.calls} 次，出错 ${today.errors} 次（${percent.toFixed(1)}%）`;
  return { flow, summary, numbers: [], topCause: today.lastError === null ? null : maskOf(tenant).text(today.lastError) };
}

async function failuresFinding(
  { pool }: Services["engine"],
  tenant: Tenant,
  flow: string,
  at: { readonly lane: number; readonly flow: number },
  count: number,
): Promise<Finding | null> {
  const failed = (await countRecords(pool, at)).get("failed") ?? 0;
  if (failed < count) return null;
  const records = await listRecords(pool, at, { status: "failed", limit: CAUSES_LOOKED_AT });
  return {
    flow,
    summary: `${failed} 张失败`,
    numbers: records.slice(0, 3).map((record) => record.number ?? record.key),
    // Nobody knows who reads it.
    topCause: mostFrequent(records.flatMap(({ documents, reason }) => causeOf(documents[0], reason)).map(maskOf(tenant).text)),
  };
}

/** Spans in between that were not read to their end; else how long ago the last one that was ended. */
async function gapFinding(engine: Services["engine"], tenant: Tenant, flow: string, hours: number): Promise<Finding | null> {
  const entry = tenant.published.flows.get(flow);
  if (entry?.kind !== "ready") return null;
  const zone = zoneOf(tenant, entry.flow.source.connection);
  const { gaps, readTo } = await flowGaps(engine, { ...entry.flow, id: ledgerId(tenant.id, flow) }, zone);
  const wall = (atMs: number): string => formatInstant(atMs, "datetime", zone);
  const holes = gaps.filter((gap) => gap.kind === "hole");
  const [first] = holes;
  if (first !== undefined)
    return {
      flow,
      summary: `${holes.length} 段时间没有读完，最早 ${wall(first.fromMs)} 至 ${wall(first.toMs)}`,
      numbers: [],
      topCause: null,
    };
  if (readTo === null || engine.ports.nowMs() - readTo <= hours * 3_600_000) return null;
  return { flow, summary: `${wall(readTo)} 以后还没有读完`, numbers: [], topCause: null };
}

/** By the latest that is over: one of the schedule that failed, or differences that nobody has accepted. */
async function reconciliationFinding(engine: Services["engine"], tenant: Tenant, flow: string, count: number): Promise<Finding | null> {
  const id = ledgerId(tenant.id, flow);
  const all = await listReconciliations(engine, id, { limit: RECONCILIATIONS_LOOKED_AT });
  // What a person tried and saw fail is no news to him.
  const last = all.find(({ state, tickAt }) => state === "done" || ((state === "failed" || state === "interrupted") && tickAt !== null));
  if (last === undefined) return null;
  if (last.state !== "done")
    return {
      flow,
      summary: `${timeText(last.startedAt)} 按计划的对账失败`,
      numbers: [],
      topCause: last.problem === null || last.problem === undefined ? null : inLanguage(last.problem.text, "zh").slice(0, 120),
    };
  const [missing, extra, different] = [last.summary?.missing ?? 0, last.summary?.extra ?? 0, last.summary?.different ?? 0];
  if (missing + extra + different < count) return null;
  const shown = await listDifferences(engine, id, last.id, { after: 0, limit: 3 });
  return {
    flow,
    summary: `对账有差异：缺少 ${missing}，多出 ${extra}，不同 ${different}`,
    numbers: shown.map(({ number, key }) => number ?? key),
    topCause: null,
  };
}

function zoneOf(tenant: Tenant, connection: string): string {
  const document = tenant.published.connections.get(connection)?.document;
  return tenant.published.connectors.find(({ system }) => system === document?.system)?.zone ?? DEFAULT_ZONE;
}

/** Of the flow's connections the one whose credential ends first. */
function credentialFinding(tenant: Tenant, flow: string, days: number, nowMs: number): Finding | null {
  const entry = tenant.published.flows.get(flow);
  if (entry?.kind !== "ready") return null;
  const lastDay = timeText(nowMs + days * 86_400_000).slice(0, 10);
  const ending = connectionsOf(entry.flow).flatMap((id): { readonly id: string; readonly day: string }[] => {
    const day = tenant.published.connections.get(id)?.document?.credentialEndsOn;
    return day === undefined || day > lastDay ? [] : [{ id, day }];
  });
  const [first] = ending.sort((a, b) => (a.day < b.day ? -1 : 1));
  if (first === undefined) return null;
  const isOver = first.day < timeText(nowMs).slice(0, 10);
  return { flow, summary: `连接 ${first.id} 的凭据 ${first.day} ${isOver ? "已" : "将"}到期`, numbers: [], topCause: null };
}

/** Milliseconds of work between two instants, Asia/Shanghai; looked at hour by hour, of a month at most. */
function workedMs(
  work: { readonly from: string; readonly to: string; readonly days?: readonly number[] },
  fromMs: number,
  toMs: number,
): number {
  const span = { from: work.from, to: work.to, ...(work.days === undefined ? {} : { days: [...work.days] }) };
  const hours = withoutMaintenance({ within: [], without: [] }, [span], DEFAULT_ZONE);
  let worked = 0;
  for (let at = Math.max(fromMs, toMs - WORK_LOOKED_MS); at < toMs; at += WORK_STEP_MS)
    if (!isOpen(hours, at)) worked += Math.min(WORK_STEP_MS, toMs - at);
  return worked;
}

function causeOf(
  document: { readonly code: string | null; readonly vendorText: string | null } | undefined,
  reason: string | null,
): string[] {
  const text = document?.vendorText ?? document?.code ?? reason;
  return text === null || text === undefined ? [] : [inLanguage(text, "zh").slice(0, 120)];
}

function mostFrequent(texts: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? null;
}

async function lastNewBill(client: Queryable, at: { readonly lane: number; readonly flow: number }): Promise<number | null> {
  const { rows } = await client.query<{ last: number | null }>(
    "select max(started_at) as last from run where lane = $1 and flow = $2 and records > unchanged",
    [at.lane, at.flow],
  );
  return rows[0]?.last ?? null;
}

function timeText(instantMs: number): string {
  return formatInstant(instantMs, "datetime");
}
