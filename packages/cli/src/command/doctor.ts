/**
 * `datong doctor`: what the program needs, tried out: Node, a PostgreSQL that starts, the workspace with its flows and connections; then the
 * server's machine, port and store.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatongError, explain } from "@datong/core";
import { checkWorkspaceFlow, openDatabase } from "@datong/engine";
import type { Context } from "../context.ts";
import { serverFindings, type Finding } from "./doctor-server.ts";
import { readWorkspace, type PlaceOptions } from "../open-flow.ts";

export async function doctorCommand(context: Context, options: PlaceOptions): Promise<number> {
  const { text, terminal } = context;
  const findings: Finding[] = [{ name: text.doctorNode, ok: true, detail: process.versions.node }];
  findings.push(await tried(context, text.doctorPostgres, () => tryDatabase(context)));
  findings.push(...(await workspaceFindings(context, options)));
  findings.push(...(await serverFindings(context, options.data)));
  const ok = findings.every((finding) => finding.ok);
  if (context.json) terminal.out(`${JSON.stringify({ ok, findings })}\n`);
  else for (const { name, ok: fine, detail } of findings) terminal.out(`${fine ? "✓" : "✗"} ${name}  ${detail}\n`);
  return ok ? 0 : 1;
}

/** The configured external database, or an embedded one in a folder of its own that is removed again. */
async function tryDatabase(context: Context): Promise<string> {
  const databaseUrl = context.terminal.env["DATABASE_URL"];
  const dataDir = await mkdtemp(join(tmpdir(), "datong-doctor-"));
  try {
    const database = await openDatabase({ dataDir, ...(databaseUrl === undefined || databaseUrl === "" ? {} : { databaseUrl }) });
    const described = database.describe();
    await database.close();
    return described;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function workspaceFindings(context: Context, options: PlaceOptions): Promise<readonly Finding[]> {
  const { text } = context;
  const findings: Finding[] = [];
  findings.unshift(
    await tried(context, text.doctorWorkspace, async () => {
      const workspace = await readWorkspace(context, options);
      for (const entry of workspace.flows.values())
        findings.push(counted(context, text.doctorFlow(entry.id), checkWorkspaceFlow(workspace, entry).length));
      for (const entry of workspace.connections.values())
        findings.push(counted(context, text.doctorConnection(entry.id), entry.kind === "broken" ? entry.issues.length : 0));
      return workspace.dir;
    }),
  );
  return findings;
}

function counted(context: Context, name: string, issues: number): Finding {
  return { name, ok: issues === 0, detail: issues === 0 ? context.text.doctorOk : context.text.doctorIssues(issues) };
}

async function tried(context: Context, name: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    const { message, todo } = explain(error, context.language);
    return { name, ok: false, detail: `${error.code}  ${message}  ${context.text.todo}${todo}` };
  }
}
