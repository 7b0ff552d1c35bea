/**
 * A template's flow for two connections of a workspace: the file as it was written, with comments and layout, in which nothing but the
 * id and the names of the connections are other. The words are replaced where they stand, because writing the document anew from its
 * values would lose what its author explained.
 */
import { FlowSchema, type Flow } from "@datong/core";
import { isScalar, parseDocument } from "yaml";
import { parseText } from "../workspace/read-document.ts";
import type { FlowEntry } from "../workspace/entry.ts";
import type { TemplateEntry } from "./read-templates.ts";

export interface TemplateUse {
  /** The new flow's id. */
  readonly id: string;
  /** Ids of connections. */
  readonly source: string;
  readonly target: string;
  /** Where the flow is to lie. */
  readonly file: string;
}

/** Text and entry of the new flow; the entry is to be checked against the workspace before the text is written. */
export function flowFromTemplate(
  template: Extract<TemplateEntry, { readonly kind: "ready" }>,
  use: TemplateUse,
): { readonly text: string; readonly entry: FlowEntry } {
  const { source, target, writeBack } = template.flow;
  const changes: (readonly [readonly string[], string])[] = [
    [["id"], use.id],
    [["source", "connection"], use.source],
    [["target", "connection"], use.target],
  ];
  // The source is told unless it is said otherwise, so only a template that names the target has something to replace.
  if (writeBack?.connection === source.connection) changes.push([["writeBack", "connection"], use.source]);
  else if (writeBack?.connection === target.connection) changes.push([["writeBack", "connection"], use.target]);
  const text = replaced(template.text, changes).replace(/^# yaml-language-server:.*\n/, "");
  const read = parseText<Flow>(use.file, text, FlowSchema);
  const entry: FlowEntry =
    read.kind === "broken"
      ? { kind: "broken", id: use.id, file: use.file, issues: read.issues }
      : { kind: "ready", id: use.id, file: use.file, flow: read.value, lineOf: read.lineOf };
  return { text, entry };
}

/** Ids hold only letters, digits and hyphens, and one of digits alone is text wherever a flow has it: none needs quotes. */
function replaced(text: string, changes: readonly (readonly [readonly string[], string])[]): string {
  const document = parseDocument(text, { schema: "failsafe" });
  const places = changes.flatMap(([path, word]) => {
    const node = document.getIn(path, true);
    return isScalar(node) && node.range ? [{ from: node.range[0], to: node.range[1], word }] : [];
  });
  let result = text;
  for (const { from, to, word } of places.toSorted((a, b) => b.from - a.from)) result = result.slice(0, from) + word + result.slice(to);
  return result;
}
