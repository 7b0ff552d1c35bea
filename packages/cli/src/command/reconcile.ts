/**
 * `datong reconcile FLOW`: what the source, the ledger and the target have, compared bill by bill. Changes nothing unless --repair is given.
 * Exit code 0 only where nothing differs but what was accepted.
 */
import { writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { DatongError, writeJson, type Json } from "@datong/core";
import {
  acceptDifferences,
  agrees,
  listReconciliations,
  reconcileFlow,
  reconciliationSheets,
  writeCsv,
  writeWorkbook,
  type Difference,
  type Engine,
  type Reconciled,
  type ReconcileSummary,
  type TotalRow,
} from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { flowFinder, openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { startProgress } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { reconcileText } from "../text/reconcile.ts";
import { personOf } from "./by-hand.ts";
import { chosenExtra, previewAll, tellRemoval } from "./reconcile-extra.ts";
import { rangeWithoutStart } from "./shadow.ts";

export interface ReconcileCommandOptions extends PlaceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly repair?: boolean;
  readonly extra?: "leave" | "accept" | "remove";
  readonly bill?: readonly string[];
  readonly out?: string;
  readonly list?: boolean;
  readonly accept?: readonly string[];
  readonly of?: string;
  readonly reason?: string;
  readonly by?: string;
}

/** As many as a person reads. */
const TOLD_MAX = 30;
const LISTED = 20;

export async function reconcileCommand(context: Context, flowName: string, options: ReconcileCommandOptions): Promise<number> {
  const { from, to, out, accept } = options;
  const text = reconcileText(context.language);
  if (to !== undefined && from === undefined) throw rangeWithoutStart();
  if (out !== undefined && ![".xlsx", ".csv"].includes(extname(out).toLowerCase())) throw usage(text.outKind, "--out report.xlsx");
  if (accept !== undefined && (options.reason ?? "").trim() === "") throw usage(text.reasonNeeded, '--reason "…"');
  checkExtra(options, text);
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  const progress = startProgress(context, flow.id);
  try {
    if (options.list === true) return await tellList(context, engine, flow.id);
    if (accept !== undefined) return await acceptThem(context, engine, flow.id, { ...options, accept });
    if (options.of !== undefined && out !== undefined) {
      await exportTo(context, engine, flow.id, options.of, out);
      return 0;
    }
    const asked = {
      person: options.by ?? personOf(context),
      signal: context.signal,
      onProgress: ({ records, documents }: { readonly records: number; readonly documents: number }): void =>
        progress.show({ read: records, records, written: documents, failed: 0 }),
      ...(from === undefined ? {} : { range: { from, ...(to === undefined ? {} : { to }) } }),
    };
    const first = await reconcileFlow(engine, flow, connections, asked);
    if (options.extra === "remove" && options.bill === undefined) {
      progress.end();
      return await tellRemoval(context, await previewAll(engine, { flow, connections }, first.id));
    }
    const isMended = options.repair === true && !agrees(first.summary);
    const extra = isMended ? await chosenExtra(engine, { flow, connections }, first.id, options) : {};
    const result = isMended ? await reconcileFlow(engine, flow, connections, { ...asked, ...extra, repair: first.id }) : first;
    progress.end();
    tell(context, result);
    if (out !== undefined) await exportTo(context, engine, flow.id, result.id, out);
    return context.stoppedWith() ?? (agrees(result.summary) ? 0 : 1);
  } finally {
    progress.end();
    await engine.close();
  }
}

function checkExtra({ repair, extra, bill, reason }: ReconcileCommandOptions, text: ReturnType<typeof reconcileText>): void {
  if (extra !== undefined && repair !== true) throw usage(text.extraNeedsRepair, "--repair --extra remove");
  const isForm = bill === undefined || (extra === "remove" && bill.every((each) => /^.+=[0-9a-f]{8,}$/.test(each)));
  if (!isForm) throw usage(text.billForm, "--extra remove --bill XSCK0001=3fa9c2d1");
  const isDeed = extra === "accept" || bill !== undefined;
  if (isDeed && (reason ?? "").trim() === "") throw usage(text.extraNeedsReason, '--reason "…"');
}

function tell(context: Context, { id, summary, differences }: Reconciled): void {
  const { terminal } = context;
  const text = reconcileText(context.language);
  if (context.json) {
    terminal.out(`${writeJson({ ok: agrees(summary), id, ...summary, differences } as unknown as Json)}\n`);
    return;
  }
  if (summary.repaired !== null) {
    terminal.out(`${text.repaired(summary.repaired)}\n`);
    for (const each of summary.repaired.told.slice(0, TOLD_MAX)) terminal.out(`  ${each.key}  ${each.text}\n`);
  }
  terminal.out(`${text.summary(summary)}\n`);
  if (differences.length > 0) {
    terminal.out(
      `\n${table(
        text.table,
        differences.slice(0, TOLD_MAX).map((each) => differenceCells(each, text)),
      )}`,
    );
    if (differences.length > TOLD_MAX) terminal.out(`${text.more(differences.length - TOLD_MAX)}\n`);
  }
  if (summary.sums.length > 0 || summary.totals.length > 0) terminal.out(`\n${totalsTable(summary, text)}`);
  if (summary.notCompared.length > 0) terminal.out(`\n${text.notCompared}${summary.notCompared.join(", ")}\n`);
  for (const note of summary.notes) terminal.out(`${text.notes[note]}\n`);
}

function differenceCells(
  { kind, key, number, ledger, reason, gaps }: Difference,
  text: ReturnType<typeof reconcileText>,
): readonly string[] {
  const what = gaps.map(({ path, source, target }) => `${path}: ${source} ≠ ${target}`).join("; ");
  return [text.kinds[kind], key, number ?? "", ledger ?? "", reason === null ? what : (text.reasons[reason] ?? reason)];
}

/** The newest days; the grand total is the last row. */
function totalsTable(summary: ReconcileSummary, text: ReturnType<typeof reconcileText>): string {
  const head = [...text.totalTable, ...summary.sums.flatMap((sum) => [`${sum} ${text.source}`, `${sum} ${text.target}`])];
  const cells = (row: TotalRow, day: string): readonly string[] => [
    day,
    row.groups.join(" / "),
    ...[row.source.documents, row.target.documents, row.source.lines, row.target.lines].map(String),
    ...summary.sums.flatMap((_, i) => [row.source.sums[i] ?? "", row.target.sums[i] ?? ""]),
  ];
  const rows = [...summary.totals.slice(-TOLD_MAX).map((row) => cells(row, row.day)), cells(summary.total, text.all)];
  const numbers = head.map((_, i) => i).slice(2);
  return table(head, rows, numbers);
}

async function tellList(context: Context, engine: Engine, flow: string): Promise<number> {
  const { terminal } = context;
  const text = reconcileText(context.language);
  const past = await listReconciliations(engine, flow, { limit: LISTED });
  if (context.json) terminal.out(`${writeJson({ ok: true, flow, reconciliations: past } as unknown as Json)}\n`);
  else if (past.length === 0) terminal.out(`${text.none}\n`);
  else {
    const rows = past.map(({ id, startedAt, state, summary, problem }) => {
      const at = new Date(startedAt).toISOString().slice(0, 19).replace("T", " ");
      const counts =
        summary === null ? [] : [summary.same, summary.missing, summary.extra, summary.different, summary.accepted].map(String);
      return [id, `${at}Z`, problem === null ? state : `${state} ${problem.code}`, ...counts];
    });
    terminal.out(table(text.listTable, rows, [3, 4, 5, 6, 7]));
  }
  return 0;
}

async function acceptThem(
  context: Context,
  engine: Engine,
  flow: string,
  options: ReconcileCommandOptions & { readonly accept: readonly string[] },
): Promise<number> {
  const id = options.of ?? (await newest(engine, flow));
  const deed = { keys: options.accept, reason: (options.reason ?? "").trim(), person: options.by ?? personOf(context) };
  const accepted = await acceptDifferences(engine, flow, id, deed);
  const text = reconcileText(context.language);
  context.terminal.out(context.json ? `${JSON.stringify({ ok: true, accepted })}\n` : `${text.accepted(accepted)}\n`);
  return 0;
}

async function newest(engine: Engine, flow: string): Promise<string> {
  const found = (await listReconciliations(engine, flow, { limit: LISTED })).find((each) => each.state === "done");
  if (found === undefined) throw new DatongError("RECONCILIATION_UNKNOWN", { id: "" });
  return found.id;
}

async function exportTo(context: Context, engine: Engine, flow: string, id: string, out: string): Promise<void> {
  const file = resolve(context.terminal.cwd, out);
  const sheets = await reconciliationSheets(engine, flow, id, context.language);
  await writeFile(file, extname(file).toLowerCase() === ".csv" ? writeCsv(sheets[0]) : writeWorkbook(sheets));
  context.terminal.err(`${reconcileText(context.language).written(file)}\n`);
}

function usage(words: string, example: string): CommandFailure {
  return new CommandFailure("USAGE", { zh: words, en: words, todoZh: `如 ${example}`, todoEn: `Such as ${example}` }, 2);
}
