/**
 * Budgets in the database, shared by all workers: calls in sliding windows, calls open at once, instants before which nobody calls.
 * Everything is decided in one statement by the database's clock; processes only ask and wait. Spans and waits are milliseconds.
 */
import type pg from "pg";

export interface BudgetKey {
  readonly lane: number;
  /** The account, or the account and one of its APIs. */
  readonly key: string;
}

export interface BudgetWindow {
  readonly spanMs: number;
  readonly calls: number;
}

/** Takes up to `wanted` calls out of all windows; none: `waitMs` until one may be had. */
export async function takeCalls(
  pool: pg.Pool,
  at: BudgetKey,
  wanted: number,
  windows: readonly BudgetWindow[],
): Promise<{ readonly granted: number; readonly waitMs: number }> {
  const { rows } = await pool.query<{ granted: number; wait: string }>({
    name: "budget_take",
    text: "select granted, wait_ms as wait from budget_take($1, $2, $3, $4::bigint[], $5::int[])",
    values: [at.lane, at.key, wanted, windows.map((w) => w.spanMs), windows.map((w) => w.calls)],
  });
  const row = rows[0];
  return { granted: row?.granted ?? 0, waitMs: Number(row?.wait ?? 1) };
}

/** How many calls this process may have open from now on; the share runs out with its lease. */
export async function takeShare(
  pool: pg.Pool,
  at: BudgetKey,
  ask: { readonly worker: string; readonly wanted: number; readonly busy: number; readonly limit: number; readonly leaseMs: number },
): Promise<number> {
  const { rows } = await pool.query<{ share: number }>({
    name: "budget_share",
    text: "select budget_share_take($1, $2, $3, $4, $5, $6, $7) as share",
    values: [at.lane, at.key, ask.worker, ask.wanted, ask.busy, ask.limit, ask.leaseMs],
  });
  return rows[0]?.share ?? 0;
}

/** Gives a share back. */
export async function giveShare(pool: pg.Pool, at: BudgetKey, worker: string): Promise<void> {
  await pool.query("delete from budget_share where lane = $1 and key = $2 and worker = $3", [at.lane, at.key, worker]);
}

/** Nobody calls the account for so long, in whatever process. */
export async function holdBudget(pool: pg.Pool, at: BudgetKey, holdMs: number): Promise<void> {
  await pool.query({
    name: "budget_hold",
    text: `insert into budget as b (lane, key, held_until) values ($1, $2, now() + make_interval(secs => $3))
      on conflict (lane, key) do update set held_until = greatest(b.held_until, excluded.held_until)`,
    values: [at.lane, at.key, holdMs / 1000],
  });
}
