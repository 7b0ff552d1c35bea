/** Which flow uses which API of which connection, and for what: read from the documents, published and drafts alike. */
import type { Flow } from "@datong/core";
import type { Workspace } from "@datong/engine";
import type { Tenant } from "./tenants.ts";

export type ApiRole = "source" | "target" | "write-back" | "detail";

export interface ApiUse {
  readonly flow: string;
  readonly name: string | null;
  readonly isEnabled: boolean;
  readonly connection: string;
  readonly system: string;
  readonly api: string;
  readonly role: ApiRole;
  /** The flow's own fields that go to it or come from it. */
  readonly fields: readonly string[];
}

/** Of every flow, each use once; a use that the draft alone has is one too. */
export function apiUses(tenant: Tenant): readonly ApiUse[] {
  return [...tenant.flows.values()].flatMap((row) => {
    const uses = [tenant.published, tenant.drafts].flatMap((workspace) => {
      const entry = workspace.flows.get(row.id);
      return entry?.kind === "ready" ? flowUses(tenant.published, entry.flow, row.isEnabled) : [];
    });
    return [...new Map(uses.map((use) => [`${use.role} ${use.connection} ${use.api}`, use])).values()];
  });
}

/** Connections and connectors are those of `workspace`. */
export function flowUses({ connections, connectors }: Workspace, flow: Flow, isEnabled: boolean): readonly ApiUse[] {
  const use = (connection: string, api: string, role: ApiRole, fields: readonly string[]): ApiUse => {
    const system = connections.get(connection)?.document?.system ?? "";
    return { flow: flow.id, name: flow.name ?? null, isEnabled, connection, system, api, role, fields };
  };
  const { source, target, writeBack, mapping } = flow;
  const read = connectors.find(({ system }) => system === connections.get(source.connection)?.document?.system);
  const detail = read?.apis.find(({ code }) => code === source.api)?.detail?.api;
  const texts = mapping.map((field) => field.field);
  const taken = [...new Set([...JSON.stringify(mapping).matchAll(/\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)/gu)].map((match) => match[1] ?? ""))];
  return [
    use(source.connection, source.api, "source", taken),
    ...(detail === undefined ? [] : [use(source.connection, detail, "detail", [])]),
    use(target.connection, target.api, "target", texts),
    ...(writeBack === undefined
      ? []
      : [
          use(
            writeBack.connection ?? source.connection,
            writeBack.api,
            "write-back",
            writeBack.mapping.map(({ field }) => field),
          ),
        ]),
  ];
}
