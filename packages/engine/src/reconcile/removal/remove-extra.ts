/**
 * Takes away at the target what somebody added there by hand, bill by bill as a person has named and seen them. As for any write: durable before
 * the call, what was said kept and masked, and what nobody knows the end of is asked for and never sent again. A bill that has changed since it
 * was seen, that a flow wrote, or that the target does not let go is left as it is, and told.
 */
import {
  DatongError,
  globalsOf,
  inBothLanguages,
  readOutcomes,
  renderShape,
  type FaultVerdict,
  type Outcome,
  type RequestPlan,
} from "@datong/core";
import { LoginFault, maskedVerdict, type Exchange } from "../../connection/caller.ts";
import type { ReadyApi } from "../../connection/open-connection.ts";
import { crashPoint } from "../../crash-point.ts";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { faultError } from "../../flow/source/read-page.ts";
import { optionValues } from "../../flow/target/build-request.ts";
import { probeTarget } from "../../flow/target/probe-target.ts";
import { insertExchanges } from "../../store/exchange-rows.ts";
import type { FlowPlace } from "../../store/reconciliation-rows.ts";
import { endRemovals, planRemovals, sendRemovals, type RemovalEnd } from "../../store/removal-rows.ts";
import { transaction, type Queryable } from "../../store/transaction.ts";
import type { Told } from "../reconciliation.ts";
import { lookAtExtra, removalOf, type LookedAt } from "./look-at-extra.ts";

/** A bill as a person has seen it: `seen` is what the preview gave. */
export interface NamedBill {
  readonly key: string;
  readonly seen: string;
}

export interface RemoveScope {
  readonly at: FlowPlace;
  /** Of the report under which it is done. */
  readonly report: string;
  readonly person: string;
  readonly reason: string;
  readonly bills: readonly NamedBill[];
  readonly signal: AbortSignal;
  /** In the transaction before the first call: what the target shows of each (JSON). */
  readonly onIntent?: (client: Queryable, bills: readonly { readonly key: string; readonly before: string }[]) => Promise<void>;
}

/** Looked at and taken away together: what was seen is fresh when the call goes out. */
const AT_ONCE = 20;
const TRIES = 3;
const WAIT_MAX_MS = 60_000;
/** A call without an answer may still be under way at the target. */
const ASK_AFTER_MS = 1_000;

type Item = LookedAt & { readonly id: string };
type End = RemovalEnd & { readonly key: string };

/** Throws REMOVAL_MISSING, and CallFault where the target cannot be asked; what was planned and not sent is ended then. */
export async function removeExtra(
  engine: Engine,
  ready: ReadyFlow,
  scope: RemoveScope,
): Promise<{ readonly removed: number; readonly told: readonly Told[] }> {
  removalOf(ready);
  const { pool, ids, ports } = engine;
  const { at, signal } = scope;
  const planned = scope.bills.map((bill) => ({ ...bill, id: ids.next() }));
  await transaction(pool, (client) => planRemovals(client, at, planned, { ...scope, nowMs: ports.nowMs() }));
  const told: Told[] = [];
  let removed = 0;
  const settle: Taking["settle"] = async (ends, exchanges, task) => {
    if (ends.length + exchanges.length === 0) return;
    for (const { key, code, text } of ends) if (code !== null) told.push({ key, code, text: text ?? "" });
    removed += ends.filter((end) => end.state === "removed").length;
    await transaction(pool, async (client) => {
      if (ends.length > 0) await endRemovals(client, at.lane, ends, ports.nowMs());
      await keepExchanges(engine, client, scope, exchanges, task);
    });
  };
  const noted = new Set<string>();
  const left = new Set(planned.map((bill) => bill.id));
  try {
    for (let from = 0; from < planned.length && !signal.aborted; from += AT_ONCE) {
      const some = planned.slice(from, from + AT_ONCE);
      const { bills, exchanges } = await lookAtExtra(
        engine,
        ready,
        at,
        some.map((bill) => bill.key),
      );
      const items = bills.map((bill, i): Item => ({ ...bill, id: some[i]?.id ?? "" }));
      const refused = items.flatMap((item, i): End[] => {
        const isChanged = item.refusal === null && item.seen !== some[i]?.seen;
        const why = isChanged ? new DatongError("REMOVAL_CHANGED", { key: item.key }) : item.refusal;
        return why === null ? [] : [kept(item, why)];
      });
      await settle(refused, exchanges, ids.next());
      const refusedIds = new Set(refused.map((end) => end.id));
      await takeAway(
        { engine, ready, scope, settle, noted },
        items.filter((item) => !refusedIds.has(item.id)),
      );
      for (const { id } of some) left.delete(id);
    }
  } finally {
    // What was sent stays so until the target has been asked.
    const stopped = planned
      .filter((bill) => left.has(bill.id))
      .map((bill) => kept(bill, new DatongError("REMOVAL_STOPPED", { key: bill.key })));
    await endUnsent(engine, at, stopped);
    if (signal.aborted) for (const { key, code, text } of stopped) told.push({ key, code: code ?? "", text: text ?? "" });
  }
  return { removed, told };
}

