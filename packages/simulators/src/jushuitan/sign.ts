/**
 * The two signatures of 聚水潭: lower-case hex md5 over UTF-8 text, the new platform's with the secret in front, the old one's with
 * the key behind.
 */
import { createHash } from "node:crypto";

/** New platform: secret, then key and value of every field but `sign`, keys in ASCII order. Values are the raw texts, `biz` included. */
export function jushuitanSign(fields: ReadonlyMap<string, string>, secret: string): string {
  const text = [...fields]
    .filter(([key]) => key !== "sign")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => key + value)
    .join("");
  return md5(secret + text);
}

/** Old platform: method, partner, then token and ts with their names, then the partner's key. The body is not covered. */
export function jushuitanOldSign(
  call: { readonly method: string; readonly partnerid: string; readonly token: string; readonly ts: string },
  partnerKey: string,
): string {
  return md5(`${call.method}${call.partnerid}token${call.token}ts${call.ts}${partnerKey}`);
}

function md5(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}
