/**
 * The pulling side of a run: pages one after another, the next one asked for while this one is stored, until the source is read.
 */
import { DatongError, type Range, type SourceRecord } from "@datong/core";
import { wakeMissing } from "../target/wake-missing.ts";
import { replanWaiting } from "../record/replan-waiting.ts";
import { wakeWaiting } from "../record/wake-waiting.ts";
import { commitStaged, stagePage, stagesAhead, storePage } from "../record/store-page.ts";
import { tidyOrder } from "../target/order-rules.ts";
import { circuitFault, writeBackOf, type Running } from "../running.ts";
import { mergeDue } from "../transform/merge-records.ts";
import { isPassive, withRemedy } from "../ready-flow.ts";
import { pullInbox } from "./pull-inbox.ts";
import { pullRecords, pullRecordsByNumber } from "./pull-records.ts";
import { isOver, limitReached, pageReader } from "./page-reader.ts";
import { pullEach, type EachPull } from "./pull-each.ts";
import { openPull, openRange, openRemedy, type PullState } from "./pull.ts";
import { readByNumber } from "./read-by-number.ts";

const REMEDY_CURSOR = "remedy";

/** Empty once the refill's span has been read. */
export function refillCursor(id: string): string {
  return `refill ${id}`;
}

export async function pullAll(running: Running): Promise<void> {
  await tidyOrder(running);
  if (running.options.given !== undefined) return pullGiven(running, running.options.given.records);
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
  await wakeWaiting(running);
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
  if (ready.flow.source.each !== undefined) return pullWindows(running);
  for (let again = true; again && !isOver(running);) {
    const saved = await store.loadCursor(row.lane, row.num, "pull");
    const watermark = ready.flow.source.watermark === undefined ? null : await store.loadCursor(row.lane, row.num, "watermark");
    // A pull that was broken off is finished first; then what came up meanwhile is read too.
    again = saved !== null && saved !== "" && ready.flow.source.watermark !== undefined;
    await pullPages(running, openPull(ready, saved, watermark === null ? null : Number(watermark), sourceNowMs(running)));
  }
  if (ready.merges) await mergeDue(running);
}

/** For each record of another flow the window that is open. */
async function pullWindows(running: Running): Promise<void> {
  const { store, row, ready } = running;
  const hasWatermark = ready.flow.source.watermark !== undefined;
  const watermark = hasWatermark ? await store.loadCursor(row.lane, row.num, "watermark") : null;
  const { slices } = openPull(ready, null, watermark === null ? null : Number(watermark), sourceNowMs(running));
  await pullEach(running, eachOf(running, { cursor: "each", slices, movesWatermark: hasWatermark, closes: true }));
  if (ready.merges) await mergeDue(running);
}

function eachOf({ ready }: Running, pull: Omit<EachPull, "flow">): EachPull {
  return { flow: ready.flow.source.each?.flow ?? "", ...pull };
}

/**
 * Three pages at once: while one is stored, the next one is staged and the one after it is on its way. A page is stored only after the
 * one before it.
 */
async function pullPages(running: Running, first: PullState, range?: string, isRemedy = false): Promise<void> {
  const read = pageReader(running);
  let ahead = first.slices.length > 0 ? read(first) : undefined;
  ahead?.catch(noted);
  let storing: Promise<void> = Promise.resolve();
  let before: ReadonlySet<string> | undefined;
  try {
    while (ahead !== undefined && !isOver(running)) {
      const { page: whole, next } = await ahead;
      const { closes, ...page } = whole;
      // A remedy asks by other params: it closes no window.
      const closed = closes === undefined || isRemedy ? {} : { closes };
      ahead = next.slices.length > 0 && !limitReached(running) ? read(next) : undefined;
      // A failure of the page ahead is met when its turn comes, not while this one is being stored.
      ahead?.catch(noted);
      // A range moves its own cursor and leaves the flow's watermark where it is.
      const cursors = page.cursors.flatMap(({ name, value }) => (name === "pull" && range !== undefined ? [{ name: range, value }] : []));
      const staged = await stagePage(running, range === undefined ? { ...page, ...closed } : { ...page, ...closed, cursors });
      await storing;
      storing = commitStaged(running, staged, before);
      storing.catch(noted);
      before = staged.keys;
      if (!stagesAhead(running)) await storing;
    }
  } finally {
    await storing;
  }
}

/** The same promise is awaited later, and throws there. */
function noted(): undefined {
  return undefined;
}

/** Only the asked span of time, with a cursor of its own: broken off, the same range goes on where it was. */
async function pullRange(running: Running, range: Range): Promise<void> {
  const { store, row, ready } = running;
  const { watermark, flow: other } = ready.flow.source;
  if (watermark === undefined || other !== undefined) throw new DatongError("RANGE_WITHOUT_WATERMARK", { flow: ready.flow.id });
  const { refill } = running.options;
  const cursor = refill === undefined ? `range ${range.from} ${range.to ?? ""}` : refillCursor(refill);
  const saved = await store.loadCursor(row.lane, row.num, cursor);
  if (ready.flow.source.each === undefined) await pullPages(running, openRange(ready, range, saved, sourceNowMs(running)), cursor);
  else {
    const { slices } = openRange(ready, range, null, sourceNowMs(running));
    await pullEach(running, eachOf(running, { cursor, slices, movesWatermark: false, closes: true }));
  }
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
  const atMs = watermark === null ? null : Number(watermark);
  const isEach = ready.flow.source.each !== undefined;
  const pull = openRemedy(remedied.ready, isEach ? null : saved, atMs, sourceNowMs(running));
  if (!isEach) await pullPages(remedied, pull, REMEDY_CURSOR, true);
  else await pullEach(remedied, eachOf(running, { cursor: REMEDY_CURSOR, slices: pull.slices, movesWatermark: false, closes: false }));
  if (ready.merges) await mergeDue(running);
}

function sourceNowMs({ ports, ready }: Running): number {
  return ports.nowMs() + ready.source.connection.skewMs();
}

/** Nothing is asked for: the records are at hand. */
async function pullGiven(running: Running, records: readonly SourceRecord[]): Promise<void> {
  if (records.length === 0) return;
  const nowMs = running.ports.nowMs();
  const rowCount = records.reduce((sum, { rows }) => sum + rows.length, 0);
  const slice = { fromMs: nowMs, toMs: nowMs };
  await storePage(running, { records: [...records], rowCount, exchanges: [], slice, cursors: [], last: true });
}

/** Only the asked bills: the cursor does not move. */
async function pullNumbers(running: Running, numbers: readonly string[]): Promise<void> {
  const { flow: other } = running.ready.flow.source;
  const { each } = running.ready.flow.source;
  if (other !== undefined) await pullRecordsByNumber(running, other, numbers);
  else if (each !== undefined) {
    const { slices } = openPull(running.ready, null, null, sourceNowMs(running));
    const only = new Set(numbers);
    if (numbers.length > 0) await pullEach(running, eachOf(running, { cursor: null, slices, movesWatermark: false, closes: false, only }));
  } else
    for await (const page of readByNumber(running.ready, numbers, running.ports.nowMs()))
      await storePage(running, { ...page, cursors: [] });
  if (running.ready.merges) await mergeDue(running);
}
