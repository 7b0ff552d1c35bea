/**
 * What an outcome does to a document: the next status, and the task it goes on in, if any. Pure but for the ids.
 *
 * done → done, or on to the next stage; partial → asked at which stage it stands; transient and throttled → queued again;
 * uncertain → unknown, and the target is asked; rejected → failed.
 */
import {
  decideRetry,
  moveToNextMonth,
  STATUSES,
  type FaultVerdict,
  type Outcome,
  type Stages,
  type ChangePolicy,
  type Status,
  type Dispatch,
} from "@datong/core";
import type { ClaimedDocument } from "../../store/task-rows.ts";
import type { DocumentEnd } from "../../store/settle-rows.ts";
import type { Found } from "./probe-target.ts";

/** A document's end, and what comes after it. */
export interface Step {
  readonly end: Omit<DocumentEnd, "task" | "before">;
  readonly next: { readonly action: string; readonly delayMs: number; readonly alone: boolean } | null;
}

export interface SettleRules {
  readonly retries: Dispatch["retries"];
  readonly stages: Stages | undefined;
  /** Where the way ends: a stage's name; null without stages. */
  readonly finalStage: string | null;
  readonly probe: boolean;
  /** How long a call of the connection is waited for. */
  readonly timeoutMs: number;
  readonly idempotent: boolean;
  /** A reversed document still stands at the target, at an earlier stage. */
  readonly reverseKeeps?: boolean;
  /** What becomes of an earlier version that is found at the target; `update` only where the API has one. */
  readonly changed: ChangePolicy;
  /** New documents are asked for before they are written (checkFirst). */
  readonly checkFirst?: boolean;
  /** A refusal because of a closed period moves this date; absent: it is held. */
  readonly movesDate?: { readonly field: string; readonly nowMs: number; readonly zone: string; readonly nextId: () => string };
  readonly random: () => number;
}

export const PROBE = "probe";
export const WRITE = "write";
export const UPDATE = "update";
export const REVERSE = "reverse";
/** No call: write-backs get their bodies from the ledger as it is now, and go on as writes. */
export const MAP = "map";

/** Stage of a document that was taken back at the target. */
export const REVERSED = "reversed";

/** The probe that follows a doubtful call: what "found" means depends on what was to happen. */
export function probeOf(action: string): string {
  return action === UPDATE || action === REVERSE ? `${PROBE}:${action}` : PROBE;
}

/**
 * First questions about a write that the target may still be at: the line broke or the caller died in the middle of it, or it took longer
 * than it is waited for. What is not there yet is asked for once more, after this part of the connection's time limit, before it is
 * written again: an ERP that needs two minutes for a save would else have it twice.
 */
const EARLY_PROBES: ReadonlyMap<string, number> = new Map([
  [`${PROBE}:cut`, 1 / 12],
  [`${PROBE}:slow`, 1],
]);
const CUT: ReadonlySet<string> = new Set(["CALL_CUT", "WRITE_STOPPED_HALFWAY"]);
const SLOW: ReadonlySet<string> = new Set(["CALL_TIMED_OUT"]);
/** What gateways answer for a system that has not answered them. */
const GATEWAY_CUT = "502";
const GATEWAY_SLOW = "504";

function firstProbe(action: string, { code, vendorCode }: FaultVerdict): string {
  if (action !== WRITE) return probeOf(action);
  if (SLOW.has(code) || vendorCode === GATEWAY_SLOW) return `${PROBE}:slow`;
  return CUT.has(code) || vendorCode === GATEWAY_CUT ? `${PROBE}:cut` : PROBE;
}

/** The call that a probe is about; null for actions that are no probe. */
export function probedAction(action: string): string | null {
  if (action === PROBE || EARLY_PROBES.has(action)) return WRITE;
  return action.startsWith(`${PROBE}:`) ? action.slice(PROBE.length + 1) : null;
}

/** An uncertain write may still be under way at the target: this long before it is asked for the first time. */
const FIRST_PROBE_MS = 1_000;

/** The outcome of a write, an update or a stage call. `reached`: the stage that a success means. */
export function settleOutcome(
  rules: SettleRules,
  document: ClaimedDocument,
  outcome: Outcome,
  action: string,
  reached: string | null,
): Step {
  const attempts = document.attempts + 1;
  switch (outcome.kind) {
    case "done":
      if (action === REVERSE) return reversed(document, attempts);
      return goOn(rules, document, { number: outcome.number ?? null, id: outcome.id ?? null, stage: reached }, attempts);
    case "partial":
      return {
        end: {
          ...end(document, "unknown", attempts, outcome.fault),
          number: outcome.number ?? null,
          targetId: outcome.id ?? null,
          stage: rules.stages?.order[0] ?? null,
        },
        next: rules.probe ? { action: PROBE, delayMs: 0, alone: false } : null,
      };
    case "fault":
      return settleFault(rules, document, outcome.fault, action);
  }
}

