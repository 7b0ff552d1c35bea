/**
 * Which master data a refusal says is missing: kind and code, read from the vendor's text by the connector's rules. Pure. Every occurrence
 * counts once; a text that fits no rule names nothing, and its document is left to a person as ever.
 */
import type { MissingRule } from "../../connector/result.ts";

export interface MissingCode {
  /** The vendor's or the connector's word; empty where nobody says. */
  readonly kind: string;
  readonly code: string;
}

const CODE_LETTERS_MAX = 200;
const STOPS = /[，。；、！？,.;!?\s]/;

export function readMissing(rules: readonly MissingRule[], text: string): readonly MissingCode[] {
  const found = new Map<string, MissingCode>();
  for (const rule of rules) {
    const [before, behind] = rule.between;
    for (let at = text.indexOf(before); at !== -1; at = text.indexOf(before, at + before.length)) {
      const start = at + before.length;
      const end = text.indexOf(behind, start);
      if (end === -1) break;
      const code = text.slice(start, end).trim();
      if (code === "" || code.length > CODE_LETTERS_MAX || code.includes("\n")) continue;
      const kind = kindOf(rule, text, end + behind.length);
      found.set(JSON.stringify([kind, code]), { kind, code });
    }
  }
  return [...found.values()];
}

function kindOf(rule: MissingRule, text: string, from: number): string {
  if (rule.kindBetween === undefined) return rule.kind ?? "";
  const [before, behind] = rule.kindBetween;
  const at = text.indexOf(before, from);
  if (at === -1) return rule.kind ?? "";
  const rest = text.slice(at + before.length);
  const end = behind === "" ? rest.search(STOPS) : rest.indexOf(behind);
  const kind = (end === -1 ? (behind === "" ? rest : "") : rest.slice(0, end)).trim();
  return kind === "" ? (rule.kind ?? "") : kind;
}
