/** The command that starts the server, with its settings in the help. */
import { Option, type Command } from "commander";
import { serveCommand, type ServeCommandOptions } from "./command/serve.ts";
import type { Context } from "./context.ts";
import type { CommandParts } from "./repair-commands.ts";
import { SERVER_SETTINGS } from "./server-settings.ts";
import { serveText } from "./text/serve.ts";

export function addServerCommands(program: Command, context: Context, { keep }: Pick<CommandParts, "keep">): void {
  const text = serveText(context.language);
  const settings = SERVER_SETTINGS.map(
    ({ name, preset, ...says }) => `  ${name.padEnd(22)} ${says[context.language]}${preset === "" ? "" : text.preset(preset)}`,
  );
  program
    .command("serve")
    .description(text.cmdServe)
    .addOption(new Option("--role <role...>", text.optRole).choices(["api", "worker"]))
    .option("--data <dir>", context.text.optData)
    .addHelpText("after", `\n${text.settings}\n${settings.join("\n")}\n`)
    .action((options: ServeCommandOptions) => keep(() => serveCommand(context, options)));
}
