/**
 * `datong shadow FLOW`: what the flow would write, against what another system wrote, field by field. Writes nothing anywhere. Exit code 0
 * only where nothing differs.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { asText, DatongError, isArray, isObject, readJson, writeJson, type Json } from "@datong/core";
import { shadowFlow, type ShadowResult } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { flowFinder, openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { startProgress } from "../output/progress.ts";
import { cut, table } from "../output/table.ts";
import { shadowText } from "../text/shadow.ts";

export interface ShadowCommandOptions extends PlaceOptions {
  readonly number?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  /** A file of requests; absent: the target is asked. */
  readonly against?: string;
}

/** As many as a person reads; --json has all. */
const TOLD_MAX = 20;
const CELL_COLUMNS = 40;

export async function shadowCommand(context: Context, flowName: string, options: ShadowCommandOptions): Promise<number> {
  const { from, to, number, limit, against } = options;
  if (to !== undefined && from === undefined) throw rangeWithoutStart();
  const requests = against === undefined ? undefined : await requestsOf(resolve(context.terminal.cwd, against));
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const flowNamed = flowFinder(workspace);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors, flowNamed });
  const progress = startProgress(context, flow.id);
  try {
    const result = await shadowFlow(engine.ready(flow, connections), {
      ports: engine.ports,
      pool: engine.pool,
      signal: context.signal,
      onProgress: ({ records, compared }) => progress.show({ read: records, records, written: compared, failed: 0 }),
      ...(requests === undefined ? {} : { requests }),
      ...(number === undefined || number.length === 0 ? {} : { numbers: number }),
      ...(limit === undefined ? {} : { limit }),
      ...(from === undefined ? {} : { range: { from, ...(to === undefined ? {} : { to }) } }),
    });
    progress.end();
    tell(context, flow.id, result);
    return context.stoppedWith() ?? (isAlike(result) ? 0 : 1);
  } finally {
    progress.end();
    await engine.close();
  }
}

function isAlike({ different, onlyOurs, onlyTheirs, unmapped }: ShadowResult): boolean {
  return different.length + onlyOurs.length + onlyTheirs.length + unmapped.length === 0;
}

async function requestsOf(file: string): Promise<Json> {
  if (!existsSync(file)) throw new DatongError("DOCUMENT_MISSING", { file, reason: "ENOENT" });
  const text = (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    throw new CommandFailure("REQUESTS_UNREADABLE", {
      zh: `文件 ${file} 不是 JSON：${error.message}`,
      en: `The file ${file} is no JSON: ${error.message}`,
      todoZh: "给出另一个系统发给目标的请求，UTF-8 的 JSON，一条或一个数组。",
      todoEn: "Give what the other system sent to the target, as JSON in UTF-8: one request, or a list.",
    });
  }
}

function tell(context: Context, flow: string, result: ShadowResult): void {
  const { terminal, language } = context;
  const text = shadowText(language);
  if (context.json) {
    // Exact numbers stay exact; absent sides are left out.
    terminal.out(`${writeJson({ ok: isAlike(result), flow, ...result } as unknown as Json)}\n`);
    return;
  }
  terminal.out(`${text.summary(flow, { ...result, different: result.different.length })}\n`);
  if (result.different.length > 0) {
    const rows = result.different
      .slice(0, TOLD_MAX)
      .flatMap(({ key, fields }) => fields.map(({ path, ours, theirs }) => [key, path, shown(ours), shown(theirs)]));
    terminal.out(`\n${text.different}\n${table(text.differentTable, rows)}`);
    if (result.different.length > TOLD_MAX) terminal.out(`${text.more(result.different.length - TOLD_MAX)}\n`);
  }
  const list = (title: string, items: readonly string[]): void => {
    if (items.length === 0) return;
    const more = items.length > TOLD_MAX ? `\n  ${text.more(items.length - TOLD_MAX)}` : "";
    terminal.out(
      `\n${title}\n${items
        .slice(0, TOLD_MAX)
        .map((item) => `  ${item}`)
        .join("\n")}${more}\n`,
    );
  };
  list(
    text.onlyOurs,
    result.onlyOurs.map(({ key, number }) => (number === null || number === key ? key : `${key} (${number})`)),
  );
  list(text.onlyTheirs, result.onlyTheirs);
  list(
    text.unmapped,
    result.unmapped.map((each) => `${each.number ?? ""}  ${each.code}  ${each.text}`),
  );
  if (result.notCompared.length > 0) terminal.out(`\n${text.notCompared}${result.notCompared.join(", ")}\n`);
  terminal.err(`${text.nothingWritten}\n`);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "–";
  const line = (isObject(value) || isArray(value) ? writeJson(value) : value === null ? "null" : asText(value)).replace(/\s+/g, " ");
  const kept = cut(line, CELL_COLUMNS);
  return kept.length < line.length ? `${kept}…` : line;
}

/** `--to` alone. */
export function rangeWithoutStart(): CommandFailure {
  return new CommandFailure(
    "USAGE",
    {
      zh: "--to 要与 --from 同用",
      en: "--to goes with --from",
      todoZh: "加上 --from，如 --from '2026-10-01 00:00:00'。",
      todoEn: "Add --from, such as --from '2026-10-01 00:00:00'.",
    },
    2,
  );
}
