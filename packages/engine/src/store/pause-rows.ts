/** What a person has paused: the source or the target of a flow, or a connection with everything that reads or writes by it. */
import type pg from "pg";

export type PauseKind = "source" | "target" | "connection";

export interface PauseRow {
  readonly kind: PauseKind;
  /** A flow's id; a connection's for the kind connection. */
  readonly id: string;
  /** Epoch ms. */
  readonly pausedAt: number;
}

export async function pause(pool: pg.Pool, kind: PauseKind, id: string): Promise<void> {
  await pool.query("insert into pause (kind, id) values ($1, $2) on conflict (kind, id) do nothing", [kind, id]);
}

/** False: it was not paused. */
export async function resume(pool: pg.Pool, kind: PauseKind, id: string): Promise<boolean> {
  const { rowCount } = await pool.query("delete from pause where kind = $1 and id = $2", [kind, id]);
  return rowCount === 1;
}

export async function listPauses(pool: pg.Pool): Promise<readonly PauseRow[]> {
  const { rows } = await pool.query<PauseRow>({
    name: "pause_all",
    text: 'select kind, id, paused_at as "pausedAt" from pause order by 1, 2',
  });
  return rows;
}

/** Which sides of a flow the pauses stop. */
export function pausedSides(
  pauses: readonly PauseRow[],
  flow: { readonly id: string; readonly source: { readonly connection: string }; readonly target: { readonly connection: string } },
): { readonly source: boolean; readonly target: boolean } {
  const has = (kind: PauseKind, id: string): boolean => pauses.some((row) => row.kind === kind && row.id === id);
  return {
    source: has("source", flow.id) || has("connection", flow.source.connection),
    target: has("target", flow.id) || has("connection", flow.target.connection),
  };
}
