/**
 * 巨益OMS's signature: upper-case hex MD5 over secret + key + value … + raw body + secret. The query parameters are taken decoded,
 * in ASCII order, without `sign` and without empty ones; the body is taken as the bytes that came, because clients differ in how
 * they escape and a re-serialised body would not be what was signed.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** Signs the query parameters and the body. */
export function signGreatonce(parameters: ReadonlyMap<string, string>, rawBody: Buffer, secret: string): string {
  const hash = createHash("md5").update(secret, "utf8");
  const signed = [...parameters.keys()].filter((key) => key !== "sign" && key !== "" && parameters.get(key) !== "").sort();
  for (const key of signed) hash.update(key + (parameters.get(key) ?? ""), "utf8");
  return hash.update(rawBody).update(secret, "utf8").digest("hex").toUpperCase();
}

/** Whether `sign` among the parameters is the signature of the rest; letter case counts. */
export function isSignedGreatonce(parameters: ReadonlyMap<string, string>, rawBody: Buffer, secret: string): boolean {
  const given = Buffer.from(parameters.get("sign") ?? "", "utf8");
  const wanted = Buffer.from(signGreatonce(parameters, rawBody, secret), "utf8");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
