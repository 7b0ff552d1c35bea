/** Where a flow's pull stands: a text by name, moved in the transaction that stores the page. */
import type { Queryable } from "./transaction.ts";

export async function saveCursor(client: Queryable, lane: number, flow: number, name: string, value: string): Promise<void> {
  await client.query({
    name: "cursor_save",
    text: `insert into cursor as c (lane, flow, name, value) values ($1, $2, $3, $4)
      on conflict (lane, flow, name) do update set value = excluded.value, changed_at = excluded.changed_at`,
    values: [lane, flow, name, value],
  });
}

export async function loadCursor(client: Queryable, lane: number, flow: number, name: string): Promise<string | null> {
  const { rows } = await client.query<{ value: string }>({
    name: "cursor_load",
    text: "select value from cursor where lane = $1 and flow = $2 and name = $3",
    values: [lane, flow, name],
  });
  return rows[0]?.value ?? null;
}