/** Only what was planned and never sent. */
async function endUnsent({ pool, ports }: Engine, { lane }: FlowPlace, ends: readonly End[]): Promise<void> {
  if (ends.length === 0) return;
  await transaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "select id::text as id from removal where lane = $1 and id = any($2::bigint[]) and state = 'planned'",
      [lane, `{${ends.map((end) => end.id).join(",")}}`],
    );
    const planned = new Set(rows.map((row) => row.id));
    await endRemovals(
      client,
      lane,
      ends.filter((end) => planned.has(end.id)),
      ports.nowMs(),
    );
  });
}

interface Taking {
  readonly engine: Engine;
  readonly ready: ReadyFlow;
  readonly scope: RemoveScope;
  readonly settle: (ends: readonly End[], exchanges: readonly Exchange[], task: string) => Promise<void>;
  /** Bills of which the first call's intent was noted. */
  readonly noted: Set<string>;
}

/** Step by step, in the batches that each step's API takes. */
async function takeAway(taking: Taking, items: readonly Item[]): Promise<void> {
  const { removal } = removalOf(taking.ready);
  let open = items;
  for (const [i, { api, when }] of removal.steps.entries()) {
    const meant = open.filter((item) => when === undefined || (item.stage !== null && when.includes(item.stage)));
    const isLast = i === removal.steps.length - 1;
    const ready = taking.ready.target.connection.api(api);
    const through = new Set(open.filter((item) => !meant.includes(item)).map((item) => item.id));
    for (const batch of batchesOf(ready, meant)) for (const id of await send(taking, ready, batch, { when, isLast })) through.add(id);
    open = open.filter((item) => through.has(item.id));
  }
}

