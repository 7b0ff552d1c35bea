/**
 * Sessions, one per account and the secrets that it is logged in with, shared by everything that uses both: one log-in under way at a time,
 * the last session kept in the store (sealed), so that refresh tokens and log-ins survive the process.
 *
 * The secrets count because two shops may be authorised for one app, each with tokens of its own, and because a secret that was changed has
 * to be tried: a session that the former one opened says nothing of it.
 */
import type { JsonObject } from "@datong/core";

export interface StoredSession {
  readonly session: JsonObject;
  /** Epoch ms; null: until the other side says so. */
  readonly expiresAtMs: number | null;
}

/** Whose a session is: the account at the other side, and a hash of the secrets that open it. */
export interface SessionOwner {
  readonly account: string;
  readonly proof: string;
}

/** Where sessions are kept. The store seals them; secrets never lie there in clear. */
export interface SessionStore {
  readonly load: (owner: SessionOwner) => Promise<StoredSession | null>;
  readonly save: (owner: SessionOwner, session: StoredSession) => Promise<void>;
}

export interface SessionCache {
  /** The owner's session, by a log-in if there is none or `lost` is the one that was just refused. */
  readonly get: (
    owner: SessionOwner,
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
    owner: SessionOwner,
    logIn: (previous: JsonObject | undefined) => Promise<StoredSession>,
    lost: JsonObject | undefined,
  ): Promise<JsonObject> {
    const name = nameOf(owner);
    const stored = await store.load(owner);
    if (usable(stored, lost)) {
      known.set(name, stored);
      return stored.session;
    }
    const fresh = await logIn((stored ?? known.get(name))?.session);
    await store.save(owner, fresh);
    known.set(name, fresh);
    return fresh.session;
  }

  return {
    get: async (owner, logIn, lost) => {
      const name = nameOf(owner);
      const cached = known.get(name);
      if (usable(cached, lost)) return cached.session;
      const running = underWay.get(name);
      if (running !== undefined) return running;
      const mine = renew(owner, logIn, lost).finally(() => underWay.delete(name));
      underWay.set(name, mine);
      return mine;
    },
  };
}

const nameOf = ({ account, proof }: SessionOwner): string => `${account}\n${proof}`;

function sameSession(a: JsonObject, b: JsonObject | undefined): boolean {
  return b !== undefined && (a === b || JSON.stringify(a) === JSON.stringify(b));
}
