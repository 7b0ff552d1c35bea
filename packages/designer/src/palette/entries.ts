/** What the palette can go to, and what of it fits what is typed: those that begin with it first. Pure. */
import { fitsTyped, type ToPinyin } from "../parts/pinyin.ts";

export type EntryKind = "page" | "flow" | "steps" | "connection" | "bill" | "action";

export interface Entry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly label: string;
  /** Small behind the label, such as an id. */
  readonly about: string;
  /** What it is also found by. */
  readonly names: readonly string[];
  readonly go: () => void;
}

const MOST = 8;

/** In the order of kinds as they are given; of each kind a few. */
export function fitting(entries: readonly Entry[], typed: string, toPinyin: ToPinyin | null): readonly Entry[] {
  const wanted = typed.trim().toLowerCase();
  // A flow's steps are one way more to the same place: only where somebody looks for them.
  if (wanted === "") return perKind(entries.filter(({ kind }) => kind !== "steps"));
  const found = entries.filter(({ label, names }) => fitsTyped([label, ...names], wanted, toPinyin));
  const begins = ({ label, names }: Entry): boolean =>
    [label, ...names, ...(toPinyin?.(label) ?? [])].some((name) => name.toLowerCase().startsWith(wanted));
  return perKind([...found.filter(begins), ...found.filter((entry) => !begins(entry))]);
}

function perKind(entries: readonly Entry[]): readonly Entry[] {
  const counts = new Map<EntryKind, number>();
  return entries.filter(({ kind }) => {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    return n <= MOST;
  });
}

/** Whether it may be a bill's number: long enough not to ask the server with every letter, and with no blank inside. */
export function mayBeNumber(typed: string): boolean {
  return /^[^\s]{3,200}$/.test(typed.trim()) && /\d/.test(typed);
}
