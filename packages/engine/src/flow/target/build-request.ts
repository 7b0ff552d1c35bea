/**
 * A task to a request: the documents' bodies, the call options, the keys, in the API's shape. The same documents always give the same
 * request, so that its hash can be compared.
 */
import {
  globalsOf,
  JsonText,
  orderedObject,
  readJson,
  renderShape,
  renderTree,
  isObject,
  keysOf,
  type Json,
  type JsonObject,
  type RequestPlan,
} from "@datong/core";
import type { OpenConnection, ReadyApi } from "../../connection/open-connection.ts";
import type { ClaimedDocument } from "../../store/task-rows.ts";
import type { ReadyParams } from "../ready-flow.ts";

export interface RequestParts {
  readonly connection: OpenConnection;
  readonly ready: ReadyApi;
  readonly options: ReadyParams;
  readonly nowMs: number;
  /** Set for updates: the member that gets the target's internal id. */
  readonly idField?: string;
  readonly extraOptions?: Readonly<Record<string, string>>;
}

export function buildRequest(parts: RequestParts, documents: readonly ClaimedDocument[]): RequestPlan {
  const isOpened = parts.idField !== undefined || parts.ready.shape.opensDocuments;
  const bodies = documents.map((document) =>
    isOpened ? withId(readJson(document.body), parts.idField, document.targetId) : new JsonText(document.body),
  );
  const globals = globalsOf({ nowMs: parts.nowMs });
  const zone = parts.connection.connector.zone;
  const row = {
    settings: parts.connection.settings,
    documents: bodies,
    document: bodies[0] ?? null,
    options: optionValues(parts, zone),
    keys: documents.map((document) => document.externalKey ?? ""),
    numbers: documents.map((document) => document.number ?? document.externalKey ?? ""),
    ids: documents.map((document) => document.targetId ?? ""),
  };
  return renderShape(parts.ready.shape, { row, globals, zone });
}

/** Call options as an object; also what stage and probe calls see. */
export function optionValues(parts: Pick<RequestParts, "options" | "nowMs" | "connection" | "extraOptions">, zone: string): JsonObject {
  const scope = { row: { settings: parts.connection.settings }, globals: globalsOf({ nowMs: parts.nowMs }), zone };
  const own = parts.options.trees.flatMap(({ field, tree }): [string, Json][] => {
    const value = renderTree(tree, scope);
    return value === undefined || value === null || value === "" ? [] : [[field, value]];
  });
  return orderedObject([...own, ...Object.entries(parts.extraOptions ?? {})]);
}

function withId(body: Json, idField: string | undefined, targetId: string | null): Json {
  if (idField === undefined || targetId === null || !isObject(body)) return body;
  return orderedObject([
    [idField, targetId],
    ...keysOf(body).flatMap((key): [string, Json][] => (key === idField ? [] : [[key, body[key] ?? null]])),
  ]);
}
