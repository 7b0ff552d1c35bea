/** Flows that a flow's document names: by id, or by a former id (alias). */
import { didYouMean, lookupFieldIssues, lookupNamesOf, nearestName, type Flow, type FlowIssue, type NamedLookup } from "@datong/core";
import type { FlowEntry } from "./entry.ts";
import type { Workspace } from "./workspace.ts";

/** The flow of that id, or else the one that had it formerly. */
export function flowNamed(workspace: Pick<Workspace, "flows">, name: string): FlowEntry | undefined {
  return workspace.flows.get(name) ?? [...workspace.flows.values()].find((entry) => entry.kind === "ready" && hadId(entry.flow, name));
}

/** Whether it is the flow's id, or was. */
export function hadId(flow: Flow, name: string): boolean {
  const { aliases = [] } = flow;
  return flow.id === name || aliases.includes(name);
}

/** The flows whose records this one goes through, and those that it pushes rows to. */
export function namedFlowIssues(workspace: Workspace, { flow }: Extract<FlowEntry, { readonly flow: Flow }>): readonly FlowIssue[] {
  const { each } = flow.source;
  const issues: FlowIssue[] = [];
  const known = (name: string, path: string): FlowEntry | undefined => {
    const found = flowNamed(workspace, name);
    if (found !== undefined) return found;
    const names = [...workspace.flows.keys()];
    const details = { flow: name, known: names.join(", "), ...didYouMean(nearestName(name, names)) };
    issues.push({ code: "FLOW_UNKNOWN", path, details });
    return undefined;
  };
  if (each !== undefined) {
    const path = "/source/each/flow";
    if (hadId(flow, each.flow)) issues.push({ code: "SOURCE_FLOW_ON_ITSELF", path, details: { flow: each.flow } });
    else known(each.flow, path);
  }
  for (const { lookup, path } of lookupsIn(flow)) {
    const entry = known(lookup.flow, path);
    const api = entry?.kind === "ready" ? apiOf(workspace, entry.flow.source.connection, entry.flow.source.api) : undefined;
    if (entry?.kind === "ready" && api !== undefined) issues.push(...lookupFieldIssues(lookup, entry.flow, api, path));
  }
  for (const [place, side] of [
    ["/target", flow.target],
    ["/writeBack", flow.writeBack],
  ] as const) {
    const name = side?.options?.["flow"];
    const api = apiOf(workspace, side?.connection ?? flow.source.connection, side?.api);
    // A name that is made of values is known when it is used.
    if (api?.local !== "push" || typeof name !== "string" || name === "" || name.includes("{{")) continue;
    const path = `${place}/options/flow`;
    const entry = known(name, path);
    if (entry?.kind !== "ready") continue;
    const { connection, api: code } = entry.flow.source;
    if (apiOf(workspace, connection, code)?.local !== "receive")
      issues.push({ code: "FLOW_NOT_PASSIVE", path, details: { flow: name, connection, api: code } });
  }
  return issues;
}

/** Every lookup of the flow, with its place. */
function lookupsIn(flow: Flow): readonly NamedLookup[] {
  const placed = (fields: Flow["mapping"], at: string): readonly NamedLookup[] =>
    lookupNamesOf(fields).map(({ lookup, path }) => ({ lookup, path: at + path }));
  return [...placed(flow.mapping, "/mapping"), ...placed(flow.writeBack?.mapping ?? [], "/writeBack/mapping")];
}

/** The flow with the ids of those that its lookups name by a former id. */
export function withLookupNames(workspace: Pick<Workspace, "flows">, flow: Flow): Flow {
  const names = lookupsIn(flow).flatMap(({ lookup }): [string, string][] => {
    const found = flowNamed(workspace, lookup.flow);
    return found === undefined || found.id === lookup.flow ? [] : [[lookup.flow, found.id]];
  });
  return names.length === 0 ? flow : { ...flow, lookupNames: Object.fromEntries(names) };
}

function apiOf(workspace: Workspace, connection: string, code: string | undefined) {
  const system = workspace.connections.get(connection)?.document?.system;
  return workspace.connectors.find((each) => each.system === system)?.apis.find((api) => api.code === code);
}

/** A flow that reads the stored records of another: as its source, once for each, or in lookups by some fields. */
export interface FlowReader {
  readonly flow: string;
  readonly how: "source" | "each" | "lookup";
  /** Of lookups: every field that they name. */
  readonly fields: readonly string[];
}

/** Who reads each flow's records, by the id of the flow that is read. */
export function flowReaders(workspace: Pick<Workspace, "flows">): ReadonlyMap<string, readonly FlowReader[]> {
  const readers = new Map<string, FlowReader[]>();
  const note = (name: string, reader: FlowReader): void => {
    const id = flowNamed(workspace, name)?.id ?? name;
    readers.set(id, [...(readers.get(id) ?? []), reader]);
  };
  for (const entry of workspace.flows.values()) {
    if (entry.kind !== "ready") continue;
    const { id, source } = entry.flow;
    if (source.flow !== undefined) note(source.flow, { flow: id, how: "source", fields: [] });
    if (source.each !== undefined) note(source.each.flow, { flow: id, how: "each", fields: [] });
    for (const [name, found] of Map.groupBy(lookupsIn(entry.flow), ({ lookup }) => lookup.flow)) {
      const fields = new Set(found.flatMap(({ lookup }) => lookup.allFields.map(({ path }) => path.text)));
      note(name, { flow: id, how: "lookup", fields: [...fields] });
    }
  }
  return readers;
}
