/**
 * Sessions, one per account, shared by everything that uses the account: one log-in under way at a time, the last session kept in
 * the store (sealed), so that refresh tokens and log-ins survive the process.
 */
import type { JsonObject } from "@datong/core";

export interface StoredSession {
  readonly session: JsonObject;
  /** Epoch ms; null: until the other side says so. */
  readonly expiresAtMs: number | null;
}

/** Where sessions are kept. The store seals them; secrets never lie there in clear. */
export interface SessionStore {
  readonly load: (account: string) => Promise<StoredSession | null>;
  readonly save: (account: string, session: StoredSession) => Promise<void>;
}

export interface SessionCache {
  /** The account's session, by a log-in if there is none or `lost` is the one that was just refused. */
  readonly get: (
    account: string,
    logIn: (previous: JsonObject | undefined) => Promise<StoredSession>,
    lost?: JsonObject,
  ) => Promise<JsonObject>;
}

/** A session about to expire is renewed this long before. */
const RENEW_MS = 60_000;

export function createSessionCache(store: SessionStore, nowMs: () => number): SessionCache {
  const known = new Map<string, StoredSession>();
  const underWay = new Map<string, Promise<JsonObject>>();

  const usable = (stored: StoredSession | undefined | null, lost: JsonObject | undefined): stored is StoredSession =>
    stored !== undefined &&
    stored !== null &&
    !sameSession(stored.session, lost) &&
    (stored.expiresAtMs === null || stored.expiresAtMs - RENEW_MS > nowMs());

  async function renew(
    account: string,
    logIn: (previous: JsonObject | undefined) => Promise<StoredSession>,
    lost: JsonObject | undefined,
  ): Promise<JsonObject> {
    const stored = await store.load(account);
    if (usable(stored, lost)) {
      known.set(account, stored);
      return stored.session;
    }
    const fresh = await logIn((stored ?? known.get(account))?.session);
    await store.save(account, fresh);
    known.set(account, fresh);
    return fresh.session;
  }

  return {
    get: async (account, logIn, lost) => {
      const cached = known.get(account);
      if (usable(cached, lost)) return cached.session;
      const running = underWay.get(account);
      if (running !== undefined) return running;
      const mine = renew(account, logIn, lost).finally(() => underWay.delete(account));
      underWay.set(account, mine);
      return mine;
    },
  };
}

function sameSession(a: JsonObject, b: JsonObject | undefined): boolean {
  return b !== undefined && (a === b || JSON.stringify(a) === JSON.stringify(b));
}
