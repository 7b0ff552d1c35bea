/**
 * A demo within a workspace: connections to the demo systems and five flows of templates between them, each marked by its id and name. What
 * is there already stays as it is, so that asking twice does nothing twice.
 */
import { DatongError, type Connection, type Language } from "@datong/core";
import { checkWorkspaceFlow, flowFromTemplate, guardedSocket, tablesFromTemplate } from "@datong/engine";
import { withValues } from "../documents/flow-text.ts";
import { keepConnection } from "../documents/keep-connection.ts";
import { perform, type Doer } from "../routes/deed.ts";
import { templateOf } from "../routes/templates.ts";
import { tableText } from "../routes/tables.ts";
import type { Services } from "../services.ts";
import { listDocuments, saveDocument, switchDocument } from "../store/documents.ts";
import { listWorkspaces } from "../store/workspaces.ts";

/** Templates, one flow of each. */
const FLOWS = [
  "jushuitan-saleout-to-kingdee-outstock",
  "kingdee-return-to-jushuitan-inout",
  "wangdiantong-warehouse-to-kingdee-stock",
  "kingdee-customer-to-greatonce-distributor",
  "kingdee-stars-purchase-to-jackyun-customer",
];
const MARK = "demo-";
const TAG = "demo";
/** Who does what nobody asked for by hand. */
const SYSTEM: Doer["actor"] = { kind: "person", id: "0", name: "demo", isAdmin: false, grants: new Map() };

export interface Demo {
  readonly connections: readonly string[];
  readonly flows: readonly string[];
}

/** What of a demo the workspace has. */
export async function demoOf({ engine }: Pick<Services, "engine">, workspace: string): Promise<Demo> {
  const rows = (await listDocuments(engine.pool, workspace)).filter(({ id }) => id.startsWith(MARK));
  const of = (kind: string): readonly string[] => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return { connections: of("connection"), flows: of("flow") };
}

/** Names are told once, in the language of whoever fills it in. */
const NAMED: Readonly<Record<Language, (name: string) => string>> = { zh: (name) => `${name}（演示）`, en: (name) => `${name} (demo)` };

/** Under the demo's id; its address is of this machine. */
function demoConnection(given: Connection): Connection {
  return {
    ...given,
    id: `${MARK}${given.system}`,
    environment: "development",
    privateNetwork: true,
  };
}

/** Makes what is lacking, publishes and enables it. Gives the ids of the flows that are new. */
export async function fillDemo(doer: Doer, language: Language = "zh"): Promise<readonly string[]> {
  const { services, workspace, actor } = doer;
  const systems = (await services.demo.open()).map(demoConnection);
  const before = await demoOf(services, workspace);
  const templates = await Promise.all(FLOWS.map(templateOf));
  const wanted = new Set(templates.flatMap(({ head }) => [head.source.system, head.target.system]));
  const lacking = systems.filter(({ id, system }) => wanted.has(system) && !before.connections.includes(id));
  const { published } = await services.tenants.open(workspace);
  const keeping = { workspace, masterKey: services.masterKey, connectors: published.connectors, from: 0, by: actor.name };
  if (lacking.length > 0)
    await perform(doer, async (client) => {
      for (const connection of lacking) {
        const { name } = published.connectors.find(({ system }) => system === connection.system) ?? {};
        const given = { ...connection, name: NAMED[language](name?.[language] ?? connection.name ?? connection.system) };
        await keepConnection(client, given, keeping);
      }
      return [undefined, { name: "demo.connections", object: lacking.map(({ id }) => id).join(" ") }];
    });
  const made: string[] = [];
  for (const template of templates) {
    const id = `${MARK}${template.id}`;
    if (before.flows.includes(id)) continue;
    const { drafts } = await services.tenants.open(workspace);
    const sides = { source: `${MARK}${template.head.source.system}`, target: `${MARK}${template.head.target.system}` };
    const { text, entry } = flowFromTemplate(template, { id, ...sides, file: `flows/${id}` });
    const brought = tablesFromTemplate(template, drafts);
    const issues = checkWorkspaceFlow(brought.workspace, entry);
    if (entry.kind === "broken" || issues.length > 0) throw new DatongError("FLOW_NOT_IN_ORDER", { flow: id, count: issues.length });
    const marked = withValues(text, [
      { path: ["name"], value: NAMED[language](template.head.name[language]) },
      { path: ["tags"], value: [...(entry.flow.tags ?? []), TAG] },
    ]);
    await perform(doer, async (client) => {
      for (const { name, table } of brought.lacking)
        await saveDocument(
          client,
          workspace,
          { kind: "table", id: name, text: tableText(table) },
          { from: 0, by: actor.name, publish: true },
        );
      await saveDocument(client, workspace, { kind: "flow", id, text: marked, note: "demo" }, { from: 0, by: actor.name, publish: true });
      await switchDocument(client, workspace, { kind: "flow", id, isEnabled: true });
      return [undefined, { name: "demo.flow", object: id }];
    });
    made.push(id);
  }
  return made;
}

/**
 * After a restart: the systems run again where a workspace has connections to them, which are told the new addresses. Where they answer,
 * another process on the same database has them, and they stay its.
 */
export async function resumeDemo(services: Services): Promise<void> {
  const { pool } = services.engine;
  for (const { id: workspace } of await listWorkspaces(pool)) {
    const rows = (await listDocuments(pool, workspace, "connection")).filter(({ id }) => id.startsWith(MARK));
    if (rows.length === 0 || (await areAnswering(rows))) continue;
    const systems = (await services.demo.open()).map(demoConnection);
    for (const { id, revision, draft } of rows) {
      const now = systems.find((each) => each.id === id);
      const kept = JSON.parse(draft) as Connection;
      if (now === undefined || kept.settings["url"] === now.settings["url"]) continue;
      const { published } = await services.tenants.open(workspace);
      const keeping = { workspace, masterKey: services.masterKey, connectors: published.connectors, from: revision, by: "demo" };
      const given = { ...now, ...(kept.name === undefined ? {} : { name: kept.name }) };
      await perform({ services, workspace, actor: SYSTEM }, async (client) => {
        const { after } = await keepConnection(client, given, keeping);
        return [undefined, { name: "connection.save", object: id, after }];
      });
    }
  }
}

const ANSWER_MS = 2_000;

/** Whether somebody listens where the demo's connections lead to. */
async function areAnswering(rows: readonly { readonly draft: string }[]): Promise<boolean> {
  const address = rows
    .map(({ draft }) => URL.parse(String((JSON.parse(draft) as Connection).settings["url"] ?? "")))
    .find((url) => url !== null);
  if (address === undefined) return false;
  const socket = guardedSocket(address.hostname, Number(address.port), true);
  const answers = new Promise<boolean>((resolve) => {
    socket.setTimeout(ANSWER_MS, () => resolve(false));
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  return answers.finally(() => socket.destroy());
}
