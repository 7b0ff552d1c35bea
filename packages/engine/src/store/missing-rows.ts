/**
 * Documents that wait for master data at the target, by code. A code counts as there when a document of any flow to the same account is
 * done under it as external key, when a document that waited for it is done, or when the target said that it has it, since it was missed.
 */
import type { MissingCode } from "@datong/core";
import type pg from "pg";
import { storableText } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

/** Costs nothing where no document misses anything. */
export async function noteMissing(
  client: Queryable,
  lane: number,
  flow: number,
  ends: readonly { readonly id: string; readonly missing?: readonly MissingCode[] }[],
): Promise<void> {
  const rows = ends.flatMap(({ id, missing }) => (missing ?? []).map((each) => ({ id, ...each })));
  if (rows.length === 0) return;
  await client.query({
    name: "missing_code_note",
    text: `insert into missing_code as m (lane, flow, kind, code, document)
      select l.lane, $2, x.k, x.c, x.d from lane l cross join unnest($3::text[], $4::text[], $5::bigint[]) as x(k, c, d) where l.lane = $1
      on conflict (lane, document, kind, code) do update set at = excluded.at`,
    values: [lane, flow, rows.map((row) => storableText(row.kind)), rows.map((row) => storableText(row.code)), rows.map((row) => row.id)],
  });
}

const FOUND = `exists (select 1 from document o join flow g on g.num = o.flow
    where o.lane = $1 and o.external_key = w.code and o.status = 3 and o.changed_at >= w.at and g.account = w.account)
  or exists (select 1 from missing_code n join document o on o.lane = $1 and o.id = n.document join flow g on g.num = n.flow
    where n.lane = $1 and n.code = w.code and n.kind = w.kind and o.status = 3 and o.changed_at >= w.at and g.account = w.account)
  or exists (select 1 from missing_ask a
    where a.lane = $1 and a.flow = $2 and a.kind = w.kind and a.code = w.code and a.found_at >= w.at)`;

/**
 * Ids of a flow's documents whose codes are all there now, and of one for each code that nobody has tried or asked for since `tryAfterMs`:
 * if the target takes that one, the others follow. Null where nothing of the flow ever waited, or all that did is forgotten.
 */
export async function documentsToWake(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly tryAfterMs: number },
): Promise<readonly string[] | null> {
  const any = await pool.query("select 1 from missing_code where lane = $1 and flow = $2 limit 1", [at.lane, at.flow]);
  if (any.rows.length === 0) return null;
  const { rows } = await pool.query<{ id: string }>(
    `with w as materialized (select m.document, m.kind, m.code, m.at, f.account from missing_code m
        join document d on d.lane = $1 and d.id = m.document and d.status = 0 join flow f on f.num = m.flow where m.lane = $1 and m.flow = $2)
      select s.document as id from (select w.document, ${FOUND} as found from w) s group by s.document having bool_and(s.found)
      union select min(w.document) from w left join missing_ask a on a.lane = $1 and a.flow = $2 and a.kind = w.kind and a.code = w.code
        group by w.kind, w.code having greatest(max(w.at), max(a.asked_at)) < now() - make_interval(secs => $3)
      order by id`,
    [at.lane, at.flow, at.tryAfterMs / 1000],
  );
  return rows.map((row) => row.id);
}

/** Claims codes of these kinds that documents of the flow wait for and that nobody asked for lately: whoever gets them asks. */
export async function claimAsks(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly kinds: readonly string[]; readonly againMs: number; readonly count: number },
): Promise<readonly MissingCode[]> {
  const { rows } = await pool.query<MissingCode>({
    name: "missing_ask_claim",
    text: `insert into missing_ask as a (lane, flow, kind, code, asked_at)
      select l.lane, $2, c.kind, c.code, now() from lane l cross join (
        select m.kind, m.code from missing_code m join document d on d.lane = $1 and d.id = m.document and d.status = 0
          left join missing_ask b on b.lane = $1 and b.flow = $2 and b.kind = m.kind and b.code = m.code
        where m.lane = $1 and m.flow = $2 and m.kind = any($3::text[])
          and coalesce(b.asked_at, '-infinity') < now() - make_interval(secs => $4)
        group by m.kind, m.code order by min(b.asked_at) nulls first, m.kind, m.code limit $5) c where l.lane = $1
      on conflict (lane, flow, kind, code) do update set asked_at = excluded.asked_at
        where a.asked_at < excluded.asked_at - make_interval(secs => $4)
      returning kind, code`,
    values: [at.lane, at.flow, at.kinds, at.againMs / 1000, at.count],
  });
  return rows;
}

/** The target has these codes. */
export async function noteFound(pool: pg.Pool, lane: number, flow: number, kind: string, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  await pool.query({
    name: "missing_ask_found",
    text: "update missing_ask set found_at = now() where lane = $1 and flow = $2 and kind = $3 and code = any($4::text[])",
    values: [lane, flow, kind, codes],
  });
}

/** Rows that tell nothing any more: their document is settled, and none waits for the code. */
export async function forgetMissing(pool: pg.Pool, lane: number, flow: number): Promise<void> {
  await pool.query(
    `delete from missing_code m where m.lane = $1 and m.flow = $2
       and not exists (select 1 from document d where d.lane = $1 and d.id = m.document and d.status in (0, 1, 2, 6))
       and not exists (select 1 from missing_code o join document d on d.lane = $1 and d.id = o.document and d.status = 0
         where o.lane = $1 and o.code = m.code and o.kind = m.kind)`,
    [lane, flow],
  );
  await pool.query(
    `delete from missing_ask a where a.lane = $1 and a.flow = $2
       and not exists (select 1 from missing_code m where m.lane = $1 and m.flow = $2 and m.kind = a.kind and m.code = a.code)`,
    [lane, flow],
  );
}
