/** `datong worker`: one of any number of processes that keep a workspace's flows going. A stop by signal is a good end. */
import { runWorker } from "@datong/engine";
import type { Context } from "../context.ts";
import { followWorkspace } from "../follow-workspace.ts";
import { openStore, readWorkspace, type PlaceOptions, flowFinder } from "../open-flow.ts";
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
  const log = (line: string): void => terminal.err(`${new Date().toISOString()} ${line}\n`);
  const followed = await followWorkspace(context, { ...options, dir: workspace.dir, log });
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    terminal.err(`${text.started(followed.flows.length)}\n`);
    const result = await runWorker(engine, {
      flows: followed.flows,
      once: options.once === true,
      signal: context.signal,
      log,
      ...(options.once === true ? {} : { changes: (take) => followed.changes(engine, take) }),
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
