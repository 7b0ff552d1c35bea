/** The commands about completeness, with their arguments and options. */
import type { Command } from "commander";
import {
  certificatesCommand,
  pullCommand,
  refillCommand,
  type CertificatesOptions,
  type PullCommandOptions,
  type RefillCommandOptions,
} from "./command/completeness.ts";
import type { Context } from "./context.ts";
import type { CommandParts } from "./repair-commands.ts";
import { completenessText } from "./text/completeness.ts";

export function addCompletenessCommands(program: Command, context: Context, { keep, store, whole, positive }: CommandParts): void {
  const text = completenessText(context.language);
  const { argFlow, optWait } = context.text;
  store(program.command("certificates").description(text.cmdCertificates).argument("<flow>", argFlow))
    .option("--days <n>", text.days, positive)
    .action((flow: string, options: CertificatesOptions) => keep(() => certificatesCommand(context, flow, options)));
  store(program.command("refill").description(text.cmdRefill).argument("<flow>", argFlow))
    .option("--from <time>", text.optFrom)
    .option("--to <time>", text.optTo)
    .option("--yes", text.optYes)
    .option("--list", text.optList)
    .option("--by <name>", text.optBy)
    .action((flow: string, options: RefillCommandOptions) => keep(() => refillCommand(context, flow, options)));
  store(program.command("pull").description(text.cmdPull).argument("<flow>", argFlow))
    .requiredOption("--number <number...>", text.optNumber)
    .option("--wait <seconds>", optWait, whole)
    .action((flow: string, options: PullCommandOptions) => keep(() => pullCommand(context, flow, options)));
}
