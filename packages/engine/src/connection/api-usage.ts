/**
 * Counts the calls of this process by connection, API and day, in memory, until they are folded into the database with the heartbeat. A
 * process that is killed loses the counts of a few seconds, nothing else.
 */
import { formatInstant } from "@datong/core";
import { addApiCalls, BUCKETS, bucketOf, type ApiCalls } from "../store/api-usage-rows.ts";
import type { Queryable } from "../store/transaction.ts";
import type { CallResult, Exchange } from "./caller.ts";

export interface ApiUsage {
  readonly note: (connection: string, api: string, result: Pick<CallResult, "verdict" | "exchanges">) => void;
  /** A log-in that failed: no call was made. */
  readonly noteExchanges: (connection: string, exchanges: readonly Exchange[]) => void;
  /** What is not stored stays counted for the next time. */
  readonly fold: (pool: Queryable) => Promise<void>;
}

type Counted = { -readonly [K in keyof ApiCalls]: ApiCalls[K] } & { buckets: number[] };

/** Under this name log-ins are counted. */
export const LOGIN_API = "login";
const ERROR_CHARS = 300;

export function createApiUsage(): ApiUsage {
  let counted = new Map<string, Counted>();
  const at = (connection: string, api: string, atMs: number): Counted => {
    const day = formatInstant(atMs, "date");
    const key = `${connection} ${api} ${day}`;
    const found = counted.get(key) ?? {
      connection,
      api,
      day,
      calls: 0,
      errors: 0,
      throttled: 0,
      tookMs: 0,
      buckets: Array.from({ length: BUCKETS }, () => 0),
      lastAt: atMs,
      lastError: null,
      lastErrorAt: null,
    };
    counted.set(key, found);
    return found;
  };
  const add = (connection: string, api: string, { atMs, tookMs }: Exchange): Counted => {
    const count = at(connection, api, atMs);
    count.calls += 1;
    count.tookMs += Math.max(0, Math.round(tookMs));
    const bucket = bucketOf(tookMs);
    count.buckets[bucket] = (count.buckets[bucket] ?? 0) + 1;
    count.lastAt = Math.max(count.lastAt, atMs);
    return count;
  };
  return {
    note: (connection, api, { verdict, exchanges }) => {
      const own = exchanges.filter((each) => each.operation !== LOGIN_API);
      for (const exchange of exchanges) if (exchange.operation === LOGIN_API) add(connection, LOGIN_API, exchange);
      const counts = own.map((exchange) => add(connection, api, exchange));
      const last = counts.at(-1);
      if (verdict.kind !== "fault" || last === undefined) return;
      last.errors += 1;
      if (verdict.fault === "throttled") last.throttled += 1;
      last.lastError = `${verdict.code} ${verdict.vendorText ?? ""}`.trim().slice(0, ERROR_CHARS);
      last.lastErrorAt = last.lastAt;
    },
    noteExchanges: (connection, exchanges) => {
      for (const exchange of exchanges) {
        const count = add(connection, LOGIN_API, exchange);
        count.errors += 1;
        count.lastErrorAt = exchange.atMs;
        count.lastError = exchange.response.slice(0, ERROR_CHARS);
      }
    },
    fold: async (pool) => {
      if (counted.size === 0) return;
      const taken = counted;
      counted = new Map();
      try {
        await addApiCalls(pool, [...taken.values()]);
      } catch (error) {
        counted = merged(taken, counted);
        throw error;
      }
    },
  };
}

function merged(one: ReadonlyMap<string, Counted>, other: ReadonlyMap<string, Counted>): Map<string, Counted> {
  const both = new Map(one);
  for (const [key, count] of other) {
    const former = both.get(key);
    if (former === undefined) both.set(key, count);
    else
      both.set(key, {
        ...count,
        calls: former.calls + count.calls,
        errors: former.errors + count.errors,
        throttled: former.throttled + count.throttled,
        tookMs: former.tookMs + count.tookMs,
        buckets: count.buckets.map((each, i) => each + (former.buckets[i] ?? 0)),
        lastError: count.lastError ?? former.lastError,
        lastErrorAt: count.lastErrorAt ?? former.lastErrorAt,
      });
  }
  return both;
}
