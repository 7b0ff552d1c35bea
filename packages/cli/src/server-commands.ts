/** The command that starts the server, with its settings in the help. */
import { Option, type Command } from "commander";
import { backupCommand, restoreCommand, type RestoreCommandOptions } from "./command/db.ts";
import { serverDataDir } from "./command/doctor-server.ts";
import { rotateSecretsCommand, type SecretsOptions } from "./command/secrets.ts";
import { serveCommand, type ServeCommandOptions } from "./command/serve.ts";
import type { Context } from "./context.ts";
import type { PlaceOptions } from "./open-flow.ts";
import type { CommandParts } from "./repair-commands.ts";
import { SERVER_SETTINGS } from "./server-settings.ts";
import { dbText } from "./text/db.ts";
import { serveText } from "./text/serve.ts";

/** Gives the groups whose commands share the options of all. */
export function addServerCommands(program: Command, context: Context, { keep }: Pick<CommandParts, "keep">): readonly Command[] {
  const text = serveText(context.language);
  const settings = SERVER_SETTINGS.map(
    ({ name, preset, ...says }) => `  ${name.padEnd(26)} ${says[context.language]}${preset === "" ? "" : text.preset(preset)}`,
  );
  program
    .command("serve")
    .description(text.cmdServe)
    .addOption(new Option("--role <role...>", text.optRole).choices(["api", "scheduler", "worker"]))
    .option("--data <dir>", context.text.optData)
    .addHelpText("after", `\n${text.settings}\n${settings.join("\n")}\n`)
    .action((options: ServeCommandOptions) => keep(() => serveCommand(context, options)));
  const secrets = program.command("secrets").helpCommand(false).description(text.cmdSecrets);
  secrets
    .command("rotate")
    .description(text.cmdRotate)
    .option("--data <dir>", context.text.optData)
    .action((options: SecretsOptions) => keep(() => rotateSecretsCommand(context, options)));
  const db = dbText(context.language);
  program
    .command("backup")
    .description(db.cmdBackup)
    .argument("<file>", db.argFile)
    .option("--data <dir>", context.text.optData)
    .action((file: string, { data }: PlaceOptions) => keep(() => backupCommand(context, file, { data: serverDataDir(context, data) })));
  program
    .command("restore")
    .description(db.cmdRestore)
    .argument("<file>", db.argFile)
    .option("--moved", db.optMoved)
    .option("--data <dir>", context.text.optData)
    .action((file: string, { data, ...rest }: RestoreCommandOptions) =>
      keep(() => restoreCommand(context, file, { ...rest, data: serverDataDir(context, data) })),
    );
  return [secrets];
}
