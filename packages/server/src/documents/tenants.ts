/**
 * The workspaces as the engine understands them, made from the tables and kept until something in them changes.
 *
 * The ledger is one for all workspaces: a flow of the workspace `main` is known there by its id, one of another workspace as
 * `<workspace>/<id>`, and so are connections. Inside a document ids are always those that people gave.
 */
import { BUILT_IN_SYSTEM, connectionsOf, DatongError, type Connection, type Connector, type Flow } from "@datong/core";
import { CONNECTORS } from "@datong/connectors";
import {
  checkWorkspaceFlow,
  connectionOf,
  createWorkspaceReader,
  flowNamed,
  flowOfText,
  flowToRun,
  judgeFlows,
  requireDecided,
  type DocumentText,
  type Engine,
  type FlowEntry,
  type Workspace,
  type WorkerFlow,
} from "@datong/engine";
import type pg from "pg";
import { listDocumentsAnew, type KeptDocument } from "../store/documents.ts";
import { openSecrets } from "../store/secrets.ts";
import { changesOf } from "../store/workspaces.ts";

/** A workspace at one moment: what runs, what is being drafted, and the rows. */
export interface Tenant {
  readonly id: string;
  readonly stamp: string;
  readonly published: Workspace;
  readonly drafts: Workspace;
  readonly flows: ReadonlyMap<string, KeptDocument>;
}

export interface Tenants {
  readonly open: (workspace: string) => Promise<Tenant>;
  /** Every enabled flow of every workspace, ready for a worker, and the stamp of what was read. */
  readonly enabled: (log: (line: string) => void) => Promise<{ readonly stamp: string; readonly flows: readonly WorkerFlow[] }>;
  readonly stamp: () => Promise<string>;
}

export function ledgerId(workspace: string, id: string): string {
  return workspace === "main" ? id : `${workspace}/${id}`;
}

/** The id that people know, of a flow that the ledger knows by the other; null for another workspace's, and for what the debugger tried elsewhere (`flow~connection`). */
export function ownId(workspace: string, ledger: string): string | null {
  if (ledger.includes("~")) return null;
  const at = ledger.indexOf("/");
  if (at === -1) return workspace === "main" ? ledger : null;
  return ledger.slice(0, at) === workspace ? ledger.slice(at + 1) : null;
}

/** Workspace and id of a flow that the ledger knows. */
export function placeOfLedger(ledger: string): { readonly workspace: string; readonly id: string } {
  const at = ledger.indexOf("/");
  return at === -1 ? { workspace: "main", id: ledger } : { workspace: ledger.slice(0, at), id: ledger.slice(at + 1) };
}

export function openTenants(
  { pool, useConnectors, useFlows }: Pick<Engine, "pool" | "useConnectors" | "useFlows">,
  masterKey: Buffer,
): Tenants {
  const kept = new Map<string, Tenant>();
  const readers = new Map<string, (stamp: string) => Promise<Tenant>>();
  const load = async (id: string, stamp: string): Promise<Tenant> => {
    const known = kept.get(id);
    if (known?.stamp === stamp) return known;
    const read = readers.get(id) ?? createTenantReader(pool, masterKey, id);
    readers.set(id, read);
    const tenant = await read(stamp);
    kept.set(id, tenant);
    useFlows((name) => flowOfLedger(kept, name));
    if (tenant.published.connectors !== known?.published.connectors) useConnectors((connection) => connectorPlaced(kept, connection));
    return tenant;
  };
  const stampOf = (changes: ReadonlyMap<string, string>): string => [...changes].map((each) => each.join(":")).join(",");
  return {
    open: async (id) => {
      const stamp = (await changesOf(pool)).get(id);
      if (stamp === undefined) throw new DatongError("OBJECT_UNKNOWN", { kind: "工作区 / workspace", id });
      return load(id, stamp);
    },
    stamp: async () => stampOf(await changesOf(pool)),
    enabled: async (log) => {
      const changes = await changesOf(pool);
      const flows: WorkerFlow[] = [];
      for (const [id, stamp] of changes) flows.push(...enabledFlows(await load(id, stamp), log));
      return { stamp: stampOf(changes), flows };
    },
  };
}

