/**
 * Looks whether rules hold: begins, repeats and ends alerts, and puts one message for each channel beside them in the same transaction.
 * What it reads costs the same for ten bills and ten million.
 */
import {
  DEFAULT_ZONE,
  DatongError,
  connectionsOf,
  formatInstant,
  instantOf,
  isOpen,
  nextTick,
  opensAt,
  parseTime,
  windowHours,
  withoutMaintenance,
} from "@datong/core";
import {
  countRecords,
  flowPosition,
  listRecords,
  queueStates,
  readApiCalls,
  transaction,
  type Queryable,
  type QueueState,
} from "@datong/engine";
import { ledgerId, placedFlow, type Tenant } from "../documents/tenants.ts";
import { maskOf } from "../route/personal.ts";
import type { Services } from "../services.ts";
import { addMessage, endAlert, holdAlerts, saveAlert, type AlertState } from "../store/alerts.ts";
import { listDocuments } from "../store/documents.ts";
import type { Channel, Rule } from "./documents.ts";
import { digestText, messageText, type Finding } from "./wording.ts";

const REPEAT_MINUTES = 240;
const CAUSES_LOOKED_AT = 50;
const WORK_LOOKED_MS = 31 * 86_400_000;
const WORK_STEP_MS = 600_000;

/** One round over all workspaces; one that cannot be looked at does not keep the others. */
export async function watchAll(services: Services, publicUrl: string): Promise<void> {
  const { rows } = await services.engine.pool.query<{ workspace: string }>(
    "select distinct workspace from kept_document where kind = 'alert' order by workspace",
  );
  for (const { workspace } of rows) {
    await watch(services, workspace, publicUrl).catch((error: unknown) => services.log(`alerts of ${workspace}: ${String(error)}`));
  }
}

async function watch(services: Services, workspace: string, publicUrl: string): Promise<void> {
  const { pool, ports, ids } = services.engine;
  const tenant = await services.tenants.open(workspace);
  const rules = await documentsOf<Rule>(pool, workspace, "alert");
  const channels = new Map((await documentsOf<Channel>(pool, workspace, "channel")).map((channel) => [channel.id, channel]));
  const found = await findings(services, tenant, rules);
  await transaction(pool, async (client) => {
    const nowMs = ports.nowMs();
    const known = new Map((await holdAlerts(client, workspace)).map((state) => [keyOf(state.rule, state.flow), state]));
    const begun: { readonly rule: Rule; readonly finding: Finding; readonly isRepeated: boolean }[] = [];
    for (const { rule, finding } of found) {
      const before = known.get(keyOf(rule.id, finding.flow));
      known.delete(keyOf(rule.id, finding.flow));
      const toldAt = before?.toldAt ?? null;
      const isDue = toldAt === null || nowMs - toldAt >= (rule.repeatMinutes ?? REPEAT_MINUTES) * 60_000;
      if (isDue) begun.push({ rule, finding, isRepeated: before !== undefined });
      await saveAlert(client, workspace, {
        rule: rule.id,
        flow: finding.flow,
        since: before?.since ?? nowMs,
        toldAt: isDue ? nowMs : toldAt,
        summary: finding.summary,
      });
    }
    const digests = await tellDigests({ services, client, tenant, rules, known, publicUrl, nowMs });
    for (const { channel, text } of digests)
      await addMessage(client, { id: ids.next(), workspace, channel, body: text, dueAt: afterQuiet(channels.get(channel), nowMs) });
    for (const { rule, flow } of known.values()) await endAlert(client, workspace, rule, flow);
    const ended = [...known.values()];
    for (const [channel, text] of messagesFor({ workspace, rules, begun, ended, publicUrl })) {
      const dueAt = afterQuiet(channels.get(channel), nowMs);
      await addMessage(client, { id: ids.next(), workspace, channel, body: text, dueAt });
    }
  });
}

/** One message for each channel that has something to tell. Of an alert whose rule is gone nobody is told that it ended. */
function messagesFor(change: {
  readonly workspace: string;
  readonly rules: readonly Rule[];
  readonly begun: readonly { readonly rule: Rule; readonly finding: Finding; readonly isRepeated: boolean }[];
  readonly ended: readonly AlertState[];
  readonly publicUrl: string;
}): ReadonlyMap<string, string> {
  const { workspace, rules, begun, ended, publicUrl } = change;
  const told = new Map<string, string>();
  for (const channel of new Set(rules.flatMap((rule) => rule.channels))) {
    const isTold = (id: string): boolean => rules.find((rule) => rule.id === id)?.channels.includes(channel) === true;
    const own = begun.filter(({ rule }) => isTold(rule.id));
    const over = ended
      .filter(({ rule }) => isTold(rule))
      .map(({ rule, flow }) => ({ rule, flow, when: rules.find(({ id }) => id === rule)?.when ?? null }));
    if (own.length + over.length > 0)
      told.set(channel, messageText(workspace, own, over, `${publicUrl}/w/${workspace}/records?status=failed`));
  }
  return told;
}

