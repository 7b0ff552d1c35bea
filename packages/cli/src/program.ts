/**
 * The commands, their arguments and options. `--lang` and `--json` may stand anywhere; they are looked for before the rest is parsed,
 * so that wrong usage too is told in the right language and form.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { checkCommand } from "./command/check.ts";
import {
  backupCommand,
  distributeCommand,
  checkCountsCommand,
  keepCommand,
  pruneCommand,
  restoreCommand,
  type CheckCountsOptions,
  type DistributeCommandOptions,
  type KeepCommandOptions,
  type PruneCommandOptions,
  type RestoreCommandOptions,
} from "./command/db.ts";
import { demoCommand, type DemoOptions } from "./command/demo.ts";
import { evalCommand, type EvalOptions } from "./command/eval.ts";
import { doctorCommand } from "./command/doctor.ts";
import { newConnectorCommand, type NewConnectorOptions } from "./command/new-connector.ts";
import { previewCommand, type PreviewCommandOptions } from "./command/preview.ts";
import { recordsCommand, type RecordsOptions } from "./command/records.ts";
import { pushCommand, type PushOptions } from "./command/push.ts";
import { pushText } from "./text/push.ts";
import { runCommand, type RunCommandOptions } from "./command/run.ts";
import { showCommand, type ShowOptions } from "./command/show.ts";
import { simulateCommand, type SimulateOptions } from "./command/simulate.ts";
import { versionCommand } from "./command/version.ts";
import { createContext, type Context } from "./context.ts";
import { addCompletenessCommands } from "./completeness-commands.ts";
import { addCutoverCommands } from "./cutover-commands.ts";
import { CommandFailure, reportFailure } from "./failure.ts";
import type { PlaceOptions } from "./open-flow.ts";
import { addAssetCommands } from "./asset-commands.ts";
import { addQeasyCommands } from "./qeasy-commands.ts";
import { addRepairCommands, type CommandParts } from "./repair-commands.ts";
import { addServerCommands } from "./server-commands.ts";
import { addTableCommands } from "./table-commands.ts";
import { addTemplateCommands } from "./template-commands.ts";
import { addWorkerCommands } from "./worker-commands.ts";
import type { Terminal } from "./terminal.ts";
import { evalText } from "./text/eval.ts";
import { dbText } from "./text/db.ts";
import { textIn, type Text } from "./text/text.ts";
import { writeBackText } from "./text/write-back.ts";

export interface Program {
  readonly run: () => Promise<number>;
}

export function buildProgram(terminal: Terminal, argv: readonly string[]): Program {
  const lang = valueOf(argv, "--lang");
  const context = createContext(terminal, { json: argv.includes("--json"), ...(lang === undefined ? {} : { lang }) });
  return {
    run: async () => {
      try {
        return await parse(context, argv);
      } catch (error) {
        return reportFailure(context, error instanceof CommanderError ? usageFailure(error) : error);
      } finally {
        context.dispose();
      }
    },
  };
}

async function parse(context: Context, argv: readonly string[]): Promise<number> {
  const { terminal } = context;
  let code = 0;
  const program = commands(context, async (work) => {
    code = await work();
  });
  try {
    if (argv.length === 0) {
      terminal.out(program.helpInformation());
      return 2;
    }
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    throw error;
  }
}

type Keep = (work: () => Promise<number>) => Promise<void>;

function commands(context: Context, keep: Keep): Command {
  const { text, terminal } = context;
  const program = new Command("datong").helpCommand(false).description(text.programSummary).addHelpText("after", `\n${text.helpMore}`);
  addDemo(program, context, keep);
  addFlowCommands(program, context, keep);
  addPush(program, context, keep);
  const parts = partsOf(context, keep);
  addRecordCommands(program, context, keep, parts);
  addCompletenessCommands(program, context, parts);
  addAssetCommands(program, context, parts);
  const groups = [
    ...addServerCommands(program, context, parts),
    addTemplateCommands(program, context, parts),
    addTableCommands(program, context, parts),
    addCutoverCommands(program, context, parts),
    ...addQeasyCommands(program, context, keep),
  ];
  const db = addDbCommands(program, context, keep);
  program
    .command("version")
    .description(text.cmdVersion)
    .action(() => keep(() => versionCommand(context)));
  store(program.command("doctor").description(text.cmdDoctor), text).action((options: PlaceOptions) =>
    keep(() => doctorCommand(context, options)),
  );
  const creation = program.command("new").helpCommand(false).description(text.cmdNew);
  creation
    .command("connector")
    .description(text.cmdNewConnector)
    .argument("<name>", text.argSystem)
    .option("--name <name>", text.optSystemName)
    .action((system: string, options: NewConnectorOptions) => keep(() => newConnectorCommand(context, system, options)));
  for (const command of [
    program,
    ...program.commands,
    ...creation.commands,
    ...db.commands,
    ...groups.flatMap((group) => group.commands),
  ]) {
    command
      .addOption(new Option("--lang <lang>", text.optLang).choices(["zh", "en"]))
      .option("--json", text.optJson)
      .helpOption("-h, --help", text.optHelp)
      .configureHelp({ styleTitle: (title) => text.helpTitles[title] ?? title })
      .exitOverride()
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => undefined });
  }
  return program;
}

function addDemo(program: Command, context: Context, keep: Keep): void {
  const { text } = context;
  program
    .command("demo")
    .description(text.cmdDemo)
    .option("--keep <dir>", text.optKeep)
    .option("--seed <n>", text.optSeed, whole)
    .option("--bills <n>", text.optBills, positive)
    .action((options: DemoOptions) => keep(() => demoCommand(context, options)));
  program
    .command("simulate")
    .description(text.cmdSimulate)
    .option("--port <n>", text.optPort, positive)
    .option("--seed <n>", text.optSeed, whole)
    .option("--bills <n>", text.optBills, positive)
    .option("--only <system...>", text.optOnly)
    .option("--env <file>", text.optEnvOut)
    .action((options: SimulateOptions) => keep(() => simulateCommand(context, options)));
}

function addFlowCommands(program: Command, context: Context, keep: Keep): void {
  const { text } = context;
  place(program.command("check").description(text.cmdCheck).argument("<flow>", text.argFlow), text).action(
    (flow: string, options: PlaceOptions) => keep(() => checkCommand(context, flow, options)),
  );
  const words = evalText(context.language);
  program
    .command("eval")
    .description(words.cmdEval)
    .argument("<value>", words.argValue)
    .option("--record <file>", words.optRecord)
    .addOption(
      new Option("--type <type>", words.optType).choices(["string", "int", "float", "bool", "date", "datetime", "array", "object"]),
    )
    .option("--at <iso>", words.optAt)
    .option("--zone <zone>", words.optZone)
    .option("--collections <dir>", words.optCollections)
    .action((value: string, options: EvalOptions) => keep(() => evalCommand(context, value, options)));
  store(program.command("preview").description(text.cmdPreview).argument("<flow>", text.argFlow), text)
    .option("--limit <n>", text.optLimit, positive)
    .option("--number <number...>", text.optNumber)
    .option("--add-columns", text.optAddColumns)
    .option("--rows <file>", pushText(context.language).optRows)
    .action((flow: string, options: PreviewCommandOptions) => keep(() => previewCommand(context, flow, options)));
  store(program.command("run").description(text.cmdRun).argument("<flow>", text.argFlow), text)
    .option("--number <number...>", text.optNumber)
    .option("--limit <n>", text.optLimit, positive)
    .addOption(new Option("--from <time>", text.optFrom).conflicts("number"))
    .option("--to <time>", text.optTo)
    .addOption(new Option("--remedy", text.optRemedy).conflicts(["number", "from"]))
    .option("--wait <seconds>", text.optWait, whole)
    .action((flow: string, options: RunCommandOptions) => keep(() => runCommand(context, flow, options)));
}

function addPush(program: Command, context: Context, keep: Keep): void {
  const { text, language } = context;
  const own = pushText(language);
  store(program.command("push").description(own.cmdPush).argument("<flow>", text.argFlow).argument("<file>", own.argFile), text)
    .option("--wait <seconds>", text.optWait, whole)
    .action((flow: string, file: string, options: PushOptions) => keep(() => pushCommand(context, flow, file, options)));
}

function partsOf({ text }: Context, keep: Keep): CommandParts {
  return { keep, place: (command) => place(command, text), store: (command) => store(command, text), whole, positive };
}

function addRecordCommands(program: Command, context: Context, keep: Keep, parts: CommandParts): void {
  const { text } = context;
  store(program.command("records").description(text.cmdRecords).argument("<flow>", text.argFlow), text)
    .option("--status <status>", text.optStatus)
    .option("--number <number>", text.optNumber)
    .option("--limit <n>", text.optLimit, positive)
    .option("--write-back <status>", writeBackText(context.language).optRecords)
    .action((flow: string, options: RecordsOptions) => keep(() => recordsCommand(context, flow, options)));
  store(program.command("show").description(text.cmdShow).argument("<record>", text.argRecord), text)
    .option("--flow <flow>", text.argFlow)
    .action((record: string, options: ShowOptions) => keep(() => showCommand(context, record, options)));
  addRepairCommands(program, context, parts);
  addWorkerCommands(program, context, parts);
}

function addDbCommands(program: Command, context: Context, keep: Keep): Command {
  const text = dbText(context.language);
  const group = program.command("db").helpCommand(false).description(text.cmdDb);
  const add = (name: string, description: string): Command => store(group.command(name).description(description), context.text);
  add("backup", text.cmdBackup)
    .argument("<file>", text.argFile)
    .action((file: string, options: PlaceOptions) => keep(() => backupCommand(context, file, options)));
  add("restore", text.cmdRestore)
    .argument("<file>", text.argFile)
    .option("--moved", text.optMoved)
    .action((file: string, options: RestoreCommandOptions) => keep(() => restoreCommand(context, file, options)));
  add("prune", text.cmdPrune)
    .option("--keep-days <n>", text.optKeepDays, whole)
    .option("--flow <flow>", text.optFlow)
    .option("--status <status>", text.optPruneStatus)
    .option("--rows", text.optRows)
    .action((options: PruneCommandOptions) => keep(() => pruneCommand(context, options)));
  add("keep", text.cmdKeep)
    .option("--flow <flow>", text.optFlow)
    .option("--part <part>", text.optPart)
    .option("--status <status>", text.optKeepStatus)
    .option("--days <n>", text.optKeepDays, whole)
    .option("--forever", text.optForever)
    .action((options: KeepCommandOptions) => keep(() => keepCommand(context, options)));
  add("check", text.cmdCheck)
    .option("--repair", text.optRepair)
    .action((options: CheckCountsOptions) => keep(() => checkCountsCommand(context, options)));
  add("distribute", text.cmdDistribute)
    .option("--print", text.optPrint)
    .action((options: DistributeCommandOptions) => keep(() => distributeCommand(context, options)));
  return group;
}

function place(command: Command, text: Text): Command {
  return command.option("--workspace <dir>", text.optWorkspace).option("--env <file>", text.optEnvFile);
}

function store(command: Command, text: Text): Command {
  return place(command, text).option("--data <dir>", text.optData);
}

function whole(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError("≥ 0");
  return Number(given);
}

function positive(given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new InvalidArgumentError("≥ 1");
  return Number(given);
}

/** Commander's messages are English; the kind is told in the person's language and the message names the word that is wrong. */
function usageFailure(error: CommanderError): CommandFailure {
  const message = error.message.replace(/^error: /, "");
  const told = ({ usage, usageOther }: Text): string => `${usage[error.code] ?? usageOther}: ${message}`;
  const [zh, en] = [textIn("zh"), textIn("en")];
  return new CommandFailure("USAGE", { zh: told(zh), en: told(en), todoZh: zh.usageTodo, todoEn: en.usageTodo }, 2);
}

function valueOf(argv: readonly string[], name: string): string | undefined {
  const at = argv.indexOf(name);
  return at === -1 ? argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) : argv[at + 1];
}