export function settleFault(rules: SettleRules, document: ClaimedDocument, fault: FaultVerdict, action: string): Step {
  const attempts = document.attempts + 1;
  const moved = movedDate(rules, document, fault, action);
  if (moved !== null) return moved;
  // A document that was in doubt before and is now refused as a duplicate was taken the first time: ask, do not guess.
  const isTried = document.attempts > 0 || document.inDoubt || document.formerKeys.length > 0;
  const doubted = fault.cause === "duplicate" && isTried && rules.probe;
  const next = decideRetry(rules.retries, {
    fault: doubted ? "uncertain" : fault.fault,
    attempts,
    waitMs: fault.waitMs,
    random: rules.random(),
  });
  if (next.kind === "retry") {
    return {
      end: end(document, "queued", next.countsAsAttempt ? attempts : document.attempts, fault),
      next: { action, delayMs: next.waitMs, alone: false },
    };
  }
  // A document that waits for master data waits for that code to appear.
  if (next.kind === "stop") return { end: end(document, fault.missing === undefined ? "failed" : "pending", attempts, fault), next: null };
  if (rules.probe)
    return {
      end: end(document, "unknown", attempts, fault),
      next: doubted
        ? { action: probeOf(action), delayMs: 0, alone: false }
        : { action: firstProbe(action, fault), delayMs: FIRST_PROBE_MS, alone: false },
    };
  if (rules.idempotent)
    return { end: { ...end(document, "queued", attempts, fault), inDoubt: true }, next: { action, delayMs: next.waitMs, alone: false } };
  return { end: { ...end(document, "unknown", attempts, fault), code: "PROBE_MISSING" }, next: null };
}

/** Refused for certain, and only because of its date: it goes on with the first day of the next month, at once. */
function movedDate({ movesDate }: SettleRules, document: ClaimedDocument, fault: FaultVerdict, action: string): Step | null {
  if (movesDate === undefined || fault.cause !== "period-closed" || fault.fault !== "rejected") return null;
  if (action !== WRITE && action !== UPDATE) return null;
  const date = moveToNextMonth(document.body, movesDate.field, movesDate);
  if (date === null) return null;
  const { field, nextId } = movesDate;
  const moved = { ...date, field, recordKey: document.recordKey, block: nextId(), note: nextId() };
  return { end: { ...end(document, "queued", document.attempts, fault), moved }, next: { action, delayMs: 0, alone: false } };
}

/**
 * The target's answer about one document, by external key, to a task's question (`asked`). An update is repeated, for what was found may
 * be the old version; a reversal is done when nothing is found; a write that may still be under way is asked for again. The first
 * repetition goes at once, further ones climb the ladder like any retry.
 */
export function settleProbe(
  rules: SettleRules,
  document: ClaimedDocument,
  answer: ReadonlyMap<string, Found>,
  asked: string = PROBE,
): Step {
  const of = probedAction(asked) ?? WRITE;
  if (of === WRITE && isChecked(rules, document)) return settleCheck(document, answer.get(document.externalKey ?? ""));
  const keys = probedKeys(document);
  const [found, ...others] = keys.flatMap((key) => answer.get(key) ?? []);
  const isFormer = document.formerKeys.some((key) => answer.has(key));
  if (of === WRITE && found !== undefined && isFormer) return overFormer(rules, document, found, others.length > 0);
  if (of === REVERSE && (found === undefined || (rules.reverseKeeps === true && !isFinal(rules, found.stage))))
    return reversed(document, document.attempts);
  if (of === WRITE && found !== undefined) return goOn(rules, document, found, document.attempts);
  const { attempts } = document;
  const part = EARLY_PROBES.get(asked);
  if (part !== undefined)
    return {
      end: { ...end(document, "unknown", attempts, null), code: document.code },
      next: { action: PROBE, delayMs: Math.round(rules.timeoutMs * part), alone: false },
    };
  const next = decideRetry(rules.retries, { fault: "transient", attempts, waitMs: undefined, random: rules.random() });
  if (next.kind === "stop") return { end: { ...end(document, "failed", attempts, null), code: document.code ?? "CALL_CUT" }, next: null };
  const action = found === undefined ? WRITE : of;
  return { end: end(document, "queued", attempts, null), next: { action, delayMs: attempts > 1 ? next.waitMs : 0, alone: false } };
}

/** Nothing of it was ever sent: the question is the check before its first write, not one about a write in doubt. */
function isChecked(rules: SettleRules, { inDoubt, formerKeys, stage, targetId }: ClaimedDocument): boolean {
  return rules.checkFirst === true && !inDoubt && formerKeys.length === 0 && stage === null && targetId === null;
}