/** Digests whose hour has come and that were not told today; their states stay, so that none is told twice. */
async function tellDigests(at: {
  readonly services: Services;
  readonly client: Queryable;
  readonly tenant: Tenant;
  readonly rules: readonly Rule[];
  readonly known: Map<string, AlertState>;
  readonly publicUrl: string;
  readonly nowMs: number;
}): Promise<readonly { readonly channel: string; readonly text: string }[]> {
  const { services, client, tenant, rules, known, publicUrl, nowMs } = at;
  const told = [];
  for (const rule of rules) {
    if (rule.when !== "digest") continue;
    const before = known.get(keyOf(rule.id, ""));
    known.delete(keyOf(rule.id, ""));
    const today = timeText(nowMs).slice(0, 10);
    const isTold = before?.toldAt !== null && before?.toldAt !== undefined && timeText(before.toldAt).slice(0, 10) === today;
    if (isTold || timeText(nowMs).slice(11, 16) < rule.at) continue;
    const flows = [];
    for (const flow of rule.flows ?? [...tenant.flows.values()].filter((row) => row.isEnabled).map((row) => row.id)) {
      const position = await flowPosition(services.engine.pool, ledgerId(tenant.id, flow));
      const counts: ReadonlyMap<string, number> = position === null ? new Map() : await countRecords(services.engine.pool, position);
      const count = (status: string): number => counts.get(status) ?? 0;
      flows.push({ flow, done: count("done"), failed: count("failed"), queued: count("queued") + count("pending") });
    }
    await saveAlert(client, tenant.id, { rule: rule.id, flow: "", since: before?.since ?? nowMs, toldAt: nowMs, summary: "" });
    const text = digestText(tenant.id, flows, rule, `${publicUrl}/w/${tenant.id}/overview`);
    for (const channel of rule.channels) told.push({ channel, text });
  }
  return told;
}

async function findings(
  services: Services,
  tenant: Tenant,
  rules: readonly Rule[],
): Promise<readonly { readonly rule: Rule; readonly finding: Finding }[]> {
  const enabled = [...tenant.flows.values()].filter((row) => row.isEnabled).map((row) => row.id);
  const states = new Map((await statesOf(services, tenant, enabled)).map((state) => [state.flow, state]));
  const found = [];
  for (const rule of rules) {
    if (rule.when === "digest") continue;
    for (const flow of rule.flows ?? enabled) {
      if (isKeptQuiet(tenant, rule, flow, states.get(ledgerId(tenant.id, flow)), services.engine.ports.nowMs())) continue;
      const finding = tenant.flows.has(flow) ? await findingOf(services, tenant, rule, flow, states.get(ledgerId(tenant.id, flow))) : null;
      if (finding !== null) found.push({ rule, finding });
    }
  }
  return found;
}

/** What waits because somebody said so, or because a connection is under maintenance, is no news. */
function isKeptQuiet(tenant: Tenant, rule: Rule, flow: string, state: QueueState | undefined, nowMs: number): boolean {
  if (rule.when === "failures" || rule.when === "error-rate" || rule.when === "credential") return false;
  if (state !== undefined && (rule.when === "silence" || rule.when === "not-run" ? state.paused.source : state.paused.target)) return true;
  const entry = tenant.published.flows.get(flow);
  if (entry?.kind !== "ready") return false;
  return connectionsOf(entry.flow).some((id) => {
    const document = tenant.published.connections.get(id)?.document;
    const zone = tenant.published.connectors.find(({ system }) => system === document?.system)?.zone ?? DEFAULT_ZONE;
    return (
      document?.maintenance !== undefined && !isOpen(withoutMaintenance({ within: [], without: [] }, document.maintenance, zone), nowMs)
    );
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
    case "failures": {
      const failed = at === null ? 0 : ((await countRecords(pool, at)).get("failed") ?? 0);
      if (at === null || failed < rule.count) return null;
      const records = await listRecords(pool, at, { status: "failed", limit: CAUSES_LOOKED_AT });
      return {
        flow,
        summary: `${failed} 张失败`,
        numbers: records.slice(0, 3).map((record) => record.number ?? record.key),
        // Nobody knows who reads it.
        topCause: mostFrequent(records.flatMap(({ documents, reason }) => causeOf(documents[0], reason)).map(maskOf(tenant).text)),
      };
    }
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
    case "error-rate": {
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
      return {
        ...plain(`今天调用 ${api} ${today.calls} 次，出错 ${today.errors} 次（${percent.toFixed(1)}%）`),
        topCause: today.lastError,
      };
    }
    case "credential":
      return credentialFinding(tenant, flow, rule.days, ports.nowMs());
    case "digest":
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
  return text === null || text === undefined ? [] : [text.slice(0, 120)];
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

/** The instant itself, or the end of the quiet time in which it lies. */
function afterQuiet(channel: Channel | undefined, nowMs: number): number {
  if (channel?.quiet === undefined) return nowMs;
  const { from, to } = channel.quiet;
  const day = timeText(nowMs).slice(0, 10);
  const clock = timeText(nowMs).slice(11, 16);
  const isQuiet = from <= to ? clock >= from && clock < to : clock >= from || clock < to;
  if (!isQuiet) return nowMs;
  const end = parseTime(`${day} ${to}:00`);
  const endMs = end === null ? nowMs : instantOf(end);
  return endMs > nowMs ? endMs : endMs + 86_400_000;
}

function timeText(instantMs: number): string {
  return formatInstant(instantMs, "datetime");
}

const keyOf = (rule: string, flow: string): string => `${rule}\n${flow}`;

async function documentsOf<T>(client: Queryable, workspace: string, kind: "alert" | "channel"): Promise<readonly T[]> {
  return (await listDocuments(client, workspace, kind)).map(({ draft }) => JSON.parse(draft) as T);
}
