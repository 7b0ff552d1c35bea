/** Behind which document another waits for its turn (order keys). */
import { statusOf, type Status } from "@datong/core";
import { WAITS } from "../store/order-rows.ts";
import type { Queryable } from "../store/transaction.ts";

/** The head of the line, by the number of its bill. */
export interface Behind {
  readonly number: string;
  readonly status: Status;
  /** Why it does not get on, where it does not. */
  readonly code: string | null;
}

/** By document id; of those that wait. Asks nothing where none does. */
export async function waitsBehind(
  client: Queryable,
  lane: number,
  documents: readonly { readonly id: string; readonly code: string | null }[],
): Promise<ReadonlyMap<string, Behind>> {
  const ids = documents.filter((document) => document.code === WAITS).map((document) => document.id);
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Omit<Behind, "status"> & { id: string; status: number }>(
    `select d.id, coalesce(r.number, b.record_key) as number, b.status, b.code
     from document d join order_head h on h.lane = $1 and h.flow = d.flow and h.order_key = d.order_key
       join document b on b.lane = $1 and b.id = h.document left join record r on r.lane = $1 and r.flow = b.flow and r.key = b.record_key
     where d.lane = $1 and d.id = any($2::bigint[])`,
    [lane, ids],
  );
  return new Map(rows.map(({ id, status, ...head }) => [id, { ...head, status: statusOf(status) }]));
}
