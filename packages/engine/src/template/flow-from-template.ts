/**
 * A template's flow for two connections of a workspace: the file as it was written, with comments and layout, in which nothing but the
 * id and the names of the connections are other; a flow without a name gets the template's, in Chinese as the market shows it. The words are replaced where they stand, because writing the document anew from its
 * values would lose what its author explained.
 */
import { FlowSchema, type Flow } from "@datong/core";
import { isScalar, parseDocument, stringify } from "yaml";
import { parseText } from "../workspace/read-document.ts";
import type { FlowEntry } from "../workspace/entry.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ReadyTemplate, TemplateTable } from "./read-templates.ts";

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
  template: Pick<ReadyTemplate, "flow" | "text"> & { readonly head: Pick<ReadyTemplate["head"], "name"> },
  use: TemplateUse,
): { readonly text: string; readonly entry: FlowEntry } {
  const { source, target, writeBack, name } = template.flow;
  const nameLine = name === undefined ? `\nname: ${stringify(template.head.name.zh, { lineWidth: 0 }).trimEnd()}` : "";
  const changes: (readonly [readonly string[], string])[] = [
    [["id"], use.id + nameLine],
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

/**
 * What of a template's tables the workspace lacks, and the workspace as it is with them. A table of the same name that is there already
 * stays as it is: it holds the company's own codes, and other flows may go by it.
 */
export function tablesFromTemplate<W extends Pick<Workspace, "tables">>(
  { tables }: Pick<ReadyTemplate, "tables">,
  workspace: W,
): { readonly lacking: readonly TemplateTable[]; readonly kept: readonly string[]; readonly workspace: W } {
  const lacking = tables.filter(({ name }) => !workspace.tables.has(name));
  const kept = tables.filter((table) => !lacking.includes(table)).map(({ name }) => name);
  const all = new Map([...workspace.tables, ...lacking.map((table) => [table.name, table] as const)]);
  return { lacking, kept, workspace: { ...workspace, tables: all } };
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
