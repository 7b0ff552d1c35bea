/**
 * Records of a page: their rows in a block, and a row each. New ones are inserted plainly: a row that may meet another one is written as a
 * guess that is confirmed afterwards, with a second entry in the log. One that was stored meanwhile refuses the page.
 */
import type { PageRows } from "./page-rows.ts";
import { numberArray, textArray, textColumn } from "./parameters.ts";
import { insertBlocks } from "./stored-text.ts";
import type { Queryable } from "./transaction.ts";

/** Records that the ledger does not have. */
export async function insertRecords(client: Queryable, page: PageRows): Promise<void> {
  await withRows(client, page, (values) =>
    client.query({
      name: "record_insert",
      text: `insert into record (lane, flow, key, number, fingerprint, version, status, reason, run, exchange, block, place)
        select l.lane, $2, x.k, x.n, decode(x.h, 'hex'), x.v, x.s, x.r, $3, $4, $5, x.p - 1
        from lane l cross join unnest($6::text[], $7::text[], $8::text[], $9::int[], $10::smallint[], $11::text[]) with ordinality as x(k, n, h, v, s, r, p)
        where l.lane = $1`,
      values,
    }),
  );
}

/** New and changed records. */
export async function upsertRecords(client: Queryable, page: PageRows): Promise<void> {
  await withRows(client, page, (values) =>
    client.query({
      name: "record_upsert",
      text: `insert into record as r (lane, flow, key, number, fingerprint, version, status, reason, run, exchange, block, place)
        select l.lane, $2, x.k, x.n, decode(x.h, 'hex'), x.v, x.s, x.r, $3, $4, $5, x.p - 1
        from lane l cross join unnest($6::text[], $7::text[], $8::text[], $9::int[], $10::smallint[], $11::text[]) with ordinality as x(k, n, h, v, s, r, p)
        where l.lane = $1
        on conflict (lane, flow, key) do update set number = excluded.number, fingerprint = excluded.fingerprint, version = excluded.version,
          status = excluded.status, reason = excluded.reason, run = excluded.run, exchange = coalesce(excluded.exchange, r.exchange), block = excluded.block,
          place = excluded.place, seen_at = excluded.seen_at, changed_at = excluded.changed_at`,
      values,
    }),
  );
}

async function withRows(client: Queryable, page: PageRows, store: (values: unknown[]) => Promise<unknown>): Promise<void> {
  const records = [...page.records].sort((a, b) => (a.key < b.key ? -1 : 1));
  const block = page.nextId();
  const blocks = insertBlocks(client, page.lane, page.flow, [{ id: block, texts: records.map((record) => record.rows) }]);
  const rows = store([
    page.lane,
    page.flow,
    page.run,
    page.exchanges.at(-1)?.id ?? null,
    block,
    textArray(records.map((r) => r.key)),
    textColumn(records.map((r) => r.number)),
    textArray(records.map((r) => r.fingerprint)),
    numberArray(records.map((r) => r.version)),
    numberArray(records.map((r) => r.status)),
    textColumn(records.map((r) => r.reason)),
  ]);
  await Promise.all([blocks, rows]);
}
