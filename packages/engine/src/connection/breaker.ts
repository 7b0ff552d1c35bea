/**
 * The circuit breaker of connections, for runs and workers alike. Calls in a row that did not reach the other side are counted in the
 * database, over all processes; at five the circuit opens, and all processes see it within a second. When its time is over, one process
 * that has something to call for tries with one call: it closes the circuit, or opens it again for twice the time.
 *
 * A call that fails costs a statement; one that succeeds costs one only when failures came before it.
 */
import type pg from "pg";
import { closeCircuit, failCircuit, listCircuits, tryCircuit, unTryCircuit, type CircuitRow } from "../store/queue-rows.ts";

export const FAILURES_MAX = 5;
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
const TRY_MS = 60_000;

export interface Breaker {
  readonly heard: (connection: string, reached: boolean) => void;
  /** Reads the circuits, and takes the tries that are wanted; called about once a second by whoever is at work. */
  readonly look: () => Promise<void>;
  /** How many calls may be made by a connection now: none, one to try, or any number. Zero notes that somebody has a call to make. */
  readonly room: (connection: string) => number;
  /** Milliseconds until somebody may try; 0 where calls may be made. */
  readonly waitMs: (connection: string) => number;
  /** Gives tries back that were not made. */
  readonly close: () => Promise<void>;
}

interface Known extends CircuitRow {
  readonly untilMs: number;
}

export function createBreaker(pool: pg.Pool, log: (line: string) => void, firstMs: number = FIRST_MS): Breaker {
  const trying = new Set<string>();
  const wanted = new Set<string>();
  /** Connections whose failures are being counted, and how many of them. */
  const counting = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();
  let known = new Map<string, Known>();
  const note = (work: Promise<unknown>): void => {
    const noted = work.catch((error: unknown) => log(`circuit: ${String(error)}`)).finally(() => underWay.delete(noted));
    underWay.add(noted);
  };
  const learn = (row: CircuitRow): void => void known.set(row.connection, { ...row, untilMs: performance.now() + row.waitMs });
  const isOpen = (connection: string): boolean => (known.get(connection)?.state ?? "closed") !== "closed";

  return {
    heard: (connection, reached) => {
      const tried = trying.delete(connection);
      if (reached) {
        if (known.delete(connection) || tried) note(closeCircuit(pool, connection));
        return;
      }
      const failures = (known.get(connection)?.failures ?? 0) + 1;
      // What this process knows counts at once; the row that comes back says what all of them know.
      const state = tried || isOpen(connection) || failures >= FAILURES_MAX ? "open" : "closed";
      learn({ connection, state, failures, waitMs: firstMs });
      counting.set(connection, (counting.get(connection) ?? 0) + 1);
      const counted = failCircuit(pool, connection, { tried, failuresMax: FAILURES_MAX, firstMs, longestMs: LONGEST_MS }).then(learn);
      note(
        counted.finally(() => {
          const left = (counting.get(connection) ?? 1) - 1;
          if (left > 0) counting.set(connection, left);
          else counting.delete(connection);
        }),
      );
    },
    look: async () => {
      const rows = await listCircuits(pool);
      // What was heard meanwhile is newer than what was read.
      const newer = [...counting.keys()].flatMap((connection) => known.get(connection) ?? []);
      known = new Map(newer.map((row) => [row.connection, row]));
      for (const row of rows) if (!counting.has(row.connection)) learn(row);
      for (const { connection, waitMs } of rows) {
        if (!wanted.has(connection) || !isOpen(connection) || waitMs > 0) continue;
        if (await tryCircuit(pool, connection, TRY_MS)) trying.add(connection);
      }
      wanted.clear();
    },
    room: (connection) => {
      if (!isOpen(connection)) return Number.POSITIVE_INFINITY;
      if (trying.has(connection)) return 1;
      wanted.add(connection);
      return 0;
    },
    waitMs: (connection) =>
      !isOpen(connection) || trying.has(connection) ? 0 : Math.max(1, (known.get(connection)?.untilMs ?? 0) - performance.now()),
    close: async () => {
      for (const connection of trying) note(unTryCircuit(pool, connection));
      await Promise.all(underWay);
    },
  };
}
