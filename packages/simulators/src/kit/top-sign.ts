/**
 * The signature of TOP and of the 奇门 custom scenes: sorted key+value, empties left out, the raw body behind, upper-case hex.
 *
 * md5 wraps the text in the secret on both sides; hmac and hmac-sha256 use it as the key.
 */
import { createHash, createHmac } from "node:crypto";

export type TopSignMethod = "md5" | "hmac" | "hmac-sha256";

export interface TopSignOptions {
  readonly signMethod: TopSignMethod;
  readonly secret: string;
  /** The body when it is raw text (XML or JSON), never a form. */
  readonly body?: string;
  /** The Java kit leaves empties out, the Python kit does not. Default true. */
  readonly skipEmpty?: boolean;
}

/** Whether the word names a method of signing that the router knows. */
export function isTopSignMethod(word: string): word is TopSignMethod {
  return word === "md5" || word === "hmac" || word === "hmac-sha256";
}

/** The signature of these parameters; a parameter named `sign` is never part of it. */
export function topSign(parameters: ReadonlyMap<string, string>, options: TopSignOptions): string {
  const skipEmpty = options.skipEmpty ?? true;
  const text =
    [...parameters]
      .filter(([key, value]) => key !== "sign" && !(skipEmpty && (key === "" || value === "")))
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, value]) => key + value)
      .join("") + (options.body ?? "");
  return digest(text, options.signMethod, options.secret).toUpperCase();
}

/** Whether the signature fits, with empties left out or, failing that, with them. */
export function topSignMatches(parameters: ReadonlyMap<string, string>, sign: string, options: Omit<TopSignOptions, "skipEmpty">): boolean {
  return [true, false].some((skipEmpty) => topSign(parameters, { ...options, skipEmpty }) === sign);
}

function digest(text: string, signMethod: TopSignMethod, secret: string): string {
  if (signMethod === "md5") return createHash("md5").update(`${secret}${text}${secret}`, "utf8").digest("hex");
  return createHmac(signMethod === "hmac" ? "md5" : "sha256", secret)
    .update(text, "utf8")
    .digest("hex");
}
