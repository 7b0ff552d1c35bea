/**
 * The circuit breaker of connections. Calls that did not reach the other side are counted in each process, one after another; the open
 * circuit is a row in the database that all workers see within a second. When its time is over one process tries with one call.
 */
import type pg from "pg";
import { closeCircuit, listCircuits, openCircuit, tryCircuit, type CircuitRow } from "../store/queue-rows.ts";

export const FAILURES_MAX = 5;
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
const TRY_MS = 60_000;

export interface Breaker {
  readonly heard: (connection: string, reached: boolean) => void;
  /** Reads the circuits; called about once a second. */
  readonly look: () => Promise<void>;
  /** How many calls may be made by a connection now: none, one to try, or any number. */
  readonly room: (connection: string) => number;
}

export function createBreaker(pool: pg.Pool, mine: ReadonlySet<string>, log: (line: string) => void, firstMs: number = FIRST_MS): Breaker {
  const failures = new Map<string, number>();
  const trying = new Set<string>();
  let open = new Map<string, CircuitRow>();
  const note = (work: Promise<unknown>): void => void work.catch((error: unknown) => log(`circuit: ${String(error)}`));
  return {
    heard: (connection, reached) => {
      if (reached) {
        failures.delete(connection);
        if (!trying.delete(connection) && !open.has(connection)) return;
        open.delete(connection);
        note(closeCircuit(pool, connection));
        return;
      }
      const count = (failures.get(connection) ?? 0) + 1;
      failures.set(connection, count);
      if (count < FAILURES_MAX && !trying.has(connection)) return;
      trying.delete(connection);
      open.set(connection, { connection, state: "open", failures: count, waitMs: firstMs });
      note(openCircuit(pool, connection, FAILURES_MAX, firstMs, LONGEST_MS));
    },
    look: async () => {
      const rows = await listCircuits(pool);
      open = new Map(rows.map((row) => [row.connection, row]));
      for (const row of rows) {
        if (row.waitMs === 0 && mine.has(row.connection) && (await tryCircuit(pool, row.connection, TRY_MS))) trying.add(row.connection);
      }
    },
    room: (connection) => (!open.has(connection) ? Number.POSITIVE_INFINITY : trying.has(connection) ? 1 : 0),
  };
}
