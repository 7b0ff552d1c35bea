/**
 * What the import did with each thing that it found: taken over exactly, changed, left for a person to decide, or not known. Every leaf of
 * the input ends in one of these, so that nothing is dropped in silence.
 */
import { isObject, type Json } from "@datong/core";
import type { Origins, Place } from "../scheme/origins.ts";

export interface Remark extends Place {
  readonly zh: string;
  readonly en: string;
}

export interface Decision extends Remark {
  /** The name under which the answers file holds it, such as `mapping.items.sku_id`. */
  readonly key: string;
  /** What the draft holds meanwhile; null: nothing. */
  readonly proposal: Json;
}

export interface Unknown extends Place {
  readonly key: string;
}

export class Notes {
  readonly changed: Remark[] = [];
  readonly decisions: Decision[] = [];
  readonly unknown: Unknown[] = [];
  taken = 0;
  private readonly origins: Origins;
  private readonly answers: Readonly<Record<string, Json>>;
  private readonly seen = new Set<string>();
  /** Places that hold something seen. */
  private readonly above = new Set<string>();

  constructor(origins: Origins, answers: Readonly<Record<string, Json>>) {
    this.origins = origins;
    this.answers = answers;
  }

  /** A member that is in the flow as it stood, or is kept for the way back. */
  take(object: object, ...keys: readonly string[]): void {
    for (const key of keys) {
      if (!Object.hasOwn(object, key)) continue;
      this.mark(object, key);
      this.taken += 1;
    }
  }

  /** A member, with all that is inside of it, that says nothing which the flow must hold. */
  pass(object: object, ...keys: readonly string[]): void {
    for (const key of keys) if (Object.hasOwn(object, key)) this.mark(object, key);
  }

  change(object: object, key: string | undefined, zh: string, en: string): void {
    if (key !== undefined) this.mark(object, key);
    this.changed.push({ ...this.origins.placeOf(object, key), zh, en });
  }

  /**
   * Asks for a decision. The answer, where the answers file has one under this key; it counts as decided then. Undefined: left open, and
   * the draft holds the proposal.
   */
  decide(
    object: object,
    key: string | undefined,
    asked: { readonly key: string; readonly zh: string; readonly en: string; readonly proposal?: Json },
  ): Json | undefined {
    if (key !== undefined) this.mark(object, key);
    if (Object.hasOwn(this.answers, asked.key)) {
      this.taken += 1;
      return this.answers[asked.key] ?? null;
    }
    if (!this.decisions.some((each) => each.key === asked.key)) {
      const { key: name, zh, en, proposal = null } = asked;
      this.decisions.push({ ...this.origins.placeOf(object, key), key: name, zh, en, proposal });
    }
    return undefined;
  }

  /** What the answers file says under a key, asked or not; undefined: nothing. */
  answer(key: string): Json | undefined {
    return Object.hasOwn(this.answers, key) ? (this.answers[key] ?? null) : undefined;
  }

  private mark(object: object, key: string): void {
    const { file, path } = this.origins.placeOf(object, key);
    this.seen.add(`${file}#${path}`);
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) this.above.add(`${file}#${path.slice(0, at)}`);
  }

  /** Notes every leaf below `root` that nobody has looked at. */
  tellRest(root: Json | undefined): void {
    if (typeof root !== "object" || root === null) return;
    for (const [key, value] of Object.entries(root) as [string, Json][]) {
      const place = this.origins.placeOf(root, key);
      if (this.seen.has(`${place.file}#${place.path}`)) continue;
      const isInner =
        typeof value === "object" && value !== null && (isObject(value) || Array.isArray(value)) && Object.keys(value).length > 0;
      if (isInner && this.above.has(`${place.file}#${place.path}`)) this.tellRest(value);
      else this.unknown.push({ ...place, key });
    }
  }
}
