/**
 * Why a number is not in the ledger, flow by flow: from what is known here (never run, stopped, where the reading stands), or asked at the
 * source. A sentence in both languages with each, and a code to go by.
 */
import { formatInstant, nextTick, type Flow } from "@datong/core";
import { flowPosition, listPauses, previewFlow, type FlowPosition, type PauseKind } from "@datong/engine";
import { Type } from "typebox";
import type { Sees } from "../access/flow-limit.ts";
import { ledgerId, placedFlow, type Tenant } from "../documents/tenants.ts";
import type { Services } from "../services.ts";

export const Why = Type.Object({
  flow: Type.String(),
  code: Type.String({
    description:
      "not-published, never-run, disabled, paused, reading, failed, waiting-pushed, not-read-yet; 问过源系统：not-in-source, left-out, dropped, problem, not-in-window, outside-window / the latter when the source was asked",
  }),
  zh: Type.String(),
  en: Type.String(),
});

export interface WhyMissing {
  readonly flow: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** What may keep a bill from being here, of each flow that is meant. No call is made. */
export async function whyMissing(services: Services, tenant: Tenant, isMeant: Sees): Promise<readonly WhyMissing[]> {
  const pauses = await listPauses(services.engine.pool);
  const isPaused = (kind: PauseKind, id: string): boolean => pauses.some((row) => row.kind === kind && row.id === ledgerId(tenant.id, id));
  const reasons: WhyMissing[] = [];
  for (const row of tenant.flows.values()) {
    if (!isMeant(row.id)) continue;
    const entry = tenant.published.flows.get(row.id);
    if (entry?.kind !== "ready") {
      reasons.push({
        flow: row.id,
        code: "not-published",
        zh: "方案没有发布，没有读过任何单据。",
        en: "The flow is not published; it has read nothing.",
      });
      continue;
    }
    const at = await flowPosition(services.engine.pool, ledgerId(tenant.id, row.id));
    const { flow } = entry;
    const paused = isPaused("source", row.id) || isPaused("connection", flow.source.connection);
    reasons.push({
      flow: row.id,
      ...reasonOf(flow, at, { isEnabled: row.isEnabled, isPaused: paused, nowMs: services.engine.ports.nowMs() }),
    });
  }
  return reasons;
}

type Reason = Omit<WhyMissing, "flow">;

function reasonOf(
  flow: Flow,
  at: FlowPosition | null,
  now: { readonly isEnabled: boolean; readonly isPaused: boolean; readonly nowMs: number },
): Reason {
  const last = at?.lastRun ?? null;
  const isPushed = flow.source.connection === "datong" && flow.source.api === "receive";
  if (isPushed)
    return {
      code: "waiting-pushed",
      zh: "这个方案的单据由别处推来：没有人推过这个单号。",
      en: "Rows of this flow are pushed: nobody has pushed this number.",
    };
  if (at === null || last === null) return { code: "never-run", zh: "方案还没有运行过。", en: "The flow has never run." };
  const upTo = at.watermarkAt === null ? null : clock(at.watermarkAt);
  const from = startText(flow);
  if (last.endedAt === null && at.watermarkAt === null)
    return { code: "reading", zh: `第一次读取还没有读完（从${from.zh}起）。`, en: `The first reading (from ${from.en}) has not ended.` };
  if (last.state === "failed")
    return {
      code: "failed",
      zh: `上次读取失败（${last.code ?? ""}，${clock(last.startedAt)}）${upTo === null ? "" : `，读到 ${upTo} 为止`}。`,
      en: `The last reading failed (${last.code ?? ""}, ${clock(last.startedAt)})${upTo === null ? "" : `; it is read up to ${upTo}`}.`,
    };
  if (now.isPaused)
    return {
      code: "paused",
      zh: `源已暂停${upTo === null ? "" : `，读到 ${upTo} 为止`}。`,
      en: `The source is paused${upTo === null ? "" : `; it is read up to ${upTo}`}.`,
    };
  if (!now.isEnabled)
    return {
      code: "disabled",
      zh: `方案已停用${upTo === null ? "" : `，读到 ${upTo} 为止`}。`,
      en: `The flow is disabled${upTo === null ? "" : `; it is read up to ${upTo}`}.`,
    };
  if (upTo === null)
    return {
      code: "not-in-source",
      zh: `每次全量读取，最近一次（${clock(last.startedAt)}）源系统没有给出它。`,
      en: `Each run reads all; the last one (${clock(last.startedAt)}) was not given it.`,
    };
  const next = flow.dispatch.source === undefined ? null : nextTick(flow.dispatch.source, now.nowMs);
  return {
    code: "not-read-yet",
    zh: `只有从${from.zh}至 ${upTo} 之间修改、且符合接口条件的单据读过${next === null ? "" : `；下次读取 ${clock(next)}`}。`,
    en: `Only bills changed from ${from.en} to ${upTo}, and within the flow's own filter, have been read${next === null ? "" : `; the next reading is at ${clock(next)}`}.`,
  };
}

/** Where a flow's first reading begins, as people say it: `-31d` is counted from then. */
function startText(flow: Flow): { readonly zh: string; readonly en: string } {
  const start = flow.source.watermark?.start ?? "-30d";
  const days = /^-(\d+)d$/.exec(start)?.[1];
  if (days === undefined) return { zh: ` ${start} `, en: start };
  return { zh: `首次运行前 ${days} 天`, en: `${days} ${days === "1" ? "day" : "days"} before the first run` };
}

/** Asks the source for one number, by the published flow. Nothing is stored; errors of the call are thrown. */
export async function askSource(services: Services, tenant: Tenant, id: string, number: string): Promise<WhyMissing> {
  const { engine } = services;
  const { flow, connections } = placedFlow(tenant, id);
  const ready = engine.ready(flow, connections);
  const asked = { limit: 1, numbers: [number], ports: engine.ports };
  const { records } = await previewFlow(ready, asked);
  const [record] = records;
  const from = startText(flow);
  if (record === undefined) {
    if (ready.source.ready.api.byNumber === undefined)
      return {
        flow: id,
        code: "not-in-window",
        zh: `接口不能按单号查；从${from.zh}以来的单据里没有它。`,
        en: `The API cannot ask by number; it is not among the bills from ${from.en} on.`,
      };
    const all = await previewFlow(ready, { ...asked, lifted: true });
    return all.records.length === 0
      ? { flow: id, code: "not-in-source", zh: "源系统里没有这个单号。", en: "The source does not have this number." }
      : {
          flow: id,
          code: "left-out",
          zh: "源系统里有，但不符合方案的接口条件，不会读取。",
          en: "The source has it, but the flow's own filter leaves it out.",
        };
  }
  if (record.dropped !== null)
    return {
      flow: id,
      code: "dropped",
      zh: `源系统里有，会被条件「${record.dropped}」排除。`,
      en: `The source has it; the condition '${record.dropped}' drops it.`,
    };
  const problem = record.problem ?? record.documents.find((document) => document.problem !== null)?.problem ?? null;
  if (problem !== null)
    return {
      flow: id,
      code: "problem",
      zh: `源系统里有，但映射不出来：${problem.text}`,
      en: `The source has it, but it cannot be mapped: ${problem.text}`,
    };
  const at = await flowPosition(engine.pool, flow.id);
  const upTo = at?.watermarkAt === null || at === null ? null : clock(at.watermarkAt);
  return {
    flow: id,
    code: "outside-window",
    zh: `源系统里有，还没有读：${upTo === null ? "方案还没有读完过一次" : `已读从${from.zh}至 ${upTo} 修改的单据`}。可按单号立即执行。`,
    en: `The source has it and it has not been read: ${upTo === null ? "no reading has ended yet" : `bills changed from ${from.en} to ${upTo} have been`}. Run the flow for this number.`,
  };
}

function clock(instantMs: number): string {
  return formatInstant(instantMs, "datetime");
}
