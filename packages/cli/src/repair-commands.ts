/** The commands that repair by hand, with their arguments and options. */
import { Option, type Command } from "commander";
import {
  markDoneCommand,
  pushAgainCommand,
  skipCommand,
  type MarkDoneOptions,
  type PushAgainOptions,
  type SkipOptions,
} from "./command/by-hand.ts";
import { missingCommand, type MissingOptions } from "./command/missing.ts";
import { retryCommand, type RetryOptions } from "./command/retry.ts";
import type { Context } from "./context.ts";
import { repairText } from "./text/repair.ts";
import { writeBackText } from "./text/write-back.ts";

/** What every command of the program shares. */
export interface CommandParts {
  readonly keep: (work: () => Promise<number>) => Promise<void>;
  /** Adds the options of workspace and variables. */
  readonly place: (command: Command) => Command;
  /** The same and that of the data folder. */
  readonly store: (command: Command) => Command;
  readonly whole: (given: string) => number;
  readonly positive: (given: string) => number;
}

export function addRepairCommands(program: Command, context: Context, parts: CommandParts): void {
  const { text, language } = context;
  const { keep, store, whole, positive } = parts;
  const own = repairText(language);
  const told = writeBackText(language);
  store(program.command("retry").description(text.cmdRetry).argument("<flow>", text.argFlow))
    .option("--number <number...>", text.optNumber)
    .option("--status <status>", own.optRetryStatus)
    .option("--code <code>", own.optCode)
    .option("--cause <cause>", own.optCause)
    .addOption(new Option("--how <how>", own.optHow).choices(["same", "map", "fetch"]))
    .option("--limit <n>", text.optLimit, positive)
    .option("--write-back", told.optRetry)
    .option("--wait <seconds>", text.optWait, whole)
    .action((flow: string, options: RetryOptions) => keep(() => retryCommand(context, flow, options)));
  store(program.command("missing").description(own.cmdMissing))
    .option("--flow <flow>", own.optMissingFlow)
    .action((options: MissingOptions) => keep(() => missingCommand(context, options)));
  const byHand = (name: string, summary: string): Command =>
    store(program.command(name).description(summary).argument("<flow>", text.argFlow))
      .requiredOption("--number <number>", own.optOneNumber)
      .requiredOption("--reason <text>", own.optReason)
      .option("--by <name>", own.optBy);
  byHand("push-again", own.cmdPushAgain)
    .option("--wait <seconds>", text.optWait, whole)
    .action((flow: string, options: PushAgainOptions) => keep(() => pushAgainCommand(context, flow, options)));
  byHand("mark-done", own.cmdMarkDone)
    .requiredOption("--target-number <number>", own.optTargetNumber)
    .action((flow: string, options: MarkDoneOptions) => keep(() => markDoneCommand(context, flow, options)));
  byHand("skip", own.cmdSkip)
    .option("--write-back", told.optSkip)
    .action((flow: string, options: SkipOptions) => keep(() => skipCommand(context, flow, options)));
}
