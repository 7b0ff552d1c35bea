/** The fingerprint of a record: a hash of its rows' text, so that a second look at the same bill is free. */
import { hash } from "node:crypto";

/** Hex, 32 digits: 128 bits tell versions of one bill apart. */
export function hashHex(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}
