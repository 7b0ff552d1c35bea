/** Saved views: filters that a person keeps for a page, for himself or for all of the workspace. Instants are epoch ms. */
import { randomUUID } from "node:crypto";
import { DatongError } from "@datong/core";
import type { Queryable } from "@datong/engine";

export interface SavedView {
  readonly id: string;
  readonly page: string;
  readonly name: string;
  readonly person: string;
  readonly isShared: boolean;
  readonly filter: unknown;
  readonly changedAt: number;
}

type Row = Omit<SavedView, "filter"> & { readonly filter: string };
const COLUMNS = `id, page, name, person, is_shared as "isShared", filter, changed_at as "changedAt"`;
const toView = (row: Row): SavedView => ({ ...row, filter: JSON.parse(row.filter) as unknown });

/** His own and those that are shared, by name. */
export async function listViews(client: Queryable, workspace: string, person: string, page?: string): Promise<readonly SavedView[]> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from saved_view where workspace = $1 and (person = $2 or is_shared) and ($3::text is null or page = $3) order by name, id`,
    [workspace, person, page ?? null],
  );
  return rows.map(toView);
}

/** Null where there is none, or it is somebody else's. */
export async function findOwnView(client: Queryable, workspace: string, person: string, id: string): Promise<SavedView | null> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from saved_view where workspace = $1 and person = $2 and id::text = $3 for update`,
    [workspace, person, id],
  );
  return rows[0] === undefined ? null : toView(rows[0]);
}

/** Throws NAME_TAKEN where he has another of that name for the page. */
export async function saveView(
  client: Queryable,
  workspace: string,
  view: Omit<SavedView, "id" | "changedAt"> & { readonly id?: string },
): Promise<SavedView> {
  const { rows: taken } = await client.query(
    "select 1 from saved_view where workspace = $1 and page = $2 and person = $3 and name = $4 and id::text is distinct from $5",
    [workspace, view.page, view.person, view.name, view.id ?? null],
  );
  if (taken.length > 0) throw new DatongError("NAME_TAKEN", { name: view.name });
  const { rows } = await client.query<Row>(
    `insert into saved_view as v (workspace, id, page, name, person, is_shared, filter) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (workspace, id) do update set name = excluded.name, is_shared = excluded.is_shared, filter = excluded.filter, changed_at = excluded.changed_at
     returning ${COLUMNS}`,
    [workspace, view.id ?? randomUUID(), view.page, view.name, view.person, view.isShared, JSON.stringify(view.filter)],
  );
  return toView(rows[0] as Row);
}

export async function removeView(client: Queryable, workspace: string, id: string): Promise<void> {
  await client.query("delete from saved_view where workspace = $1 and id::text = $2", [workspace, id]);
}
