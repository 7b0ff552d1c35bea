/**
 * `datong import qeasy FILE…`: reads what was brought, and writes one flow file per scheme with the migration report beside. Connections
 * and private connectors that the flows need are added to the workspace; nothing that is there is overwritten, except a flow imported from
 * the same originals, whose former text is kept as `<file>.before`.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BUILT_IN, DatongError, explain, QeasyAnswersSchema, type Connector, type Json } from "@datong/core";
import { CONNECTORS } from "@datong/connectors";
import { findWorkspace, loadWorkspace, parseText, readSpreadsheet, type Workspace } from "@datong/engine";
import {
  importFiles,
  reportJson,
  reportMarkdown,
  type ImportContext,
  type ImportedFlow,
  type ImportResult,
  type InputFile,
  type RefusedFile,
} from "@datong/qeasy";
import type { Context } from "../context.ts";
import { BrokenDocuments, CommandFailure, shortPath } from "../failure.ts";
import { ImportFolder } from "../qeasy/import-folder.ts";
import { qeasyText } from "../text/qeasy.ts";

export interface ImportQeasyOptions {
  readonly sourceConnection?: string;
  readonly targetConnection?: string;
  readonly map?: readonly string[];
  readonly answers?: string;
  readonly out?: string;
}

const MEGABYTES_MAX = 20;
/** So many open points are shown; the report has them all. */
const SHOWN_MAX = 12;

export async function importQeasyCommand(context: Context, files: readonly string[], options: ImportQeasyOptions): Promise<number> {
  const { cwd, env } = context.terminal;
  const nearest = findWorkspace(cwd);
  const out = resolve(cwd, options.out ?? (nearest === null ? "qeasy-import" : join(nearest, "flows")));
  const root = findWorkspace(out);
  const workspace = root === null ? undefined : await loadWorkspace(root, { env, connectors: CONNECTORS });
  const read = await Promise.all(withSchemes(cwd, files).map((file) => readInput(context, resolve(cwd, file), file)));
  const inputs = read.flatMap((each) => ("zh" in each ? [] : [each]));
  const unreadable = read.flatMap((each) => ("zh" in each ? [each] : []));
  const answersFile = options.answers === undefined ? undefined : resolve(cwd, options.answers);
  const answers = answersFile === undefined ? undefined : await readAnswers(answersFile);
  const known = importContext(context, workspace, options, answers ?? {});
  const folder = await ImportFolder.open(out, root);
  // Ids are settled first: a flow of another origin keeps its file.
  const taken = folder.takenBy(importFiles(inputs, known).flows, workspace);
  const imported = importFiles(inputs, known, taken);
  const result = { ...imported, refused: [...unreadable, ...imported.refused] };
  const written = new Map<string, string>();
  for (const flow of result.flows) written.set(flow.id, await folder.writeFlow(flow));
  const report = await folder.writeReports((language, fileOf) => reportMarkdown(result, language, fileOf), written);
  const secrets = await folder.writeSecrets(result.flows.flatMap((flow) => flow.secrets));
  const isNewAnswers = answersFile !== undefined && answers === undefined;
  if (isNewAnswers) await folder.writeAnswers(answersFile, result.flows);
  const fileOf = (flow: ImportedFlow): string => shortPath(context, written.get(flow.id) ?? flow.file);
  if (context.json) context.terminal.out(`${JSON.stringify(reportJson(result, (flow) => written.get(flow.id) ?? flow.file))}\n`);
  else tell(context, result, { report, secrets, answers: isNewAnswers ? answersFile : undefined, fileOf });
  return result.refused.length > 0 ? 1 : 0;
}

/** The files, and what `export qeasy` wrote beside them: `x.scheme.json` of `x.source.json`. */
function withSchemes(cwd: string, files: readonly string[]): readonly string[] {
  const beside = files.map((file) => file.replace(/\.(?:source|target)\.json$/, ".scheme.json"));
  return [...new Set([...files, ...beside.filter((file) => existsSync(resolve(cwd, file)))])];
}

