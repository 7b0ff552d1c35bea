/** `datong retry FLOW --number N`: failed documents are mapped again from the stored rows by the flow as it is now, and written. */
import { retryRecords } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { tellRun, runShown } from "./run.ts";
import { isWhole } from "../output/run-json.ts";

export interface RetryOptions extends PlaceOptions {
  readonly number: readonly string[];
  readonly wait?: number;
}

export async function retryCommand(context: Context, flowName: string, options: RetryOptions): Promise<number> {
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const retried = await retryRecords(engine, flow, connections, options.number);
    if (retried.queued === 0) throw retried.unmapped > 0 ? unmapped(flow.id, options.number) : nothing(options.number);
    context.terminal.err(`${context.text.retryDone(retried.queued, retried.untouched)}\n`);
    const wait = options.wait === undefined ? {} : { wait: options.wait };
    const result = await runShown(context, engine, flow, connections, { onlyQueue: true, ...wait });
    tellRun(context, result);
    return context.stoppedWith() ?? (isWhole(result) ? 0 : 1);
  } finally {
    await engine.close();
  }
}

function nothing(numbers: readonly string[]): CommandFailure {
  const list = numbers.join(", ");
  return new CommandFailure("NOTHING_TO_RETRY", {
    zh: `没有可重试的失败单据：${list}`,
    en: `There is no failed document to retry: ${list}`,
    todoZh: "用 datong show 查看它的状态；只有失败的单据可以重试。",
    todoEn: "See its status with datong show; only failed documents can be retried.",
  });
}

function unmapped(flow: string, numbers: readonly string[]): CommandFailure {
  const [list, first] = [numbers.join(", "), numbers[0] ?? ""];
  return new CommandFailure("RETRY_UNMAPPED", {
    zh: `用当前方案仍然无法映射：${list}`,
    en: `By the flow as it is now it still cannot be mapped: ${list}`,
    todoZh: `用 datong show ${first} --flow ${flow} 查看新的原因，改方案后再试。`,
    todoEn: `See the new reason with datong show ${first} --flow ${flow}, mend the flow and try again.`,
  });
}
