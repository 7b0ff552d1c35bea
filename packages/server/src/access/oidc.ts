/**
 * Single sign-on by OpenID Connect: authorization code with PKCE, state and nonce, which the browser carries sealed in a cookie between
 * the two halves. The identity token's signature, issuer, audience, nonce and times are checked by openid-client.
 *
 * The identity provider is looked up when the first person signs in, not at start: one that is down keeps nobody from working by password.
 */
import { DatongError } from "@datong/core";
import { seal, unseal } from "@datong/engine";
import * as client from "openid-client";
import { mapClaims, readOidcRules, type OidcMapping, type OidcRule } from "./oidc-mapping.ts";

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** On the button; the issuer's host unless given. */
  readonly name?: string;
  /** Which claim decides about roles; `groups` unless given. */
  readonly claim?: string;
  readonly roles: string;
  /** Further scopes beside `openid profile email`. */
  readonly scopes?: string;
}

export interface OidcIdentity {
  /** Issuer and subject: the only thing that stays the same for ever. */
  readonly subject: string;
  readonly name: string;
  readonly display: string;
  readonly mapping: OidcMapping;
}

export interface Oidc {
  readonly name: string;
  readonly issuer: string;
  readonly begin: (redirectUri: string, to: string) => Promise<{ readonly url: string; readonly kept: string }>;
  /** `kept`: what `begin` gave to the browser. Throws OIDC_REFUSED, OIDC_UNREACHED. */
  readonly finish: (url: URL, kept: string | undefined) => Promise<{ readonly identity: OidcIdentity; readonly to: string }>;
}

/** Between the two halves: a person may have to find his phone. */
export const OIDC_MINUTES = 15;
const PLACE = "oidc-log-in";
const TIMEOUT_S = 10;
const CLOCK_S = 30;

interface Kept {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly to: string;
  readonly endsAt: number;
}

/** Throws SETTING_WRONG. */
export function openOidc(settings: OidcSettings, masterKey: Buffer, nowMs: () => number): Oidc {
  const issuer = issuerOf(settings.issuer);
  const rules = readOidcRules(settings.roles);
  let known: Promise<client.Configuration> | undefined;
  const configuration = (): Promise<client.Configuration> => {
    known ??= discover(issuer, settings);
    const asked = known;
    // What failed is looked up anew by the next person.
    asked.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked;
  };
  return {
    name: settings.name ?? issuer.host,
    issuer: settings.issuer,
    begin: async (redirectUri, to) => {
      const config = await reached(configuration);
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: ["openid", "profile", "email", ...(settings.scopes ?? "").split(/\s+/)].filter((scope) => scope !== "").join(" "),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      const kept: Kept = { verifier, state, nonce, redirectUri, to, endsAt: nowMs() + OIDC_MINUTES * 60_000 };
      return { url: url.href, kept: seal(masterKey, PLACE, Buffer.from(JSON.stringify(kept))).toString("base64url") };
    },
    finish: async (url, sealed) => {
      const kept = openKept(masterKey, sealed, nowMs());
      const config = await reached(configuration);
      const given = new URL(kept.redirectUri);
      given.search = url.search;
      const claims = await claimsOf(config, given, kept);
      return { identity: identityOf(claims, rules, settings.claim ?? "groups"), to: kept.to };
    },
  };
}

function issuerOf(given: string): URL {
  const wrong = (): never => {
    throw new DatongError("SETTING_WRONG", { name: "DATONG_OIDC_ISSUER", given, expected: "https://…" });
  };
  const url = URL.canParse(given) ? new URL(given) : wrong();
  return url.protocol === "https:" || url.protocol === "http:" ? url : wrong();
}

async function discover(issuer: URL, { clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  // An intranet's provider without TLS: whoever wrote http: into the settings said so.
  const insecure = issuer.protocol === "http:" ? [client.allowInsecureRequests] : [];
  return client.discovery(
    issuer,
    clientId,
    { [client.clockTolerance]: CLOCK_S },
    clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret),
    { execute: [...insecure, client.enableNonRepudiationChecks], timeout: TIMEOUT_S },
  );
}

async function reached(configuration: () => Promise<client.Configuration>): Promise<client.Configuration> {
  try {
    return await configuration();
  } catch (error) {
    throw new DatongError("OIDC_UNREACHED", { reason: reasonOf(error) }, { cause: error });
  }
}

function openKept(masterKey: Buffer, sealed: string | undefined, nowMs: number): Kept {
  const opened = sealed === undefined ? null : unseal(masterKey, PLACE, Buffer.from(sealed, "base64url"));
  if (opened === null) throw new DatongError("OIDC_REFUSED", { reason: "cookie" });
  // Sealed by us: what stands there was put there by us.
  const kept = JSON.parse(opened.toString("utf8")) as Kept;
  if (kept.endsAt < nowMs) throw new DatongError("OIDC_REFUSED", { reason: `> ${OIDC_MINUTES} min` });
  return kept;
}

async function claimsOf(config: client.Configuration, url: URL, kept: Kept): Promise<Readonly<Record<string, unknown>>> {
  try {
    const tokens = await client.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: kept.verifier,
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const claims: Readonly<Record<string, unknown>> = tokens.claims() ?? {};
    const subject = claims["sub"];
    // Many providers tell groups only there.
    const more =
      config.serverMetadata().userinfo_endpoint === undefined || typeof subject !== "string"
        ? {}
        : await client.fetchUserInfo(config, tokens.access_token, subject);
    return { ...more, ...claims };
  } catch (error) {
    const isNetwork = error instanceof TypeError || (error as { name?: string }).name === "TimeoutError";
    throw new DatongError(isNetwork ? "OIDC_UNREACHED" : "OIDC_REFUSED", { reason: reasonOf(error) }, { cause: error });
  }
}

/** Codes of the library and the protocol say what was wrong; tokens are in none of them. */
function reasonOf(error: unknown): string {
  const { code, error: word, message } = error as { readonly code?: unknown; readonly error?: unknown; readonly message?: unknown };
  return [word, code, message].filter((each) => typeof each === "string").join(": ");
}

const NAME_CLAIMS = ["preferred_username", "email", "sub"] as const;

function identityOf(claims: Readonly<Record<string, unknown>>, rules: readonly OidcRule[], claim: string): OidcIdentity {
  const text = (key: string): string => (typeof claims[key] === "string" ? claims[key] : "");
  const name = NAME_CLAIMS.map(text).find((each) => each !== "") ?? "";
  return {
    subject: `${text("iss")}\n${text("sub")}`,
    name: name.replace(/[^\p{L}\p{N}._@-]/gu, "_").slice(0, 64),
    display: (text("name") || name).slice(0, 100),
    mapping: mapClaims(rules, claims, claim),
  };
}
