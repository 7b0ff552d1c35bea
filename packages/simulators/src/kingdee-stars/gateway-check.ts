/**
 * Checks the signed headers of a request as the gateway does: release, client, signed header names, timestamp, signature, nonce.
 * A nonce counts as used only once its signature was right, so that nobody can burn another's nonce. That a replayed nonce is
 * refused, and with number 4007, is an assumption.
 */
import type { SimRequest } from "../kit/simulator.ts";
import type { StarsRefusal } from "./answer.ts";
import { sameSignature, signGateway } from "./gateway-sign.ts";
import { IDENTITY } from "./identity.ts";

/** The gateway's memory of nonces within the window. */
export class GatewayCheck {
  readonly #windowMs: number;
  readonly #nonces = new Map<string, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Why the request is refused, or undefined when it is signed rightly; `at` is the vendor's clock. */
  refusal(request: SimRequest, at: number): StarsRefusal | undefined {
    const { headers } = request;
    const clientId = headers["x-api-clientid"] ?? "";
    if (headers["x-api-auth-version"] !== "2.0") return { kind: "gateway", code: 4001 };
    if (clientId === "") return { kind: "gateway", code: 4002 };
    if (clientId !== IDENTITY.clientId) return { kind: "gateway", code: 4003 };
    const nonce = headers["x-api-nonce"] ?? "";
    const timestamp = headers["x-api-timestamp"] ?? "";
    const named = (headers["x-api-signheaders"] ?? "").split(",").map((name) => name.trim().toLowerCase());
    if (nonce === "" || named.toSorted().join() !== "x-api-nonce,x-api-timestamp") return { kind: "gateway", code: 4007 };
    if (!/^\d{13}$/.test(timestamp) || Math.abs(at - Number(timestamp)) > this.#windowMs) return { kind: "gateway", code: 4006 };
    const { method, path, rawQuery } = request;
    const wanted = signGateway({ method, path, rawQuery, nonce, timestamp }, IDENTITY.clientSecret);
    if (!sameSignature(headers["x-api-signature"] ?? "", wanted)) return { kind: "gateway", code: 4008 };
    return this.#takeNonce(nonce, Number(timestamp), at) ? undefined : { kind: "gateway", code: 4007, detail: "nonce已使用" };
  }

  #takeNonce(nonce: string, timestamp: number, at: number): boolean {
    for (const [seen, endsAt] of this.#nonces) {
      if (endsAt >= at) break;
      this.#nonces.delete(seen);
    }
    if ((this.#nonces.get(nonce) ?? Number.NEGATIVE_INFINITY) >= at) return false;
    this.#nonces.delete(nonce);
    // Remembered for as long as the same timestamp could still pass.
    this.#nonces.set(nonce, Math.max(timestamp, at) + this.#windowMs);
    return true;
  }
}
