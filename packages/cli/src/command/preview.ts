/** `datong preview FLOW`: source rows, target fields with their origin, the request as it would be sent, new columns. Writes nothing. */
import { resolve } from "node:path";
import { asText, inLanguage, isArray, isObject, sourceRow, writeJson, type Json, type SourceRow } from "@datong/core";
import { firstRow, previewFlow, type NewColumn, type Preview, type PreviewDocument } from "@datong/engine";
import type { Context } from "../context.ts";
import { openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { pushedRows } from "../pushed-file.ts";
import { cut, table } from "../output/table.ts";

export interface PreviewCommandOptions extends PlaceOptions {
  readonly limit?: number;
  readonly number?: readonly string[];
  readonly addColumns?: boolean;
  /** A file whose rows are previewed in place of the source's. */
  readonly rows?: string;
}

const CELL_COLUMNS = 48;

/** The store is the one that runs use, for its log-ins alone: a token renewed elsewhere would put the stored one out of use. */
export async function previewCommand(context: Context, flowName: string, options: PreviewCommandOptions): Promise<number> {
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const numbers = options.number === undefined || options.number.length === 0 ? {} : { numbers: options.number };
    const rows = options.rows === undefined ? {} : { rows: await rowsOf(resolve(context.terminal.cwd, options.rows)) };
    const ready = engine.ready(flow, connections);
    const limit = options.limit ?? 1;
    const { each } = flow.source;
    const head = each === undefined ? null : await firstRow(engine, each.flow);
    const preview = await previewFlow(ready, {
      limit,
      ports: engine.ports,
      pool: engine.pool,
      signal: context.signal,
      ...numbers,
      ...rows,
      ...(head === null ? {} : { record: head }),
    });
    if (options.addColumns === true) tellColumns(context, preview.newColumns);
    else tellPreview(context, flow.id, preview);
    return context.stoppedWith() ?? (problemsOf(preview) ? 1 : 0);
  } finally {
    await engine.close();
  }
}

async function rowsOf(file: string): Promise<readonly SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const { value, fault } of pushedRows(file)) {
    if (fault !== undefined) throw fault;
    if (isObject(value)) rows.push(sourceRow(value));
  }
  return rows;
}

function problemsOf(preview: Preview): boolean {
  const documents = [...preview.records.flatMap((record) => record.documents), ...preview.merged];
  return preview.records.some((record) => record.problem !== null) || documents.some((document) => document.problem !== null);
}

function tellPreview(context: Context, flow: string, preview: Preview): void {
  const { terminal, text } = context;
  if (context.json) {
    terminal.out(`${writeJson(plain({ ok: !problemsOf(preview), flow, ...preview }))}\n`);
    return;
  }
  if (preview.records.length === 0) terminal.out(`${text.previewNone}\n`);
  for (const record of preview.records) {
    terminal.out(
      `${text.previewRecord(record.number ?? record.key ?? "")}\n${text.previewRows}\n${record.rows.map((row) => `  ${writeJson(row)}\n`).join("")}`,
    );
    if (record.dropped !== null) terminal.out(`${text.previewDropped(record.dropped)}\n`);
    if (record.problem !== null) terminal.out(`✗ ${record.problem.code}  ${inLanguage(record.problem.text, context.language)}\n`);
    for (const document of record.documents) tellDocument(context, document);
    terminal.out("\n");
  }
  if (preview.merged.length > 0) terminal.out(`${text.previewMerged}\n`);
  for (const document of preview.merged) tellDocument(context, document);
  if (preview.newColumns.length > 0) {
    const rows = preview.newColumns.map((column) => [column.path, column.type, cut(column.sample, CELL_COLUMNS)]);
    terminal.out(`${text.previewNewColumns}\n${table(text.previewNewColumnsTable, rows)}\n`);
  }
  terminal.err(`${text.previewNothingWritten}\n`);
}

function tellDocument(context: Context, document: PreviewDocument): void {
  const { terminal, text, language } = context;
  if (document.problem !== null) terminal.out(`✗ ${document.problem.code}  ${inLanguage(document.problem.text, context.language)}\n`);
  const rows = document.trace
    .filter((field) => field.expression !== "" || field.result !== undefined)
    .map((field) => [
      field.fieldPath,
      oneLine(field.expression),
      oneLine(field.references.map((reference) => `${reference.path}=${shown(reference.value)}`).join(", ")),
      oneLine(shown(field.result)),
      oneLine(inLanguage(field.note ?? "", language)),
    ]);
  terminal.out(`${text.previewFields}\n${table(text.previewFieldsTable, rows)}`);
  if (document.request !== null) terminal.out(`\n${text.previewRequest}\n${indented(document.request)}\n`);
}

/** To paste into the flow below `source:`; nested columns are read from the rows as they are and need no line of their own. */
function tellColumns(context: Context, columns: readonly NewColumn[]): void {
  const { terminal } = context;
  if (context.json) {
    terminal.out(`${JSON.stringify({ ok: true, columns })}\n`);
    return;
  }
  terminal.out("columns:\n");
  for (const { path, type, sample } of columns)
    terminal.out(`  ${quoted(path)}: ${quoted(path)} # _autoFillResponse ${type} ${sample.replace(/\s+/g, " ")}\n`);
}

function quoted(name: string): string {
  return /^[A-Za-z_][\w.]*$/.test(name) ? name : JSON.stringify(name);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "–";
  if (value === null) return "null";
  return isObject(value) || isArray(value) ? writeJson(value) : asText(value);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const kept = cut(line, CELL_COLUMNS);
  return kept.length < line.length ? `${kept}…` : line;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** Exact numbers stay exact: the preview's values are JSON already, only undefined members are dropped on the way. */
function plain(value: unknown): Json {
  return value as Json;
}
