/**
 * Templates that a workspace made of its own flows: the flow's text as it was, comments and all, with the mapping tables it goes by. Later
 * changes of the flow do not change them.
 */
import { DatongError, tablesOf, type Flow } from "@datong/core";
import { flowOfText, type ReadyTemplate } from "@datong/engine";
import type { KeptDocument } from "../store/documents.ts";
import type { Tenant } from "./tenants.ts";

/** As it is kept. */
interface OwnTemplate {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly source: { readonly system: string };
  readonly target: { readonly system: string };
  readonly text: string;
  readonly tables: readonly Pick<ReadyTemplate["tables"][number], "name" | "table">[];
}

/** What is asked of a template, of a workspace's own as of those that ship with the product. */
export type UsableTemplate = Pick<ReadyTemplate, "id" | "flow" | "text" | "tables"> & {
  readonly head: Pick<ReadyTemplate["head"], "name" | "description" | "tags" | "source" | "target">;
};

/** Throws CONNECTION_UNKNOWN where the flow names a connection that is not there: nobody could say which system it is for. */
export function templateOfFlow(
  tenant: Tenant,
  flow: Flow,
  given: Pick<OwnTemplate, "name" | "description" | "tags" | "text">,
): OwnTemplate {
  const { connections } = tenant.drafts;
  const systemOf = (connection: string): { readonly system: string } => {
    const system = connections.get(connection)?.document?.system;
    if (system === undefined) throw new DatongError("CONNECTION_UNKNOWN", { connection, known: [...connections.keys()].join(", ") });
    return { system };
  };
  const tables = tablesOf(flow).flatMap((name) => {
    const entry = tenant.drafts.tables.get(name);
    return entry?.kind === "ready" ? [{ name, table: entry.table }] : [];
  });
  return { ...given, source: systemOf(flow.source.connection), target: systemOf(flow.target.connection), tables };
}

/** Null where what was kept can no longer be read as a flow. */
export function readOwnTemplate({ id, draft }: Pick<KeptDocument, "id" | "draft">): UsableTemplate | null {
  const { name, description, tags, source, target, text, tables } = JSON.parse(draft) as OwnTemplate;
  const entry = flowOfText({ id, text });
  if (entry.kind === "broken") return null;
  // Its author wrote in one language.
  const head = { name: { zh: name, en: name }, description: { zh: description, en: description }, tags, source, target };
  const file = `templates/${id}`;
  return { id, flow: entry.flow, text, head, tables: tables.map((table) => ({ kind: "ready" as const, file, ...table })) };
}
