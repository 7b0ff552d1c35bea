/**
 * Performs one claimed task: intent, call, outcomes, settlement. Nothing is sent before its intent is durable; nothing that may have
 * been sent is sent again before the target has been asked.
 */
import { readOutcomes, type FaultVerdict, type Outcome, type RequestPlan, type Stages, DatongError } from "@datong/core";
import { LoginFault, maskedVerdict, type CallResult, type Exchange } from "../../connection/caller.ts";
import type { ReadyApi } from "../../connection/open-connection.ts";
import { ThrottleStopped } from "../../connection/throttle.ts";
import { crashPoint } from "../../crash-point.ts";
import type { TaskRow } from "../../store/insert-tasks.ts";
import type { ClaimedDocument, ClaimedTask } from "../../store/task-rows.ts";
import type { DocumentEnd } from "../../store/settle-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { withBody } from "./edited-body.ts";
import { buildRequest, optionValues } from "./build-request.ts";
import { faultError } from "../source/read-page.ts";
import { CallFault, probeTarget } from "./probe-target.ts";
import {
  probedAction,
  probedKeys,
  REVERSE,
  settleFault,
  settleOutcome,
  settleProbe,
  settleProbeFault,
  stillQueued,
  UPDATE,
  WRITE,
  type SettleRules,
  type Step,
} from "./settle.ts";

export interface PerformPorts {
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly nextId: () => string;
  /** Makes the intent durable; false: the task is no longer ours. */
  readonly markSent: (task: string, requestHash: string) => Promise<boolean>;
  /** Throws LeaseGone where the task may be somebody else's by now: between intent and call a process waits for its turn, or stands still. */
  readonly leave: () => void;
  /** Bodies of requests that a person has edited, by the document's external key: such a document goes alone. */
  readonly requests?: ReadonlyMap<string, string>;
}

export interface Performed {
  readonly task: ClaimedTask;
  readonly ends: readonly DocumentEnd[];
  readonly follow: readonly (TaskRow & { readonly delayMs: number; readonly attempts: number })[];
  readonly exchanges: readonly Exchange[];
}

type Steps = readonly { readonly document: ClaimedDocument; readonly step: Step }[];

/** Null: the task was taken from us; nothing was sent. */
export async function performTask(ready: ReadyFlow, task: ClaimedTask, ports: PerformPorts): Promise<Performed | null> {
  const rules = rulesOf(ready, ports);
  if (task.documents.length === 0) return { task, ends: [], follow: [], exchanges: [] };
  const probed = probedAction(task.action);
  if (probed !== null) return performProbe(ready, rules, task, ports);
  if (task.maybeSent) {
    // Who marked it may have taken it back meanwhile, nothing sent, if we stood still.
    ports.leave();
    return inDoubt(ready, rules, task, ports);
  }
  return performCall(ready, rules, task, ports);
}

async function performCall(ready: ReadyFlow, rules: SettleRules, task: ClaimedTask, ports: PerformPorts): Promise<Performed | null> {
  const { connection } = ready.target;
  const api = apiOf(ready, task.action);
  const write = api.api.write;
  if (write === undefined) throw new DatongError("API_DIRECTION", { api: api.api.code, expected: "write" });
  const update = task.action === UPDATE ? ready.target.ready.api.write?.update : undefined;
  const built = buildRequest(
    {
      connection,
      ready: api,
      options: ready.target.options,
      nowMs: ports.nowMs(),
      ...(update === undefined
        ? {}
        : { idField: update.idField, ...(update.options === undefined ? {} : { extraOptions: update.options }) }),
    },
    task.documents,
  );
  const plan = editedPlan(built, task, ports);
  if (!(await ports.markSent(task.id, connection.fingerprint(plan)))) return null;
  crashPoint("call.before");
  const result = await connection.call(api, plan, ports.leave);
  crashPoint("call.after");
  refuseEntry(ready, result);
  const keys = task.documents.map(
    (document) => (isStage(task.action) ? (document.number ?? document.externalKey) : document.externalKey) ?? "",
  );
  const outcomes: readonly Outcome[] =
    result.reply === undefined
      ? task.documents.map(() => ({ kind: "fault", fault: result.verdict as FaultVerdict }))
      : (wholeFault(result.verdict) ??
        readOutcomes(write.outcome, api.rule, keys, result.reply).map((outcome) =>
          outcome.kind === "done" ? outcome : { ...outcome, fault: maskedVerdict(outcome.fault, result.mask) },
        ));
  if (
    task.documents.length > 1 &&
    write.outcome.kind === "whole" &&
    outcomes.some((o) => o.kind === "fault" && o.fault.fault === "rejected")
  ) {
    return halves(task, ports, result.exchanges);
  }
  const reached = stageReached(rules.stages, task.action, rules.finalStage);
  const steps = task.documents.map((document, i) => {
    const outcome = outcomes[i] ?? {
      kind: "fault",
      fault: { kind: "fault", fault: "uncertain", cause: "other", code: "DOCUMENT_NOT_MENTIONED" },
    };
    return { document, step: settleOutcome(rules, document, outcome, task.action, reached) };
  });
  return finish(ready, task, steps, ports, result.exchanges);

  /** The session that was refused twice concerns every document, whatever the lists of the reply say. */
  function wholeFault(verdict: typeof result.verdict): readonly Outcome[] | undefined {
    return verdict.kind === "fault" && verdict.code === "SESSION_LOST_AGAIN"
      ? task.documents.map(() => ({ kind: "fault", fault: verdict }))
      : undefined;
  }
}

