/** The lines of a flow's order keys: the longest first, each with the bill that stands at its head and why it does not go on. */
import { statusOf, type Status } from "@datong/core";
import type { Queryable } from "../store/transaction.ts";
import type { FlowAt } from "./listed-places.ts";

export interface OrderLine {
  readonly orderKey: string;
  /** Documents behind the head. */
  readonly waiting: number;
  /** Of the head's record; null where it stands for several. */
  readonly key: string | null;
  readonly number: string | null;
  readonly status: Status;
  readonly code: string | null;
}

/** So many places are looked at; of longer lines together the counts say at least. */
const PLACES_MAX = 50_000;

export async function orderLines(client: Queryable, { lane, flow }: FlowAt, limit: number): Promise<readonly OrderLine[]> {
  const { rows } = await client.query<Omit<OrderLine, "status"> & { readonly status: number }>(
    `select l.order_key as "orderKey", l.waiting, b.record_key as key, coalesce(r.number, b.record_key) as number, b.status, b.code
     from (select order_key, count(*)::int as waiting from (
         select order_key from order_line where lane = $1 and flow = $2 limit ${PLACES_MAX}) x group by order_key order by 2 desc limit $3) l
       join order_head h on h.lane = $1 and h.flow = $2 and h.order_key = l.order_key
       join document b on b.lane = $1 and b.id = h.document
       left join record r on r.lane = $1 and r.flow = b.flow and r.key = b.record_key
     order by l.waiting desc, l.order_key`,
    [lane, flow, limit],
  );
  return rows.map(({ status, ...line }) => ({ ...line, status: statusOf(status) }));
}
