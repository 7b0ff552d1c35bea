/**
 * What a person has paused: the source or the target of a flow, a connection with everything that reads or writes by it, or one API of a
 * connection (off line).
 */
import type { Queryable } from "./transaction.ts";

export type PauseKind = "source" | "target" | "connection" | "api";

export interface PauseRow {
  readonly kind: PauseKind;
  /** A flow's id; a connection's for the kind connection; connection and code of an API. */
  readonly id: string;
  /** Epoch ms. */
  readonly pausedAt: number;
  readonly by: string;
  readonly reason: string;
}

export async function pause(
  pool: Queryable,
  kind: PauseKind,
  id: string,
  { by = "", reason = "" }: { readonly by?: string; readonly reason?: string } = {},
): Promise<void> {
  await pool.query("insert into pause (kind, id, paused_by, reason) values ($1, $2, $3, $4) on conflict (kind, id) do nothing", [
    kind,
    id,
    by,
    reason,
  ]);
}

/** False: it was not paused. */
export async function resume(pool: Queryable, kind: PauseKind, id: string): Promise<boolean> {
  const { rowCount } = await pool.query("delete from pause where kind = $1 and id = $2", [kind, id]);
  return rowCount === 1;
}

export async function listPauses(pool: Queryable): Promise<readonly PauseRow[]> {
  const { rows } = await pool.query<PauseRow>({
    name: "pause_all",
    text: 'select kind, id, paused_at as "pausedAt", paused_by as by, reason from pause order by 1, 2',
  });
  return rows;
}

/** Under which one API of a connection is paused. */
export function apiPauseId(connection: string, api: string): string {
  return `${connection} ${api}`;
}

/** A side of a flow, with the APIs that it calls. */
export interface PausableSide {
  readonly connection: string;
  readonly apis: readonly string[];
}

export interface Pausable {
  readonly id: string;
  readonly source: PausableSide;
  readonly target: PausableSide;
}

/** Which sides of a flow the pauses stop. */
export function pausedSides(pauses: readonly PauseRow[], flow: Pausable): { readonly source: boolean; readonly target: boolean } {
  if (pauses.length === 0) return { source: false, target: false };
  const has = (kind: PauseKind, id: string): boolean => pauses.some((row) => row.kind === kind && row.id === id);
  const stops = (side: "source" | "target"): boolean =>
    has(side, flow.id) ||
    has("connection", flow[side].connection) ||
    flow[side].apis.some((api) => has("api", apiPauseId(flow[side].connection, api)));
  return { source: stops("source"), target: stops("target") };
}
