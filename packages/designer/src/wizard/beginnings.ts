/** The draft that a new flow begins with: blank, with the sides that a drawn line says, or another flow's under a new name. Pure. */
import { edited, newDraft } from "../flow/draft.ts";
import type { useDraft } from "../flow/use-draft.ts";

export type Beginning = Parameters<typeof useDraft>[1];

const BLANK = `id: new-flow
name: ""
source:
  connection: ""
  api: ""
mapping: []
target:
  connection: ""
  api: ""
dispatch:
  enabled: true
  source:
    cron: "*/5 * * * *"
  target:
    cron: "*/2 * * * *"
`;

export function blank(): Beginning {
  return { id: "", text: BLANK, revision: 0, issues: [] };
}

export function drawn(source: string | null, target: string | null): Beginning | null {
  if (source === null || target === null) return null;
  const { text } = edited(newDraft(BLANK), {
    kind: "many",
    edits: [
      { kind: "set", path: ["source", "connection"], value: source },
      { kind: "set", path: ["target", "connection"], value: target },
    ],
  });
  return { id: "", text, revision: 0, issues: [] };
}

/** What belongs to the other alone (former ids, the import that it came from) stays there. */
export function copied(text: string, id: string, name: string): Beginning {
  const copy = edited(newDraft(text), {
    kind: "many",
    edits: [
      { kind: "set", path: ["id"], value: id },
      { kind: "set", path: ["name"], value: name },
      { kind: "set", path: ["aliases"], value: undefined },
      { kind: "set", path: ["qeasy"], value: undefined },
    ],
  });
  return { id: "", text: copy.text, revision: 0, issues: [] };
}

export function freeId(wanted: string, taken: readonly string[]): string {
  let id = wanted;
  for (let n = 2; taken.includes(id); n += 1) id = `${wanted}-${n}`;
  return id;
}
