/** What a demo shows on stdout: the table of runs, the comparison with the vendors' ledgers, the story of one bill. */
import { findRecords, listRecords, recordStory, flowPosition, type Engine, type RunResult } from "@datong/engine";
import { explain } from "@datong/core";
import type { RunningSimulator } from "@datong/simulators";
import type { Context } from "../context.ts";
import type { OpenedFlow } from "../open-flow.ts";
import { seconds } from "../output/instant.ts";
import { storyText } from "../output/story-text.ts";
import { table } from "../output/table.ts";
import type { Judgement } from "./compare-documents.ts";

export interface DemoOutcome {
  readonly flows: readonly OpenedFlow[];
  readonly results: readonly RunResult[];
  readonly judgements: readonly Judgement[];
  readonly simulators: readonly RunningSimulator[];
  readonly tookMs: number;
}

const PROBLEMS_SHOWN = 5;

export function tellDemo(context: Context, outcome: DemoOutcome): void {
  const { terminal, text } = context;
  const nameOf = (connection: string, flow: OpenedFlow): string => {
    const system = flow.connections.get(connection)?.system;
    return outcome.simulators.find((simulator) => simulator.system === system)?.name[context.language] ?? connection;
  };
  const rows = outcome.results.map((result, i) => {
    const flow = outcome.flows[i];
    const systems = flow === undefined ? "" : `${nameOf(flow.flow.source.connection, flow)} → ${nameOf(flow.flow.target.connection, flow)}`;
    const counts = [result.read, result.records, result.written, result.failed, result.skipped, result.unknown].map(String);
    return [result.id, systems, ...counts, seconds(result.durationMs)];
  });
  terminal.out(`\n${table(text.demoTable, rows, [2, 3, 4, 5, 6, 7, 8])}\n`);
  for (const { id, fault } of outcome.results)
    if (fault !== null) terminal.out(`✗ ${id}  ${fault.code}  ${explain(fault, context.language).message}\n`);
  terminal.out(`${text.demoCompared}\n`);
  for (const judgement of outcome.judgements) terminal.out(judgementText(context, judgement));
  terminal.out(`${text.demoTook(seconds(outcome.tookMs))}\n`);
}

function judgementText(context: Context, judgement: Judgement): string {
  const { text } = context;
  const isRight = judgement.problems.length === 0 && judgement.expected.documents > 0;
  const head = `  ${isRight ? "✓" : "✗"} ${judgement.flow}  ${text.demoSums(judgement.arrived, judgement.expected)}\n`;
  const shown = judgement.problems
    .slice(0, PROBLEMS_SHOWN)
    .map((problem) => `      ${problem.key}  ${text.demoProblem(problem.kind, problem.detail)}\n`);
  const more = judgement.problems.length - shown.length;
  return head + shown.join("") + (more > 0 ? `      ${text.demoMore(more)}\n` : "");
}

/** One bill that was written, from its source rows to both numbers. */
export async function tellStory(context: Context, engine: Engine, opened: OpenedFlow | undefined): Promise<void> {
  if (opened === undefined) return;
  const position = await flowPosition(engine.pool, opened.flow.id);
  if (position === null) return;
  const [record] = await listRecords(engine.pool, position, { status: "done", limit: 1 });
  if (record === undefined) return;
  const [ref] = await findRecords(engine.pool, record.key, opened.flow.id);
  const story = ref === undefined ? null : await recordStory(engine.pool, ref);
  if (story !== null) context.terminal.out(`\n${context.text.demoStory}\n${storyText(context, story, { brief: true })}`);
}