/** The first request of a document, as it was edited; its later stages are as they are built. */
function editedPlan(built: RequestPlan, { action, documents }: ClaimedTask, { requests }: PerformPorts): RequestPlan {
  const edited = isStage(action) ? undefined : requests?.get(documents[0]?.externalKey ?? "");
  return edited === undefined || documents.length > 1 ? built : withBody(built, edited);
}

/** A secret that is refused is no fault of the documents: nothing was taken, and every other document would fare the same. */
function refuseEntry(ready: ReadyFlow, { reply, verdict, exchanges }: CallResult): void {
  if (reply === undefined || verdict.kind !== "fault" || verdict.fault !== "rejected" || verdict.cause !== "credentials") return;
  const { code, details } = faultError(verdict, ready.target.connection.connector.name.zh);
  throw new LoginFault(code, details, exchanges);
}

async function performProbe(ready: ReadyFlow, rules: SettleRules, task: ClaimedTask, ports: PerformPorts): Promise<Performed> {
  const probe = ready.target.ready.api.write?.probe;
  if (probe === undefined) return inDoubt(ready, rules, task, ports);
  try {
    const keys = task.documents.flatMap((document) => probedKeys(document));
    const answer = await probeTarget(ready, probe, keys, ports.nowMs());
    const steps = task.documents.map((document) => ({
      document,
      step: settleProbe(rules, document, answer.found, task.action),
    }));
    return finish(ready, task, steps, ports, answer.exchanges);
  } catch (error) {
    if (error instanceof ThrottleStopped) throw error;
    const fault: FaultVerdict =
      error instanceof CallFault
        ? error.verdict
        : { kind: "fault", fault: "transient", cause: "other", code: error instanceof DatongError ? error.code : "REPLY_NOT_JSON" };
    const steps = task.documents.map((document) => ({ document, step: settleProbeFault(rules, document, fault, task.action) }));
    return finish(ready, task, steps, ports, error instanceof CallFault ? error.exchanges : []);
  }
}

/** A former owner died between intent and outcome. */
function inDoubt(ready: ReadyFlow, rules: SettleRules, task: ClaimedTask, ports: PerformPorts): Performed {
  const fault: FaultVerdict = { kind: "fault", fault: "uncertain", cause: "other", code: "WRITE_STOPPED_HALFWAY" };
  const steps = task.documents.map((document) => ({ document, step: settleFault(rules, document, fault, task.action) }));
  return finish(ready, task, steps, ports, []);
}

/** An all-or-nothing API refused the batch: find the culprit by halves. */
function halves(task: ClaimedTask, ports: PerformPorts, exchanges: readonly Exchange[]): Performed {
  const middle = Math.ceil(task.documents.length / 2);
  const follow = [task.documents.slice(0, middle), task.documents.slice(middle)].map((part) => ({
    id: ports.nextId(),
    action: task.action,
    documents: part.map((document) => document.id),
    delayMs: 0,
    attempts: 0,
  }));
  const ends = task.documents.map((document, i) => ({
    ...stillQueued(document),
    before: { status: document.status, number: document.number, targetId: document.targetId },
    task: follow[i < middle ? 0 : 1]?.id ?? null,
  }));
  return { task, ends, follow, exchanges };
}

