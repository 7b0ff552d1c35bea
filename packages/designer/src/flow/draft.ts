/**
 * A flow while it is edited. Its text is the only truth: the form edits the text through the YAML document, so that comments, order and
 * keys that the form does not know stay as they are, and both views always show the same. Pure; fifty steps can be undone.
 */
import type { Flow } from "@datong/core";
import { isCollection, isMap, isSeq, parseDocument, type Document } from "yaml";

export type Path = readonly (string | number)[];

export interface Draft {
  readonly text: string;
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** What was edited last: further edits of it are one step. */
  readonly last: string;
}

export type Edit =
  | { readonly kind: "type"; readonly text: string }
  /** `value` undefined takes the key away. */
  | { readonly kind: "set"; readonly path: Path; readonly value: unknown }
  | { readonly kind: "add"; readonly path: Path; readonly values: readonly unknown[] }
  | { readonly kind: "move"; readonly path: Path; readonly from: number; readonly to: number }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "load"; readonly text: string }
  | { readonly kind: "undo" | "redo" };

const STEPS = 50;

export function newDraft(text: string): Draft {
  return { text, past: [], future: [], last: "" };
}

export function edited(draft: Draft, edit: Edit): Draft {
  switch (edit.kind) {
    case "load":
      return newDraft(edit.text);
    case "undo": {
      const text = draft.past.at(-1);
      return text === undefined ? draft : { text, past: draft.past.slice(0, -1), future: [draft.text, ...draft.future], last: "" };
    }
    case "redo": {
      const [text, ...future] = draft.future;
      return text === undefined ? draft : { text, past: [...draft.past, draft.text], future, last: "" };
    }
    case "type":
      return step(draft, edit.text, "type");
    default:
      return step(draft, changedText(draft.text, edit), edit.kind === "set" ? `set ${edit.path.join("/")}` : "");
  }
}

function step(draft: Draft, text: string, what: string): Draft {
  if (text === draft.text) return draft;
  const goesOn = what !== "" && what === draft.last;
  return { text, past: goesOn ? draft.past : [...draft.past, draft.text].slice(-STEPS), future: [], last: what };
}

function changedText(text: string, edit: Exclude<Edit, { readonly kind: "type" | "load" | "undo" | "redo" }>): string {
  const document = parseDocument(text, { intAsBigInt: true });
  // The form is not shown over a text that cannot be read.
  if (document.errors.length > 0) return text;
  switch (edit.kind) {
    case "set":
      if (edit.value === undefined) document.deleteIn(edit.path);
      else {
        openWay(document, edit.path);
        document.setIn(edit.path, edit.value);
      }
      break;
    case "remove":
      document.deleteIn(edit.path);
      break;
    case "add": {
      openWay(document, [...edit.path, 0]);
      const list = document.getIn(edit.path, true);
      if (isSeq(list)) for (const value of edit.values) list.add(document.createNode(value));
      else document.setIn(edit.path, document.createNode(edit.values));
      break;
    }
    case "move": {
      const list = document.getIn(edit.path, true);
      if (!isSeq(list) || edit.to < 0 || edit.to >= list.items.length) return text;
      const [item] = list.items.splice(edit.from, 1);
      list.items.splice(edit.to, 0, item);
    }
  }
  unfold(document);
  return document.toString({ lineWidth: 0 });
}

/** An empty list or map written as `[]` or `{}` takes entries below it, line by line. */
function unfold(document: Document): void {
  for (const path of [["mapping"], ["source", "params"], ["target", "options"]]) {
    const node = document.getIn(path, true);
    if (isCollection(node) && node.items.length > 0 && (isSeq(node) || isMap(node))) node.flow = false;
  }
}

/** Makes the collections on the way that are missing or empty. */
function openWay(document: Document, path: Path): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const way = path.slice(0, depth);
    if (!isCollection(document.getIn(way, true))) document.setIn(way, document.createNode(typeof path[depth] === "number" ? [] : {}));
  }
}

export type LooseFlow = Partial<Flow>;

/** What the text says, as far as it can be read; nothing is checked, the server does that. */
export function readDraft(text: string): { readonly flow: LooseFlow | null; readonly problem: string | null } {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return { flow: null, problem: error.message };
  const value: unknown = document.toJS();
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? { flow: value as LooseFlow, problem: null }
    : { flow: null, problem: "" };
}
