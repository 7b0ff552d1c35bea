/**
 * Reads one YAML or JSON document of a workspace and checks it against its schema.
 *
 * A plain scalar becomes a number, a truth value or null only where the schema asks for one: `100.02` and `02` reach a text field as
 * these characters. Key order is kept. Never throws for what stands in the file; every problem is an issue with the file's line.
 */
import { notChosen, parseDocument as checkDocument, type ErrorCode, type ErrorDetails } from "@datong/core";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { readText } from "./read-text.ts";
import { SchemaPlace } from "./schema-place.ts";

/** One thing that is wrong in a document. `path` is a JSON pointer into it. */
export interface DocumentIssue {
  readonly code: ErrorCode;
  readonly file: string;
  readonly line?: number;
  readonly path: string;
  readonly details: ErrorDetails;
}

/** A TypeBox schema. */
export type DocumentSchema = Parameters<typeof checkDocument>[0];

export type ReadResult<T> =
  | { readonly kind: "read"; readonly value: T; readonly lineOf: (path: string) => number | undefined }
  | { readonly kind: "broken"; readonly issues: readonly DocumentIssue[] };

/** Aliases can make a small file huge; no document of ours has this many values. */
const NODES_MAX = 100_000;
const DEPTH_MAX = 64;

export async function readDocument<T>(file: string, schema: DocumentSchema): Promise<ReadResult<T>> {
  const read = await readText(file);
  return read.kind === "broken" ? read : parseText<T>(file, read.text, schema);
}

/** The same for a text that is already there; `file` is only for the issues. */
export function parseText<T>(file: string, text: string, schema: DocumentSchema): ReadResult<T> {
  const lines = new LineCounter();
  // The library overlooks a second document in the file when its log level is "silent".
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw !== undefined) return unreadable(file, lines.linePos(flaw.pos[0]).line, flaw.message);
  const reader = new NodeReader(document, lines);
  let value: unknown;
  try {
    value = reader.read(document.contents, SchemaPlace.of(schema), "", 0) ?? {};
  } catch (error) {
    if (!(error instanceof NodeProblem)) throw error;
    return unreadable(file, error.line, error.message);
  }
  const lineOf = (path: string): number | undefined => reader.lineOf(path);
  const checked = checkDocument<T>(schema, value === "" ? {} : value);
  if (checked.ok) return { kind: "read", value: checked.value, lineOf };
  const issues = checked.issues.map(({ path, expected, expectedZh, isAbsent = false }): DocumentIssue => {
    const line = lineOf(path);
    return {
      code: "DOCUMENT_INVALID",
      file,
      ...(line === undefined ? {} : { line }),
      path,
      details: {
        file,
        path,
        expected: (isAbsent ? notChosen(path) : undefined) ?? `${expectedZh} / ${expected}`,
        ...(line === undefined ? {} : { line }),
      },
    };
  });
  return { kind: "broken", issues };
}

function unreadable(file: string, line: number, reason: string): { readonly kind: "broken"; readonly issues: readonly DocumentIssue[] } {
  return { kind: "broken", issues: [{ code: "DOCUMENT_UNREADABLE", file, line, path: "", details: { file, line, reason } }] };
}

class NodeProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Turns YAML nodes into values, noting on which line each path stands. */
class NodeReader {
  private readonly document: Document;
  private readonly counter: LineCounter;
  private readonly lines = new Map<string, number>();
  private nodes = 0;

  constructor(document: Document, counter: LineCounter) {
    this.document = document;
    this.counter = counter;
  }

  /** The line of a path, or of the nearest path above it: a key that is missing has none of its own. */
  lineOf(path: string): number | undefined {
    for (let at = path === "/" ? "" : path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
      const line = this.lines.get(at);
      if (line !== undefined) return line;
    }
    return this.lines.get("");
  }

  read(given: unknown, place: SchemaPlace, path: string, depth: number): unknown {
    const node = isAlias(given) ? given.resolve(this.document) : (given as Node | null);
    const line = this.startOf(given);
    if (!this.lines.has(path)) this.lines.set(path, line);
    if (++this.nodes > NODES_MAX) throw new NodeProblem(line, `多于 ${NODES_MAX} 个值 / more than ${NODES_MAX} values`);
    if (depth > DEPTH_MAX) throw new NodeProblem(line, `嵌套超过 ${DEPTH_MAX} 层 / nested deeper than ${DEPTH_MAX}`);
    if (node === null || node === undefined) return null;
    if (isScalar(node)) return scalarValue(String(node.value), node.type === "PLAIN", place);
    if (isSeq(node)) return node.items.map((item, i) => this.read(item, place.element(), `${path}/${i}`, depth + 1));
    if (!isMap(node)) throw new NodeProblem(line, "不认识的写法 / not understood");
    const texts = new Map<string, string>();
    for (const { key, value } of node.items) if (isScalar(key) && isScalar(value)) texts.set(String(key.value), String(value.value));
    const object: Record<string, unknown> = {};
    for (const pair of node.items) {
      if (!isScalar(pair.key)) throw new NodeProblem(this.startOf(pair.key), "键须是文本 / a key must be a text");
      const key = String(pair.key.value);
      const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      this.lines.set(at, this.startOf(pair.key));
      const value = this.read(pair.value, place.member(key, texts), at, depth + 1);
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return object;
  }

  private startOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return range === null || range === undefined ? 1 : this.counter.linePos(range[0]).line;
  }
}

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const NULLS: readonly string[] = ["", "~", "null"];

/** A quoted scalar is text. A plain one is null, text, number or truth value, the first of these that the place takes. */
function scalarValue(text: string, isPlain: boolean, place: SchemaPlace): unknown {
  const kinds = place.scalarKinds();
  if (!isPlain) return text;
  const open = kinds.has("unknown");
  if ((open || kinds.has("null")) && NULLS.includes(text)) return null;
  if (kinds.has("string")) return text;
  if (kinds.has("number") && NUMBER.test(text)) return Number(text);
  // Where anything may stand, a number must not change by being read: the code 007 stays 007, and 1.10 stays 1.10.
  if (open && NUMBER.test(text) && String(Number(text)) === text) return Number(text);
  if ((open || kinds.has("boolean")) && (text === "true" || text === "false")) return text === "true";
  return text;
}
