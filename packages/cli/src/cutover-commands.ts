/** The commands for a cut-over and for reconciliation, with their arguments and options. */
import { Option, type Command } from "commander";
import { cutoverImportCommand, type CutoverImportOptions } from "./command/cutover-import.ts";
import { reconcileCommand, type ReconcileCommandOptions } from "./command/reconcile.ts";
import { shadowCommand, type ShadowCommandOptions } from "./command/shadow.ts";
import type { Context } from "./context.ts";
import type { CommandParts } from "./repair-commands.ts";
import { reconcileText } from "./text/reconcile.ts";
import { shadowText } from "./text/shadow.ts";
import { cutoverText } from "./text/cutover.ts";

export function addCutoverCommands(program: Command, context: Context, parts: CommandParts): Command {
  const text = cutoverText(context.language);
  const { keep, store, positive } = parts;
  const group = program.command("cutover").helpCommand(false).description(text.cmdCutover);
  store(group.command("import").description(text.cmdImport).argument("<flow>", context.text.argFlow).argument("<file>", text.argFile))
    .option("--source-column <column>", text.optSourceColumn)
    .option("--number-column <column>", text.optNumberColumn)
    .option("--sheet <sheet>", text.optSheet)
    .option("--reason <text>", text.optReason)
    .option("--by <name>", text.optBy)
    .action((flow: string, file: string, options: CutoverImportOptions) => keep(() => cutoverImportCommand(context, flow, file, options)));
  const shadow = shadowText(context.language);
  store(program.command("shadow").description(shadow.cmdShadow).argument("<flow>", context.text.argFlow))
    .option("--number <number...>", context.text.optNumber)
    .option("--limit <n>", context.text.optLimit, positive)
    .addOption(new Option("--from <time>", shadow.optFrom).conflicts("number"))
    .option("--to <time>", shadow.optTo)
    .option("--against <file>", shadow.optAgainst)
    .action((flow: string, options: ShadowCommandOptions) => keep(() => shadowCommand(context, flow, options)));
  const own = reconcileText(context.language);
  store(program.command("reconcile").description(own.cmd).argument("<flow>", context.text.argFlow))
    .option("--from <time>", shadow.optFrom)
    .option("--to <time>", shadow.optTo)
    .option("--repair", own.optRepair)
    .addOption(new Option("--extra <choice>", own.optExtra).choices(["leave", "accept", "remove"]))
    .option("--bill <number=seen...>", own.optBill)
    .option("--out <file>", own.optOut)
    .option("--list", own.optList)
    .option("--accept <number...>", own.optAccept)
    .option("--of <id>", own.optOf)
    .option("--reason <text>", own.optReason)
    .option("--by <name>", own.optBy)
    .action((flow: string, options: ReconcileCommandOptions) => keep(() => reconcileCommand(context, flow, options)));
  return group;
}