function importContext(
  context: Context,
  workspace: Workspace | undefined,
  options: ImportQeasyOptions,
  answers: Readonly<Record<string, Json>>,
): ImportContext {
  const connectors: readonly Connector[] = workspace?.connectors ?? [...CONNECTORS, BUILT_IN];
  const entries = [...(workspace?.connections.values() ?? [])];
  return {
    connectors,
    connections: entries.flatMap(({ id, document }) => (document === undefined ? [] : [{ id, system: document.system }])),
    flows: [...(workspace?.flows.values() ?? [])].map((entry) => ({
      id: entry.id,
      aliases: entry.kind === "ready" ? (entry.flow.aliases ?? []) : [],
    })),
    sourceConnection: options.sourceConnection,
    targetConnection: options.targetConnection,
    schemeIds: Object.fromEntries((options.map ?? []).map((pair) => schemeId(context, pair))),
    answers,
  };
}

function schemeId(context: Context, pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  if (at < 1 || at === pair.length - 1) throw new CommandFailure("USAGE", qeasyText(context.language).badMap(pair), 2);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** A file that cannot be read as what it seems to be is refused, and the others go on. */
async function readInput(context: Context, path: string, name: string): Promise<InputFile | RefusedFile> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BrokenDocuments([{ code: "DOCUMENT_MISSING", file: path, path: "", details: { file: name, reason } }]);
  });
  if (bytes.length > MEGABYTES_MAX * 1024 * 1024)
    throw new CommandFailure("DOCUMENT_TOO_LARGE", qeasyText(context.language).tooLarge(name, MEGABYTES_MAX));
  const isWorkbook = bytes.subarray(0, 2).toString("latin1") === "PK" || /\.(?:xlsx|xls|csv)$/i.test(path);
  if (!isWorkbook) return { file: name, text: textOf(bytes) };
  try {
    return { file: name, sheets: readSpreadsheet(name, bytes) };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    const [zh, en] = (["zh", "en"] as const).map((language) => Object.values(explain(error, language)).join(" ")) as [string, string];
    return { file: name, zh, en };
  }
}

/** Pages are saved in whatever encoding; what is no UTF-8 is most likely GB18030. */
function textOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString("latin1");
  if (mark === "\xff\xfe") return new TextDecoder("utf-16le").decode(bytes);
  if (mark === "\xfe\xff") return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.includes("\uFFFD") ? new TextDecoder("gb18030").decode(bytes) : text;
}

/** Undefined where the file is not there yet. */
async function readAnswers(file: string): Promise<Readonly<Record<string, Json>> | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const read = parseText<Record<string, Json>>(file, text, QeasyAnswersSchema);
  if (read.kind === "broken") throw new BrokenDocuments(read.issues);
  return Object.fromEntries(Object.entries(read.value).map(([key, value]) => [key, answerOf(key, value)]));
}

/** Scalars as texts; the steps of a restructuring keep their numbers. */
function answerOf(key: string, value: Json): Json {
  if (key === "restructure" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => answerOf("", each));
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, answerOf(name, member as Json)]));
  return String(value);
}

interface Told {
  readonly report: readonly string[];
  readonly secrets: { readonly file: string; readonly count: number } | undefined;
  readonly answers: string | undefined;
  readonly fileOf: (flow: ImportedFlow) => string;
}

function tell(context: Context, result: ImportResult, { report, secrets, answers, fileOf }: Told): void {
  const text = qeasyText(context.language);
  const { out } = context.terminal;
  const inZh = context.language === "zh";
  for (const flow of result.flows) {
    const counts = { taken: flow.taken, changed: flow.changed.length, decisions: flow.decisions.length, unknown: flow.unknown.length };
    out(`${flow.status === "ok" ? "✓" : "?"} ${fileOf(flow)}  ${text.status[flow.status]}  ${text.line(counts)}\n`);
    for (const { key, zh, en } of flow.decisions.slice(0, SHOWN_MAX)) out(`  ${key}: ${inZh ? zh : en}\n`);
    if (flow.decisions.length > SHOWN_MAX) out(`${text.more(flow.decisions.length - SHOWN_MAX)}\n`);
  }
  for (const { file, zh, en } of result.refused) out(`✗ ${file}  ${text.status.refused}  ${inZh ? zh : en}\n`);
  if (report.length > 0) out(`${text.report(report.map((file) => shortPath(context, file)).join(", "))}\n`);
  if (secrets !== undefined) out(`${text.secrets(shortPath(context, secrets.file), secrets.count)}\n`);
  if (answers !== undefined) out(`${text.answers(shortPath(context, answers))}\n`);
}
