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
  /** Several as one step of undoing. */
  | { readonly kind: "many"; readonly edits: readonly FormEdit[] }
  | { readonly kind: "load"; readonly text: string }
  | { readonly kind: "undo" | "redo" };

export type FormEdit = Extract<Edit, { readonly kind: "set" | "add" | "move" | "remove" }>;

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

/**
 * The last text with its document, so that a long one is not read anew for every edit. A document that is changed belongs to no text until
 * it is written.
 */
let read: { readonly text: string; readonly document: Document } | null = null;

function documentOf(text: string): Document {
  if (read?.text !== text) read = { text, document: parseDocument(text, { intAsBigInt: true }) };
  return read.document;
}

function changedText(text: string, edit: FormEdit | Extract<Edit, { readonly kind: "many" }>): string {
  const document = documentOf(text);
  // The form is not shown over a text that cannot be read.
  if (document.errors.length > 0) return text;
  read = null;
  for (const each of edit.kind === "many" ? edit.edits : [edit]) change(document, each);
  unfold(document);
  const written = document.toString({ lineWidth: 0 });
  read = { text: written, document };
  return written;
}

function change(document: Document, edit: FormEdit): void {
  switch (edit.kind) {
    case "set":
      if (edit.value === undefined) document.deleteIn(edit.path);
      else {
        openWay(document, edit.path);
        setValue(document, edit.path, edit.value);
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
      if (!isSeq(list) || edit.to < 0 || edit.to >= list.items.length) return;
      const [item] = list.items.splice(edit.from, 1);
      list.items.splice(edit.to, 0, item);
    }
  }
}

/** A list or map is written anew; a scalar keeps its comment. */
function setValue(document: Document, path: Path, value: unknown): void {
  document.setIn(path, value !== null && typeof value === "object" ? document.createNode(value) : value);
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
  const document = documentOf(text);
  const [error] = document.errors;
  if (error !== undefined) return { flow: null, problem: error.message };
  const value = plain(document.toJS());
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? { flow: value as LooseFlow, problem: null }
    : { flow: null, problem: "" };
}

/** Whole numbers as the form counts with them; the text keeps those that are too long. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
