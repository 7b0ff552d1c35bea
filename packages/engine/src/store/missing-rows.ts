/**
 * Documents that wait for master data at the target, by code. A code counts as there when a document of any flow to the same account is
 * done under it as external key, or when a document that waited for it is done, in both cases since it was missed.
 */
import type { MissingCode } from "@datong/core";
import type pg from "pg";
import { storableText, type Queryable } from "./transaction.ts";

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
    where n.lane = $1 and n.code = w.code and n.kind = w.kind and o.status = 3 and o.changed_at >= w.at and g.account = w.account)`;

/**
 * Ids of a flow's documents whose codes are all there now, and of one for each code that nobody has tried for `tryAfterMs`: if the target
 * takes that one, the others follow. Null where nothing of the flow ever waited, or all that did is forgotten.
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
      union select min(w.document) from w group by w.kind, w.code having max(w.at) < now() - make_interval(secs => $3)
      order by id`,
    [at.lane, at.flow, at.tryAfterMs / 1000],
  );
  return rows.map((row) => row.id);
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
}