/** What another system wrote stays as it is, at whatever stage; the retries belong to the write that follows. */
function settleCheck(document: ClaimedDocument, found: Found | undefined): Step {
  if (found === undefined) return { end: end(document, "queued", 0, null), next: { action: WRITE, delayMs: 0, alone: false } };
  const told = { number: found.number, targetId: found.id, stage: found.stage };
  return { end: { ...end(document, "done", 0, null), ...told, code: "FOUND_AT_TARGET" }, next: null };
}

/** What a document may be known by at the target: its own key before those of earlier versions. */
export function probedKeys({ externalKey, formerKeys }: Pick<ClaimedDocument, "externalKey" | "formerKeys">): readonly string[] {
  return [...new Set([...(externalKey === null ? [] : [externalKey]), ...formerKeys])];
}

/**
 * The target has an earlier version, or this one; which of them nobody can tell. As for any change of a written document: updated by its
 * id, left as it is, or held for a person. `isTwice`: it stands there under two keys, which only a person can put right.
 */
function overFormer(rules: SettleRules, document: ClaimedDocument, found: Found, isTwice: boolean): Step {
  const told = { number: found.number, targetId: found.id };
  const { attempts } = document;
  if (rules.changed === "update" && found.id !== null && !isTwice)
    return { end: { ...end(document, "queued", attempts, null), ...told }, next: { action: UPDATE, delayMs: 0, alone: false } };
  const isLeft = rules.changed === "ignore" && !isTwice && isFinal(rules, found.stage);
  const stands = { ...end(document, isLeft ? "done" : "failed", attempts, null), ...told, code: "FORMER_VERSION_STANDS" };
  return { end: isLeft ? { ...stands, stage: found.stage } : stands, next: null };
}

/** The probe itself failed: the document stays unknown and is asked for again, or held. */
export function settleProbeFault(rules: SettleRules, document: ClaimedDocument, fault: FaultVerdict, asked: string = PROBE): Step {
  const of = probedAction(asked) ?? WRITE;
  const attempts = document.attempts + (fault.fault === "throttled" ? 0 : 1);
  const next = decideRetry(rules.retries, {
    fault: fault.fault === "throttled" ? "throttled" : "transient",
    attempts,
    waitMs: fault.waitMs,
    random: rules.random(),
  });
  const again = fault.fault !== "rejected" && fault.fault !== "defect" && next.kind === "retry";
  // Nothing was sent: there is no doubt about it, it waits, or fails for a person to retry.
  if (of === WRITE && isChecked(rules, document))
    return {
      end: end(document, again ? "queued" : "failed", attempts, fault),
      next: again ? { action: PROBE, delayMs: next.waitMs, alone: false } : null,
    };
  return {
    end: end(document, "unknown", attempts, fault),
    next: again ? { action: asked, delayMs: next.waitMs, alone: false } : null,
  };
}

/** Nothing has happened to the document; it goes on in another task. */
export function stillQueued(document: ClaimedDocument): Omit<DocumentEnd, "task" | "before"> {
  return end(document, "queued", document.attempts, null);
}

function goOn(rules: SettleRules, document: ClaimedDocument, at: Found, attempts: number): Step {
  const told = { number: at.number, targetId: at.id };
  const stage = at.stage ?? (rules.stages === undefined ? null : rules.finalStage);
  const { stages } = rules;
  if (stages === undefined || stage === null || isFinal(rules, stage)) {
    return { end: { ...end(document, "done", attempts, null), ...told, stage }, next: null };
  }
  const step = stages.steps[stage];
  if (step === undefined) return { end: { ...end(document, "failed", attempts, null), ...told, stage, code: "STAGE_UNKNOWN" }, next: null };
  return { end: { ...end(document, "queued", attempts, null), ...told, stage }, next: { action: step, delayMs: 0, alone: false } };
}

function isFinal({ stages, finalStage }: SettleRules, stage: string | null): boolean {
  return stages === undefined || finalStage === null || stage === null || stages.order.indexOf(stage) >= stages.order.indexOf(finalStage);
}

/** Done, and told apart from one that stands: a later valid version of the bill is written anew. */
function reversed(document: ClaimedDocument, attempts: number): Step {
  return { end: { ...end(document, "done", attempts, null), stage: REVERSED }, next: null };
}

function end(
  document: ClaimedDocument,
  status: Status,
  attempts: number,
  fault: FaultVerdict | null,
): Omit<DocumentEnd, "task" | "before"> {
  return {
    id: document.id,
    status: STATUSES[status].number,
    stage: null,
    number: null,
    targetId: null,
    attempts,
    code: fault?.code ?? null,
    cause: fault?.cause ?? null,
    vendorCode: fault?.vendorCode ?? null,
    vendorText: fault?.vendorText ?? null,
    ...(status === "unknown" ? { inDoubt: true } : {}),
    ...(fault?.missing === undefined ? {} : { missing: fault.missing }),
  };
}
