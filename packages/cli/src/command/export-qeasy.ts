/**
 * `datong export qeasy FLOW`: the two JSON documents of Qeasy's source view. Of an imported flow they are its originals with what was changed
 * since, and its name, former id and schedules, which stand in neither, are written beside (`<id>.scheme.json`); credentials that the import took out stand there as the names of their variables.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeJson } from "@datong/core";
import { exportFlow } from "@datong/qeasy";
import type { Context } from "../context.ts";
import { BrokenDocuments, shortPath } from "../failure.ts";
import { findFlow, type PlaceOptions } from "../open-flow.ts";

export interface ExportQeasyOptions extends PlaceOptions {
  readonly out?: string;
}

export async function exportQeasyCommand(context: Context, flowName: string, options: ExportQeasyOptions): Promise<number> {
  const { workspace, entry } = await findFlow(context, flowName, options);
  if (entry.kind === "broken") throw new BrokenDocuments(entry.issues);
  const { source, target, scheme } = exportFlow(entry.flow, {
    connectors: workspace.connectors,
    connections: [...workspace.connections.values()].flatMap(({ id, document }) =>
      document === undefined ? [] : [{ id, system: document.system }],
    ),
    flows: [...workspace.flows.values()].map((each) => ({ id: each.id, aliases: each.kind === "ready" ? (each.flow.aliases ?? []) : [] })),
    schemeIds: {},
    answers: {},
  });
  const out = resolve(context.terminal.cwd, options.out ?? ".");
  await mkdir(out, { recursive: true });
  const files: string[] = [];
  for (const [side, document] of [["source", source] as const, ["target", target] as const, ["scheme", scheme] as const]) {
    if (document === undefined) continue;
    const file = join(out, `${entry.id}.${side}.json`);
    await writeFile(file, `${writeJson(document, 2)}\n`);
    files.push(file);
  }
  if (context.json) context.terminal.out(`${JSON.stringify({ ok: true, flow: entry.id, files })}\n`);
  else context.terminal.out(files.map((file) => `  ${shortPath(context, file)}\n`).join(""));
  return 0;
}
