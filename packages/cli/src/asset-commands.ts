/** `datong doc`, with its arguments and options. */
import type { Command } from "commander";
import { docCommand, type DocOptions } from "./command/doc.ts";
import type { Context } from "./context.ts";
import type { CommandParts } from "./repair-commands.ts";
import { assetText } from "./text/asset.ts";

export function addAssetCommands(program: Command, context: Context, { keep, place }: CommandParts): void {
  const text = assetText(context.language);
  place(program.command("doc").description(text.cmdDoc).argument("<name>", text.argDoc).argument("[api]", text.argApi))
    .option("--out <file>", text.optDocOut)
    .action((name: string, api: string | undefined, options: DocOptions) => keep(() => docCommand(context, name, api, options)));
}
