/** `datong doc FLOW|CONNECTION [API]`: the hand-over paper of what a workspace's folder holds; figures are the server's matter. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DatongError } from "@datong/core";
import type { Workspace } from "@datong/engine";
import { apiPaper, connectionPaper, flowPaper, flowUses, paperMarkdown, paperWorkbook, type Paper } from "@datong/server";

import type { Context } from "../context.ts";
import { shortPath } from "../failure.ts";
import { findFlow, readWorkspace, type PlaceOptions } from "../open-flow.ts";

export interface DocOptions extends PlaceOptions {
  readonly out?: string;
}

export async function docCommand(context: Context, name: string, api: string | undefined, options: DocOptions): Promise<number> {
  const workspace = await readWorkspace(context, options);
  const paper = workspace.connections.has(name) ? connectionOrApi(context, workspace, name, api) : await ofFlow(context, name, options);
  const { terminal } = context;
  if (options.out === undefined) {
    terminal.out(context.json ? `${JSON.stringify({ ok: true, ...paper })}\n` : paperMarkdown(paper));
    return 0;
  }
  const file = resolve(terminal.cwd, options.out);
  await writeFile(file, /\.xlsx$/i.test(file) ? paperWorkbook(paper) : paperMarkdown(paper));
  terminal.out(context.json ? `${JSON.stringify({ ok: true, file })}\n` : `✓ ${shortPath(context, file)}\n`);
  return 0;
}

async function ofFlow(context: Context, name: string, options: DocOptions): Promise<Paper> {
  const { workspace, entry } = await findFlow(context, name, options);
  if (entry.kind === "broken") throw new DatongError("FLOW_NOT_IN_ORDER", { flow: entry.id, count: entry.issues.length });
  return flowPaper(workspace, entry.flow, context.language);
}

function connectionOrApi(context: Context, workspace: Workspace, name: string, code: string | undefined): Paper {
  const connection = workspace.connections.get(name)?.document;
  const connector = workspace.connectors.find(({ system }) => system === connection?.system);
  if (connection === undefined || connector === undefined)
    throw new DatongError("CONNECTION_UNKNOWN", { connection: name, known: [...workspace.connections.keys()].join(", ") });
  const uses = [...workspace.flows.values()]
    .flatMap((entry) => (entry.kind === "ready" ? flowUses(workspace, entry.flow, entry.flow.dispatch.enabled) : []))
    .filter((use) => use.connection === name);
  if (code === undefined) return connectionPaper(connection, connector, { uses, figures: [] }, context.language);
  const api = connector.apis.find((each) => each.code === code);
  if (api === undefined)
    throw new DatongError("API_UNKNOWN", {
      api: code,
      system: connector.system,
      known: connector.apis.map((each) => each.code).join(", "),
    });
  return apiPaper(connection, connector, api, { uses, figures: [] }, context.language);
}
