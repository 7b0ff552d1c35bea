/**
 * What a flow's open documents suffer from, grouped: by code, business cause, the vendor's code and what it said with its numbers and
 * names taken out. Each group has a sample with the body that was refused. One statement over the short list of what wants attention.
 */
import { STATUSES, type Status } from "@datong/core";
import { readPlaces, type Place } from "../store/stored-text.ts";
import type { Queryable } from "../store/transaction.ts";
import type { FlowAt } from "./listed-places.ts";

export interface FailureGroup {
  readonly status: Status;
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  /** What was said of the latest. */
  readonly text: string;
  readonly documents: number;
  readonly latestAt: number;
  /** Keys of records, the first of them. */
  readonly keys: readonly string[];
  readonly numbers: readonly string[];
  /** JSON text of the latest's body; null where it could not be mapped or is gone. */
  readonly body: string | null;
}

const GROUPS_MAX = 50;
const KEYS_MAX = 500;
const NUMBERS = 3;

/** Values, numbers and names that differ from bill to bill. */
const PATTERN = `regexp_replace(coalesce(d.vendor_text, ''), '【[^】]*】|\\[[^]]*\\]|「[^」]*」|"[^"]*"|''[^'']*''|[A-Za-z]*[0-9][A-Za-z0-9_.-]*', '*', 'g')`;

interface Row {
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  readonly pattern: string;
  readonly documents: number;
  readonly latest: string;
  readonly keys: readonly string[];
}

/** Most first. */
export async function failureGroups(client: Queryable, at: FlowAt, status: Status): Promise<readonly FailureGroup[]> {
  const { rows } = await client.query<Row>(
    `select d.code, d.cause, d.vendor_code as "vendorCode", ${PATTERN} as pattern, count(*)::int as documents, max(d.id)::text as latest,
       (array_agg(d.record_key order by d.id))[1:${KEYS_MAX}] as keys
     from attention a join document d on d.lane = $1 and d.id = a.document
     where a.lane = $1 and a.flow = $2 and a.status = $3 and d.code is distinct from 'ORDER_WAITS'
     group by 1, 2, 3, 4 order by 5 desc limit ${GROUPS_MAX}`,
    [at.lane, at.flow, STATUSES[status].number],
  );
  const latest = await latestOf(
    client,
    at,
    rows.map((row) => row.latest),
  );
  const groups = rows.map(({ pattern: _pattern, latest: id, keys, ...row }): FailureGroup => {
    const last = latest.get(id);
    const own = [...new Set(keys)];
    return { ...row, status, keys: own, numbers: [], text: last?.text ?? "", latestAt: last?.changedAt ?? 0, body: last?.body ?? null };
  });
  const all = [...groups, ...(await bareGroups(client, at, status))];
  const numbers = await numbersOf(
    client,
    at,
    all.flatMap(({ keys }) => keys.slice(0, NUMBERS)),
  );
  return all.map((group) => ({ ...group, numbers: group.keys.slice(0, NUMBERS).map((key) => numbers.get(key) ?? key) }));
}

interface Latest {
  readonly text: string;
  readonly changedAt: number;
  readonly body: string | null;
}

async function latestOf(client: Queryable, { lane }: FlowAt, ids: readonly string[]): Promise<ReadonlyMap<string, Latest>> {
  const { rows } = await client.query<Place & { id: string; text: string; changedAt: number }>(
    `select id::text, coalesce(vendor_text, code, '') as text, changed_at as "changedAt", block, place from document where lane = $1 and id = any($2::bigint[])`,
    [lane, ids],
  );
  const bodies = await readPlaces(client, lane, rows);
  return new Map(
    rows.map(({ id, text, changedAt }, i) => [id, { text, changedAt, body: bodies[i] === "null" ? null : (bodies[i] ?? null) }]),
  );
}

/** Records that have no document: they could not be restructured. */
async function bareGroups(client: Queryable, at: FlowAt, status: Status): Promise<readonly FailureGroup[]> {
  if (status !== "failed") return [];
  const { rows } = await client.query<{ code: string; text: string; documents: number; latestAt: number; keys: readonly string[] }>(
    `select split_part(r.reason, ':', 1) as code, max(r.reason) as text, count(*)::int as documents, max(r.changed_at) as "latestAt",
       (array_agg(r.key order by r.key))[1:${KEYS_MAX}] as keys
     from record r where r.lane = $1 and r.flow = $2 and r.status = $3 and r.status in (0, 4, 5, 6)
       and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key)
     group by 1 order by 3 desc limit ${GROUPS_MAX}`,
    [at.lane, at.flow, STATUSES[status].number],
  );
  return rows.map(({ text, code, ...row }) => ({
    ...row,
    code,
    status,
    cause: null,
    vendorCode: null,
    text: text.slice(code.length).replace(/^: /, ""),
    numbers: [],
    body: null,
  }));
}

async function numbersOf(client: Queryable, at: FlowAt, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ key: string; number: string | null }>(
    "select key, number from record where lane = $1 and flow = $2 and key = any($3::text[])",
    [at.lane, at.flow, keys],
  );
  return new Map(rows.flatMap(({ key, number }) => (number === null ? [] : [[key, number] as const])));
}
