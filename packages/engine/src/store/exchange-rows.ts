/** What was really said: requests and responses, masked and compressed, in the transaction of whatever came of them. */
import { REQUEST_PACKED, type Exchange } from "../connection/caller.ts";
import { joinedBytes, numberArray, textArray } from "./parameters.ts";
import { packText } from "./stored-text.ts";
import type { Queryable } from "./transaction.ts";

export interface StoredExchange extends Exchange {
  readonly id: string;
  readonly task: string | null;
}

export async function insertExchanges(
  client: Queryable,
  lane: number,
  flow: number,
  run: string,
  exchanges: readonly StoredExchange[],
): Promise<void> {
  if (exchanges.length === 0) return;
  const texts = joinedBytes([
    ...exchanges.map((e) => e[REQUEST_PACKED] ?? packText(e.request)),
    ...exchanges.map((e) => packText(e.response)),
  ]);
  await client.query({
    name: "exchange_insert",
    text: `insert into exchange (at, lane, id, flow, run, task, operation, status, took_ms, request, response)
      select to_timestamp(x.a / 1000.0), l.lane, x.i, $2, $3, x.t, x.o, x.s, x.m, substring($10::bytea from x.qf for x.ql), substring($10::bytea from x.rf for x.rl)
      from lane l cross join unnest($4::float8[], $5::bigint[], $6::bigint[], $7::text[], $8::int[], $9::int[], $11::int[], $12::int[], $13::int[], $14::int[])
        as x(a, i, t, o, s, m, qf, ql, rf, rl)
      where l.lane = $1`,
    values: [
      lane,
      flow,
      run,
      numberArray(exchanges.map((e) => e.atMs)),
      numberArray(exchanges.map((e) => e.id)),
      numberArray(exchanges.map((e) => e.task)),
      textArray(exchanges.map((e) => e.operation)),
      numberArray(exchanges.map((e) => e.status)),
      numberArray(exchanges.map((e) => e.tookMs)),
      texts.bytes,
      numberArray(texts.from.slice(0, exchanges.length)),
      numberArray(texts.lengths.slice(0, exchanges.length)),
      numberArray(texts.from.slice(exchanges.length)),
      numberArray(texts.lengths.slice(exchanges.length)),
    ],
  });
}
