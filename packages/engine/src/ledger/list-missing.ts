/** What the targets lack: every missing code with the bills that wait for it. One query. Instants are epoch ms. */
import type { Queryable } from "../store/transaction.ts";

export interface MissingItem {
  readonly flowId: string;
  /** In the vendor's words; empty where it does not say. */
  readonly kind: string;
  readonly code: string;
  /** Documents that wait. */
  readonly count: number;
  /** Since when the first of them waits. */
  readonly since: number;
  /** Source numbers of the first ten. */
  readonly numbers: readonly string[];
}

/** The codes that most wait for come first; of all flows, or of one. */
export async function listMissing(client: Queryable, flowId?: string): Promise<readonly MissingItem[]> {
  const { rows } = await client.query<MissingItem>(
    `select f.id as "flowId", m.kind, m.code, count(*)::int as count, min(m.at) as since,
       (array_agg(coalesce(r.number, d.record_key) order by d.id))[1:10] as numbers
     from missing_code m join flow w on w.num = m.flow join flow f on f.num = coalesce(w.write_back_of, w.num) join document d on d.lane = m.lane and d.id = m.document and d.status = 0
       left join record r on r.lane = d.lane and r.flow = f.num and r.key = d.record_key
     where $1::text is null or f.id = $1
     group by f.id, m.kind, m.code order by count(*) desc, f.id, m.kind, m.code`,
    [flowId ?? null],
  );
  return rows;
}
