/** SessionTools over node:crypto with a fixed clock and fixed digits, so that a strategy's calls can be compared byte by byte. */
import { createHash, createHmac } from "node:crypto";
import type { Reply, SessionContext, SessionTools } from "@datong/core";

export function testTools(nowMs: number, digits = "4427456950"): SessionTools {
  return {
    nowMs,
    digits: (count) => digits.repeat(Math.ceil(count / digits.length)).slice(0, count),
    hash: (algorithm, text) => createHash(algorithm).update(text, "utf8").digest("hex"),
    hmac: (algorithm, key, text) => createHmac(algorithm, key).update(text, "utf8").digest("hex"),
    base64: (text) => Buffer.from(text, "utf8").toString("base64"),
    xorBase64: (text, mask) =>
      Buffer.from(Buffer.from(text, "base64").map((byte, i) => byte ^ (mask.charCodeAt(i % mask.length) & 0xff))).toString("base64"),
  };
}

export function testContext(settings: Readonly<Record<string, string>>, nowMs = 1_700_000_000_000, digits?: string): SessionContext {
  return { settings, tools: testTools(nowMs, digits) };
}

export function jsonReply(json: NonNullable<Reply["json"]>, headers: Readonly<Record<string, string>> = {}, status = 200): Reply {
  return { status, headers, text: JSON.stringify(json), json };
}
