/** When a schedule fires: cron with 5 or 6 fields, in a zone; China's where none is named. Instants are epoch ms. */
import { Cron } from "croner";

const ZONE = "Asia/Shanghai";

/** The first tick after an instant; null when there is none any more. */
export function nextTick(schedule: { readonly cron: string; readonly zone?: string | undefined }, afterMs: number): number | null {
  const next = new Cron(schedule.cron, { timezone: schedule.zone ?? ZONE }).nextRun(new Date(afterMs));
  return next === null ? null : next.getTime();
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
