/**
 * What becomes of what is read and written when a changed flow takes the place of a published one: which span of time would be skipped or
 * read again, and what comes later than before. The watermark stays where it is in either case. Instants are epoch ms.
 */
import { formatInstant } from "../value/index.ts";
import type { SideSchedule } from "./dispatch.ts";
import type { Flow } from "./flow.ts";
import { nextTick } from "./next-tick.ts";
import { opensAt, windowHours } from "./open-hours.ts";
import { planSlices } from "./source/watermark.ts";

export interface ScheduleChange {
  /** Place in the flow document. */
  readonly path: string;
  /** The span is not read, is read once more, or is read or written later than before. */
  readonly effect: "skipped" | "again" | "later";
  /** The span's bounds; null: from the very beginning, or without an end. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly zh: string;
  readonly en: string;
}

export interface ChangePlace {
  readonly nowMs: number;
  /** Up to where the flow has been read; null where it has no watermark. */
  readonly watermarkMs: number | null;
  /** The source's zone. */
  readonly zone: string;
}

/** Ten years. */
const FAR_MS = 315_360_000_000;

/** In the order of the document; empty where nothing is skipped, read again or delayed. Of a flow that has never run nothing can be. */
export function scheduleChanges(before: Flow, after: Flow, at: ChangePlace): readonly ScheduleChange[] {
  return [...sourceChanges(before, after, at), ...dispatchChanges(before, after, at)];
}

function sourceChanges(before: Flow, after: Flow, at: ChangePlace): readonly ScheduleChange[] {
  const { source } = after;
  const former = before.source;
  const changes: ScheduleChange[] = [];
  const isOther = differs(
    [former.connection, former.api, former.flow, former.each],
    [source.connection, source.api, source.flow, source.each],
  );
  if (differs([former.id, former.number], [source.id, source.number]))
    changes.push({
      path: "/source/id",
      effect: "again",
      fromMs: null,
      toMs: at.watermarkMs,
      zh: "单据主键变了：再次读到的旧单据会当作新单据，可能重复写入",
      en: "The bills' key changes: those that are read once more count as new ones and may be written twice",
    });
  const next = firstOf(after, at);
  if (isOther && next !== null && at.watermarkMs !== null)
    changes.push(
      skipped("/source", null, next, at, "换了来源，水位不变：新来源里", "Another source with the same watermark: of the new one"),
    );
  else if (next !== null && at.watermarkMs !== null) {
    for (const key of ["params", "condition"] as const) {
      if (!differs(former[key], source[key])) continue;
      changes.push(
        skipped(
          `/source/${key}`,
          null,
          next,
          at,
          "筛选变了，只对之后读取的有效：",
          "The filter changes for what is read from now on; of what came before",
        ),
      );
    }
  }
  return [...changes, ...watermarkChanges(before, after, at)];
}

function watermarkChanges(before: Flow, after: Flow, at: ChangePlace): readonly ScheduleChange[] {
  const path = "/source/watermark";
  const [former, next] = [firstOf(before, at), firstOf(after, at)];
  if (former === null && next === null) return [];
  if (next === null)
    return [
      {
        path,
        effect: "again",
        fromMs: null,
        toMs: former,
        zh: `没有水位了：每次都从头读，${timeText(former ?? at.nowMs, at)} 之前的也再读一遍`,
        en: `Without a watermark every reading begins anew: what lies before ${timeText(former ?? at.nowMs, at)} is read once more`,
      },
    ];
  if (former === null)
    return [
      skipped(path, null, next, at, "有了水位，不再每次从头读：", "With a watermark not everything is read every time: of what there is"),
    ];
  const start = `${path}/start`;
  if (next > former) return [skipped(start, former, next, at, "起点往后移：", "The start moves forward: of what there is")];
  if (next < former)
    return [
      {
        path,
        effect: "again",
        fromMs: next,
        toMs: former,
        zh: `${timeText(next, at)} 至 ${timeText(former, at)} 再读一遍；内容没变的单据不会重复写入`,
        en: `${timeText(next, at)} to ${timeText(former, at)} is read once more; bills that have not changed are not written again`,
      },
    ];
  // An earlier start means nothing to a flow that has been read beyond it.
  const [was, is] = [before, after].map((flow) => firstOf(flow, { ...at, watermarkMs: null }) ?? next);
  if (
    at.watermarkMs === null ||
    was === undefined ||
    is === undefined ||
    is >= was ||
    !differs(before.source.watermark, after.source.watermark)
  )
    return [];
  return [
    skipped(
      start,
      is,
      Math.min(was, next),
      at,
      "起点往前移，但水位已经过了：",
      "The start moves back, but the watermark is beyond it: of what there is",
    ),
  ];
}

