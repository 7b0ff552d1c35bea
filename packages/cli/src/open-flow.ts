/**
 * Finds the workspace and the flow that a command is about, and opens the engine for it.
 *
 * FLOW is a file's path or an id. The workspace is `--workspace`, else the nearest one at or above the folder, else the examples of
 * this clone. Data lies in `--data`, else DATONG_DATA, else `<workspace>/.datong` (default-data-dir.ts); DATABASE_URL names an external PostgreSQL.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { connectionsOf, type Connection, type Connector, type Flow } from "@datong/core";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import {
  checkWorkspaceFlow,
  findWorkspace,
  flowNamed,
  flowToRun,
  loadFlow,
  loadWorkspace,
  openEngine,
  type Engine,
  type FlowEntry,
  type FlowNamed,
  type Workspace,
} from "@datong/engine";
import type { Context } from "./context.ts";
import { defaultDataDir } from "./default-data-dir.ts";
import { BrokenDocuments } from "./failure.ts";

export interface PlaceOptions {
  readonly workspace?: string;
  readonly env?: string;
  readonly data?: string;
}

export interface FoundFlow {
  readonly workspace: Workspace;
  readonly entry: FlowEntry;
}

export interface OpenedFlow {
  readonly workspace: Workspace;
  readonly flow: Flow;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** The workspace that ships with the product. */
export const EXAMPLES = fileURLToPath(new URL("../../../examples/workspace", import.meta.url));

/** The folder of the workspace, without reading it. */
export function workspaceDir(context: Context, options: PlaceOptions): string {
  const { cwd } = context.terminal;
  if (options.workspace !== undefined) return resolve(cwd, options.workspace);
  return findWorkspace(cwd) ?? EXAMPLES;
}

export async function findFlow(context: Context, fileOrId: string, options: PlaceOptions): Promise<FoundFlow> {
  const { cwd, env } = context.terminal;
  const file = resolve(cwd, fileOrId);
  const isFile = /[/\\.]/.test(fileOrId) && existsSync(file);
  return loadFlow(isFile ? file : fileOrId, {
    cwd: workspaceDir(context, options),
    env,
    connectors: CONNECTORS,
    ...(options.env === undefined ? {} : { envFile: resolve(cwd, options.env) }),
  });
}

export async function readWorkspace(context: Context, options: PlaceOptions): Promise<Workspace> {
  const { cwd, env } = context.terminal;
  return loadWorkspace(workspaceDir(context, options), {
    env,
    connectors: CONNECTORS,
    ...(options.env === undefined ? {} : { envFile: resolve(cwd, options.env) }),
  });
}

/** A flow that is in order, with its two connections in order; throws BrokenDocuments else. */
export async function openFlow(context: Context, fileOrId: string, options: PlaceOptions): Promise<OpenedFlow> {
  const { workspace, entry } = await findFlow(context, fileOrId, options);
  return checkedFlow(workspace, entry);
}

export function checkedFlow(workspace: Workspace, entry: FlowEntry): OpenedFlow {
  const issues = checkWorkspaceFlow(workspace, entry);
  if (issues.length > 0 || entry.kind === "broken") throw new BrokenDocuments(issues);
  const connections = new Map<string, Connection>();
  for (const id of connectionsOf(entry.flow)) {
    const connection = workspace.connections.get(id);
    if (connection?.kind === "broken") throw new BrokenDocuments(connection.issues);
    if (connection !== undefined) connections.set(id, connection.connection);
  }
  return { workspace, flow: flowToRun(workspace, entry.flow), connections };
}

export interface StoreOptions extends PlaceOptions {
  readonly connectors?: readonly Connector[];
  /** The flows that rows may be pushed to. */
  readonly flowNamed?: FlowNamed;
}

/** Folder of the embedded store and of the master key. */
export function dataDirOf(context: Context, workspace: string, options: StoreOptions): string {
  const { env, cwd } = context.terminal;
  return options.data === undefined ? resolve(cwd, env["DATONG_DATA"] || defaultDataDir(workspace)) : resolve(cwd, options.data);
}

/** The engine over the store of a workspace; the caller closes it. */
export async function openStore(context: Context, workspace: string, options: StoreOptions): Promise<Engine> {
  const { env, err } = context.terminal;
  const databaseUrl = env["DATABASE_URL"];
  const masterKey = env["DATONG_MASTER_KEY"];
  const engine = await openEngine({
    dataDir: dataDirOf(context, workspace, options),
    connectors: options.connectors ?? CONNECTORS,
    sessionsOf: SESSIONS,
    // The store's log tells how the server starts and stops, which is of interest only when something is wrong.
    ...(env["DATONG_DEBUG"] === "1" ? { log: (line: string) => err(`${line}\n`) } : {}),
    ...(databaseUrl === undefined || databaseUrl === "" ? {} : { databaseUrl }),
    ...(masterKey === undefined || masterKey === "" ? {} : { masterKey }),
  });
  if (options.flowNamed !== undefined) engine.useFlows(options.flowNamed);
  return engine;
}

/** A workspace's flows by id or former id; those that are not in order take no rows. */
export function flowFinder(workspace: Workspace): FlowNamed {
  const found = new Map<string, OpenedFlow | undefined>();
  return (name) => {
    if (!found.has(name)) found.set(name, findInOrder(workspace, name));
    return found.get(name);
  };
}

function findInOrder(workspace: Workspace, name: string): OpenedFlow | undefined {
  const entry = flowNamed(workspace, name);
  if (entry === undefined) return undefined;
  try {
    return checkedFlow(workspace, entry);
  } catch (error) {
    if (error instanceof BrokenDocuments) return undefined;
    throw error;
  }
}
