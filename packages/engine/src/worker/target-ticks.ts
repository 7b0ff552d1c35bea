/**
 * When the documents of a flow whose target has a cron are written: from a tick on, until what was queued at the tick and may be sent has
 * been. What comes later waits for the next tick; what a person asks for does not wait.
 *
 * Nothing is stored: the tick is the clock's, and the documents that were there by then are known by their ids. Each process writes until
 * it finds nothing more of them; a process that begins between two ticks looks once for what the last one left.
 */
import { nextTick, targetTick } from "@datong/core";
import { idAtMs } from "../store/id-source.ts";
import type { QueueBound } from "../store/queue-rows.ts";
import type { Member } from "./member.ts";
import { leave, presentSince } from "./presence.ts";

export interface TargetTicks {
  /** What of the flow's queue may be written now. */
  readonly boundOf: (member: Member) => QueueBound;
  /** Nothing of it was found: no more until the next tick. */
  readonly drained: (member: Member) => void;
}

interface Known {
  readonly fromMs: number;
  readonly nextMs: number;
  before: string;
}

/** No document has a smaller id. */
const NOTHING = "0";

export function targetPresence(flow: string): string {
  return `${flow}:target`;
}

export function createTargetTicks(): TargetTicks {
  const ticks = new Map<number, Known>();
  return {
    boundOf: (member) => {
      const { pool, ports, ready, row, main, paused } = member.running;
      const { id, dispatch } = ready.flow;
      // The source is told of what has arrived at any time.
      if (dispatch.target === undefined || main !== undefined) return { flow: row.num };
      const nowMs = ports.nowMs();
      const presence = targetPresence(id);
      if (paused.byHand.target) leave(pool, presence);
      else {
        const presentMs = presentSince(pool, presence, nowMs);
        const known = ticks.get(row.num);
        if (known === undefined || nowMs < known.fromMs || nowMs >= known.nextMs) {
          const tickMs = targetTick(dispatch.target, { nowMs, presentMs });
          const nextMs = nextTick(dispatch.target, nowMs) ?? Number.POSITIVE_INFINITY;
          ticks.set(row.num, { fromMs: nowMs, nextMs, before: tickMs === null ? NOTHING : idAtMs(tickMs + 1) });
        }
      }
      return { flow: row.num, before: ticks.get(row.num)?.before ?? NOTHING };
    },
    drained: (member) => {
      const known = ticks.get(member.running.row.num);
      if (known !== undefined && member.inHand === 0) known.before = NOTHING;
    },
  };
}
