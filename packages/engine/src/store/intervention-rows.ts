/** What people did to documents by hand: who, why, and what the document was before. Written in the transaction of the deed. */
import { storableText } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

export interface NewIntervention {
  readonly id: string;
  readonly recordKey: string;
  /** Null: about a record that has no document. */
  readonly document: string | null;
  /** push-again, mark-done, skip. */
  readonly action: string;
  readonly reason: string;
  readonly person: string;
  /** What it was before and what came of it, as a flat object. */
  readonly details: Readonly<Record<string, string | null>>;
}

export interface Intervention extends Omit<NewIntervention, "recordKey"> {
  /** Epoch ms. */
  readonly at: number;
}

export async function addInterventions(client: Queryable, lane: number, flow: number, deeds: readonly NewIntervention[]): Promise<void> {
  if (deeds.length === 0) return;
  await client.query({
    name: "intervention_insert",
    text: `insert into intervention (lane, id, flow, record_key, document, action, reason, person, details)
      select l.lane, x.i, $2, x.k, x.d, x.a, x.r, x.p, x.t
      from lane l cross join unnest($3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[]) as x(i, k, d, a, r, p, t)
      where l.lane = $1`,
    values: [
      lane,
      flow,
      deeds.map((deed) => deed.id),
      deeds.map((deed) => deed.recordKey),
      deeds.map((deed) => deed.document),
      deeds.map((deed) => deed.action),
      deeds.map((deed) => storableText(deed.reason)),
      deeds.map((deed) => storableText(deed.person)),
      deeds.map((deed) => storableText(JSON.stringify(deed.details))),
    ],
  });
}

/** Of one record and its documents, in the order of time. */
export async function interventionsOf(client: Queryable, lane: number, flow: number, recordKey: string): Promise<readonly Intervention[]> {
  const { rows } = await client.query<Omit<Intervention, "details"> & { readonly details: string }>(
    `select id, document, action, reason, person, details, at from intervention where lane = $1 and flow = $2 and record_key = $3 order by at, id`,
    [lane, flow, recordKey],
  );
  return rows.map((row) => ({ ...row, details: JSON.parse(row.details) as Intervention["details"] }));
}
