/**
 * Sessions: who is logged in, carried back in a cookie or in one of two headers, lost after an idle time, by a log-out, by a newer
 * log-in of the same user and app (if `kick`), or when a test says so. Also the lock after wrong passwords.
 */
import type { Random } from "../kit/random.ts";
import type { SimRequest } from "../kit/simulator.ts";
import type { Account, User } from "./credentials.ts";
import type { GalaxySettings } from "./settings.ts";

/** Who is calling. */
export interface Caller {
  readonly account: Account;
  readonly user: User;
  readonly lcid: string;
  /** Organisation number the caller works in. */
  orgNumber: string;
}

export interface Session extends Caller {
  /** kdservice-sessionid. */
  readonly id: string;
  /** ASP.NET_SessionId, 24 characters. */
  readonly aspId: string;
  readonly appId: string;
  usedAt: number;
}

export interface Sessions {
  open(caller: Caller, appId: string, kick: boolean): Session;
  /** The session a request carries, its idle time started anew; undefined when it carries none that is alive. */
  of(request: SimRequest): Session | undefined;
  /** The session of a caller who signs and carries none: one per user and app, however often they come. */
  ofSigner(caller: Caller, appId: string): Session;
  close(session: Session): void;
  forgetAll(): void;
  isLocked(account: Account, userName: string): boolean;
  /** Counts a wrong try; a right one clears the count. */
  tried(account: Account, userName: string, right: boolean): void;
}

/** The oldest give way beyond this many, so that a long soak does not fill the memory. */
const ALIVE_MAX = 1000;

/** Makes an empty list of sessions. */
export function createSessions(settings: GalaxySettings, now: () => number, random: Random): Sessions {
  const alive = new Map<string, Session>();
  const wrongTries = new Map<string, { count: number; lockedUntil: number }>();
  const keyOf = (account: Account, userName: string): string => JSON.stringify([account.acctId, userName]);
  const signers = new Map<string, Session>();
  const sessions: Sessions = {
    open(caller, appId, kick) {
      for (const old of alive.size >= ALIVE_MAX ? alive.keys() : []) {
        if (alive.size >= ALIVE_MAX) alive.delete(old);
      }
      if (kick) {
        for (const session of alive.values()) {
          if (session.account === caller.account && session.user === caller.user && session.appId === appId) alive.delete(session.id);
        }
      }
      const session = { ...caller, appId, id: newGuid(random), aspId: newAspId(random), usedAt: now() };
      alive.set(session.id, session);
      return session;
    },
    of(request) {
      for (const id of carriedIds(request)) {
        const session = alive.get(id);
        if (session === undefined) continue;
        if (now() - session.usedAt >= settings.idleMinutes * 60_000) {
          alive.delete(id);
          continue;
        }
        session.usedAt = now();
        return session;
      }
      return undefined;
    },
    ofSigner(caller, appId) {
      const key = JSON.stringify([caller.account.acctId, caller.user.name, appId, caller.lcid, caller.orgNumber]);
      const known = signers.get(key);
      const session = known !== undefined && alive.has(known.id) ? known : sessions.open(caller, appId, false);
      session.usedAt = now();
      signers.set(key, session);
      return session;
    },
    close: (session) => void alive.delete(session.id),
    forgetAll: () => alive.clear(),
    isLocked: (account, userName) => (wrongTries.get(keyOf(account, userName))?.lockedUntil ?? 0) > now(),
    tried(account, userName, right) {
      const key = keyOf(account, userName);
      if (right) return void wrongTries.delete(key);
      const before = wrongTries.get(key);
      const count = before !== undefined && before.lockedUntil !== 0 && before.lockedUntil <= now() ? 1 : (before?.count ?? 0) + 1;
      wrongTries.set(key, { count, lockedUntil: count >= settings.wrongTriesMax ? now() + settings.lockMinutes * 60_000 : 0 });
    },
  };
  return sessions;
}

/** The two Set-Cookie lines of a log-in. */
export function loginCookies(session: Session): readonly string[] {
  return [`kdservice-sessionid=${session.id}; path=/`, `ASP.NET_SessionId=${session.aspId}; path=/; HttpOnly`];
}

/** 24 lower-case characters, as ASP.NET makes them. */
export function newAspId(random: Random): string {
  return Array.from({ length: 24 }, () => random.pick([..."abcdefghijklmnopqrstuvwxyz012345"])).join("");
}

/** A GUID in its usual form. */
export function newGuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.pick([..."0123456789abcdef"])).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Session ids in the cookie (attributes and other cookies around it do not matter) and in the two headers. */
function carriedIds(request: SimRequest): readonly string[] {
  const cookie = /(?:^|[;,\s])kdservice-sessionid=([^;,\s]+)/i.exec(request.headers["cookie"] ?? "")?.[1];
  return [cookie, request.headers["kdservice-sessionid"], request.headers["sid"]].filter((id) => id !== undefined && id !== "") as string[];
}
