/** Which text of the flow a bill's documents were made by. */
import type { Queryable } from "../store/transaction.ts";
import type { RecordRef } from "./find-records.ts";

/** The flow's document as it was when the newest of the record's documents was mapped, as JSON; null for a record without documents. */
export async function documentMappedBy(pool: Queryable, { lane, flow, key }: RecordRef): Promise<string | null> {
  const { rows } = await pool.query<{ document: string }>(
    `select r.document from document d join revision r on r.flow = d.flow and r.revision = d.revision
     where d.lane = $1 and d.id in (
       select o.id from document o where o.lane = $1 and o.flow = $2 and o.record_key = $3
       union all select s.document from document_source s where s.lane = $1 and s.flow = $2 and s.record_key = $3)
     order by d.revision desc limit 1`,
    [lane, flow, key],
  );
  return rows[0]?.document ?? null;
}
