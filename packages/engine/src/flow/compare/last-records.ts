/** The bills that a flow wrote last, as they were read, for whoever tries a change on them. */
import type { FlowAt } from "../../ledger/listed-places.ts";
import { storedRecords, type StoredRecord } from "../../ledger/repair/open-documents.ts";
import type { Queryable } from "../../store/transaction.ts";
import type { SourceRecord } from "@datong/core";

/** So many of the account's latest documents are looked through for the flow's own; a flow that is quiet beside busy ones is read by key. */
const LOOKED_AT = 20_000;

/** Keys of records, those with the latest documents first, then others, backwards by key. */
export async function lastKeys(client: Queryable, at: FlowAt, limit: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select record_key as key from (select id, flow, record_key from document where lane = $1 order by id desc limit ${LOOKED_AT}) d
     where flow = $2 group by record_key order by max(id) desc limit $3`,
    [at.lane, at.flow, limit],
  );
  const keys = rows.map((row) => row.key);
  if (keys.length >= limit) return keys;
  const more = await client.query<{ key: string }>(
    "select key from record where lane = $1 and flow = $2 and not (key = any($3::text[])) order by key desc limit $4",
    [at.lane, at.flow, keys, limit - keys.length],
  );
  return [...keys, ...more.rows.map((row) => row.key)];
}

/** With their rows, in the order of the keys; those whose rows are gone are left out. */
export async function recordsOfKeys(
  client: Queryable,
  at: FlowAt,
  keys: readonly string[],
): Promise<readonly (StoredRecord & { readonly record: SourceRecord })[]> {
  const found = new Map((await storedRecords(client, at, keys)).map((read) => [read.key, read]));
  return keys.flatMap((key) => found.get(key) ?? []);
}
