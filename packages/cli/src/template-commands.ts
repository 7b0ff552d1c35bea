/** The commands about templates, with their arguments and options. */
import type { Command } from "commander";
import { templateListCommand, templateShowCommand, templateUseCommand } from "./command/template.ts";
import type { TemplateListOptions, TemplateUseOptions } from "./command/template.ts";
import type { Context } from "./context.ts";
import type { PlaceOptions } from "./open-flow.ts";
import type { CommandParts } from "./repair-commands.ts";
import { templateText } from "./text/template.ts";

export function addTemplateCommands(program: Command, context: Context, parts: CommandParts): Command {
  const text = templateText(context.language);
  const { keep, place } = parts;
  const group = program.command("template").helpCommand(false).description(text.cmdTemplate);
  group
    .command("list")
    .description(text.cmdList)
    .option("--system <system>", text.optSystem)
    .option("--tag <tag>", text.optTag)
    .action((options: TemplateListOptions) => keep(() => templateListCommand(context, options)));
  place(group.command("show").description(text.cmdShow).argument("<template>", text.argTemplate)).action(
    (id: string, options: PlaceOptions) => keep(() => templateShowCommand(context, id, options)),
  );
  place(group.command("use").description(text.cmdUse).argument("<template>", text.argTemplate))
    .option("--source <connection>", text.optSource)
    .option("--target <connection>", text.optTarget)
    .option("--id <id>", text.optId)
    .action((id: string, options: TemplateUseOptions) => keep(() => templateUseCommand(context, id, options)));
  return group;
}
