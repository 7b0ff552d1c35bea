/**
 * Finds and reads templates: every folder of `templates/` that holds `template.yaml`, its flow being `flow.yaml` beside it or the file
 * that the head names (the flows of the examples are templates where they stand), with the mapping tables of its folder `tables`.
 * Nothing else lists them, so a new folder is found.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FlowSchema, TemplateSchema, type Flow, type TemplateHead } from "@datong/core";
import { readTables, type TableEntry } from "../workspace/mapping-tables.ts";
import { parseText, readDocument, type DocumentIssue } from "../workspace/read-document.ts";
import { readText } from "../workspace/read-text.ts";

export type TemplateTable = Extract<TableEntry, { readonly kind: "ready" }>;

/** A template by its folder's name; `text` is the flow's file as written, comments and all. */
export type TemplateEntry =
  | {
      readonly kind: "ready";
      readonly id: string;
      readonly file: string;
      readonly head: TemplateHead;
      readonly flow: Flow;
      readonly flowFile: string;
      readonly text: string;
      /** Mapping tables that it brings along. */
      readonly tables: readonly TemplateTable[];
      readonly lineOf: (path: string) => number | undefined;
    }
  | { readonly kind: "broken"; readonly id: string; readonly file: string; readonly issues: readonly DocumentIssue[] };

export type ReadyTemplate = Extract<TemplateEntry, { readonly kind: "ready" }>;

const HEAD = "template.yaml";

/** Every template of a folder, by id; none where there is no such folder. A broken one is kept with its issues. */
export async function readTemplates(dir: string): Promise<readonly TemplateEntry[]> {
  return Promise.all((await templateIds(dir)).map((name) => read(dir, name)));
}

/** The templates' ids alone, without reading them. */
export async function templateIds(dir: string): Promise<readonly string[]> {
  if (!existsSync(dir)) return [];
  return (await readdir(dir)).filter((name) => existsSync(join(dir, name, HEAD))).toSorted();
}

/** One template; null where there is none of this name. */
export async function readTemplate(dir: string, id: string): Promise<TemplateEntry | null> {
  return /^[a-z0-9][a-z0-9-]*$/.test(id) && existsSync(join(dir, id, HEAD)) ? read(dir, id) : null;
}

async function read(dir: string, id: string): Promise<TemplateEntry> {
  const file = join(dir, id, HEAD);
  const broken = (issues: readonly DocumentIssue[]): TemplateEntry => ({ kind: "broken", id, file, issues });
  const head = await readDocument<TemplateHead>(file, TemplateSchema);
  if (head.kind === "broken") return broken(head.issues);
  const flowFile = resolve(dirname(file), head.value.flow ?? "flow.yaml");
  const text = await readText(flowFile);
  if (text.kind === "broken") return broken(text.issues);
  const flow = parseText<Flow>(flowFile, text.text, FlowSchema);
  if (flow.kind === "broken") return broken(flow.issues);
  if (flow.value.id !== id) {
    const line = flow.lineOf("/id");
    const at = line === undefined ? {} : { line };
    return broken([
      { code: "DOCUMENT_ID_MISMATCH", file: flowFile, ...at, path: "/id", details: { id: flow.value.id, expected: id, file: flowFile } },
    ]);
  }
  const all = [...(await readTables(join(dir, id, "tables"))).values()];
  const flaws = all.flatMap((entry) => (entry.kind === "broken" ? entry.issues : []));
  if (flaws.length > 0) return broken(flaws);
  const tables = all.filter((entry) => entry.kind === "ready");
  return { kind: "ready", id, file, head: head.value, flow: flow.value, flowFile, text: text.text, tables, lineOf: flow.lineOf };
}
