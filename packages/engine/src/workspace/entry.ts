/**
 * Entries of a workspace: documents that were read, judged and filled in, wherever their texts came from. What is broken is kept with its
 * issues beside what is well.
 */
import {
  BUILT_IN,
  BUILT_IN_SYSTEM,
  checkConnector,
  ConnectorAdditionSchema,
  ConnectorSchema,
  didYouMean,
  nearestName,
  type Connection,
  type Connector,
  type ConnectorAddition,
  type Flow,
  type FlowIssue,
} from "@datong/core";
import { resolveSettings } from "./connection-settings.ts";
import type { Environment } from "./environment.ts";
import { parseText, type DocumentIssue, type ReadResult } from "./read-document.ts";

type LineOf = (path: string) => number | undefined;

export type FlowEntry =
  | { readonly kind: "ready"; readonly id: string; readonly file: string; readonly flow: Flow; readonly lineOf: LineOf }
  | { readonly kind: "broken"; readonly id: string; readonly file: string; readonly issues: readonly DocumentIssue[] };

/** `document` is as written; `connection` has its references filled in. */
export type ConnectionEntry =
  | { readonly kind: "ready"; readonly id: string; readonly file: string; readonly document: Connection; readonly connection: Connection }
  | {
      readonly kind: "broken";
      readonly id: string;
      readonly file: string;
      readonly document?: Connection;
      readonly issues: readonly DocumentIssue[];
    };

export interface Connectors {
  readonly connectors: readonly Connector[];
  /** What is wrong with own connectors that cannot be used, by their system; by the file's name where even that cannot be read. */
  readonly broken: ReadonlyMap<string, readonly DocumentIssue[]>;
}

/** A document that was read; `id` is what it must call itself. */
export interface ReadEntry<T> {
  readonly id: string;
  readonly file: string;
  readonly read: ReadResult<T>;
}

/** A document whose id is not the name that it lies under is broken. */
export function namedAs<T extends { readonly id: string }>(read: ReadResult<T>, file: string, id: string): ReadResult<T> {
  if (read.kind === "broken" || read.value.id === id) return read;
  const line = read.lineOf("/id");
  const details = { id: read.value.id, expected: id, file };
  return {
    kind: "broken",
    issues: [{ code: "DOCUMENT_ID_MISMATCH", file, ...(line === undefined ? {} : { line }), path: "/id", details }],
  };
}

export function connectionEntry(
  { id, file, read }: ReadEntry<Connection>,
  { connectors, broken }: Connectors,
  environment: Environment,
): ConnectionEntry {
  if (read.kind === "broken") return { kind: "broken", id, file, issues: read.issues };
  const document = read.value;
  const flaws = broken.get(document.system);
  // What is wrong with the connector says more than that there is none.
  if (flaws !== undefined && !connectors.some((each) => each.system === document.system))
    return { kind: "broken", id, file, document, issues: flaws };
  return { ...resolveSettings({ file, document, lineOf: read.lineOf }, connectors, environment), id, file, document };
}

