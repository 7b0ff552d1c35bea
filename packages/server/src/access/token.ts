/** Tokens that a browser or a script holds; we keep only their SHA-256, which is enough for 256 random bits. */
import { createHash, randomBytes } from "node:crypto";

export interface Token {
  readonly text: string;
  readonly hash: Buffer;
}

export function newToken(front: string): Token {
  const text = `${front}${randomBytes(32).toString("base64url")}`;
  return { text, hash: hashToken(text) };
}

export function hashToken(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
