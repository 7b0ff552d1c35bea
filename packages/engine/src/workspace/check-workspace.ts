/**
 * `datong check`: everything that can be told of a flow from its workspace alone. Opens no connection and no database; environment
 * variables that are not set count against a connection, not against the flow.
 */
import {
  checkFlow,
  DatongError,
  didYouMean,
  flowWithTables,
  nearestName,
  tablesOf,
  type Connection,
  type Connector,
  type Flow,
  type FlowIssue,
  type MappingTable,
} from "@datong/core";
import type { DocumentIssue } from "./read-document.ts";
import type { FlowEntry } from "./entry.ts";
import { judgeFlows } from "./judge-flows.ts";
import { flowNamed, namedFlowIssues, withLookupNames } from "./named-flows.ts";
import type { Workspace } from "./workspace.ts";

/** Every issue of one flow, with the lines where they stand. Looked for again only where something that it goes by has changed. */
export const checkWorkspaceFlow = judgeFlows(issuesOfFlow);

function issuesOfFlow(workspace: Workspace, entry: FlowEntry): readonly DocumentIssue[] {
  if (entry.kind === "broken") return entry.issues;
  const { file, lineOf } = entry;
  const issues: FlowIssue[] = [];
  const { flow, issues: tableIssues } = flowWithTables(entry.flow, readyTables(workspace));
  // Of a table that cannot be used, what is wrong in its own file says more than that it is not there.
  const brokenTables = tablesOf(entry.flow).flatMap((name) => {
    const table = workspace.tables.get(name);
    return table?.kind === "broken" ? [table] : [];
  });
  issues.push(...tableIssues.filter((issue) => !brokenTables.some((table) => table.name === issue.details["table"])));
  const source = connectorOf(workspace, flow.source.connection, "/source/connection", issues);
  const target = connectorOf(workspace, flow.target.connection, "/target/connection", issues);
  const { precondition, after } = flow.dispatch;
  for (const [before, path] of [
    [precondition?.flow, "/dispatch/precondition/flow"],
    [after, "/dispatch/after"],
  ] as const) {
    if (before === undefined || before === flow.id || workspace.flows.has(before)) continue;
    const known = [...workspace.flows.keys()];
    const details = { flow: before, known: known.join(", "), ...didYouMean(nearestName(before, known)) };
    issues.push({ code: "FLOW_UNKNOWN", path, details });
  }
  issues.push(...sourceFlowIssues(workspace, entry), ...namedFlowIssues(workspace, entry));
  const { writeBack: told } = flow;
  const writeBack =
    told === undefined
      ? undefined
      : told.connection === undefined
        ? source
        : connectorOf(workspace, told.connection, "/writeBack/connection", issues);
  const back = writeBack === undefined ? {} : { writeBack };
  if (source !== undefined && target !== undefined) issues.push(...checkFlow(flow, source, target, { file, ...back }));
  const placed = issues.map((issue): DocumentIssue => {
    const line = lineOf(issue.path);
    return line === undefined ? { ...issue, file } : { ...issue, file, line, details: { ...issue.details, line } };
  });
  return [...placed, ...brokenTables.flatMap((table) => table.issues)];
}

/** The flow as it runs: the workspace's mapping tables stand in its fields' maps, and lookups know whom they ask. */
export function flowToRun(workspace: Workspace, flow: Flow): Flow {
  return withLookupNames(workspace, flowWithTables(flow, readyTables(workspace)).flow);
}

/** Tables that cannot be used are told with the workspace; to a flow they are not there. */
function readyTables(workspace: Workspace): ReadonlyMap<string, MappingTable> {
  return new Map([...workspace.tables].flatMap(([name, entry]) => (entry.kind === "ready" ? [[name, entry.table] as const] : [])));
}

/** The flow whose records are this one's source: known, another one, and of the same API. */
function sourceFlowIssues(workspace: Workspace, entry: Extract<FlowEntry, { readonly flow: unknown }>): readonly FlowIssue[] {
  const { flow } = entry;
  const { flow: from, connection, api, params, columns, pageSize, watermark, remedy } = flow.source;
  if (from === undefined) return [];
  const path = "/source/flow";
  if (from === flow.id) return [{ code: "SOURCE_FLOW_ON_ITSELF", path, details: { flow: from } }];
  const other = flowNamed(workspace, from);
  if (other === undefined) {
    const known = [...workspace.flows.keys()];
    return [{ code: "FLOW_UNKNOWN", path, details: { flow: from, known: known.join(", "), ...didYouMean(nearestName(from, known)) } }];
  }
  const unused = Object.entries({ params, columns, pageSize, watermark, remedy }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const issues: FlowIssue[] = [];
  if (unused.length > 0) issues.push({ code: "SOURCE_FLOW_UNUSED", path, details: { names: unused.join(", ") } });
  if (other.kind === "broken") return issues;
  const theirs = other.flow.source;
  if (theirs.connection !== connection || theirs.api !== api)
    issues.push({ code: "SOURCE_FLOW_DIFFERS", path, details: { flow: from, connection: theirs.connection, api: theirs.api } });
  return issues;
}

/** A connection that is ready to be opened. Throws CONNECTION_UNKNOWN, or the connection's first issue. */
export function connectionOf(workspace: Workspace, id: string): Connection {
  const entry = workspace.connections.get(id);
  if (entry?.kind === "ready") return entry.connection;
  const issue = entry?.issues[0];
  if (issue !== undefined) throw new DatongError(issue.code, issue.details);
  const known = [...workspace.connections.keys()];
  throw new DatongError("CONNECTION_UNKNOWN", { connection: id, known: known.join(", "), ...didYouMean(nearestName(id, known)) });
}

function connectorOf(workspace: Workspace, id: string, path: string, issues: FlowIssue[]): Connector | undefined {
  const entry = workspace.connections.get(id);
  if (entry === undefined) {
    const known = [...workspace.connections.keys()];
    const details = { connection: id, known: known.join(", "), ...didYouMean(nearestName(id, known)) };
    issues.push({ code: "CONNECTION_UNKNOWN", path, details });
    return undefined;
  }
  const connector = workspace.connectors.find((each) => each.system === entry.document?.system);
  if (connector !== undefined) return connector;
  for (const { code, details } of entry.kind === "broken" ? entry.issues : []) issues.push({ code, path, details });
  return undefined;
}
