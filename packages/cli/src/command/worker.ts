/** `datong worker`: one of any number of processes that keep a workspace's flows going. A stop by signal is a good end. */
import { runWorker } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { checkedFlow, findFlow, openStore, readWorkspace, type OpenedFlow, type PlaceOptions } from "../open-flow.ts";
import { workerText } from "../text/worker.ts";
import { writeBackText } from "../text/write-back.ts";

export interface WorkerCommandOptions extends PlaceOptions {
  readonly flows?: readonly string[];
  readonly once?: boolean;
  readonly concurrency?: number;
}

export async function workerCommand(context: Context, options: WorkerCommandOptions): Promise<number> {
  const { terminal, language, json } = context;
  const text = workerText(language);
  const workspace = await readWorkspace(context, options);
  const flows = await chosenFlows(context, options);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    terminal.err(`${text.started(flows.length)}\n`);
    const result = await runWorker(engine, {
      flows,
      once: options.once === true,
      signal: context.signal,
      log: (line) => terminal.err(`${new Date().toISOString()} ${line}\n`),
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    });
    const { writtenBack, writeBacksFailed } = result;
    const back = writtenBack + writeBacksFailed === 0 ? "" : `  ${writeBackText(language).ended(writtenBack, writeBacksFailed)}`;
    terminal.out(json ? `${JSON.stringify({ ...result, ok: result.pullsFailed === 0 })}\n` : `${text.ended(result)}${back}\n`);
    return result.pullsFailed > 0 && options.once === true ? 1 : 0;
  } finally {
    await engine.close();
  }
}

/** The flows that are named, else all that are enabled; each must be in order. */
export async function chosenFlows(
  context: Context,
  options: PlaceOptions & { readonly flows?: readonly string[]; readonly all?: boolean },
): Promise<readonly OpenedFlow[]> {
  if (options.flows !== undefined) {
    const opened: OpenedFlow[] = [];
    for (const name of options.flows) {
      const { workspace, entry } = await findFlow(context, name, options);
      opened.push(checkedFlow(workspace, entry));
    }
    return opened;
  }
  const workspace = await readWorkspace(context, options);
  const flows = [...workspace.flows.values()]
    .filter((entry) => entry.kind === "broken" || entry.flow.dispatch.enabled || options.all === true)
    .map((entry) => checkedFlow(workspace, entry));
  if (flows.length > 0) return flows;
  throw new CommandFailure("NO_FLOWS", {
    zh: "工作区里没有启用的方案",
    en: "The workspace has no flow that is enabled",
    todoZh: "把方案的 dispatch.enabled 设为 true，或用 --flows 指名。",
    todoEn: "Set dispatch.enabled of a flow to true, or name flows with --flows.",
  });
}
