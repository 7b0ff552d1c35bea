/**
 * Private connectors and private APIs of built-in ones: documents of a workspace, judged by the same schema and the same check as those of
 * the catalogue. One that is not in order is not saved, since what is saved runs; one that drops an API which flows use is saved only when somebody confirms it.
 */
import { DatongError } from "@datong/core";
import { Type } from "typebox";
import { apiUses, type ApiUse } from "../documents/api-uses.ts";
import { checkedConnector, connectorIssues, flawsOf, systemOf, type OwnConnector } from "../documents/connector-documents.ts";
import type { Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { findDocument, holdDocument, listRevisions, removeDocument, revisionText, saveDocument, unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { AtId, closed, FromRevision, Id, Instant, Nullable, Revision } from "./shapes.ts";

/** What flows use of a document: of an addition only the APIs that it adds. */
function usesOf(tenant: Tenant, document: OwnConnector): readonly ApiUse[] {
  const codes = new Set(document.apis.map(({ code }) => code));
  return apiUses(tenant).filter((use) => use.system === systemOf(document) && (!("extends" in document) || codes.has(use.api)));
}

/** Whoever needs it while it is there: the connections of a connector, the flows of an addition. */
function usersOf(tenant: Tenant, document: OwnConnector): readonly string[] {
  if ("extends" in document) return [...new Set(usesOf(tenant, document).map(({ flow }) => flow))];
  return [...tenant.published.connections.values()].filter((entry) => entry.document?.system === document.system).map(({ id }) => id);
}

export const PRIVATE_CONNECTOR_ROUTES: readonly Route[] = [
  route({
    id: "saveConnector",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/connectors/:id",
    tag: "connectors",
    zh: "保存私有适配器，或给内置适配器加私有接口（extends）；检查不过不保存，问题在 issues；去掉方案在用的接口须 confirm",
    en: "Save a private connector, or private APIs of a built-in one (`extends`); one with flaws is refused, they are in issues; dropping an API that flows use needs confirm",
    right: "design",
    params: AtId,
    body: Type.Object({ revision: FromRevision, document: Type.Unknown(), confirm: Type.Optional(Type.Boolean()) }, closed),
    gives: Type.Object({ id: Type.String(), revision: Type.Integer() }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const document = checkedConnector(body.document, "body/document", params.id);
      const tenant = await services.tenants.open(workspace);
      const before = await findDocument(services.engine.pool, workspace, "connector", params.id);
      const used = before === null ? [] : usesOf(tenant, JSON.parse(before.draft) as OwnConnector);
      const lost = used.filter((use) => !document.apis.some(({ code }) => code === use.api));
      if (lost.length > 0 && body.confirm !== true)
        throw new DatongError("OBJECT_IN_USE", {
          id: lost.map(({ api }) => api).join(", "),
          users: lost.map(({ flow }) => flow).join(", "),
        });
      return perform(call, async (client) => {
        const text = JSON.stringify(document, null, 2);
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "connector", id: params.id, text }, save);
        return [
          { id: params.id, revision },
          { name: "connector.save", object: params.id, before: before?.draft ?? null, after: text },
        ];
      });
    },
  }),
  route({
    id: "removeConnector",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/connectors/:id",
    tag: "connectors",
    zh: "删除没有连接使用的私有适配器，或没有方案使用的私有接口",
    en: "Remove a private connector that no connection uses, or private APIs that no flow uses",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params, services } = call;
      const row = await findDocument(services.engine.pool, workspace, "connector", params.id);
      if (row === null) throw unknown("connector", params.id);
      const users = usersOf(await services.tenants.open(workspace), JSON.parse(row.draft) as OwnConnector);
      if (users.length > 0) throw new DatongError("OBJECT_IN_USE", { id: params.id, users: users.join(", ") });
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "connector", params.id);
        await removeDocument(client, workspace, "connector", params.id);
        return [undefined, { name: "connector.remove", object: params.id, before: held.draft }];
      });
    },
  }),
  route({
    id: "showConnectorDocument",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connectors/:id/document",
    tag: "connectors",
    zh: "私有适配器的文档、版本，谁在用它的哪个接口",
    en: "A private connector's document and revision, and who uses which of its APIs",
    right: "view",
    params: AtId,
    gives: Type.Object({
      id: Type.String(),
      revision: Type.Integer(),
      document: Type.Unknown(),
      connections: Type.Array(Type.String()),
      uses: Type.Array(Type.Object({ api: Type.String(), flow: Type.String(), connection: Type.String(), role: Type.String() })),
      issues: Type.Array(Type.Unknown()),
      changedAt: Instant,
      changedBy: Type.String(),
    }),
    handle: async ({ services, workspace, params: { id } }) => {
      const row = await findDocument(services.engine.pool, workspace, "connector", id);
      if (row === null) throw unknown("connector", id);
      const tenant = await services.tenants.open(workspace);
      const document = JSON.parse(row.draft) as OwnConnector;
      return {
        id,
        revision: row.revision,
        document,
        connections: [...tenant.published.connections.values()].filter((entry) => entry.document?.system === id).map((entry) => entry.id),
        uses: usesOf(tenant, document).map(({ system: _system, ...use }) => use),
        issues: connectorIssues(flawsOf(document)),
        changedAt: row.changedAt,
        changedBy: row.changedBy,
      };
    },
  }),
  route({
    id: "listConnectorRevisions",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connectors/:id/revisions",
    tag: "connectors",
    zh: "私有适配器的版本历史，新的在前",
    en: "Revisions of a private connector, the latest first",
    right: "view",
    params: AtId,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          revision: Type.Integer(),
          note: Type.String(),
          madeAt: Instant,
          madeBy: Type.String(),
          publishedAt: Nullable(Instant),
        }),
      ),
    }),
    handle: async ({ services, workspace, params }) => ({
      items: await listRevisions(services.engine.pool, workspace, "connector", params.id),
    }),
  }),
  route({
    id: "showConnectorRevision",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connectors/:id/revisions/:revision",
    tag: "connectors",
    zh: "私有适配器某一版本的文档",
    en: "One revision of a private connector",
    right: "view",
    params: Type.Object({ workspace: Id, id: Id, revision: Revision }, closed),
    gives: Type.Object({ revision: Type.Integer(), document: Type.Unknown() }),
    handle: async ({ services, workspace, params: { id, revision } }) => {
      const text = await revisionText(services.engine.pool, workspace, { kind: "connector", id, revision });
      if (text === null) throw unknown("connector", `${id} (${revision})`);
      return { revision, document: JSON.parse(text) as unknown };
    },
  }),
];
