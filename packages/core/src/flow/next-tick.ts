/** When a schedule fires: cron with 5 or 6 fields, in a zone; China's where none is named. Instants are epoch ms. */
import { Cron } from "croner";

const ZONE = "Asia/Shanghai";

/** The first tick after an instant; null when there is none any more. */
export function nextTick(schedule: { readonly cron: string; readonly zone?: string | undefined }, afterMs: number): number | null {
  const next = new Cron(schedule.cron, { timezone: schedule.zone ?? ZONE }).nextRun(new Date(afterMs));
  return next === null ? null : next.getTime();
}
