/**
 * `datong template list|show|use`: ready flows, and how one of them becomes a flow of the workspace. Using one asks for nothing but two
 * connections: on a terminal in words, elsewhere it is an error that says which options to give. No file is ever overwritten.
 */
import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUILT_IN_SYSTEM, didYouMean, nearestName } from "@datong/core";
import {
  checkWorkspaceFlow,
  flowFromTemplate,
  readTemplate,
  readTemplates,
  tablesFromTemplate,
  templateIds,
  type TemplateEntry,
  type Workspace,
} from "@datong/engine";
import type { Context } from "../context.ts";
import { BrokenDocuments, CommandFailure, shortPath } from "../failure.ts";
import { readWorkspace, type PlaceOptions } from "../open-flow.ts";
import { table } from "../output/table.ts";
import { templateText } from "../text/template.ts";

export interface TemplateListOptions {
  readonly system?: string;
  readonly tag?: string;
}

export interface TemplateUseOptions extends PlaceOptions {
  readonly source?: string;
  readonly target?: string;
  readonly id?: string;
}

/** Those that ship with the product. */
export const TEMPLATES = fileURLToPath(new URL("../../../../templates", import.meta.url));

type Ready = Extract<TemplateEntry, { readonly kind: "ready" }>;

export async function templateListCommand(context: Context, options: TemplateListOptions): Promise<number> {
  const { terminal, language } = context;
  const text = templateText(language);
  const all = await readTemplates(TEMPLATES);
  const broken = all.flatMap((entry) => (entry.kind === "broken" ? entry.issues : []));
  if (broken.length > 0) throw new BrokenDocuments(broken);
  const fitting = all.filter((entry): entry is Ready => entry.kind === "ready" && fits(entry, options));
  if (context.json) terminal.out(`${JSON.stringify({ ok: true, templates: fitting.map(told) })}\n`);
  else if (fitting.length === 0) terminal.out(`${text.none}\n`);
  else {
    const rows = fitting.map(({ id, head }) => [
      id,
      head.name[language],
      `${head.source.system} → ${head.target.system}`,
      head.tags.join(" "),
    ]);
    terminal.out(table(text.head, rows));
  }
  return 0;
}

export async function templateShowCommand(context: Context, id: string, options: PlaceOptions): Promise<number> {
  const { terminal, language } = context;
  const text = templateText(language);
  const template = await templateOf(id);
  if (context.json) {
    terminal.out(`${JSON.stringify({ ok: true, template: told(template) })}\n`);
    return 0;
  }
  const workspace = await readWorkspace(context, options);
  const { head, flow } = template;
  const lines = [`${id}  ${head.name[language]}`, "", head.description[language], ""];
  for (const side of ["source", "target"] as const) {
    lines.push(
      `${text[side]}: ${head[side].system} — ${text.apis} ${flow[side].api} (${text.fits(connectionsOfSystem(workspace, head[side].system))})`,
    );
    if (head[side].needs !== undefined) lines.push(`  ${head[side].needs[language]}`);
  }
  lines.push(`${text.tags}: ${head.tags.join(" ")}`);
  if (template.tables.length > 0) lines.push(`${text.tables}: ${template.tables.map(({ name }) => name).join(" ")}`);
  if (head.origin !== undefined) lines.push(`${text.origin}: ${head.origin}`);
  lines.push("", `datong template use ${id} --source … --target …`);
  terminal.out(`${lines.join("\n")}\n`);
  return 0;
}

export async function templateUseCommand(context: Context, id: string, options: TemplateUseOptions): Promise<number> {
  const { terminal, language } = context;
  const text = templateText(language);
  const template = await templateOf(id);
  const workspace = await readWorkspace(context, options);
  const flowId = options.id ?? id;
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(flowId)) throw badId(flowId);
  const taken = workspace.flows.get(flowId);
  const file = join(workspace.dir, "flows", `${flowId}.yaml`);
  if (taken !== undefined || existsSync(file)) throw exists(flowId, taken?.file ?? file);
  const source = await connectionFor(context, workspace, { template, side: "source", given: options.source });
  const target = await connectionFor(context, workspace, { template, side: "target", given: options.target });
  const made = flowFromTemplate(template, { id: flowId, source, target, file });
  const brought = tablesFromTemplate(template, workspace);
  const issues = checkWorkspaceFlow(brought.workspace, made.entry);
  if (issues.length > 0) throw new BrokenDocuments(issues);
  await mkdir(dirname(file), { recursive: true });
  // The tables first: whoever finds the flow finds what it goes by.
  const tables: string[] = [];
  for (const table of brought.lacking) {
    const to = join(workspace.dir, "tables", basename(table.file));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(table.file, to, constants.COPYFILE_EXCL);
    tables.push(to);
  }
  await writeFile(file, made.text, { flag: "wx" });
  if (context.json) {
    const told = { ok: true, template: id, flow: flowId, file, source, target, tables, tablesKept: brought.kept };
    terminal.out(`${JSON.stringify(told)}\n`);
    return 0;
  }
  for (const table of tables) terminal.out(`${text.table(shortPath(context, table))}\n`);
  for (const name of brought.kept) terminal.out(`${text.tableKept(name)}\n`);
  terminal.out(`${text.written(shortPath(context, file), flowId)}\n`);
  return 0;
}

