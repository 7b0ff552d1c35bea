/** The catalogue of connectors; connections with their secrets and their test. */
import { ConnectionSchema, connectionsOf, DatongError, errorToJson, type Connection } from "@datong/core";
import { CONNECTORS } from "@datong/connectors";
import { testConnection } from "@datong/engine";
import { Type } from "typebox";
import { checkedDocument } from "../documents/checked-document.ts";
import { keepConnection } from "../documents/keep-connection.ts";
import { isOurs, placedConnection, type Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { findDocument, holdDocument, listDocuments, removeDocument, unknown, type KeptDocument } from "../store/documents.ts";
import { secretNames } from "../store/secrets.ts";
import { perform } from "./deed.ts";
import { PRIVATE_CONNECTOR_ROUTES } from "./private-connectors.ts";
import { AtId, AtWorkspace, closed, FromRevision, Instant, Nullable } from "./shapes.ts";

const Names = Type.Object({ zh: Type.String(), en: Type.String() });
const ConnectorRow = Type.Object({
  system: Type.String(),
  name: Names,
  isOwn: Type.Boolean(),
  apis: Type.Integer(),
  ownApis: Type.Integer(),
});
const Saved = Type.Object({ id: Type.String(), revision: Type.Integer() });
const ConnectionView = Type.Object({
  id: Type.String(),
  revision: Type.Integer(),
  document: Type.Unknown(),
  secrets: Type.Array(Type.Object({ setting: Type.String(), changedAt: Instant })),
  usedBy: Type.Array(Type.String()),
  issues: Type.Array(Type.Unknown()),
});

const CATALOGUE_ROUTES: readonly Route[] = [
  route({
    id: "listConnectors",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connectors",
    tag: "connectors",
    zh: "适配器目录",
    en: "The catalogue of connectors",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(ConnectorRow) }),
    handle: async ({ services, workspace }) => {
      const { published } = await services.tenants.open(workspace);
      return {
        items: published.connectors.map((each) => ({
          system: each.system,
          name: each.name,
          isOwn: !isOurs(each.system),
          apis: each.apis.length,
          ownApis: each.apis.length - (CONNECTORS.find(({ system }) => system === each.system)?.apis.length ?? 0),
        })),
      };
    },
  }),
  route({
    id: "showConnector",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connectors/:id",
    tag: "connectors",
    zh: "一个适配器：设置、接口与字段",
    en: "One connector: settings, APIs and fields",
    right: "view",
    forLimited: true,
    params: AtId,
    gives: Type.Object(
      {
        system: Type.String(),
        version: Type.Integer(),
        name: Type.Object({ zh: Type.String(), en: Type.String() }),
        settings: Type.Array(Type.Unknown()),
        apis: Type.Array(Type.Unknown()),
      },
      { description: "全部键见 docs/schema/connector.json / All keys: docs/schema/connector.json" },
    ),
    handle: async ({ services, workspace, params: { id } }) => {
      const found = (await services.tenants.open(workspace)).published.connectors.find(({ system }) => system === id);
      if (found === undefined) throw unknown("connector", id);
      return found;
    },
  }),
];

