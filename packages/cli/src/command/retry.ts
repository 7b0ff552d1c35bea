/**
 * `datong retry FLOW`: failed documents go out again, one bill or thousands: mapped again from the stored rows by the flow as it is now
 * (the default), as the same request, or read from the source again. Then the queue is written.
 */
import type { Status } from "@datong/core";
import { retryRecords, retryWriteBacks, type Engine, type RetryHow, type RetryResult, type RetrySelection } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { openFlow, openStore, type OpenedFlow, type PlaceOptions, flowFinder } from "../open-flow.ts";
import { repairText } from "../text/repair.ts";
import { writeBackText } from "../text/write-back.ts";
import { statusNamed } from "./records.ts";
import { tellRun, runShown } from "./run.ts";
import { isWhole } from "../output/run-json.ts";

export interface RetryOptions extends PlaceOptions {
  readonly number?: readonly string[];
  readonly status?: string;
  readonly code?: string;
  readonly cause?: string;
  readonly how?: RetryHow;
  readonly writeBack?: boolean;
  readonly limit?: number;
  readonly wait?: number;
}

const TOLD_EVERY_MS = 2_000;

export async function retryCommand(context: Context, flowName: string, options: RetryOptions): Promise<number> {
  const selection = selectionOf(options);
  if (options.writeBack === true && options.how !== undefined)
    throw new CommandFailure("USAGE", writeBackText(context.language).retryHow, 2);
  const opened = await openFlow(context, flowName, options);
  const { workspace, flow, connections } = opened;
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    const retried = await retryShown(
      context,
      engine,
      opened,
      selection,
      options.writeBack === true ? "write-back" : (options.how ?? "map"),
    );
    if (retried.queued === 0 && context.stoppedWith() === null) {
      if (retried.unmapped > 0) throw unmapped(flow.id, options.number);
      throw retried.missing > 0 ? missing(retried.missing) : nothing(options.number);
    }
    const { text, language, terminal } = context;
    terminal.err(`${text.retryDone(retried.queued, retried.untouched)}\n`);
    if (retried.unmapped > 0) terminal.err(`${repairText(language).stillUnmapped(retried.unmapped)}\n`);
    if (retried.missing > 0) terminal.err(`${repairText(language).goneAtSource(retried.missing)}\n`);
    const wait = options.wait === undefined ? {} : { wait: options.wait };
    const result = await runShown(context, engine, flow, connections, { onlyQueue: true, ...wait });
    tellRun(context, result);
    return context.stoppedWith() ?? (isWhole(result) && retried.unmapped + retried.missing === 0 ? 0 : 1);
  } finally {
    await engine.close();
  }
}

/** Thousands take a while: now and then a line says how far it is. */
async function retryShown(
  context: Context,
  engine: Engine,
  { flow, connections }: OpenedFlow,
  selection: RetrySelection,
  how: RetryHow | "write-back",
): Promise<RetryResult> {
  let toldAt = Date.now();
  const watch = {
    signal: context.signal,
    onProgress: (sum: RetryResult): void => {
      if (Date.now() - toldAt < TOLD_EVERY_MS) return;
      toldAt = Date.now();
      context.terminal.err(`${repairText(context.language).retryProgress(sum.queued, sum.unmapped)}\n`);
    },
  };
  return how === "write-back"
    ? retryWriteBacks(engine, flow, connections, selection, watch)
    : retryRecords(engine, flow, connections, selection, { how, ...watch });
}

/** What can be retried: everything that is neither done nor under way. */
const RETRIED: readonly Status[] = ["failed", "skipped", "pending", "unknown"];

function selectionOf(options: RetryOptions): RetrySelection {
  const status = options.status === undefined ? undefined : statusNamed(options.status);
  if (status !== undefined && !RETRIED.includes(status)) {
    const known = RETRIED.join(", ");
    throw new CommandFailure(
      "USAGE",
      {
        zh: `状态为 ${status} 的单据不能重试`,
        en: `Documents that are ${status} cannot be retried`,
        todoZh: `可选：${known}；已完成的单据用 datong push-again。`,
        todoEn: `There are: ${known}; for documents that are done see datong push-again.`,
      },
      2,
    );
  }
  return {
    ...(status === undefined ? {} : { status }),
    ...(options.number === undefined ? {} : { numbers: options.number }),
    ...(options.code === undefined ? {} : { code: options.code }),
    ...(options.cause === undefined ? {} : { cause: options.cause }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  };
}

function nothing(numbers: readonly string[] | undefined): CommandFailure {
  const list = numbers === undefined ? "" : numbers.join(", ");
  return new CommandFailure("NOTHING_TO_RETRY", {
    zh: list === "" ? "没有符合条件、可重试的单据" : `没有可重试的失败单据：${list}`,
    en: list === "" ? "No document fits that can be retried" : `There is no failed document to retry: ${list}`,
    todoZh: "用 datong records 或 datong show 查看状态；在队列里的、已完成的、无法查证的单据不会重试。",
    todoEn: "See datong records or datong show; what is queued, done, or in doubt without a probe is not retried.",
  });
}

function missing(count: number): CommandFailure {
  return new CommandFailure("NOTHING_TO_RETRY", {
    zh: `源系统已查不到这 ${count} 张单据`,
    en: `The source does not give these ${count} bills any more`,
    todoZh: "用 --how map 按账本里存的源数据重新映射，或用 datong skip 跳过。",
    todoEn: "Map again from the stored rows with --how map, or leave them out with datong skip.",
  });
}

function unmapped(flow: string, numbers: readonly string[] | undefined): CommandFailure {
  const [list, first] = [numbers?.join(", ") ?? flow, numbers?.[0]];
  const look = first === undefined ? `datong records ${flow} --status failed` : `datong show ${first} --flow ${flow}`;
  return new CommandFailure("RETRY_UNMAPPED", {
    zh: `用当前方案仍然无法映射：${list}`,
    en: `By the flow as it is now it still cannot be mapped: ${list}`,
    todoZh: `用 ${look} 查看新的原因，改方案后再试。`,
    todoEn: `See the new reason with ${look}, mend the flow and try again.`,
  });
}
