/**
 * `datong show RECORD`: the whole story of one record, found by any of its numbers. A number that the ledger lacks is asked for at the
 * source when the flow is known; nothing is written there or here.
 */
import { inLanguage, STATUSES, type Flow } from "@datong/core";
import { findBeginning, findRecords, flowPosition, previewFlow, recordStory, type Engine, type RecordStory } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { checkedFlow, findFlow, openStore, workspaceDir, type FoundFlow, type PlaceOptions } from "../open-flow.ts";
import { instant } from "../output/instant.ts";
import { storyText } from "../output/story-text.ts";

export interface ShowOptions extends PlaceOptions {
  readonly flow?: string;
}

export async function showCommand(context: Context, number: string, options: ShowOptions): Promise<number> {
  const found = options.flow === undefined ? undefined : await findFlow(context, options.flow, options);
  const dir = found?.workspace.dir ?? workspaceDir(context, options);
  const engine = await openStore(context, dir, { ...options, ...(found === undefined ? {} : { connectors: found.workspace.connectors }) });
  try {
    const find = number.endsWith("*") ? findBeginning : findRecords;
    const refs = await find(engine.pool, number.replace(/\*$/, ""), found?.entry.id);
    const stories = await Promise.all(refs.map((ref) => recordStory(engine.pool, ref)));
    const [first, ...others] = stories.filter((story) => story !== null);
    if (first === undefined) return await tellMissing(context, engine, number, found);
    if (context.json) context.terminal.out(`${JSON.stringify({ ok: true, records: [first, ...others] })}\n`);
    else if (others.length === 0) context.terminal.out(storyText(context, first, { brief: false }));
    else tellMany(context, [first, ...others]);
    return 0;
  } finally {
    await engine.close();
  }
}

function tellMany(context: Context, stories: readonly RecordStory[]): void {
  const { terminal, text, language } = context;
  terminal.out(`${text.showMany(stories.length)}\n`);
  for (const story of stories)
    terminal.out(`  ${story.flowId}  ${story.number ?? story.key}  ${story.key}  ${STATUSES[story.status][language]}\n`);
}

/** Why the ledger does not have it: asked at the source, told with a reason. Exit code 1: there is no record to show. */
async function tellMissing(context: Context, engine: Engine, number: string, found: FoundFlow | undefined): Promise<number> {
  if (found === undefined) {
    throw new CommandFailure("RECORD_UNKNOWN", {
      zh: `账本里没有 ${number}`,
      en: `The ledger does not have ${number}`,
      todoZh: "加 --flow <方案>，就会去源系统查它为什么没有读入；也请核对 --data 与 --workspace。",
      todoEn: "Add --flow <flow>: the source is then asked why it was not read. Check --data and --workspace too.",
    });
  }
  const answer = await askSource(context, engine, number, found);
  const { text, terminal } = context;
  if (context.json) terminal.out(`${JSON.stringify({ ok: false, record: null, source: answer })}\n`);
  else terminal.out(`${text.showAsked(number, found.entry.id)}\n${answer.text}\n`);
  return 1;
}

interface SourceAnswer {
  readonly answer: "not-in-source" | "left-out" | "not-in-window" | "dropped" | "problem" | "never-run" | "outside-window";
  readonly text: string;
}

async function askSource(context: Context, engine: Engine, number: string, found: FoundFlow): Promise<SourceAnswer> {
  const { text } = context;
  const { flow, connections } = checkedFlow(found.workspace, found.entry);
  const ready = engine.ready(flow, connections);
  const { records } = await previewFlow(ready, { limit: 1, numbers: [number], ports: engine.ports, signal: context.signal });
  const [record] = records;
  if (record === undefined) {
    if (ready.source.ready.api.byNumber === undefined) return { answer: "not-in-window", text: text.showNotInWindow(startOf(flow)) };
    const all = await previewFlow(ready, { limit: 1, numbers: [number], lifted: true, ports: engine.ports, signal: context.signal });
    return all.records.length === 0
      ? { answer: "not-in-source", text: text.showNotInSource }
      : { answer: "left-out", text: text.showLeftOut };
  }
  if (record.dropped !== null) return { answer: "dropped", text: text.showDropped(record.dropped) };
  const problem = record.problem ?? record.documents.find((document) => document.problem !== null)?.problem ?? null;
  if (problem !== null)
    return { answer: "problem", text: text.showProblem(`${problem.code}  ${inLanguage(problem.text, context.language)}`) };
  const position = await flowPosition(engine.pool, flow.id);
  if (position === null || position.watermarkAt === null) return { answer: "never-run", text: text.showNeverRun };
  return { answer: "outside-window", text: text.showOutside(startOf(flow), instant(position.watermarkAt)) };
}

/** As the flow writes it; thirty days back where it says nothing. */
function startOf(flow: Flow): string {
  return flow.source.watermark?.start ?? "-30d";
}