export const CONNECTION_ROUTES: readonly Route[] = [
  ...CATALOGUE_ROUTES,
  ...PRIVATE_CONNECTOR_ROUTES,
  route({
    id: "listConnections",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connections",
    tag: "connections",
    zh: "连接列表",
    en: "Connections",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Nullable(Type.String()),
          system: Nullable(Type.String()),
          environment: Nullable(Type.String()),
          revision: Type.Integer(),
          isInOrder: Type.Boolean(),
          usedBy: Type.Array(Type.String()),
        }),
      ),
    }),
    handle: async ({ services, workspace, sees }) => {
      const tenant = await services.tenants.open(workspace);
      const rows = await listDocuments(services.engine.pool, workspace, "connection");
      return {
        items: rows.map(({ id, revision }) => {
          const entry = tenant.published.connections.get(id);
          const { name = null, system = null, environment = null } = entry?.document ?? {};
          return { id, name, system, environment, revision, isInOrder: entry?.kind === "ready", usedBy: usersOf(tenant, id).filter(sees) };
        }),
      };
    },
  }),
  route({
    id: "showConnection",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/connections/:id",
    tag: "connections",
    zh: "一个连接；密码类设置只给出引用名",
    en: "One connection; of secrets only that they are set",
    right: "view",
    forLimited: true,
    params: AtId,
    gives: ConnectionView,
    handle: async ({ services, workspace, sees, params: { id } }) => {
      const { pool } = services.engine;
      const row = await findDocument(pool, workspace, "connection", id);
      if (row === null) throw unknown("connection", id);
      const tenant = await services.tenants.open(workspace);
      const entry = tenant.published.connections.get(id);
      const names = await secretNames(pool, workspace, id);
      return {
        id,
        revision: row.revision,
        document: JSON.parse(row.draft) as unknown,
        secrets: names.map(({ name, changedAt }) => ({ setting: name, changedAt })),
        usedBy: usersOf(tenant, id).filter(sees),
        issues: entry?.kind === "broken" ? entry.issues.map((issue) => errorToJson(new DatongError(issue.code, issue.details))) : [],
      };
    },
  }),
  route({
    id: "saveConnection",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/connections/:id",
    tag: "connections",
    zh: "保存连接；设置里的密码加密保存，不再给出；不写即保留原值",
    en: "Save a connection; secrets among its settings are sealed and never told again; left out they stay",
    right: "design",
    params: AtId,
    body: Type.Object({ revision: FromRevision, document: Type.Unknown() }, closed),
    gives: Saved,
    handle: async (call) => {
      const { workspace, params, body, services, actor } = call;
      const given = checkedDocument<Connection>(ConnectionSchema, body.document, "body/document");
      if (given.id !== params.id)
        throw new DatongError("REQUEST_INVALID", { path: "body/document/id", expected: "与路径一致 / the id of the path" });
      const { published } = await services.tenants.open(workspace);
      return perform(call, async (client) => {
        const { revision, after } = await keepConnection(client, given, {
          workspace,
          masterKey: services.masterKey,
          connectors: published.connectors,
          from: body.revision,
          by: actor.name,
        });
        return [
          { id: params.id, revision },
          { name: "connection.save", object: params.id, after },
        ];
      });
    },
  }),
  route({
    id: "removeConnection",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/connections/:id",
    tag: "connections",
    zh: "删除连接（没有方案使用时）",
    en: "Remove a connection that no flow uses",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params, services } = call;
      const users = usersOf(await services.tenants.open(workspace), params.id);
      if (users.length > 0) throw new DatongError("OBJECT_IN_USE", { id: params.id, users: users.join(", ") });
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "connection", params.id);
        await removeDocument(client, workspace, "connection", params.id);
        return [undefined, { name: "connection.remove", object: params.id, before: held.draft }];
      });
    },
  }),
  route({
    id: "testConnection",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/connections/:id/test",
    tag: "connections",
    zh: "测试连接：登录并做一次无副作用的查询",
    en: "Test a connection: log in and make one harmless call",
    right: "operate",
    params: AtId,
    gives: Type.Object({ ok: Type.Boolean(), tookMs: Type.Integer(), problem: Type.Unknown() }),
    handle: async ({ services, workspace, params: { id } }) => {
      const connection = placedConnection(await services.tenants.open(workspace), id);
      const { ok, tookMs, problem } = await testConnection(services.engine.connect(connection), services.engine.ports.nowMs());
      return { ok, tookMs, problem: problem === null ? null : errorToJson(problem) };
    },
  }),
];

function usersOf(tenant: Tenant, connection: string): readonly string[] {
  const uses = (row: KeptDocument): boolean =>
    [tenant.published, tenant.drafts].some(({ flows }) => {
      const entry = flows.get(row.id);
      return entry?.kind === "ready" && connectionsOf(entry.flow).includes(connection);
    });
  return [...tenant.flows.values()].filter(uses).map(({ id }) => id);
}
