/** `datong import qeasy|openapi` and `datong export qeasy`, with their arguments and options. */
import type { Command } from "commander";
import { exportQeasyCommand, type ExportQeasyOptions } from "./command/export-qeasy.ts";
import { importOpenApiCommand, type ImportOpenApiOptions } from "./command/import-openapi.ts";
import { importQeasyCommand, type ImportQeasyOptions } from "./command/import-qeasy.ts";
import type { Context } from "./context.ts";
import { assetText } from "./text/asset.ts";
import { qeasyText } from "./text/qeasy.ts";

/** The two groups, for what all commands have in common. */
export function addQeasyCommands(
  program: Command,
  context: Context,
  keep: (work: () => Promise<number>) => Promise<void>,
): readonly Command[] {
  const text = qeasyText(context.language);
  const into = program.command("import").helpCommand(false).description(text.cmdImport);
  into
    .command("qeasy")
    .description(text.cmdImportQeasy)
    .argument("<file...>", text.argFiles)
    .option("--source-connection <id>", text.optSource)
    .option("--target-connection <id>", text.optTarget)
    .option("--map <old=new...>", text.optMap)
    .option("--answers <file>", text.optAnswers)
    .option("--out <dir>", text.optImportOut)
    .action((files: readonly string[], options: ImportQeasyOptions) => keep(() => importQeasyCommand(context, files, options)));
  const asset = assetText(context.language);
  into
    .command("openapi")
    .description(asset.cmdImportOpenApi)
    .argument("<file>", asset.argFile)
    .option("--system <id>", asset.optSystem)
    .option("--tag <tag...>", asset.optTag)
    .action((file: string, options: ImportOpenApiOptions) => keep(() => importOpenApiCommand(context, file, options)));
  const out = program.command("export").helpCommand(false).description(text.cmdExport);
  out
    .command("qeasy")
    .description(text.cmdExportQeasy)
    .argument("<flow>", context.text.argFlow)
    .option("--out <dir>", text.optExportOut)
    .option("--workspace <dir>", context.text.optWorkspace)
    .action((flow: string, options: ExportQeasyOptions) => keep(() => exportQeasyCommand(context, flow, options)));
  return [into, out];
}