/** Documents that go on in the same way share a task, as many as the API they go on by takes in one request. */
function finish(ready: ReadyFlow, task: ClaimedTask, steps: Steps, ports: PerformPorts, exchanges: readonly Exchange[]): Performed {
  type Follow = { id: string; action: string; documents: string[]; delayMs: number; attempts: number };
  const open = new Map<string, Follow>();
  const follow: Follow[] = [];
  const ends = steps.map(({ document, step }): DocumentEnd => {
    const before = { status: document.status, number: document.number, targetId: document.targetId };
    if (step.next === null) return { ...step.end, before, task: null };
    const name = `${step.next.action} ${step.next.delayMs > 0 ? "later" : "now"}`;
    const { action, delayMs } = step.next;
    const started = open.get(name);
    const group =
      started !== undefined && started.documents.length < batchMaxOf(ready, action)
        ? started
        : { id: ports.nextId(), action, documents: [], delayMs, attempts: 0 };
    if (group !== started) follow.push(group);
    group.documents.push(document.id);
    open.set(name, group);
    return { ...step.end, before, task: group.id };
  });
  return { task, ends, follow, exchanges };
}

/** A probe cuts its keys into batches itself. */
function batchMaxOf(ready: ReadyFlow, action: string): number {
  if (probedAction(action) !== null) return Number.POSITIVE_INFINITY;
  if (action === WRITE || action === UPDATE) return ready.target.batch;
  return apiOf(ready, action).api.write?.batchMax ?? 1;
}

function apiOf(ready: ReadyFlow, action: string): ReadyApi {
  const { connection, ready: target } = ready.target;
  if (action === WRITE || action === UPDATE) return target;
  if (action === REVERSE) {
    const reverse = target.api.write?.reverse?.api;
    if (reverse === undefined) throw new DatongError("REVERSE_MISSING", { api: target.api.code });
    return connection.api(reverse);
  }
  return connection.api(action);
}

function isStage(action: string): boolean {
  return action !== WRITE && action !== UPDATE && action !== REVERSE;
}

/** A write that succeeds has gone all the way; a stage call has taken the step after the one that it is declared for. */
function stageReached(stages: Stages | undefined, action: string, finalStage: string | null): string | null {
  if (stages === undefined) return null;
  if (!isStage(action)) return finalStage;
  const from = Object.entries(stages.steps).find(([, api]) => api === action)?.[0];
  return from === undefined ? finalStage : (stages.order[stages.order.indexOf(from) + 1] ?? finalStage);
}

function rulesOf(ready: ReadyFlow, ports: PerformPorts): SettleRules {
  const write = ready.target.ready.api.write;
  const stages = write?.stages;
  const changed = ready.flow.target.changed ?? "hold";
  const options = optionValues(
    { connection: ready.target.connection, options: ready.target.options, nowMs: ports.nowMs() },
    ready.target.zone,
  );
  const final = stages?.finalWhen;
  const chosen = final === undefined ? null : final.in.includes(String(options[final.option] ?? "")) ? final.then : final.otherwise;
  return {
    retries: ready.flow.dispatch.retries,
    stages,
    finalStage: chosen,
    probe: write?.probe !== undefined,
    timeoutMs: ready.target.connection.timeoutMs,
    idempotent: write?.idempotent === true,
    reverseKeeps: write?.reverse?.keeps === true,
    checkFirst: ready.flow.target.checkFirst === true,
    changed: changed === "update" && write?.update === undefined ? "hold" : changed,
    ...datesOf(ready, ports),
    random: ports.random,
  };
}

function datesOf({ flow, target }: ReadyFlow, { nowMs, nextId }: PerformPorts): Pick<SettleRules, "movesDate"> {
  const { action, field } = flow.target.periodClosed ?? { action: "hold" };
  return action === "hold" || field === undefined ? {} : { movesDate: { field, nowMs: nowMs(), zone: target.zone, nextId } };
}
