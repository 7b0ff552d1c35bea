/**
 * Named moments at which a test lets a real process die: between the ledger's steps, where a power cut would hurt most.
 *
 * Nothing happens unless the environment says so: `DATONG_CRASH_AT=<name>` ends this process with SIGKILL the first time it comes
 * there, `<name>#<n>` the n-th time. No clean-up runs, no connection is closed: that is the point. `DATONG_CRASH_WITH=SIGSTOP` lets it
 * stand still there instead, until SIGCONT. Only tests set these; they are read once, when the process starts, and cost a comparison.
 */

/** In the order of a run. `inside`: everything of the transaction was said, and nothing is committed yet. */
export const CRASH_POINTS = [
  "page.before",
  "page.inside",
  "page.after",
  "claim.before",
  "claim.after",
  "intent.before",
  "intent.after",
  "call.before",
  "call.after",
  "outcome.before",
  "outcome.inside",
  "outcome.after",
] as const;

/** Of a run with write-backs, beside those above: when their bodies are stored and their calls queued. */
export const WRITE_BACK_CRASH_POINTS = ["map.inside", "map.after"] as const;

/** Of a retry by hand: when what goes on as it is has been queued, and the rest of the page has not been mapped again. */
export const REPAIR_CRASH_POINTS = ["repair.between"] as const;

/** Of a new master key. */
export const ROTATION_CRASH_POINTS = ["rotate.before", "rotate.inside", "rotate.after"] as const;

/** Of taking away what was added by hand: the intent is durable; the call has been answered and nothing is settled yet. */
export const REMOVAL_CRASH_POINTS = ["removal.before", "removal.after"] as const;

export type CrashPoint =
  | (typeof CRASH_POINTS)[number]
  | (typeof WRITE_BACK_CRASH_POINTS)[number]
  | (typeof REPAIR_CRASH_POINTS)[number]
  | (typeof ROTATION_CRASH_POINTS)[number]
  | (typeof REMOVAL_CRASH_POINTS)[number];

const [chosen, nth] = (process.env["DATONG_CRASH_AT"] ?? "").split("#");
const signal = process.env["DATONG_CRASH_WITH"] === "SIGSTOP" ? "SIGSTOP" : "SIGKILL";
let left = Number(nth ?? "1");

/** Ends the process here when the environment names this point; else does nothing. */
export function crashPoint(name: CrashPoint): void {
  if (name !== chosen) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, signal);
}
