/**
 * Who may call the new platform and with which access token. Spans in seconds as the vendor counts, instants epoch ms.
 *
 * A refresh gives a new access token; the one before dies at once, or after `graceS`. Losing sessions kills access tokens only:
 * a refresh token is a credential.
 */
import type { Random } from "../kit/random.ts";

export interface JushuitanIdentity {
  readonly appKey: string;
  readonly secret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface TokenGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
}

export interface TokenTable {
  secretOf(appKey: string): string | undefined;
  /** Whether the access token is alive now. */
  isAlive(appKey: string, accessToken: string): boolean;
  /** A new pair for an app that logs in. */
  issue(appKey: string): TokenGrant;
  /** A new pair for a refresh token, or undefined when that one is unknown or dead. */
  refresh(appKey: string, refreshToken: string): TokenGrant | undefined;
  loseAccessTokens(): void;
}

export interface TokenOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly expiresInS: number;
  readonly graceS: number;
  readonly keepRefreshToken: boolean;
}

/** A table in which every identity's tokens are alive from now on. */
export function createTokenTable(identities: readonly JushuitanIdentity[], options: TokenOptions): TokenTable {
  const apps = new Map(identities.map((identity) => [identity.appKey, openAccount(identity, options)]));

  function renew(account: Account, refreshToken: string): TokenGrant {
    const diesAt = options.now() + options.graceS * 1000;
    for (const [token, at] of account.access) account.access.set(token, Math.min(at, diesAt));
    const accessToken = `at${options.random.digits(30)}`;
    account.access.set(accessToken, options.now() + options.expiresInS * 1000);
    if (refreshToken !== account.refreshToken) {
      account.oldRefresh.set(account.refreshToken, diesAt);
      account.refreshToken = refreshToken;
    }
    return { accessToken, refreshToken, expiresInS: options.expiresInS };
  }

  return {
    secretOf: (appKey) => apps.get(appKey)?.secret,
    isAlive: (appKey, accessToken) => (apps.get(appKey)?.access.get(accessToken) ?? 0) > options.now(),
    issue(appKey) {
      const account = apps.get(appKey);
      if (account === undefined) throw new Error(`no app ${appKey}`);
      return renew(account, `rt${options.random.digits(30)}`);
    },
    refresh(appKey, refreshToken) {
      const account = apps.get(appKey);
      if (account === undefined) return undefined;
      const alive = refreshToken === account.refreshToken || (account.oldRefresh.get(refreshToken) ?? 0) > options.now();
      if (!alive) return undefined;
      return renew(account, options.keepRefreshToken ? account.refreshToken : `rt${options.random.digits(30)}`);
    },
    loseAccessTokens() {
      for (const account of apps.values()) account.access.clear();
    },
  };
}

interface Account {
  readonly secret: string;
  /** Access token to the instant it dies. */
  readonly access: Map<string, number>;
  refreshToken: string;
  readonly oldRefresh: Map<string, number>;
}

function openAccount(identity: JushuitanIdentity, options: TokenOptions): Account {
  return {
    secret: identity.secret,
    access: new Map([[identity.accessToken, options.now() + options.expiresInS * 1000]]),
    refreshToken: identity.refreshToken,
    oldRefresh: new Map(),
  };
}
