/**
 * Which target field a refusal is about, as far as it says: the mapping's own problems name it; a vendor quotes the value (仓库类型【5】不存在)
 * or says the field's label. A guess to begin looking at, never a fact that anything is decided by. Pure.
 */
import type { Field } from "../../schema/index.ts";
import { isArray, isObject, keysOf, type Json } from "../../value/index.ts";
import { asText } from "../call/as-text.ts";

/** Path without positions; null where the text points at nothing. */
export function blamedField(text: string, body: Json | null, fields: readonly Field[]): string | null {
  const named = /^([A-Za-z_][\w.[\]]*): /.exec(text)?.[1];
  if (named !== undefined) return named.replaceAll(/\[\d+\]/g, "");
  const labels = new Map<string, string>();
  noteLabels(fields, "", labels);
  const leaves: Leaf[] = [];
  if (body !== null) noteLeaves(body, "", leaves);
  const quoted = quotedIn(text);
  const candidates = [...new Set(leaves.filter(({ value }) => quoted.has(value)).map(({ field }) => field))];
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return only;
  const among = candidates.length > 0 ? candidates : [...new Set(leaves.map(({ field }) => field)), ...labels.keys()];
  const scored = [...new Set(among)]
    .map((field) => ({
      field,
      score: candidates.length > 0 ? likeness(text, field, labels.get(field)) : mention(text, field, labels.get(field)),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored;
  return best === undefined || best.score === next?.score ? null : best.field;
}

interface Leaf {
  readonly field: string;
  readonly value: string;
}

function noteLeaves(value: Json, field: string, leaves: Leaf[]): void {
  if (isArray(value)) for (const each of value) noteLeaves(each, field, leaves);
  else if (isObject(value))
    for (const name of keysOf(value)) noteLeaves(value[name] ?? null, field === "" ? name : `${field}.${name}`, leaves);
  else if (value !== null && value !== "") leaves.push({ field, value: asText(value) });
}

function noteLabels(fields: readonly Field[], front: string, labels: Map<string, string>): void {
  for (const { field, label, children } of fields) {
    labels.set(front + field, label);
    noteLabels(children ?? [], `${front}${field}.`, labels);
  }
}

/** What stands in brackets or quotes. */
function quotedIn(text: string): ReadonlySet<string> {
  const found = text.matchAll(/[【[（(「『“"'‘:：]\s*([^【】[\]（）()「」『』“”"'‘’,，;；]{1,80}?)\s*[】\]）)」』”"'’,，;；]/g);
  return new Set([...found].map(([, inside = ""]) => inside.trim()).filter((inside) => inside !== ""));
}

/** How many of the label's characters, or its technical name, the text has. */
function likeness(text: string, field: string, label = ""): number {
  const letters = [...new Set(label.match(/\p{Script=Han}/gu) ?? [])].filter((letter) => text.includes(letter)).length;
  return letters + (text.includes(lastName(field)) ? 10 : 0);
}

/** The field's name, or its whole label, said in the text: the longest says most. */
function mention(text: string, field: string, label = ""): number {
  const name = lastName(field);
  if (name.length >= 3 && new RegExp(`(^|\\W)${name.replaceAll(/\W/g, "")}(\\W|$)`).test(text)) return 100 + name.length;
  return label.length >= 2 && text.includes(label) ? label.length : 0;
}

function lastName(field: string): string {
  return field.split(".").at(-1) ?? field;
}