/** A connector of a workspace, or further APIs of one that is there: the key `extends` tells. */
export function connectorOfText(file: string, text: string): ReadResult<Connector | ConnectorAddition> {
  const isAddition = /^(?:extends|"extends")\s*:|^\s*\{\s*"extends"\s*:/m.test(text);
  return isAddition ? parseText<ConnectorAddition>(file, text, ConnectorAdditionSchema) : parseText<Connector>(file, text, ConnectorSchema);
}

/** The given connectors and the workspace's own that are in order. Additions come after all connectors, whatever their files are called. */
export function ownConnectors(documents: readonly ReadEntry<Connector | ConnectorAddition>[], given: readonly Connector[]): Connectors {
  const connectors = [...given, ...(given.some((each) => each.system === BUILT_IN_SYSTEM) ? [] : [BUILT_IN])];
  const broken = new Map<string, readonly DocumentIssue[]>();
  const additions: { readonly file: string; readonly value: ConnectorAddition; readonly lineOf: LineOf }[] = [];
  for (const { id, file, read } of documents) {
    if (read.kind === "broken") {
      broken.set(id, read.issues);
      continue;
    }
    if ("extends" in read.value) {
      additions.push({ file, value: read.value, lineOf: read.lineOf });
      continue;
    }
    const { system } = read.value;
    const flaws = connectorFlaws(read.value, file, read.lineOf);
    if (connectors.some((each) => each.system === system)) broken.set(system, [twice(system, file, system)]);
    else if (flaws.length > 0) broken.set(system, flaws);
    else connectors.push(read.value);
  }
  for (const { file, value, lineOf } of additions) {
    const index = connectors.findIndex((each) => each.system === value.extends);
    const own = connectors[index];
    const flaws = own === undefined ? [strange(value.extends, file, connectors)] : additionFlaws(own, value, file, lineOf);
    if (own === undefined || flaws.length > 0) broken.set(own === undefined ? value.extends : `${value.extends}+`, flaws);
    else connectors[index] = withAddition(own, value);
  }
  return { connectors, broken };
}

function withAddition(own: Connector, { apis, settings = [] }: ConnectorAddition): Connector {
  return { ...own, settings: [...own.settings, ...settings], apis: [...own.apis, ...apis] };
}

function connectorFlaws(connector: Connector, file: string, lineOf: LineOf): readonly DocumentIssue[] {
  return checkConnector(connector, { file }).map(({ code, path, details }): DocumentIssue => {
    const line = lineOf(path);
    const at = line === undefined ? {} : { line };
    return { code, file, ...at, path, details: { ...details, ...at } };
  });
}

/** What is wrong in an addition itself: the connector's own parts are judged where they come from. Paths are those of the addition. */
export function additionIssues(own: Connector, addition: ConnectorAddition, file: string): readonly FlowIssue[] {
  const before = { apis: own.apis.length, settings: own.settings.length };
  const names = own.settings.map((field) => field.field);
  const twice = (addition.settings ?? []).flatMap(({ field }, i): FlowIssue[] =>
    names.includes(field)
      ? [{ code: "DOCUMENT_TWICE", path: `/settings/${i}/field`, details: { id: field, file, other: own.system } }]
      : [],
  );
  const more = checkConnector(withAddition(own, addition), { file }).flatMap((issue): readonly FlowIssue[] => {
    const [, kind, place] = /^\/(apis|settings)\/(\d+)/.exec(issue.path) ?? [];
    const index = Number(place ?? -1) - (kind === "apis" ? before.apis : before.settings);
    return kind === undefined || index < 0 ? [] : [{ ...issue, path: issue.path.replace(/\d+/, String(index)) }];
  });
  return [...twice, ...more];
}

function additionFlaws(own: Connector, addition: ConnectorAddition, file: string, lineOf: LineOf): readonly DocumentIssue[] {
  return additionIssues(own, addition, file).map(({ code, path, details }): DocumentIssue => {
    const line = lineOf(path);
    const place = line === undefined ? {} : { line };
    return { code, file, ...place, path, details: { ...details, ...place } };
  });
}

function strange(system: string, file: string, connectors: readonly Connector[]): DocumentIssue {
  const known = connectors.map((each) => each.system);
  return {
    code: "CONNECTOR_UNKNOWN",
    file,
    path: "/extends",
    details: { system, known: known.join(", "), ...didYouMean(nearestName(system, known)) },
  };
}

/** The connection to this installation itself, which needs no file. */
export const BUILT_IN_CONNECTION: Connection = { id: BUILT_IN_SYSTEM, system: BUILT_IN_SYSTEM, settings: {} };

/** The connections, with the built-in one unless a document of its name is there. */
export function withBuiltIn(connections: Iterable<readonly [string, ConnectionEntry]>): ReadonlyMap<string, ConnectionEntry> {
  const { id } = BUILT_IN_CONNECTION;
  const own = { kind: "ready", id, file: `(${id})`, document: BUILT_IN_CONNECTION, connection: BUILT_IN_CONNECTION } as const;
  const all = new Map(connections);
  if (!all.has(id)) all.set(id, own);
  return all;
}

export function twice(id: string, file: string, other: string): DocumentIssue {
  return { code: "DOCUMENT_TWICE", file, path: "/id", details: { id, file, other } };
}
