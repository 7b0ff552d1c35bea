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
import { parseText } from "./read-document.ts";
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
  const connectors = ownConnectors(
    texts.connectors.map(({ id, text }) => {
      const file = `connectors/${id}`;
      return { id, file, read: connectorOfText(file, text) };
    }),
    given,
  );
  const connections = texts.connections.map(({ id, text, secrets }): ConnectionEntry => {
    const file = `connections/${id}`;
    return connectionEntry({ id, file, read: namedAs(parseText<Connection>(file, text, ConnectionSchema), file, id) }, connectors, secrets);
  });
  const tables = (texts.tables ?? []).map(tableOfText);
  return {
    dir: "",
    name: texts.name,
    flows: new Map(texts.flows.map((flow) => [flow.id, flowOfText(flow)])),
    connections: withBuiltIn(connections.map((entry) => [entry.id, entry])),
    connectors: connectors.connectors,
    tables: new Map(tables.map((entry) => [entry.name, entry])),
    issues: [...connectors.broken.values(), ...tables.map((entry) => (entry.kind === "broken" ? entry.issues : []))].flat(),
  };
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
