/**
 * The pure half of log-ins: a strategy plans calls and reads replies; the engine sends, caches and shares the session.
 * Hashes, randomness and time come in as tools, so that a strategy is the same on every run of a test.
 */
import type { JsonObject } from "../value/json.ts";
import type { ErrorCode } from "../error/codes.ts";
import type { ErrorDetails } from "../error/datong-error.ts";
import type { Reply, RequestPlan } from "./request-plan.ts";

export interface SessionTools {
  readonly nowMs: number;
  /** `count` random decimal digits. */
  readonly digits: (count: number) => string;
  readonly hash: (algorithm: "md5" | "sha1" | "sha256", text: string) => string;
  /** Lower-case hex. */
  readonly hmac: (algorithm: "md5" | "sha256", key: string, text: string) => string;
  readonly base64: (text: string) => string;
  /** XORs the bytes behind a base64 text with the ASCII bytes of `mask` and encodes again. */
  readonly xorBase64: (text: string, mask: string) => string;
}

export interface SessionContext {
  readonly settings: Readonly<Record<string, string>>;
  readonly tools: SessionTools;
  /** The last session, also when it has expired (refresh tokens live in it). */
  readonly previous?: JsonObject;
}

export type LoginStep =
  | { readonly kind: "send"; readonly plan: RequestPlan }
  | { readonly kind: "ready"; readonly session: JsonObject; readonly expiresAtMs?: number }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly details: ErrorDetails };

export interface Session {
  /** The next step of a log-in, given the replies so far. Called with [] first. */
  readonly login: (context: SessionContext, replies: readonly Reply[]) => LoginStep;
  /** Adds what every call carries (headers, cookies, parameters). Called last, after the body is final. */
  readonly apply: (plan: RequestPlan, session: JsonObject, context: SessionContext) => RequestPlan;
}
