/** A workspace from texts that lie elsewhere than in files, such as the server's tables: the same documents, judged the same way. */
import {
  ConnectionSchema,
  DatongError,
  FlowSchema,
  MappingTableSchema,
  type Connection,
  type Connector,
  type Flow,
  type MappingTable,
} from "@datong/core";
import { connectionEntry, connectorOfText, namedAs, ownConnectors, withBuiltIn, type ConnectionEntry, type FlowEntry } from "./entry.ts";
import type { Environment } from "./environment.ts";
import { tableOfRows, type TableEntry } from "./mapping-tables.ts";
import { parseText, type DocumentIssue } from "./read-document.ts";
import type { Workspace } from "./workspace.ts";

/** YAML or JSON. */
export interface DocumentText {
  readonly id: string;
  readonly text: string;
}

export interface WorkspaceTexts {
  readonly name: string;
  readonly flows: readonly DocumentText[];
  /** `secrets` fill the references of that connection and of no other. */
  readonly connections: readonly (DocumentText & { readonly secrets: Environment })[];
  readonly connectors: readonly DocumentText[];
  /** `{columns, rows}` each. */
  readonly tables?: readonly DocumentText[];
}

export function workspaceOfTexts(texts: WorkspaceTexts, given: readonly Connector[]): Workspace {
  return createWorkspaceReader(given)(texts);
}

/**
 * Reads a workspace again and again as it changes. What stands unchanged since the reading before is not read anew and is the same object:
 * a document, all documents of a kind, the workspace.
 */
export function createWorkspaceReader(given: readonly Connector[]): (texts: WorkspaceTexts) => Workspace {
  let memory: Memory = new Map();
  return (texts) => {
    const { now, once } = recall(memory);
    memory = now;
    const own = texts.connectors.map(({ id, text }) =>
      once(`connectors/${id}`, [text], (file) => ({ id, file, read: connectorOfText(file, text) })),
    );
    const connectors = once("connectors", own, () => ownConnectors(own, given));
    const connections = texts.connections.map(({ id, text, secrets }): ConnectionEntry => {
      const known = Object.entries(secrets).flat();
      return once(`connections/${id}`, [text, connectors, ...known], (file) =>
        connectionEntry({ id, file, read: namedAs(parseText<Connection>(file, text, ConnectionSchema), file, id) }, connectors, secrets),
      );
    });
    const tables = (texts.tables ?? []).map((table) => once(`tables/${table.id}`, [table.text], () => tableOfText(table)));
    const flows = texts.flows.map((flow) => once(`flows/${flow.id}`, [flow.text], () => flowOfText(flow)));
    const parts = {
      flows: once("flows", flows, () => new Map(flows.map((entry) => [entry.id, entry]))),
      connections: once("connections", connections, () => withBuiltIn(connections.map((entry) => [entry.id, entry]))),
      connectors: connectors.connectors,
      tables: once("tables", tables, () => new Map(tables.map((entry) => [entry.name, entry]))),
    };
    const flaws = (): readonly (readonly DocumentIssue[])[] => [
      ...connectors.broken.values(),
      ...tables.map((entry) => (entry.kind === "broken" ? entry.issues : [])),
    ];
    return once("", Object.values(parts), () => ({ dir: "", name: texts.name, ...parts, issues: flaws().flat() }));
  };
}

/** What was made, by its name, and of what it was made. */
type Memory = Map<string, { readonly of: readonly unknown[]; readonly made: unknown }>;

/** `once` makes what was not made of the same before; `now` is what is there afterwards. */
function recall(before: Memory): {
  readonly now: Memory;
  readonly once: <T>(name: string, of: readonly unknown[], make: (name: string) => T) => T;
} {
  const now: Memory = new Map();
  const once = <T>(name: string, of: readonly unknown[], make: (name: string) => T): T => {
    const known = before.get(name);
    const isKnown = known !== undefined && known.of.length === of.length && known.of.every((each, i) => each === of[i]);
    const made = isKnown ? (known.made as T) : make(name);
    now.set(name, { of, made });
    return made;
  };
  return { now, once };
}

function tableOfText({ id: name, text }: DocumentText): TableEntry {
  const file = `tables/${name}`;
  const read = parseText<MappingTable>(file, text, MappingTableSchema);
  if (read.kind === "broken") return { kind: "broken", name, file, issues: read.issues };
  try {
    return { kind: "ready", name, file, table: tableOfRows(file, [read.value.columns, ...read.value.rows]).table };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { kind: "broken", name, file, issues: [{ code: error.code, file, path: "", details: error.details }] };
  }
}

export function flowOfText({ id, text }: DocumentText): FlowEntry {
  const file = `flows/${id}`;
  const read = namedAs(parseText<Flow>(file, text, FlowSchema), file, id);
  if (read.kind === "broken") return { kind: "broken", id, file, issues: read.issues };
  return { kind: "ready", id, file, flow: read.value, lineOf: read.lineOf };
}