/** Reads a workspace again and again; what a change did not touch is neither sent nor read nor checked another time. */
function createTenantReader(pool: pg.Pool, masterKey: Buffer, id: string): (stamp: string) => Promise<Tenant> {
  const published = createWorkspaceReader(CONNECTORS);
  const drafts = createWorkspaceReader(CONNECTORS);
  let known: readonly KeptDocument[] = [];
  return async (stamp) => {
    const documents = await listDocumentsAnew(pool, id, known);
    known = documents;
    const secrets = await openSecrets(pool, masterKey, id);
    const of = (kind: KeptDocument["kind"]): readonly KeptDocument[] => documents.filter((document) => document.kind === kind);
    const textsOf = (kind: KeptDocument["kind"]): readonly DocumentText[] =>
      of(kind).flatMap((document) => (document.published === null ? [] : [{ id: document.id, text: document.published }]));
    const rest = {
      name: id,
      connections: textsOf("connection").map((each) => ({ ...each, secrets: secrets.get(each.id) ?? {} })),
      connectors: textsOf("connector"),
      tables: textsOf("table"),
    };
    return {
      id,
      stamp,
      published: published({ ...rest, flows: textsOf("flow") }),
      drafts: drafts({ ...rest, flows: of("flow").map(({ id: flow, draft }) => ({ id: flow, text: draft })) }),
      flows: new Map(of("flow").map((document) => [document.id, document])),
    };
  };
}

/** A flow that is not in order, because a connection of its has been broken since, does not stop the others. */
function enabledFlows(tenant: Tenant, log: (line: string) => void): readonly WorkerFlow[] {
  return [...tenant.flows.values()].flatMap((row) => {
    if (!row.isEnabled || row.published === null) return [];
    try {
      return [placedFlow(tenant, row.id)];
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      log(`${ledgerId(tenant.id, row.id)}: ${error.message}`);
      return [];
    }
  });
}

/** A published flow by its ledger's name; undefined where it is not there or not in order. */
function flowOfLedger(tenants: ReadonlyMap<string, Tenant>, name: string): WorkerFlow | undefined {
  for (const tenant of tenants.values()) {
    const id = ownId(tenant.id, name);
    const found = id === null ? undefined : flowNamed(tenant.published, id);
    if (found?.kind !== "ready") continue;
    try {
      return placedFlow(tenant, found.id);
    } catch (error) {
      if (error instanceof DatongError) return undefined;
      throw error;
    }
  }
  return undefined;
}

/**
 * The connector of a connection that the ledger knows: its own workspace's, with what that workspace added to one of the product. Private
 * ones are named as the ledger's connections name them, so that two workspaces may each have a connector of one name.
 */
function connectorPlaced(tenants: ReadonlyMap<string, Tenant>, { id, system }: Connection): Connector | undefined {
  const tenant = tenants.get(placeOfLedger(id).workspace);
  if (tenant === undefined) return undefined;
  if (isOurs(system)) return tenant.published.connectors.find((each) => each.system === system);
  const own = tenant.published.connectors.find((each) => ledgerId(tenant.id, each.system) === system);
  return own === undefined ? undefined : { ...own, system };
}

/** A connection under the name that the ledger knows. */
export function placedConnection(tenant: Tenant, id: string): Connection {
  return connectionWithin(tenant.published, id);
}

function connectionWithin(workspace: Workspace, id: string): Connection {
  const connection = connectionOf(workspace, id);
  const { system } = connection;
  return { ...connection, id: ledgerId(workspace.name, id), system: isOurs(system) ? system : ledgerId(workspace.name, system) };
}

/** A connector of the product, the same in all workspaces. */
export function isOurs(system: string): boolean {
  return system === BUILT_IN_SYSTEM || CONNECTORS.some((each) => each.system === system);
}

