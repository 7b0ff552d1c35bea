/**
 * `datong check FLOW`: everything that can be told of a flow without calling anybody. Connections that lack a variable are errors too, told
 * apart from the flow's own.
 */
import { connectionsOf, errorToJson, DatongError } from "@datong/core";
import { checkWorkspaceFlow, undecidedIssues, type DocumentIssue } from "@datong/engine";
import type { Context } from "../context.ts";
import { issueText } from "../failure.ts";
import { findFlow, type PlaceOptions } from "../open-flow.ts";

export async function checkCommand(context: Context, flowName: string, options: PlaceOptions): Promise<number> {
  const { workspace, entry } = await findFlow(context, flowName, options);
  const issues = [...checkWorkspaceFlow(workspace, entry), ...undecidedIssues(entry)];
  const used = entry.kind === "broken" ? [] : connectionsOf(entry.flow);
  const connections = used.flatMap((id): readonly DocumentIssue[] => {
    const connection = workspace.connections.get(id);
    return connection?.kind === "broken" ? connection.issues : [];
  });
  const { terminal, text } = context;
  if (context.json) {
    const ok = issues.length + connections.length === 0;
    terminal.out(`${JSON.stringify({ ok, flow: entry.id, issues: issues.map(issueJson), connections: connections.map(issueJson) })}\n`);
  } else {
    if (issues.length + connections.length === 0) terminal.out(`${text.checkOk(entry.id)}\n`);
    for (const issue of issues) terminal.out(issueText(context, issue));
    if (connections.length > 0) terminal.out(`${text.checkConnections}\n${connections.map((issue) => issueText(context, issue)).join("")}`);
  }
  return issues.length + connections.length === 0 ? 0 : 1;
}

function issueJson(issue: DocumentIssue): Readonly<Record<string, unknown>> {
  const { file, line, path } = issue;
  return { ...errorToJson(new DatongError(issue.code, issue.details)), file, line: line ?? null, path };
}
