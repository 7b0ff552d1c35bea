/** Names found by what people type: the name itself, its pinyin in full, or its initials. The pinyin is loaded beside the page. */
import { useEffect, useState } from "react";

/** Pinyin in full and as initials of a name; names are found without it until it is there. */
export type ToPinyin = (name: string) => readonly string[];

export function usePinyin(): ToPinyin | null {
  const [toPinyin, setToPinyin] = useState<{ readonly of: ToPinyin } | null>(null);
  useEffect(() => {
    let isGone = false;
    void import("pinyin-pro").then(({ pinyin }) => {
      const plain = { toneType: "none", type: "array" } as const;
      const of = kept((name) => [pinyin(name, plain).join(""), pinyin(name, { ...plain, pattern: "first" }).join("")]);
      if (!isGone) setToPinyin({ of });
    });
    return () => {
      isGone = true;
    };
  }, []);
  return toPinyin?.of ?? null;
}

const KEPT_MAX = 5_000;

/** Spelt once: the same names are looked through at every key. */
function kept(spell: ToPinyin): ToPinyin {
  const known = new Map<string, readonly string[]>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= KEPT_MAX) known.clear();
    const spelt = spell(name);
    known.set(name, spelt);
    return spelt;
  };
}

/** Letters and digits: 聚水潭·奇门 is found by jstqm. */
const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Whether one of the names has what was typed, in letters, pinyin or initials. */
export function fitsTyped(names: readonly string[], typed: string, toPinyin: ToPinyin | null): boolean {
  const wanted = bare(typed);
  return names.some((name) => [name, ...(toPinyin?.(name) ?? [])].some((each) => bare(each).includes(wanted)));
}
