/**
 * The key of what a lookup asks over a row. Lookups of one mapping that ask the same of different flows, or for different fields, share
 * it: over one row it is put together once.
 */
import type { Json, JsonObject } from "../../value/index.ts";
import type { Globals } from "./globals.ts";
import { keyOfValue } from "./lookup-row.ts";
import type { Scope } from "./template-reference.ts";

/** Reads one operand of a lookup. */
export type ReadOperand = (scope: Scope) => Json;

export class LookupKey {
  /** Equal texts are equal keys over every row. */
  readonly text: string;
  private row: JsonObject | undefined;
  private globals: Globals | undefined;
  private zone = "";
  private key = "";

  constructor(text: string) {
    this.text = text;
  }

  /** As `joinedKey` has it. The readers are those of whoever asks, so that what they refuse names its own place; nothing is kept then. */
  keyIn(scope: Scope, readers: readonly ReadOperand[]): string {
    // Elements change under the same scope: only what is asked over a whole row is remembered.
    if (scope.element !== undefined) return keyOf(scope, readers);
    if (scope.row === this.row && scope.globals === this.globals && scope.zone === this.zone) return this.key;
    const key = keyOf(scope, readers);
    this.row = scope.row;
    this.globals = scope.globals;
    this.zone = scope.zone;
    this.key = key;
    return key;
  }
}

function keyOf(scope: Scope, readers: readonly ReadOperand[]): string {
  const last = readers.length - 1;
  let key = "";
  for (let i = 0; i <= last; i++) {
    const value = (readers[i] as ReadOperand)(scope);
    const part = typeof value === "string" ? value : (keyOfValue(value) ?? "");
    key = i < last ? `${key}${part.length}:${part}` : key + part;
  }
  return key;
}
