/**
 * The throttles of all accounts, and of single APIs of theirs. Connections of one account share one, also across flows; where they
 * declare different limits the strictest of each kind holds. What a connection declares takes the place of what it declared before, for
 * calls that wait already too: corrected limits need no restart.
 */
import type { Throttle, ThrottleLimits } from "./throttle.ts";

export interface AccountLimits {
  /** What a connection declares from now on, by key: the account, or the account and one of its APIs. */
  readonly declare: (connection: string, limits: Readonly<Record<string, ThrottleLimits>>) => void;
  /** Undefined where nobody declares limits for this key. */
  readonly throttle: (key: string) => Throttle | undefined;
  readonly close: () => void;
}

export function createAccountLimits(open: (key: string, limits: ThrottleLimits) => Throttle): AccountLimits {
  const declared = new Map<string, Readonly<Record<string, ThrottleLimits>>>();
  const throttles = new Map<string, { readonly throttle: Throttle; limits: ThrottleLimits | undefined }>();
  const set = (key: string, limits: ThrottleLimits | undefined): void => {
    const found = throttles.get(key);
    if (found === undefined) {
      if (limits !== undefined) throttles.set(key, { throttle: open(key, limits), limits });
      return;
    }
    // Where nobody declares any, calls that wait keep to the last ones.
    if (limits !== undefined && !same(limits, found.limits)) found.throttle.limit(limits);
    found.limits = limits;
  };
  return {
    declare: (connection, limits) => {
      const former = declared.get(connection) ?? {};
      if (same(limits, former)) return;
      declared.set(connection, limits);
      for (const key of new Set([...Object.keys(former), ...Object.keys(limits)]))
        set(key, strictest([...declared.values()].flatMap(({ [key]: own }) => own ?? [])));
    },
    throttle: (key) => {
      const found = throttles.get(key);
      return found?.limits === undefined ? undefined : found.throttle;
    },
    close: () => {
      for (const { throttle } of throttles.values()) throttle.close();
    },
  };
}

function strictest(all: readonly ThrottleLimits[]): ThrottleLimits | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  return others.reduce<ThrottleLimits>(
    (one, other) => ({
      concurrency: Math.min(one.concurrency, other.concurrency),
      ...least("callsPerSecond", one, other),
      ...least("callsPerMinute", one, other),
      ...least("callsPerDay", one, other),
    }),
    first,
  );
}

function least(name: Exclude<keyof ThrottleLimits, "concurrency">, one: ThrottleLimits, other: ThrottleLimits): Partial<ThrottleLimits> {
  const rates = [one, other].flatMap(({ [name]: rate }) => rate ?? []);
  return rates.length === 0 ? {} : { [name]: Math.min(...rates) };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
