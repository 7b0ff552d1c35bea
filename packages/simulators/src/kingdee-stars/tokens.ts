/**
 * The tokens and app secrets the vendor has given out. An unknown token is told apart from one whose life is over, since the gateway
 * has a number for each. Losing sessions forgets every token, not the secrets.
 */
import { createHash } from "node:crypto";
import { IDENTITY } from "./identity.ts";

/** What is known of a token at an instant. */
export type TokenState = "valid" | "expired" | "unknown";

/** Tokens and app secrets of one account set. */
export class TokenBook {
  readonly #seed: number;
  readonly #tokens = new Map<string, { readonly kind: "access" | "app"; readonly endsAt: number }>();
  readonly #appSecretLifeMs: number;
  #appSecret: { readonly text: string; readonly endsAt: number };
  #given = 0;

  constructor(seed: number, createdAt: number, appSecretLifeMs: number) {
    this.#seed = seed;
    this.#appSecretLifeMs = appSecretLifeMs;
    this.#appSecret = { text: IDENTITY.firstAppSecret, endsAt: createdAt + appSecretLifeMs };
    this.#tokens.set(IDENTITY.firstAppToken, { kind: "app", endsAt: Number.POSITIVE_INFINITY });
  }

  /** Gives out a token that lives until `endsAt`. */
  give(kind: "access" | "app", endsAt: number): string {
    const token = this.#invent(kind).slice(0, 32);
    this.#tokens.set(token, { kind, endsAt });
    return token;
  }

  stateOf(kind: "access" | "app", token: string, at: number): TokenState {
    const known = this.#tokens.get(token);
    if (known === undefined || known.kind !== kind) return "unknown";
    return at < known.endsAt ? "valid" : "expired";
  }

  forgetTokens(): void {
    this.#tokens.clear();
  }

  /** The secret in force, or undefined when its life is over. */
  appSecret(at: number): string | undefined {
    return at < this.#appSecret.endsAt ? this.#appSecret.text : undefined;
  }

  /** Makes a new app secret; the one before is void at once. */
  renewAppSecret(at: number): string {
    this.#appSecret = { text: this.#invent("secret").slice(0, 40), endsAt: at + this.#appSecretLifeMs };
    return this.#appSecret.text;
  }

  /** Hex text that nobody can mistake for a real secret's source: it follows from the seed and a count. */
  #invent(purpose: string): string {
    this.#given += 1;
    return createHash("sha256").update(`kingdee-stars ${this.#seed} ${purpose} ${this.#given}`).digest("hex");
  }
}