/** Where the flow's next reading begins; null where it reads all every time. */
function firstOf({ source }: Flow, at: ChangePlace): number | null {
  if (source.watermark === undefined) return null;
  const from = (sourceNowMs: number): number | undefined =>
    planSlices(source.watermark, { sourceNowMs, watermarkMs: at.watermarkMs, zone: at.zone })[0]?.fromMs;
  // A start that is yet to come is where it begins once that time has come.
  return from(at.nowMs) ?? from(at.nowMs + FAR_MS) ?? at.watermarkMs;
}

function skipped(path: string, fromMs: number | null, toMs: number, at: ChangePlace, zh: string, en: string): ScheduleChange {
  const to = timeText(toMs, at);
  const span =
    fromMs === null
      ? { zh: `${to} 之前的`, en: `before ${to}` }
      : { zh: `${timeText(fromMs, at)} 至 ${to} 的`, en: `from ${timeText(fromMs, at)} to ${to}` };
  return {
    path,
    effect: "skipped",
    fromMs,
    toMs,
    zh: `${zh}${span.zh}不会读取；需要时按时间段回补`,
    en: `${en} ${span.en} nothing is read; read that span again where it is wanted`,
  };
}

function dispatchChanges(before: Flow, after: Flow, at: ChangePlace): readonly ScheduleChange[] {
  return (["source", "target"] as const).flatMap((side): readonly ScheduleChange[] => {
    const [former, next] = [before.dispatch[side], after.dispatch[side]];
    if (!differs(former, next)) return [];
    const [was, is] = [beginOf(former, at.nowMs), beginOf(next, at.nowMs)];
    // Without a cron a target is written at any time, and a source by hand only.
    const wasMs = side === "target" && former === undefined ? at.nowMs : was;
    const isMs = side === "target" && next === undefined ? at.nowMs : is;
    if (wasMs === null || (isMs !== null && isMs <= wasMs)) return [];
    const [zhDeed, enDeed] = side === "source" ? ["读取", "reading"] : ["写入", "writing"];
    const zhLost =
      side === "source" && after.source.watermark === undefined ? "；没有水位，超出参数时间段的不会读到" : "；其间的届时一并处理，不漏";
    const enLost =
      side === "source" && after.source.watermark === undefined
        ? "; without a watermark only what the parameters span is read then"
        : "; what comes between is done then, nothing is lost";
    return [
      {
        path: `/dispatch/${side}`,
        effect: "later",
        fromMs: wasMs,
        toMs: isMs,
        zh:
          isMs === null
            ? `不再按计划${zhDeed}，原定下一次 ${timeText(wasMs, at)}`
            : `下一次${zhDeed}由 ${timeText(wasMs, at)} 推迟到 ${timeText(isMs, at)}${zhLost}`,
        en:
          isMs === null
            ? `No ${enDeed} by schedule any more; the next one was to be at ${timeText(wasMs, at)}`
            : `The next ${enDeed} moves from ${timeText(wasMs, at)} to ${timeText(isMs, at)}${enLost}`,
      },
    ];
  });
}

/** When a side's next tick is acted on; null: never. */
function beginOf(schedule: SideSchedule | undefined, nowMs: number): number | null {
  const tickMs = schedule === undefined ? null : nextTick(schedule, nowMs);
  return tickMs === null ? null : opensAt(windowHours(schedule), tickMs);
}

function timeText(atMs: number, { zone }: ChangePlace): string {
  return formatInstant(atMs, "datetime", zone);
}

function differs(former: unknown, next: unknown): boolean {
  return JSON.stringify(former) !== JSON.stringify(next);
}
