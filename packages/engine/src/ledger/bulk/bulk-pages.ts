/**
 * One page of bulk work, by what was asked for. Documents and items change in the same transactions: what is done is never met again,
 * whenever the process dies. Documents that may not be dealt with like this (another status by now, in a worker's hands) are left alone
 * and counted.
 */
import { canMove, STATUSES, statusOf, type Status } from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { REVERSED } from "../../flow/target/settle.ts";
import { countItems, type BulkItem, type BulkPlace, type BulkWork } from "../../store/bulk-rows.ts";
import { transaction } from "../../store/transaction.ts";
import type { WriteBackQueue } from "../../store/write-back-rows.ts";
import { lockAllowed } from "../repair/named-documents.ts";
import { documentsOfIds } from "../repair/open-documents.ts";
import { documentsWithBody, pushDocuments } from "../repair/push-again.ts";
import { mapAgain } from "../repair/map-again.ts";
import { retryPage } from "../repair/retry-page.ts";
import { allowedTo, settleDone, settleSkipped, skipRecords, type Deed } from "../repair/set-by-hand.ts";

export interface BulkPage {
  readonly engine: Engine;
  readonly ready: ReadyFlow;
  readonly at: BulkPlace;
  readonly bulk: BulkWork;
  readonly lane: number;
  readonly flow: number;
  /** The flow's last run. */
  readonly run: string | null;
  readonly revision: number;
  readonly writeBack: WriteBackQueue | undefined;
}

/** Up to this many numbers are judged one by one; more go in batches. */
const EACH_MAX = 500;

export async function retriedOfPage(page: BulkPage, items: readonly BulkItem[], status: Status): Promise<void> {
  const { engine, ready, at, bulk, lane, flow, revision } = page;
  const { how = "map", numbers } = bulk.asked;
  const documents = new Set(items.flatMap((item) => item.document ?? []));
  const keys = [...new Set(items.map((item) => item.key))];
  const each = numbers !== undefined && numbers.length <= EACH_MAX;
  const scope = { engine, ready, lane, flow, revision, run: page.run ?? engine.ids.next(), how, each, status: STATUSES[status].number };
  if (status === "queued" && how === "map")
    return mapAgain(scope, { keys, documents }, (client, counts) => countItems(client, at, placesOf(items), counts));
  const left = new Map(items.map((item) => [item.document ?? item.key, item.place]));
  await retryPage(
    scope,
    { keys, documents },
    {
      gone: async (client, gone) => {
        const places = [...gone].flatMap((id) => left.get(id) ?? []);
        await countItems(client, at, places, { queued: gone.size });
        for (const id of gone) left.delete(id);
      },
      rest: (client, counts) => countItems(client, at, [...left.values()], counts),
    },
  );
}

export async function pushedOfPage(page: BulkPage, items: readonly BulkItem[]): Promise<void> {
  const { engine, ready, at, lane, flow, run } = page;
  const known = await documentsOfIds(engine.pool, lane, idsOf(items));
  const done = known.filter((document) => document.status === STATUSES.done.number && document.stage !== REVERSED);
  const documents = await documentsWithBody(engine.pool, lane, done);
  const named = { lane, flow, run, documents };
  await pushDocuments(
    engine,
    ready,
    named,
    deedOf(page),
    (client, ids) => lockAllowed(client, { lane, flow }, ids, [STATUSES.done.number]),
    (client, { queued, there }) =>
      countItems(client, at, placesOf(items), {
        queued: queued.length,
        settled: there.length,
        untouched: items.length - queued.length - there.length,
      }),
    false,
  );
}

export async function skippedOfPage(page: BulkPage, items: readonly BulkItem[]): Promise<void> {
  const { engine, at, lane, flow, run, writeBack } = page;
  await transaction(engine.pool, async (client) => {
    const documents = await lockAllowed(client, { lane, flow }, idsOf(items), allowedTo("skipped"));
    const open = documents.filter((document) => canMove(statusOf(document.status), "skipped"));
    await settleSkipped(engine, client, { lane, flow, run, main: flow }, open, deedOf(page), writeBack === undefined ? {} : { writeBack });
    const keys = items.flatMap((item) => (item.document === null ? [item.key] : []));
    const bare = keys.length === 0 ? 0 : await skipRecords(engine, client, { lane, flow, keys }, deedOf(page));
    const settled = open.length + bare;
    await countItems(client, at, placesOf(items), { settled, untouched: items.length - settled });
  });
}

export async function doneOfPage(page: BulkPage, items: readonly BulkItem[]): Promise<void> {
  const { engine, at, lane, flow, run, writeBack } = page;
  const numbers = new Map(
    items.flatMap(({ document, targetNumber }) => (document === null || targetNumber === null ? [] : [[document, targetNumber]])),
  );
  await transaction(engine.pool, async (client) => {
    const documents = await lockAllowed(client, { lane, flow }, idsOf(items), allowedTo("done"));
    await settleDone(engine, client, { lane, flow, run }, documents, numbers, deedOf(page), writeBack);
    await countItems(client, at, placesOf(items), { settled: documents.length, untouched: items.length - documents.length });
  });
}

function deedOf({ bulk }: BulkPage): Deed {
  return { number: `bulk ${bulk.id}`, reason: bulk.asked.reason ?? "", person: bulk.person };
}

function idsOf(items: readonly BulkItem[]): readonly string[] {
  return items.flatMap((item) => item.document ?? []);
}

function placesOf(items: readonly BulkItem[]): readonly number[] {
  return items.map((item) => item.place);
}
