/**
 * Reads just the bills of given numbers (试推一单). Where the API can ask by number it does, whenever the bill was changed but within
 * the flow's own filter, so that a trial never writes what the flow would not. Elsewhere the usual window is read and the rest is left
 * out. Nothing is stored here and no cursor moves.
 */
import { FIRST_PAGE, groupRows, planSlices, type ByNumber, type SourceRow } from "@datong/core";
import type { ReadyFlow } from "../ready-flow.ts";
import { readyParams } from "../ready-flow.ts";
import type { PulledPage } from "./pull.ts";
import { CallFault, readPage } from "./read-page.ts";

/** Pages with only the wanted records. `lifted`: without the flow's filter too, to tell a bill that it leaves out from one that is not there. */
export async function* readByNumber(
  ready: ReadyFlow,
  numbers: readonly string[],
  nowMs: number,
  options: { readonly lifted?: boolean } = {},
): AsyncGenerator<PulledPage> {
  const by = ready.source.ready.api.byNumber;
  const wanted = new Set(numbers);
  const batch = by?.batchMax ?? numbers.length;
  for (let from = 0; from < numbers.length; from += batch) {
    const keys = numbers.slice(from, from + batch);
    const asking = by === undefined ? ready : withParams(ready, by, options.lifted === true);
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
  const absent = ready.source.ready.api.byNumber?.absent ?? [];
  const slices = keys === undefined ? all : all.slice(-1);
  for (const slice of slices) {
    let state = FIRST_PAGE;
    let carry: readonly SourceRow[] = [];
    for (let ended = false; !ended;) {
      // Asked by number, a bill may have been changed at any time.
      const asked = keys === undefined ? { slice } : { slice: { ...slice, fromMs: 0 }, keys };
      const read = await readPage(ready, { nowMs, state, ...asked }).catch((error: unknown) => {
        if (error instanceof CallFault && absent.includes(error.verdict.vendorCode ?? "")) return null;
        throw error;
      });
      if (read === null) break;
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

function withParams(ready: ReadyFlow, by: ByNumber, lifted: boolean): ReadyFlow {
  const own = ready.flow.source.params ?? {};
  const given: Record<string, string | null> = { ...own };
  if (lifted) for (const name of by.lift ?? []) given[name] = "";
  for (const [name, text] of Object.entries(by.params)) {
    const mine = own[name] ?? "";
    given[name] = by.and === name && mine !== "" && !lifted ? `(${mine}) and ${text}` : text;
  }
  return { ...ready, source: { ...ready.source, params: readyParams(ready.source.ready.api, given, ready.flow.source.columns ?? {}) } };
}
