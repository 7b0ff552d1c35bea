/**
 * The pulling side of a run: pages one after another, the next one asked for while this one is stored, until the source is read.
 */
import { DatongError, type Range } from "@datong/core";
import { LoginFault } from "../../connection/caller.ts";
import { wakeMissing } from "../target/wake-missing.ts";
import { replanWaiting } from "../record/replan-waiting.ts";
import { storePage } from "../record/store-page.ts";
import { tidyOrder } from "../target/order-rules.ts";
import { circuitFault, progress, storedExchanges, writeBackOf, type Running } from "../running.ts";
import { mergeDue } from "../transform/merge-records.ts";
import { isPassive, withRemedy } from "../ready-flow.ts";
import { pullInbox } from "./pull-inbox.ts";
import { pullRecords, pullRecordsByNumber } from "./pull-records.ts";
import { openPull, openRange, openRemedy, pullPage, type PullState } from "./pull.ts";
import { readByNumber } from "./read-by-number.ts";
import { CallFault, PageFault } from "./read-page.ts";

const REMEDY_CURSOR = "remedy";
const SOURCE_RETRIES_MS: readonly number[] = [1_000, 5_000, 20_000];

export async function pullAll(running: Running): Promise<void> {
  await tidyOrder(running);
  if (running.paused.source) return;
  const away = running.ready.flow.source.flow === undefined ? circuitFault(running, "source") : null;
  if (away !== null) throw away;
  if (running.options.numbers !== undefined) return pullNumbers(running, running.options.numbers);
  if (running.options.range !== undefined) return pullRange(running, running.options.range);
  if (running.options.remedy === true) return pullRemedy(running);
  const { store, row, ready } = running;
  await wakeMissing(running);
  const told = writeBackOf(running);
  if (told !== undefined) await wakeMissing(told);
  await replanWaiting(running);
  const { flow: other } = ready.flow.source;
  if (isPassive(ready)) {
    await pullInbox(running, () => isOver(running));
    if (ready.merges) await mergeDue(running);
    return;
  }
  if (other !== undefined) {
    await pullRecords(running, other, () => isOver(running));
    if (ready.merges) await mergeDue(running);
    return;
  }
  for (let again = true; again && !isOver(running);) {
    const saved = await store.loadCursor(row.lane, row.num, "pull");
    const watermark = ready.flow.source.watermark === undefined ? null : await store.loadCursor(row.lane, row.num, "watermark");
    // A pull that was broken off is finished first; then what came up meanwhile is read too.
    again = saved !== null && saved !== "" && ready.flow.source.watermark !== undefined;
    await pullPages(running, openPull(ready, saved, watermark === null ? null : Number(watermark), sourceNowMs(running)));
  }
  if (ready.merges) await mergeDue(running);
}

/** Reads a page ahead: while a page is stored, the next one is on its way. It is stored only after the one before it. */
async function pullPages(running: Running, first: PullState, range?: string): Promise<void> {
  const read = (pull: PullState): ReturnType<typeof pullPage> =>
    pullPage(running.ready, pull, {
      ports: running.ports,
      retryDelaysMs: running.options.sourceRetryDelaysMs ?? SOURCE_RETRIES_MS,
      signal: running.options.signal,
      onRetry: async (fault, waitMs) => {
        await keepExchanges(running, fault);
        progress(running, { kind: "page", waitMs, fault: fault instanceof LoginFault ? fault : fault.error });
      },
    }).catch(async (error: unknown) => {
      if (error instanceof CallFault || error instanceof PageFault || error instanceof LoginFault) await keepExchanges(running, error);
      throw error;
    });
  let ahead = first.slices.length > 0 ? read(first) : undefined;
  ahead?.catch(noted);
  while (ahead !== undefined && !isOver(running)) {
    const { page, next } = await ahead;
    ahead = next.slices.length > 0 && !limitReached(running) ? read(next) : undefined;
    // A failure of the page ahead is met when its turn comes, not while this one is being stored.
    ahead?.catch(noted);
    // A range moves its own cursor and leaves the flow's watermark where it is.
    const cursors = page.cursors.flatMap(({ name, value }) => (name === "pull" && range !== undefined ? [{ name: range, value }] : []));
    await storePage(running, range === undefined ? page : { ...page, cursors });
  }
}

/** What was said in a call that failed is kept too; there is no page to store it with. */
async function keepExchanges(running: Running, fault: CallFault | PageFault | LoginFault): Promise<void> {
  await running.store.insertExchanges(running.row.lane, running.row.num, running.run, storedExchanges(running, fault.exchanges, null));
}

/** The same promise is awaited later, and throws there. */
function noted(): undefined {
  return undefined;
}

/** Nothing more is read: the run is asked to end, the source is paused, or enough was taken. What is half read stays for the next run. */
function isOver(running: Running): boolean {
  return running.options.signal?.aborted === true || running.paused.source || limitReached(running);
}

function limitReached(running: Running): boolean {
  return running.options.limit !== undefined && running.counts.records - running.counts.unchanged >= running.options.limit;
}

/** Only the asked span of time, with a cursor of its own: broken off, the same range goes on where it was. */
async function pullRange(running: Running, range: Range): Promise<void> {
  const { store, row, ready } = running;
  const { watermark, flow: other } = ready.flow.source;
  if (watermark === undefined || other !== undefined) throw new DatongError("RANGE_WITHOUT_WATERMARK", { flow: ready.flow.id });
  const cursor = `range ${range.from} ${range.to ?? ""}`;
  await pullPages(running, openRange(ready, range, await store.loadCursor(row.lane, row.num, cursor), sourceNowMs(running)), cursor);
  if (ready.merges) await mergeDue(running);
}

/**
 * What may have been missed (查漏补缺): the same reading with the remedy's params in place of the flow's, with a cursor of its own. What the
 * ledger has is unchanged; the watermark stays where it is.
 */
async function pullRemedy(running: Running): Promise<void> {
  const { store, row, ready } = running;
  const { remedy, flow: other } = ready.flow.source;
  if (remedy === undefined || other !== undefined) throw new DatongError("REMEDY_UNSET", { flow: ready.flow.id });
  const watermark = ready.flow.source.watermark === undefined ? null : await store.loadCursor(row.lane, row.num, "watermark");
  const remedied: Running = { ...running, ready: withRemedy(ready) };
  const saved = await store.loadCursor(row.lane, row.num, REMEDY_CURSOR);
  await pullPages(
    remedied,
    openRemedy(remedied.ready, saved, watermark === null ? null : Number(watermark), sourceNowMs(running)),
    REMEDY_CURSOR,
  );
  if (ready.merges) await mergeDue(running);
}

function sourceNowMs({ ports, ready }: Running): number {
  return ports.nowMs() + ready.source.connection.skewMs();
}

/** Only the asked bills: the cursor does not move. */
async function pullNumbers(running: Running, numbers: readonly string[]): Promise<void> {
  const { flow: other } = running.ready.flow.source;
  if (isPassive(running.ready) && numbers.length > 0) throw new DatongError("SOURCE_PASSIVE", { flow: running.ready.flow.id });
  if (other !== undefined) await pullRecordsByNumber(running, other, numbers);
  else
    for await (const page of readByNumber(running.ready, numbers, running.ports.nowMs()))
      await storePage(running, { ...page, cursors: [] });
  if (running.ready.merges) await mergeDue(running);
}
