/** The signature of 聚水潭's token calls: md5 over the secret and the fields in ASCII order of their keys, key followed by value. */
import type { Pair, SessionTools } from "@datong/core";

/** The fields with their `sign` at the end. */
export function signedForm(pairs: readonly Pair[], secret: string, tools: Pick<SessionTools, "hash">): readonly Pair[] {
  const text = pairs
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join("");
  return [...pairs, ["sign", tools.hash("md5", secret + text)]];
}
