/**
 * The pull of a flow that asks its API once for each stored record of another flow (逐条取数): the users of every department, the lines
 * of every order. The records are gone through by their key, a hundred at a time; the cursor holds the record and its page, so that a
 * pull that was broken off goes on there. The watermark moves when all have been read.
 *
 * A record that the source refuses is passed over and told at the end, for the others' sake; after twenty in a row it is no record's
 * fault. What is away or busy ends the pull like any other.
 */
import { FIRST_PAGE, type JsonObject, type Slice, type SourceRecord } from "@datong/core";
import { findFlowNamed } from "../../store/flow-rows.ts";
import { headsByKey } from "../../store/each-rows.ts";
import { storePage } from "../record/store-page.ts";
import type { Running } from "../running.ts";
import { isOver, pageReader, type ReadNext } from "./page-reader.ts";
import { closedSpan, readState, watermarkAt, writeState, type PullState } from "./pull.ts";
import { CallFault, PageFault } from "./read-page.ts";
import { addTally, NO_TALLY, UNKNOWN_TALLY, type Tally } from "./tally.ts";

const RECORDS = 100;
const REFUSED_MAX = 20;

export interface EachPull {
  readonly flow: string;
  /** Null where no cursor moves. */
  readonly cursor: string | null;
  /** The windows that each record is asked for. */
  readonly slices: readonly Slice[];
  /** Moved at the end of all. */
  readonly movesWatermark: boolean;
  /** Only these bills. */
  readonly only?: ReadonlySet<string>;
  /** Whether the windows count as closed when all have been read. */
  readonly closes: boolean;
}

/** Where it stands: the windows of the whole pull, the last record that was read, and the one being read with its page. */
interface EachState {
  readonly slices: readonly Slice[];
  readonly after: string;
  readonly now: { readonly key: string; readonly pull: string } | null;
  /** A record was refused: the watermark stays, so that its window is asked for again. */
  readonly refused: boolean;
  /** What the records before have brought; absent in a state that was kept before tallies were. */
  readonly tally?: Tally;
}

interface Refusals {
  first: unknown;
  inARow: number;
}

export async function pullEach(running: Running, pull: EachPull): Promise<void> {
  const { pool, store, row } = running;
  const other = await findFlowNamed(pool, pull.flow);
  if (other === null) return;
  const saved = pull.cursor === null ? null : await store.loadCursor(row.lane, row.num, pull.cursor);
  let state: EachState =
    saved === null || saved === ""
      ? { slices: pull.slices, after: "", now: null, refused: false, tally: NO_TALLY }
      : (JSON.parse(saved) as EachState);
  if (state.slices.length === 0) return;
  const read = pageReader(running);
  const refusals: Refusals = { first: null, inARow: 0 };
  while (!isOver(running)) {
    const records = await headsByKey(pool, { lane: other.lane, flow: other.num, after: state.after, count: RECORDS });
    if (records.length === 0) break;
    for (const record of records) {
      await readRecord(running, pull, state, record.key, record.head, read).then(
        (tally) => {
          refusals.inARow = 0;
          state = { ...state, tally };
        },
        (error: unknown) => noteRefusal(error, refusals),
      );
      if (isOver(running)) return;
      state = { ...state, after: record.key, now: null, refused: state.refused || refusals.first !== null };
    }
  }
  if (isOver(running)) return;
  await finish(running, pull, state);
  if (refusals.first !== null) throw refusals.first;
}

/** Page after page of one record; each is stored with the place in it. Gives the tally with what it brought. */
async function readRecord(
  running: Running,
  { cursor, only }: EachPull,
  state: EachState,
  key: string,
  head: JsonObject,
  read: ReadNext,
): Promise<Tally> {
  let tally = state.tally ?? UNKNOWN_TALLY;
  const resumed = state.now?.key === key ? readState(state.now.pull) : null;
  let pull: PullState = resumed ?? { slices: state.slices, state: FIRST_PAGE, carry: [], tally: NO_TALLY };
  while (pull.slices.length > 0 && !isOver(running)) {
    const { page: whole, next } = await read(pull, head);
    const { closes, ...page } = whole;
    if (closes !== undefined) tally = addTally(tally, closes);
    const place: EachState = page.last
      ? { ...state, after: key, now: null, tally }
      : { ...state, now: { key, pull: writeState(next) }, tally };
    const wanted = (record: SourceRecord): boolean => only?.has(record.number ?? "") === true || only?.has(record.key ?? "") === true;
    const records = only === undefined ? page.records : page.records.filter(wanted);
    const cursors = cursor === null ? [] : [{ name: cursor, value: JSON.stringify(place) }];
    // The pull goes on with the next record: only the last one's last page would be the pull's.
    await storePage(running, { ...page, records, cursors, last: false });
    pull = next;
  }
  return tally;
}

/** Throws what is not this record's own fault. */
function noteRefusal(error: unknown, refusals: Refusals): void {
  const isRefusal = error instanceof PageFault || (error instanceof CallFault && error.verdict.fault === "rejected");
  if (!isRefusal || (error instanceof CallFault && error.verdict.cause === "credentials")) throw error;
  refusals.first ??= error;
  refusals.inARow += 1;
  if (refusals.inARow >= REFUSED_MAX) throw error;
}

async function finish(running: Running, { cursor, movesWatermark, closes }: EachPull, state: EachState): Promise<void> {
  const { slices, refused, tally = UNKNOWN_TALLY } = state;
  if (cursor === null) return;
  const nowMs = running.ports.nowMs();
  const slice = slices.at(-1) ?? { fromMs: nowMs, toMs: nowMs };
  const watermark = movesWatermark && !refused ? [{ name: "watermark", value: watermarkAt(running.ready, slice, nowMs) }] : [];
  const cursors = [{ name: cursor, value: "" }, ...watermark];
  const span = { ...slice, fromMs: slices[0]?.fromMs ?? slice.fromMs };
  const closed = closes && !refused ? { closes: { ...tally, ...closedSpan(running.ready, span, nowMs) } } : {};
  await storePage(running, { records: [], rowCount: 0, exchanges: [], slice, cursors, last: true, ...closed });
}
