/**
 * Which sides of a flow nobody calls just now: what a person has paused, and what the side's time windows and its connection's maintenance
 * close. A closed side is as a paused one: what waits goes on when it opens, nothing fails.
 */
import { hoursChangeAt, isOpen, windowHours, withoutMaintenance, type Hours } from "@datong/core";
import type { OpenConnection } from "../connection/open-connection.ts";
import type { Paused } from "./running.ts";
import type { ReadyFlow } from "./ready-flow.ts";

export interface Sides extends Paused {
  /** Only what a person has paused. */
  readonly byHand: Readonly<Paused>;
}

/** `hasWindows`: whether the schedule's windows hold, which those of a run by hand and of write-backs do not; maintenance always does. What is assigned to a side is what a person says of it. */
export function openSides(ready: ReadyFlow, nowMs: () => number, hasWindows: boolean): Sides {
  const { source, target, flow } = ready;
  const { dispatch } = flow;
  const hours = (side: "source" | "target"): Hours => windowHours(hasWindows ? dispatch[side] : undefined);
  // Another flow's records are read without a call.
  const isClosed = {
    source: closing(flow.source.flow === undefined ? maintained(hours("source"), source.connection) : hours("source"), nowMs),
    target: closing(maintained(hours("target"), target.connection), nowMs),
  };
  const byHand = { source: false, target: false };
  return {
    byHand,
    get source() {
      return byHand.source || isClosed.source();
    },
    set source(isPaused: boolean) {
      byHand.source = isPaused;
    },
    get target() {
      return byHand.target || isClosed.target();
    },
    set target(isPaused: boolean) {
      byHand.target = isPaused;
    },
  };
}

function maintained(hours: Hours, { connection, connector }: OpenConnection): Hours {
  return withoutMaintenance(hours, connection.maintenance ?? [], connector.zone);
}

/** Asked many times a second for thousands of flows: worked out only when a span begins or ends. */
function closing(hours: Hours, nowMs: () => number): () => boolean {
  if (hours.within.length + hours.without.length === 0) return () => false;
  let known = { isClosed: false, fromMs: Number.POSITIVE_INFINITY, untilMs: 0 };
  return () => {
    const atMs = nowMs();
    // A clock that was set back is as new to it as one that went on.
    if (atMs < known.fromMs || atMs >= known.untilMs)
      known = { isClosed: !isOpen(hours, atMs), fromMs: atMs, untilMs: hoursChangeAt(hours, atMs) ?? Number.POSITIVE_INFINITY };
    return known.isClosed;
  };
}
