/**
 * APIs that a person has taken off line: nobody calls them, not in the process that was told, nor in any other from a second later on. What would call them waits: runs
 * and workers see it as a pause of that side, and a call that comes all the same is refused before anything is sent.
 */
import { DatongError } from "@datong/core";
import type pg from "pg";
import { apiPauseId, listPauses } from "../store/pause-rows.ts";

export interface OffLine {
  /** Throws API_OFF_LINE. Knows what was said up to a second ago. */
  readonly check: (connection: string, api: string) => Promise<void>;
  /** This process has been told of a change. */
  readonly forget: () => void;
}

const KNOWN_MS = 1_000;

export function createOffLine(pool: pg.Pool): OffLine {
  let known: Promise<ReadonlySet<string>> = Promise.resolve(new Set<string>());
  let untilMs = Number.NEGATIVE_INFINITY;
  const look = (): Promise<ReadonlySet<string>> => {
    untilMs = performance.now() + KNOWN_MS;
    known = listPauses(pool).then((rows) => new Set(rows.flatMap(({ kind, id }) => (kind === "api" ? [id] : []))));
    // Whoever finds the database away asks again.
    known.catch(() => {
      untilMs = Number.NEGATIVE_INFINITY;
    });
    return known;
  };
  return {
    check: async (connection, api) => {
      const id = apiPauseId(connection, api);
      if (!(await (performance.now() < untilMs ? known : look())).has(id)) return;
      // Nobody is refused by old news: it may have been brought back meanwhile.
      if ((await look()).has(id)) throw new DatongError("API_OFF_LINE", { connection, api });
    },
    forget: () => {
      untilMs = Number.NEGATIVE_INFINITY;
    },
  };
}
