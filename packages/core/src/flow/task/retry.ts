/**
 * What becomes of a document whose write ended in a fault: wait and try again, ask the target first, or stop for a person.
 *
 * The ladder that users know (20 s, 5 min, 1 h, 4 h, 20 h) is the default. Throttling waits as told and costs no attempt. A rejected
 * document does not climb the ladder: the same request gives the same answer. Jitter is at most a tenth, from the caller's random number.
 */
import { REACTIONS, type FaultClass } from "../../error/fault.ts";
import type { Dispatch } from "../dispatch.ts";

export const LADDER_S: readonly number[] = [20, 300, 3_600, 14_400, 72_000];
const THROTTLE_MS = 1_000;

export type Next =
  | { readonly kind: "retry"; readonly waitMs: number; readonly countsAsAttempt: boolean }
  | { readonly kind: "probe"; readonly waitMs: number }
  | { readonly kind: "stop" };

export function decideRetry(
  retries: Dispatch["retries"],
  at: { readonly fault: FaultClass; readonly attempts: number; readonly waitMs: number | undefined; readonly random: number },
): Next {
  const reaction = REACTIONS[at.fault];
  if (reaction === "stop") return { kind: "stop" };
  if (reaction === "wait") return { kind: "retry", waitMs: jitter(at.waitMs ?? THROTTLE_MS, at.random), countsAsAttempt: false };
  const delays = retries?.delaysS ?? LADDER_S;
  const waitMs = jitter(Math.max((delays[Math.min(at.attempts, delays.length) - 1] ?? delays[0] ?? 0) * 1000, at.waitMs ?? 0), at.random);
  if (reaction === "probe") return { kind: "probe", waitMs };
  return at.attempts > (retries?.count ?? LADDER_S.length) ? { kind: "stop" } : { kind: "retry", waitMs, countsAsAttempt: true };
}

function jitter(ms: number, random: number): number {
  return Math.round(ms * (1 + 0.1 * random));
}
