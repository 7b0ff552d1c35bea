/** When a schedule fires: cron with 5 or 6 fields, in a zone; China's where none is named. Instants are epoch ms. */
import { Cron } from "croner";
import type { SideSchedule } from "./dispatch.ts";
import { opensAt, windowHours } from "./open-hours.ts";

const ZONE = "Asia/Shanghai";

/** The first tick after an instant; null when there is none any more. */
export function nextTick(schedule: { readonly cron: string; readonly zone?: string | undefined }, afterMs: number): number | null {
  const next = new Cron(schedule.cron, { timezone: schedule.zone ?? ZONE }).nextRun(new Date(afterMs));
  return next === null ? null : next.getTime();
}

/** The last tick up to an instant, itself included; null when there was none. */
export function latestTick(schedule: { readonly cron: string; readonly zone?: string | undefined }, upToMs: number): number | null {
  return newestTicks(schedule, upToMs, 1)[0] ?? null;
}

/** The last ticks up to an instant, the newest first. */
function newestTicks(schedule: { readonly cron: string; readonly zone?: string | undefined }, upToMs: number, count: number): number[] {
  // The library gives what lies before an instant, by whole seconds.
  const before = new Date(Math.floor(upToMs / 1_000) * 1_000 + 1_000);
  const found = new Cron(schedule.cron, { timezone: schedule.zone ?? ZONE }).previousRuns(count, before);
  return found.map((date) => date.getTime()).filter((atMs) => atMs <= upToMs);
}

/** What a worker that is there just now may still fire of what came due before it was there. */
const GRACE_MS = 60_000;
/** With misfire `all` at most so many ticks are made up for, the newest. */
const MISSED_MAX = 100;

/** `due`: a tick to fire, which stands for all ticks up to `untilMs`. Else when the next one is; null: never. */
export type Due =
  { readonly due: true; readonly tickMs: number; readonly untilMs: number } | { readonly due: false; readonly nextMs: number | null };

/**
 * Which tick of a side is to be fired. `firedMs`: ticks up to then have fired; `presentMs`: since when somebody has been there to fire them:
 * what came due before that was missed, and the side's misfire policy says what becomes of it. Ticks outside the side's windows are one.
 */
export function dueTick(
  schedule: Pick<SideSchedule, "cron" | "zone" | "windows" | "misfire">,
  at: { readonly firedMs: number; readonly nowMs: number; readonly presentMs: number },
): Due {
  const { misfire = "last" } = schedule;
  const fromMs = misfire === "none" ? Math.max(at.firedMs, at.presentMs - GRACE_MS) : at.firedMs;
  const first = nextTick(schedule, fromMs);
  if (first === null || first > at.nowMs) return { due: false, nextMs: first };
  if (misfire !== "all") return { due: true, tickMs: first, untilMs: at.nowMs };
  const oldest = newestTicks(schedule, at.nowMs, MISSED_MAX).at(-1) ?? first;
  const tickMs = Math.max(first, oldest);
  const opens = opensAt(windowHours(schedule), tickMs);
  return { due: true, tickMs, untilMs: Math.min(at.nowMs, Math.max(tickMs, opens ?? at.nowMs)) };
}

/**
 * From which tick on a target with a cron is written: the latest one; null where there is none. What was missed with misfire `none` is left
 * to the next one.
 */
export function targetTick(
  schedule: Pick<SideSchedule, "cron" | "zone" | "misfire">,
  at: { readonly nowMs: number; readonly presentMs: number },
): number | null {
  const tickMs = latestTick(schedule, at.nowMs);
  return tickMs !== null && schedule.misfire === "none" && tickMs < at.presentMs - GRACE_MS ? null : tickMs;
}

/** Why a cron cannot be used; undefined where it can. */
export function cronFlaw(text: string): string | undefined {
  try {
    const cron = new Cron(text, { mode: "5-or-6-parts", paused: true });
    return cron.nextRun() === null ? "永远不会到点 / it never comes due" : undefined;
  } catch (error) {
    // The library throws its own errors for what it cannot read; there is nothing else to fail here.
    return error instanceof Error ? error.message : String(error);
  }
}
