/**
 * A workspace: the folder that holds a customer's flows, connections and own connectors, marked by `workspace.yaml`.
 *
 * Tolerant: what is broken is kept with its issues beside what is well, so that one bad file stops one flow and no other. The file's
 * name is the id: `flows/<id>.yaml` or `flows/<id>/flow.yaml`, `connections/<id>.yaml`; `.yml` and `.json` will do as well.
 */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import {
  ConnectionSchema,
  DatongError,
  FlowSchema,
  didYouMean,
  nearestName,
  WorkspaceSchema,
  type Connection,
  type Connector,
  type Flow,
} from "@datong/core";
import {
  connectionEntry,
  connectorOfText,
  namedAs,
  ownConnectors,
  twice,
  withBuiltIn,
  type ConnectionEntry,
  type Connectors,
  type FlowEntry,
} from "./entry.ts";
import { readEnvironmentFile, type Environment } from "./environment.ts";
import { readTables, type TableEntry } from "./mapping-tables.ts";
import { flowNamed } from "./named-flows.ts";
import { readDocument, type DocumentIssue, type DocumentSchema } from "./read-document.ts";
import { readText } from "./read-text.ts";

export interface Workspace {
  readonly dir: string;
  readonly name: string;
  readonly flows: ReadonlyMap<string, FlowEntry>;
  readonly connections: ReadonlyMap<string, ConnectionEntry>;
  /** The given ones and the workspace's own. */
  readonly connectors: readonly Connector[];
  /** By name: the file's, without its ending. */
  readonly tables: ReadonlyMap<string, TableEntry>;
  /** What is wrong outside flows and connections: workspace.yaml, own connectors and mapping tables. */
  readonly issues: readonly DocumentIssue[];
}

export interface WorkspaceOptions {
  readonly env: Environment;
  readonly connectors: readonly Connector[];
  /** A further KEY=VALUE file; it wins over `env`. */
  readonly envFile?: string;
}

const MARKER = "workspace.yaml";
const ENDINGS = [".yaml", ".yml", ".json"];

/** The nearest folder at or above `fromDir` that holds workspace.yaml. */
export function findWorkspace(fromDir: string): string | null {
  for (let dir = resolve(fromDir); ; dir = dirname(dir)) {
    if (existsSync(join(dir, MARKER))) return dir;
    if (dirname(dir) === dir) return null;
  }
}

/** Reads everything. Throws WORKSPACE_MISSING and ENV_FILE_UNREADABLE; all else becomes issues of the entries. */
export async function loadWorkspace(dir: string, options: WorkspaceOptions): Promise<Workspace> {
  const root = resolve(dir);
  if (!existsSync(join(root, MARKER))) throw new DatongError("WORKSPACE_MISSING", { dir: root });
  const environment = await environmentOf(root, options);
  const issues: DocumentIssue[] = [];
  const marker = await readDocument<{ name?: string }>(join(root, MARKER), WorkspaceSchema);
  if (marker.kind === "broken") issues.push(...marker.issues);
  const { connectors, broken } = await loadConnectors(root, options.connectors);
  for (const found of broken.values()) issues.push(...found);
  const tables = await readTables(join(root, "tables"));
  for (const entry of tables.values()) if (entry.kind === "broken") issues.push(...entry.issues);
  return {
    dir: root,
    name: (marker.kind === "read" ? marker.value.name : undefined) ?? basename(root),
    flows: await loadFlows(root),
    connections: await loadConnections(root, { connectors, broken }, environment),
    connectors,
    tables,
    issues,
  };
}

/** A flow by the path of its file, by its id or by a former one, with its workspace. Throws WORKSPACE_MISSING, FLOW_UNKNOWN, ENV_FILE_UNREADABLE. */
export async function loadFlow(
  fileOrId: string,
  options: WorkspaceOptions & { readonly cwd: string },
): Promise<{ readonly workspace: Workspace; readonly entry: FlowEntry }> {
  const file = await flowFile(resolve(options.cwd, fileOrId));
  const from = file === undefined ? options.cwd : dirname(file);
  const dir = findWorkspace(from);
  if (dir === null) throw new DatongError("WORKSPACE_MISSING", { dir: resolve(from) });
  const workspace = await loadWorkspace(dir, options);
  const own = file === undefined ? flowNamed(workspace, fileOrId) : [...workspace.flows.values()].find((entry) => entry.file === file);
  if (own !== undefined) return { workspace, entry: own };
  // A flow file elsewhere in the workspace, such as a draft, is read as it is.
  if (file !== undefined) return { workspace, entry: await readFlow(file, undefined) };
  const known = [...workspace.flows.keys()];
  throw new DatongError("FLOW_UNKNOWN", { flow: fileOrId, known: known.join(", "), ...didYouMean(nearestName(fileOrId, known)) });
}

