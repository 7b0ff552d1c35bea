/**
 * 吉客云's signature: lower-case hex MD5 over the lower-cased text secret + key + value … + secret, keys in ASCII order. `sign`,
 * `token` and `contextid` are left out. Because the whole text is lower-cased, two requests that differ only in letter case
 * carry the same signature; that is the vendor's rule, not an oversight here.
 */
import { createHash, timingSafeEqual } from "node:crypto";

const UNSIGNED = new Set(["sign", "token", "contextid"]);

/** Signs the decoded form fields. */
export function signJackyun(fields: Readonly<Record<string, string>>, secret: string): string {
  const pairs = Object.keys(fields)
    .filter((key) => !UNSIGNED.has(key))
    .sort()
    .map((key) => key + (fields[key] ?? ""));
  return createHash("md5")
    .update((secret + pairs.join("") + secret).toLowerCase(), "utf8")
    .digest("hex");
}

/** Whether `fields.sign` is the signature of the other fields. */
export function isSignedJackyun(fields: Readonly<Record<string, string>>, secret: string): boolean {
  const given = Buffer.from(fields["sign"] ?? "", "utf8");
  const wanted = Buffer.from(signJackyun(fields, secret), "utf8");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
