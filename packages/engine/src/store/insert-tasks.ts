/** New tasks of the queue, whoever makes them: a page, a settlement, a repair. One statement for all. */
import { rowsJson } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

export interface TaskRow {
  readonly id: string;
  readonly action: string;
  readonly documents: readonly string[];
  /** A number of PRIORITY; scheduled where none is given. */
  readonly priority?: number;
}

/** `delayMs` absent: due at once. */
export async function insertTasks(
  client: Queryable,
  lane: number,
  flow: number,
  account: string,
  tasks: readonly (TaskRow & { readonly delayMs?: number; readonly attempts?: number })[],
): Promise<void> {
  await client.query({
    name: "task_insert",
    text: `insert into task (lane, id, flow, account, action, documents, priority, attempts, run_at)
      select l.lane, x.i, $2, $3, x.a, array(select json_array_elements_text(x.d)::bigint), x.p, x.n, now() + make_interval(secs => x.w)
      from lane l cross join json_to_recordset($4::text::json) as x(i bigint, a text, d json, p smallint, n int, w float8) where l.lane = $1`,
    values: [
      lane,
      flow,
      account,
      rowsJson(
        tasks.map((t) => ({
          i: t.id,
          a: t.action,
          d: t.documents,
          p: t.priority ?? 1,
          n: t.attempts ?? 0,
          w: (t.delayMs ?? 0) / 1000,
        })),
      ),
    ],
  });
}
