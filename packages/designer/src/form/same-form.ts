/** Whether a part of the form would look the same: nothing changed but the mapping, which has an editor of its own. Keeps a key in the mapping cheap. Pure. */
import type { LooseFlow } from "../flow/draft.ts";

export function isSameForm<P extends { readonly flow: LooseFlow }>(before: P, after: P): boolean {
  const { flow: one, ...rest } = before;
  const { flow: other, ...others } = after;
  if (Object.keys(others).some((key) => Reflect.get(rest, key) !== Reflect.get(others, key))) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  keys.delete("mapping");
  return [...keys].every((key) => Reflect.get(one, key) === Reflect.get(other, key));
}
