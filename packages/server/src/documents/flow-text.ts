/** A flow's text with some values set anew; comments and layout of YAML stay, JSON stays JSON. */
import { isMap, isScalar, isSeq, parseDocument, visit } from "yaml";

export interface SetValue {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

export function withValues(text: string, values: readonly SetValue[]): string {
  if (isJson(text)) {
    const document = JSON.parse(text) as unknown;
    for (const { path, value } of values) setIn(document, path, value);
    return JSON.stringify(document, null, 2);
  }
  const document = parseDocument(text);
  for (const { path, value } of values) document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

export interface FoundText {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Every text value of the document with its place, those under `keys` alone. Keys are no values. */
export function textsIn(text: string, keys: ReadonlySet<string>): readonly FoundText[] {
  const found: FoundText[] = [];
  const document = parseDocument(text);
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === "key" || typeof node.value !== "string") return;
      const path: (string | number)[] = [];
      let child: unknown = node;
      for (const above of [...ancestors].reverse()) {
        if (isMap(above)) {
          const pair = above.items.find((each) => each === child || each.value === child);
          if (pair !== undefined && isScalar(pair.key)) path.unshift(String(pair.key.value));
        } else if (isSeq(above)) path.unshift(above.items.indexOf(child as never));
        child = above;
      }
      if (path.some((part) => keys.has(String(part)))) found.push({ path, text: node.value });
    },
  });
  return found;
}

function isJson(text: string): boolean {
  return /^\s*\{/.test(text);
}

function setIn(document: unknown, path: readonly (string | number)[], value: unknown): void {
  let at = document as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}
