/** The commands about mapping tables, with their arguments and options. */
import type { Command } from "commander";
import { tableImportCommand, tableListCommand, tableShowCommand } from "./command/mapping-table.ts";
import type { TableImportOptions, TableShowOptions } from "./command/mapping-table.ts";
import type { Context } from "./context.ts";
import type { PlaceOptions } from "./open-flow.ts";
import type { CommandParts } from "./repair-commands.ts";
import { tableText } from "./text/table.ts";

export function addTableCommands(program: Command, context: Context, parts: CommandParts): Command {
  const text = tableText(context.language);
  const { keep, place } = parts;
  const group = program.command("table").helpCommand(false).description(text.cmdTable);
  place(group.command("import").description(text.cmdImport).argument("<name>", text.argName).argument("<file>", text.argFile))
    .option("--sheet <sheet>", text.optSheet)
    .action((name: string, file: string, options: TableImportOptions) => keep(() => tableImportCommand(context, name, file, options)));
  place(group.command("list").description(text.cmdList)).action((options: PlaceOptions) => keep(() => tableListCommand(context, options)));
  place(group.command("show").description(text.cmdShow).argument("<name>", text.argName))
    .option("--value <code>", text.optValue)
    .action((name: string, options: TableShowOptions) => keep(() => tableShowCommand(context, name, options)));
  return group;
}
