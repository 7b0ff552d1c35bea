/** A flow that an import left decisions open in opens, checks and previews; it does not run before they are taken. */
import { DatongError, type Flow } from "@datong/core";
import type { FlowEntry } from "../workspace/entry.ts";
import type { DocumentIssue } from "../workspace/read-document.ts";

/** The same, for whoever lists what is wrong with a document. */
export function undecidedIssues(entry: FlowEntry): readonly DocumentIssue[] {
  if (entry.kind === "broken") return [];
  return (entry.flow.qeasy?.decisions ?? []).map((reason, i): DocumentIssue => {
    const path = `/qeasy/decisions/${i}`;
    const line = entry.lineOf(path);
    return { code: "FLOW_UNDECIDED", file: entry.file, ...(line === undefined ? {} : { line }), path, details: { reason } };
  });
}

/** FLOW_UNDECIDED. */
export function requireDecided({ id, qeasy }: Pick<Flow, "id" | "qeasy">): void {
  const [reason] = qeasy?.decisions ?? [];
  if (reason !== undefined) throw new DatongError("FLOW_UNDECIDED", { flow: id, reason });
}
