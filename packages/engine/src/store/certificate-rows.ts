/**
 * Certificates of closed source windows: stored with the page that closes one, listed by span, folded by day when they are old. Instants are
 * epoch ms; what no certificate covers is worked out here, by the database's ranges, so that a year of windows costs one statement.
 */
import type pg from "pg";
import type { ClosedWindow } from "../flow/source/tally.ts";
import type { FlowPlace } from "./reconciliation-rows.ts";
import { transaction, type Queryable } from "./transaction.ts";

export interface CertificateRow extends ClosedWindow {
  readonly id: string;
  /** More than one where old ones were folded. */
  readonly windows: number;
  readonly revision: number;
  readonly run: string;
  readonly closedAt: number;
}

export interface NewCertificate extends ClosedWindow {
  readonly id: string;
  readonly windows: number;
  readonly revision: number;
  readonly run: string;
  /** Now unless given. */
  readonly closedAt?: number;
}

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const COLUMNS = `id, ${MS("from_at")} as "fromMs", ${MS("to_at")} as "toMs", pages, row_count::float8 as "rows", record_count::float8 as "records",
  ids_hash as "hash", windows, revision, run, ${MS("closed_at")} as "closedAt"`;

export async function insertCertificate(client: Queryable, { lane, flow }: FlowPlace, row: NewCertificate): Promise<void> {
  await client.query({
    name: "certificate_insert",
    text: `insert into certificate (lane, flow, id, from_at, to_at, pages, row_count, record_count, ids_hash, windows, revision, run, closed_at)
      values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), $6, $7, $8, $9, $10, $11, $12,
        coalesce(to_timestamp($13::float8 / 1000), now()))`,
    values: [
      lane,
      flow,
      row.id,
      row.fromMs,
      row.toMs,
      row.pages,
      row.rows,
      row.records,
      row.hash,
      row.windows,
      row.revision,
      row.run,
      row.closedAt ?? null,
    ],
  });
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those that touch a span, the newest end first; `before`: behind the last one of the page before. */
export async function listCertificateRows(
  client: Queryable,
  { lane, flow }: FlowPlace,
  page: Span & { readonly before: { readonly toMs: number; readonly id: string } | null; readonly limit: number },
): Promise<readonly CertificateRow[]> {
  const { rows } = await client.query<CertificateRow>(
    `select ${COLUMNS} from certificate where lane = $1 and flow = $2 and to_at > to_timestamp($3::float8 / 1000)
       and coalesce(from_at, '-infinity') < to_timestamp($4::float8 / 1000)
       and ($5::float8 is null or (to_at, id) < (to_timestamp($5::float8 / 1000), $6::bigint))
     order by to_at desc, id desc limit $7`,
    [lane, flow, page.fromMs, page.toMs, page.before?.toMs ?? null, page.before?.id ?? null, page.limit],
  );
  return rows;
}

/** First instant that a window covers, and the last one; null where nothing was closed yet. `wholeAt`: when all was read last. */
export async function certifiedBounds(
  client: Queryable,
  { lane, flow }: FlowPlace,
): Promise<{ readonly firstMs: number | null; readonly lastMs: number | null; readonly wholeAt: number | null }> {
  const { rows } = await client.query<{ firstMs: number | null; lastMs: number | null; wholeAt: number | null }>(
    `select ${MS("min(from_at)")} as "firstMs", ${MS("max(to_at) filter (where from_at is not null)")} as "lastMs",
       ${MS("max(closed_at) filter (where from_at is null)")} as "wholeAt" from certificate where lane = $1 and flow = $2`,
    [lane, flow],
  );
  return rows[0] ?? { firstMs: null, lastMs: null, wholeAt: null };
}

const COVERED = `select range_agg(tstzrange(c.from_at, c.to_at)) as covered from certificate c
  where c.lane = $1 and c.flow = $2 and c.from_at is not null and c.from_at < c.to_at
    and c.to_at > to_timestamp($3::float8 / 1000) and c.from_at < to_timestamp($4::float8 / 1000)`;

/** The parts of a span that no window covers, oldest first. Windows that overlap are as good as one. */
export async function uncovered(client: Queryable, { lane, flow }: FlowPlace, span: Span): Promise<readonly Span[]> {
  if (span.fromMs >= span.toMs) return [];
  const { rows } = await client.query<Span>(
    `select ${MS("lower(g)")} as "fromMs", ${MS("upper(g)")} as "toMs" from (${COVERED}) x
     cross join lateral unnest(tstzmultirange(tstzrange(to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000)))
       - coalesce(x.covered, '{}'::tstzmultirange)) as g order by 1`,
    [lane, flow, span.fromMs, span.toMs],
  );
  return rows;
}

/** What windows that ended on a day brought; days by the zone's calendar. */
export interface CertifiedDay {
  /** yyyy-MM-dd. */
  readonly day: string;
  readonly windows: number;
  readonly rows: number;
  readonly records: number;
}

export async function certifiedDays(
  client: Queryable,
  { lane, flow }: FlowPlace,
  { fromMs, toMs, zone }: Span & { readonly zone: string },
): Promise<readonly CertifiedDay[]> {
  const { rows } = await client.query<CertifiedDay>(
    `select to_char(to_at at time zone $5, 'YYYY-MM-DD') as day, sum(windows)::int as windows, sum(row_count)::float8 as "rows", sum(record_count)::float8 as "records"
     from certificate where lane = $1 and flow = $2 and to_at > to_timestamp($3::float8 / 1000) and to_at <= to_timestamp($4::float8 / 1000)
     group by 1 order by 1`,
    [lane, flow, fromMs, toMs, zone],
  );
  return rows;
}

/** Rows and pages that windows of a span brought, and how much time they cover: what a reading of as much time may bring. */
export async function certifiedVolume(
  client: Queryable,
  { lane, flow }: FlowPlace,
  { fromMs, toMs }: Span,
): Promise<{ readonly rows: number; readonly pages: number; readonly coveredMs: number }> {
  const { rows } = await client.query<{ rows: number; pages: number; coveredMs: number }>(
    `select coalesce(sum(row_count), 0)::float8 as "rows", coalesce(sum(pages), 0)::float8 as pages,
       coalesce(sum(extract(epoch from (to_at - from_at))) * 1000, 0)::float8 as "coveredMs"
     from certificate where lane = $1 and flow = $2 and from_at is not null
       and to_at > to_timestamp($3::float8 / 1000) and from_at < to_timestamp($4::float8 / 1000)`,
    [lane, flow, fromMs, toMs],
  );
  return rows[0] ?? { rows: 0, pages: 0, coveredMs: 0 };
}

/** A batch of those that end before an instant, oldest first, behind one of them. */
export async function oldCertificates(
  client: Queryable,
  { lane, flow }: FlowPlace,
  page: { readonly after: { readonly toMs: number; readonly id: string }; readonly beforeMs: number; readonly limit: number },
): Promise<readonly CertificateRow[]> {
  const { rows } = await client.query<CertificateRow>(
    `select ${COLUMNS} from certificate where lane = $1 and flow = $2 and to_at < to_timestamp($3::float8 / 1000)
       and (to_at, id) > (to_timestamp($4::float8 / 1000), $5::bigint) order by to_at, id limit $6`,
    [lane, flow, page.beforeMs, page.after.toMs, page.after.id, page.limit],
  );
  return rows;
}

/** One in place of several; nothing happens where somebody else has folded one of them meanwhile. */
export async function foldCertificates(
  pool: pg.Pool,
  at: FlowPlace,
  group: readonly CertificateRow[],
  whole: CertificateRow,
): Promise<void> {
  const ids = group.map((each) => each.id);
  await transaction(pool, async (client) => {
    const { rows } = await client.query(
      "select 1 from certificate where lane = $1 and flow = $2 and id = any($3::bigint[]) order by id for update",
      [at.lane, at.flow, ids],
    );
    if (rows.length !== ids.length) return;
    await client.query("delete from certificate where lane = $1 and flow = $2 and id = any($3::bigint[])", [at.lane, at.flow, ids]);
    await insertCertificate(client, at, whole);
  });
}

/** Those that end before an instant. */
export async function dropCertificates(client: Queryable, { lane, flow }: FlowPlace, beforeMs: number): Promise<number> {
  const { rowCount } = await client.query(
    "delete from certificate where lane = $1 and flow = $2 and to_at < to_timestamp($3::float8 / 1000)",
    [lane, flow, beforeMs],
  );
  return rowCount ?? 0;
}