async function flowFile(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  if (!(await stat(path)).isDirectory()) return ENDINGS.includes(extname(path)) ? path : undefined;
  return ENDINGS.map((ending) => join(path, `flow${ending}`)).find((file) => existsSync(file));
}

async function environmentOf(root: string, options: WorkspaceOptions): Promise<Environment> {
  const own = join(root, ".env");
  const fromWorkspace = existsSync(own) ? await readEnvironmentFile(own) : {};
  const given = options.envFile === undefined ? {} : await readEnvironmentFile(resolve(options.envFile));
  return { ...fromWorkspace, ...options.env, ...given };
}

interface Found {
  readonly id: string;
  readonly file: string;
}

/** Documents of a folder, by name; a folder inside counts when it holds `<inner>.yaml`. */
async function documentsIn(dir: string, inner?: string): Promise<readonly Found[]> {
  if (!existsSync(dir)) return [];
  const found: Found[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.name.startsWith(".")) continue;
    if ((await stat(path)).isDirectory()) {
      const file = inner === undefined ? undefined : ENDINGS.map((ending) => join(path, inner + ending)).find((each) => existsSync(each));
      if (file !== undefined) found.push({ id: entry.name, file });
    } else if (ENDINGS.includes(extname(path))) found.push({ id: basename(path, extname(path)), file: path });
  }
  return found.sort((a, b) => (a.id === b.id ? compareText(a.file, b.file) : compareText(a.id, b.id)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function loadFlows(root: string): Promise<ReadonlyMap<string, FlowEntry>> {
  const flows = new Map<string, FlowEntry>();
  for (const { id, file } of await documentsIn(join(root, "flows"), "flow")) {
    const other = flows.get(id);
    flows.set(id, other === undefined ? await readFlow(file, id) : { kind: "broken", id, file, issues: [twice(id, file, other.file)] });
  }
  return flows;
}

async function readFlow(file: string, id: string | undefined): Promise<FlowEntry> {
  const read = await readNamed<Flow>(file, FlowSchema, id);
  const name = id ?? basename(file, extname(file));
  if (read.kind === "broken") return { kind: "broken", id: name, file, issues: read.issues };
  return { kind: "ready", id: read.value.id, file, flow: read.value, lineOf: read.lineOf };
}

async function loadConnections(
  root: string,
  connectors: Connectors,
  environment: Environment,
): Promise<ReadonlyMap<string, ConnectionEntry>> {
  const connections = new Map<string, ConnectionEntry>();
  for (const { id, file } of await documentsIn(join(root, "connections"))) {
    const other = connections.get(id);
    if (other !== undefined) connections.set(id, { kind: "broken", id, file, issues: [twice(id, file, other.file)] });
    else
      connections.set(
        id,
        connectionEntry({ id, file, read: await readNamed<Connection>(file, ConnectionSchema, id) }, connectors, environment),
      );
  }
  return withBuiltIn(connections);
}

async function loadConnectors(root: string, given: readonly Connector[]): Promise<Connectors> {
  const read = [];
  for (const { id, file } of await documentsIn(join(root, "connectors"), "connector"))
    read.push({ id, file, read: await readConnector(file) });
  return ownConnectors(read, given);
}

async function readConnector(file: string): Promise<ReturnType<typeof connectorOfText>> {
  const read = await readText(file);
  return read.kind === "broken" ? read : connectorOfText(file, read.text);
}

/** Reads a document whose id must be its file's name. */
async function readNamed<T extends { readonly id: string }>(file: string, schema: DocumentSchema, id: string | undefined) {
  const read = await readDocument<T>(file, schema);
  return id === undefined ? read : namedAs(read, file, id);
}