/** One answer for a whole request cannot tell which document was refused: each goes alone then. */
function batchesOf({ api: { write } }: ReadyApi, items: readonly Item[]): readonly (readonly Item[])[] {
  const size = write === undefined || write.outcome.kind === "whole" ? 1 : write.batchMax;
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

interface StepRule {
  readonly when: readonly string[] | undefined;
  readonly isLast: boolean;
}

/** Gives the ids of those that go on to the next step. */
async function send(taking: Taking, api: ReadyApi, items: readonly Item[], step: StepRule): Promise<readonly string[]> {
  const { engine, ready, scope, settle } = taking;
  const { ports, ids, pool } = engine;
  const write = api.api.write;
  if (write === undefined) throw new DatongError("API_DIRECTION", { api: api.api.code, expected: "write" });
  for (let tries = 1; ; tries++) {
    const task = ids.next();
    const open = await transaction(pool, async (client) => {
      const sent = await sendRemovals(client, scope.at.lane, items, { api: api.api.code, task, nowMs: ports.nowMs() });
      const fresh = items.filter((item) => sent.has(item.id) && !taking.noted.has(item.id));
      if (fresh.length > 0) await scope.onIntent?.(client, fresh);
      return sent;
    });
    const own = items.filter((item) => open.has(item.id));
    for (const { id } of own) taking.noted.add(id);
    if (own.length === 0) return [];
    crashPoint("removal.before");
    const result = await ready.target.connection.call(api, requestOf(ready, api, own, ports.nowMs())).catch(async (error: unknown) => {
      // Neither sent nor refused: nothing of it has reached the target.
      const why = error instanceof DatongError ? error : new DatongError("REMOVAL_STOPPED", { key: own[0]?.key ?? "" });
      await settle(
        own.map((item) => kept(item, why)),
        error instanceof LoginFault ? error.exchanges : [],
        task,
      );
      throw error;
    });
    crashPoint("removal.after");
    const outcomes: readonly Outcome[] =
      result.reply === undefined
        ? own.map(() => ({ kind: "fault", fault: result.verdict as FaultVerdict }))
        : readOutcomes(
            write.outcome,
            api.rule,
            own.map((item) => item.number ?? item.key),
            result.reply,
          );
    const faults = new Map(
      own.flatMap((item, i): (readonly [string, FaultVerdict])[] => {
        const outcome = outcomes[i];
        return outcome === undefined || outcome.kind === "done" ? [] : [[item.id, maskedVerdict(outcome.fault, result.mask)]];
      }),
    );
    const nothingTaken =
      faults.size === own.length && [...faults.values()].every(({ fault }) => fault === "transient" || fault === "throttled");
    if (nothingTaken && tries < TRIES && !scope.signal.aborted) {
      await settle([], result.exchanges, task);
      const waits = [...faults.values()].map(({ waitMs }) => waitMs ?? 1_000 * 2 ** tries);
      await ports.sleep(Math.min(WAIT_MAX_MS, Math.max(...waits)), scope.signal);
      continue;
    }
    const unsure = own.filter((item) => faults.get(item.id)?.fault === "uncertain");
    const ends = own.flatMap((item): End[] => {
      const fault = faults.get(item.id);
      if (fault === undefined) return step.isLast ? [{ id: item.id, key: item.key, state: "removed", code: null, text: null }] : [];
      return fault.fault === "uncertain" ? [] : [refusedEnd(ready, item, api, fault)];
    });
    await settle(ends, result.exchanges, task);
    const through = own.filter((item) => !faults.has(item.id) && !step.isLast).map((item) => item.id);
    return [...through, ...(await askUnsure(taking, api, unsure, step, task))];
  }
}

/** The end of a call that nobody knows is asked for at the target; what still stands as it did is left so. */
async function askUnsure(
  { engine, ready, scope, settle }: Taking,
  api: ReadyApi,
  items: readonly Item[],
  { when, isLast }: StepRule,
  task: string,
): Promise<readonly string[]> {
  if (items.length === 0) return [];
  const { probe } = removalOf(ready);
  await engine.ports.sleep(ASK_AFTER_MS, scope.signal);
  const { found, exchanges } = await probeTarget(
    ready,
    probe,
    items.map((item) => item.key),
    engine.ports.nowMs(),
  );
  const through: string[] = [];
  const ends = items.flatMap((item): End[] => {
    const standing = found.get(item.key);
    if (standing === undefined) return [{ id: item.id, key: item.key, state: "removed", code: null, text: null }];
    const isTaken = !isLast && standing.id === item.targetId && standing.stage !== null && when?.includes(standing.stage) === false;
    if (!isTaken) return [kept(item, new DatongError("REMOVAL_UNSURE", { key: item.key, api: api.api.code }))];
    through.push(item.id);
    return [];
  });
  await settle(ends, exchanges, task);
  return through;
}

export function kept({ id, key }: Pick<Item, "id" | "key">, why: DatongError): End {
  return { id, key, state: "kept", code: why.code, text: inBothLanguages(why) };
}

function refusedEnd(ready: ReadyFlow, item: Item, api: ReadyApi, fault: FaultVerdict): End {
  const { vendorCode = "", vendorText = "" } = fault;
  const said = vendorText === "" ? inBothLanguages(faultError(fault, ready.target.connection.connector.name.zh)) : vendorText;
  return kept(item, new DatongError("REMOVAL_REFUSED", { key: item.key, api: api.api.code, vendorCode, vendorText: said }));
}

function requestOf({ target }: ReadyFlow, api: ReadyApi, items: readonly Item[], nowMs: number): RequestPlan {
  const { connection, zone } = target;
  const row = {
    settings: connection.settings,
    documents: [],
    document: null,
    options: optionValues({ connection, options: target.options, nowMs }, connection.connector.zone),
    keys: items.map((item) => item.key),
    numbers: items.map((item) => item.number ?? item.key),
    ids: items.map((item) => item.targetId ?? ""),
  };
  return renderShape(api.shape, { row, globals: globalsOf({ nowMs }), zone });
}

export async function keepExchanges(
  { ids }: Pick<Engine, "ids">,
  client: Queryable,
  { at, report }: Pick<RemoveScope, "at" | "report">,
  exchanges: readonly Exchange[],
  task: string,
): Promise<void> {
  const stored = exchanges.map((exchange) => ({ ...exchange, id: ids.next(), task }));
  await insertExchanges(client, at.lane, at.flow, report, stored);
}
