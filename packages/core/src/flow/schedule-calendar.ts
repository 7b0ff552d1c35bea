/**
 * The calendar of a schedule: when it fires within a span, and what came of each firing. Ticks that come due outside the side's windows fire
 * together when the windows open. Instants are epoch ms.
 */
import { nextTick } from "./next-tick.ts";
import { opensAt, windowHours } from "./open-hours.ts";
import type { SideSchedule } from "./dispatch.ts";

/** A moment at which a side is to begin. */
export interface Firing {
  readonly at: number;
  /** How many ticks of the cron it stands for. */
  readonly ticks: number;
}

export interface CalendarRun {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** running, done, failed, stopped. */
  readonly state: string;
  readonly code: string | null;
}

/** `planned`: it lies ahead. `missed`: nothing has run by when the next one was due. `waiting`: due, and nothing has run yet. */
export type FiringOutcome = "planned" | "waiting" | "missed" | "ran" | "failed" | "stopped" | "running";

export interface CalendarEntry extends Firing {
  readonly outcome: FiringOutcome;
  readonly run: CalendarRun | null;
}

/** Firings from an instant on and before another; `isCut`: there are more than `max` of them. */
export function firingsBetween(
  schedule: Pick<SideSchedule, "cron" | "zone" | "windows">,
  span: { readonly fromMs: number; readonly toMs: number; readonly max: number },
): { readonly firings: readonly Firing[]; readonly isCut: boolean } {
  const hours = windowHours(schedule);
  const firings: { at: number; ticks: number }[] = [];
  for (let tick = nextTick(schedule, span.fromMs - 1); tick !== null && tick < span.toMs; tick = nextTick(schedule, tick)) {
    const at = opensAt(hours, tick);
    if (at === null) continue;
    const last = firings.at(-1);
    if (last?.at === at) last.ticks += 1;
    else if (firings.length === span.max) return { firings, isCut: true };
    else firings.push({ at, ticks: 1 });
  }
  return { firings, isCut: false };
}

/**
 * Each firing with the first run that began from then on and before the next one. `runs` in any order. `nextMs`: when the firing behind the
 * last one of the list is due; null where there is none.
 */
export function calendarOf(
  firings: readonly Firing[],
  runs: readonly CalendarRun[],
  { nowMs, nextMs }: { readonly nowMs: number; readonly nextMs: number | null },
): readonly CalendarEntry[] {
  const sorted = runs.toSorted((a, b) => a.startedAt - b.startedAt);
  return firings.map((firing, i) => {
    const until = firings[i + 1]?.at ?? nextMs ?? Number.POSITIVE_INFINITY;
    if (firing.at > nowMs) return { ...firing, outcome: "planned", run: null };
    const run = sorted.find((each) => each.startedAt >= firing.at && each.startedAt < until) ?? null;
    if (run === null) return { ...firing, outcome: until <= nowMs ? "missed" : "waiting", run };
    return { ...firing, outcome: outcomeOf(run.state), run };
  });
}

function outcomeOf(state: string): FiringOutcome {
  return state === "done" ? "ran" : state === "failed" || state === "stopped" || state === "running" ? state : "ran";
}