/** The connection that is named, or answered on the terminal; it must be there and of the template's system. */
async function connectionFor(
  context: Context,
  workspace: Workspace,
  of: { readonly template: Ready; readonly side: "source" | "target"; readonly given: string | undefined },
): Promise<string> {
  const { template, side, given } = of;
  const { system } = template.head[side];
  // There is but one of it, and it is always there.
  if (system === BUILT_IN_SYSTEM && given === undefined) return BUILT_IN_SYSTEM;
  const text = templateText(context.language);
  const fitting = connectionsOfSystem(workspace, system);
  const ask = side === "source" ? text.askSource : text.askTarget;
  const id = given ?? (await context.terminal.ask?.(ask(system, fitting)))?.trim() ?? "";
  if (id === "") throw notNamed(side, system, fitting);
  const entry = workspace.connections.get(id);
  if (entry === undefined || (entry.document !== undefined && entry.document.system !== system))
    throw unfit({ id, side, system, fitting, is: entry?.document?.system });
  if (entry.document === undefined) throw new BrokenDocuments(entry.kind === "broken" ? entry.issues : []);
  return id;
}

function connectionsOfSystem(workspace: Workspace, system: string): readonly string[] {
  return [...workspace.connections.values()].filter((entry) => entry.document?.system === system).map((entry) => entry.id);
}

async function templateOf(id: string): Promise<Ready> {
  const found = await readTemplate(TEMPLATES, id);
  if (found?.kind === "ready") return found;
  if (found?.kind === "broken") throw new BrokenDocuments(found.issues);
  const known = await templateIds(TEMPLATES);
  const meant = didYouMean(nearestName(id, known));
  throw new CommandFailure("TEMPLATE_UNKNOWN", {
    zh: `没有模板「${id}」${meant.meantZh}`,
    en: `There is no template '${id}'${meant.meantEn}`,
    todoZh: "用 datong template list 查看有哪些模板。",
    todoEn: "See datong template list.",
  });
}

function fits({ head }: Ready, { system, tag }: TemplateListOptions): boolean {
  return (
    (system === undefined || [head.source.system, head.target.system].includes(system)) && (tag === undefined || head.tags.includes(tag))
  );
}

/** What --json tells of a template. */
function told({ id, head, flow, flowFile, tables }: Ready): Readonly<Record<string, unknown>> {
  const { name, description, tags, origin } = head;
  const side = (which: "source" | "target"): object => ({ ...head[which], api: flow[which].api });
  return {
    id,
    name,
    description,
    tags,
    source: side("source"),
    target: side("target"),
    ...(origin === undefined ? {} : { origin }),
    tables: tables.map(({ name }) => name),
    flowFile,
  };
}

function badId(id: string): CommandFailure {
  return new CommandFailure(
    "FLOW_ID_INVALID",
    {
      zh: `「${id}」不能用作方案标识`,
      en: `'${id}' cannot name a flow`,
      todoZh: "用小写字母、数字和连字符，最多 100 个，如 my-orders。",
      todoEn: "Use lower case letters, digits and hyphens, at most 100, such as my-orders.",
    },
    2,
  );
}

function exists(id: string, file: string): CommandFailure {
  return new CommandFailure("FLOW_EXISTS", {
    zh: `方案「${id}」已经存在：${file}`,
    en: `The flow '${id}' is there already: ${file}`,
    todoZh: "用 --id 另起一个标识；已有文件不会被覆盖。",
    todoEn: "Give another id with --id; no file is ever overwritten.",
  });
}

function notNamed(side: "source" | "target", system: string, fitting: readonly string[]): CommandFailure {
  const known = fitting.length === 0 ? `connections/<id>.yaml (system: ${system})` : fitting.join(", ");
  return new CommandFailure(
    "CONNECTION_NOT_NAMED",
    {
      zh: `没有指定${side === "source" ? "源" : "目标"}连接（系统 ${system}）`,
      en: `The ${side}'s connection is not named (system ${system})`,
      todoZh: `加上 --${side} <连接标识>：${known}`,
      todoEn: `Add --${side} <connection>: ${known}`,
    },
    2,
  );
}

function unfit(of: {
  readonly id: string;
  readonly side: "source" | "target";
  readonly system: string;
  readonly fitting: readonly string[];
  readonly is: string | undefined;
}): CommandFailure {
  const { id, side, system, fitting, is } = of;
  const some = fitting.length > 0;
  return new CommandFailure("CONNECTION_UNFIT", {
    zh:
      is === undefined ? `工作区里没有连接「${id}」` : `连接「${id}」属于 ${is}，而模板的${side === "source" ? "源" : "目标"}是 ${system}`,
    en:
      is === undefined
        ? `The workspace has no connection '${id}'`
        : `The connection '${id}' is of ${is}; the template's ${side} is ${system}`,
    todoZh: some ? `改用：${fitting.join("、")}` : `新建 connections/${is === undefined ? id : "<id>"}.yaml，system 写 ${system}。`,
    todoEn: some ? `Use one of: ${fitting.join(", ")}` : `Add connections/${is === undefined ? id : "<id>"}.yaml with system: ${system}.`,
  });
}
