/**
 * Reads just the bills of given numbers (试推一单). Where the API can ask by number it does; elsewhere the usual window is read and the
 * rest is left out. Nothing is stored here and no cursor moves.
 */
import { FIRST_PAGE, groupRows, planSlices, type SourceRecord } from "@datong/core";
import type { ReadyFlow } from "../ready-flow.ts";
import { readyParams } from "../ready-flow.ts";
import type { PulledPage } from "./pull.ts";
import { readPage } from "./read-page.ts";

/** Pages with only the wanted records. */
export async function* readByNumber(ready: ReadyFlow, numbers: readonly string[], nowMs: number): AsyncGenerator<PulledPage> {
  const by = ready.source.ready.api.byNumber;
  const wanted = new Set(numbers);
  const batch = by?.batchMax ?? numbers.length;
  for (let from = 0; from < numbers.length; from += batch) {
    const keys = numbers.slice(from, from + batch);
    const asking = by === undefined ? ready : withParams(ready, by.params);
    yield* readAll(asking, by === undefined ? undefined : keys, wanted, nowMs);
  }
}

async function* readAll(
  ready: ReadyFlow,
  keys: readonly string[] | undefined,
  wanted: ReadonlySet<string>,
  nowMs: number,
): AsyncGenerator<PulledPage> {
  const span = ready.source.ready.api.window?.spanMaxMs;
  const all = planSlices(ready.flow.source.watermark, {
    sourceNowMs: nowMs,
    watermarkMs: null,
    zone: ready.source.connection.connector.zone,
    ...(span === undefined ? {} : { spanMaxMs: span }),
  });
  const slices = keys === undefined ? all : all.slice(-1);
  for (const slice of slices) {
    let state = FIRST_PAGE;
    let carry: SourceRecord["rows"] = [];
    for (let ended = false; !ended;) {
      const read = await readPage(ready, { nowMs, slice, state, ...(keys === undefined ? {} : { keys }) });
      ended = read.decision.kind === "end";
      const grouped = groupRows(ready.source.keys, carry, read.rows, ended);
      carry = grouped.carry;
      state = read.decision.state;
      const records = grouped.records.filter((record) => wanted.has(record.number ?? "") || wanted.has(record.key ?? ""));
      yield {
        records,
        rowCount: records.reduce((sum, record) => sum + record.rows.length, 0),
        exchanges: read.exchanges,
        slice,
        cursors: [],
        last: ended,
      };
    }
  }
}

function withParams(ready: ReadyFlow, params: Readonly<Record<string, string>>): ReadyFlow {
  const given = { ...ready.flow.source.params, ...params };
  return { ...ready, source: { ...ready.source, params: readyParams(ready.source.ready.api, given, ready.flow.source.columns ?? {}) } };
}
