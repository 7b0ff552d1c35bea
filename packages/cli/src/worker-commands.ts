/** The commands about workers and queues, with their arguments and options. */
import type { Command } from "commander";
import { pauseCommand, queueCommand, type PauseOptions } from "./command/queue.ts";
import { workerCommand, type WorkerCommandOptions } from "./command/worker.ts";
import type { Context } from "./context.ts";
import type { PlaceOptions } from "./open-flow.ts";
import type { CommandParts } from "./repair-commands.ts";
import { workerText } from "./text/worker.ts";

export function addWorkerCommands(program: Command, context: Context, parts: CommandParts): void {
  const text = workerText(context.language);
  const { keep, store, positive } = parts;
  store(program.command("worker").description(text.cmdWorker))
    .option("--flows <flow...>", text.optFlows)
    .option("--once", text.optOnce)
    .option("--concurrency <n>", text.optConcurrency, positive)
    .action((options: WorkerCommandOptions) => keep(() => workerCommand(context, options)));
  store(program.command("queue").description(text.cmdQueue).argument("[flow]", text.optOneFlow)).action(
    (flow: string | undefined, options: PlaceOptions) => keep(() => queueCommand(context, flow, options)),
  );
  for (const verb of ["pause", "resume"] as const) {
    store(
      program
        .command(verb)
        .description(verb === "pause" ? text.cmdPause : text.cmdResume)
        .argument("[flow]", text.optOneFlow),
    )
      .option("--source", text.optSource)
      .option("--target", text.optTarget)
      .option("--connection <id>", text.optConnection)
      .action((flow: string | undefined, options: PauseOptions) => keep(() => pauseCommand(context, verb, flow, options)));
  }
}
