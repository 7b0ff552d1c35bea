/** One stored exchange of a flow: what was asked and answered, masked when it was stored. */
import { unpackText } from "../store/stored-text.ts";
import type { Queryable } from "../store/transaction.ts";
import type { StoryExchange } from "./record-story.ts";

/** Null where there is none (any more), or it is another flow's. */
export async function findExchange(client: Queryable, flowId: string, id: string): Promise<Omit<StoryExchange, "task"> | null> {
  const { rows } = await client.query<Omit<StoryExchange, "task" | "request" | "response"> & { request: Buffer; response: Buffer }>(
    `select e.id::text as id, e.at, e.operation, e.status, e.took_ms as "tookMs", e.request, e.response
     from flow f join flow w on w.num = f.num or w.write_back_of = f.num join exchange e on e.lane = w.lane and e.flow = w.num and e.id = $2
     where f.id = $1 limit 1`,
    [flowId, id],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, request: unpackText(row.request), response: unpackText(row.response) };
}
