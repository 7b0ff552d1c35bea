/**
 * Extra keys (网上订单号, 运单号 …): values of declared fields by which a flow's records are found besides their own numbers. Kept in the
 * transaction that stores a page; what was stored before the flow declared them is put in by bulk work of the kind index.
 */
import { keysOfRow, storedPathOf, storedRows, type StoredPath } from "@datong/core";
import { recordsBehind } from "./lookup-rows.ts";
import { storableText, textArray } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

/** A record with more values than this is found by the first. */
const VALUES_MAX = 200;
const LENGTH_MAX = 200;

interface KeyedRecord {
  readonly key: string;
  /** JSON list. */
  readonly rows: string;
  readonly isNew?: boolean;
}

interface FlowAt {
  readonly lane: number;
  readonly flow: number;
}

/** The values of these fields, each once: of a line's field those of every line. */
export function extraValues(rows: string, fields: readonly StoredPath[]): readonly string[] {
  const values = new Set<string>();
  for (const content of storedRows(rows))
    for (const field of fields)
      for (const value of keysOfRow({ content }, [field])) {
        const text = storableText(value.trim());
        if (text !== "" && text.length <= LENGTH_MAX) values.add(text);
      }
  return [...values].slice(0, VALUES_MAX);
}

export function extraFields(names: readonly string[]): readonly StoredPath[] {
  return names.map((name) => storedPathOf(`content.${name}`));
}

/** Records that the ledger had before leave their former values. */
export async function keepExtraKeys(
  client: Queryable,
  at: FlowAt,
  names: readonly string[],
  records: readonly KeyedRecord[],
): Promise<void> {
  const fields = extraFields(names);
  const former = records.filter((record) => record.isNew !== true).map((record) => record.key);
  if (former.length > 0)
    await client.query({
      name: "record_extra_forget",
      text: "delete from record_extra where lane = $1 and flow = $2 and record_key = any($3::text[])",
      values: [at.lane, at.flow, textArray(former)],
    });
  const values = records.flatMap(({ key, rows }) => extraValues(rows, fields).map((value) => ({ key, value })));
  if (values.length === 0) return;
  await client.query({
    name: "record_extra_insert",
    text: `insert into record_extra (lane, flow, record_key, value)
      select l.lane, $2, x.k, x.v from lane l cross join unnest($3::text[], $4::text[]) as x(k, v) where l.lane = $1 on conflict do nothing`,
    values: [at.lane, at.flow, textArray(values.map(({ key }) => key)), textArray(values.map(({ value }) => value))],
  });
}

/** Puts the stored records behind a key in; gives the last key, null at the end. */
export async function indexExtraKeys(
  client: Queryable,
  at: FlowAt,
  names: readonly string[],
  after: string,
  count: number,
): Promise<{ readonly last: string | null; readonly records: number }> {
  const records = await recordsBehind(client, at, after, count);
  await keepExtraKeys(client, at, names, records);
  return { last: records.length < count ? null : (records.at(-1)?.key ?? null), records: records.length };
}