/** The published flow, or its draft, under the names that the ledger knows. Throws OBJECT_UNKNOWN, FLOW_NOT_PUBLISHED, FLOW_UNDECIDED, FLOW_NOT_IN_ORDER, or what is wrong with a connection. */
export function placedFlow(tenant: Tenant, id: string, which: "published" | "drafts" = "published"): WorkerFlow {
  const row = tenant.flows.get(id);
  if (row === undefined) throw new DatongError("OBJECT_UNKNOWN", { kind: "方案 / flow", id });
  const entry = tenant[which].flows.get(id);
  if (entry === undefined) throw new DatongError("FLOW_NOT_PUBLISHED", { flow: id });
  if (which === "published" && entry.kind === "ready") requireDecided(entry.flow);
  return placedEntry(tenant[which], entry, row.isEnabled);
}

/** The same of a text that is neither: a former revision. It never runs by a schedule. */
export function placedText(tenant: Tenant, id: string, text: string): WorkerFlow {
  return placedEntry(tenant.drafts, flowOfText({ id, text }), false);
}

function placedEntry(workspace: Workspace, entry: FlowEntry, isEnabled: boolean): WorkerFlow {
  const issues = checkWorkspaceFlow(workspace, entry);
  if (entry.kind === "broken" || issues.length > 0) throw new DatongError("FLOW_NOT_IN_ORDER", { flow: entry.id, count: issues.length });
  return isEnabled ? enabledEntry(workspace, entry) : placed(workspace, entry.flow, false);
}

/** The same object for as long as nothing that makes it has changed: workers go by that. */
const enabledEntry = judgeFlows((workspace, entry) => {
  if (entry.kind === "broken") throw new DatongError("FLOW_NOT_IN_ORDER", { flow: entry.id, count: entry.issues.length });
  return placed(workspace, entry.flow, true);
});

/** A flow that may be no document of the workspace, such as one that is being edited. Throws what is wrong with a connection. */
export function placed(workspace: Workspace, flow: Flow, isEnabled: boolean): WorkerFlow {
  const connections = new Map<string, Connection>();
  for (const name of connectionsOf(flow)) {
    const own = connectionWithin(workspace, name);
    connections.set(own.id, own);
  }
  return { flow: flowUnderLedgerNames(workspace.name, flowToRun(workspace, flow), isEnabled), connections };
}

function flowUnderLedgerNames(workspace: string, flow: Flow, isEnabled: boolean): Flow {
  const named = renamed(flow, (id) => ledgerId(workspace, id));
  return { ...named, dispatch: { ...named.dispatch, enabled: isEnabled } };
}

/** A flow of the ledger under the names that people know. */
export function flowUnderOwnNames(workspace: string, flow: Flow): Flow {
  return renamed(flow, (id) => ownId(workspace, id) ?? id);
}

function renamed(flow: Flow, name: (id: string) => string): Flow {
  const { source, target, writeBack, dispatch } = flow;
  return {
    ...flow,
    id: name(flow.id),
    source: {
      ...source,
      connection: name(source.connection),
      ...(source.flow === undefined ? {} : { flow: name(source.flow) }),
      ...(source.each === undefined ? {} : { each: { ...source.each, flow: name(source.each.flow) } }),
    },
    target: { ...target, connection: name(target.connection), ...namedOptions(target, name) },
    ...(writeBack === undefined
      ? {}
      : {
          writeBack: {
            ...writeBack,
            ...(writeBack.connection === undefined ? {} : { connection: name(writeBack.connection) }),
            ...namedOptions(writeBack, name),
          },
        }),
    dispatch: {
      ...dispatch,
      ...(dispatch.after === undefined ? {} : { after: name(dispatch.after) }),
      ...(dispatch.precondition === undefined
        ? {}
        : { precondition: { ...dispatch.precondition, flow: name(dispatch.precondition.flow) } }),
    },
  };
}

/** The flow that rows are pushed to is one of this workspace. */
function namedOptions(
  { connection, options }: Pick<Flow["target"], "options"> & { readonly connection?: string },
  name: (id: string) => string,
): Pick<Flow["target"], "options"> {
  const flow = options?.["flow"];
  return connection !== BUILT_IN_SYSTEM || typeof flow !== "string" ? {} : { options: { ...options, flow: name(flow) } };
}
