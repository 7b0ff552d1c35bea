/** `datong new connector NAME`: three data files and a simulator, a working whole to change step by step. Never overwrites a file. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "../context.ts";
import { CommandFailure, shortPath } from "../failure.ts";
import { fillConnector, isSystemName, titleOf } from "../new/fill-connector.ts";

export interface NewConnectorOptions {
  readonly name?: string;
}

const CLONE = fileURLToPath(new URL("../../../..", import.meta.url));

export async function newConnectorCommand(context: Context, system: string, options: NewConnectorOptions): Promise<number> {
  const root = repositoryAbove(context.terminal.cwd) ?? CLONE;
  if (!isSystemName(system)) throw badName(system);
  for (const kind of ["connectors", "simulators"]) {
    const folder = join(root, "packages", kind, "src", system);
    if (existsSync(folder)) throw taken(folder);
  }
  const title = titleOf(system);
  const files = [...fillConnector({ system, nameZh: options.name ?? title, nameEn: title })].map(([path, text]) => ({
    path: join(root, path),
    text,
  }));
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
  }
  const { terminal, text } = context;
  if (context.json) terminal.out(`${JSON.stringify({ ok: true, system, files: files.map(({ path }) => path) })}\n`);
  else terminal.out(`${files.map(({ path }) => `  ${shortPath(context, path)}\n`).join("")}${text.newConnectorNext(system)}\n`);
  return 0;
}

/** The nearest folder at or above that holds the sources of connectors and simulators. */
function repositoryAbove(folder: string): string | undefined {
  if (["connectors", "simulators"].every((kind) => existsSync(join(folder, "packages", kind, "src")))) return folder;
  return dirname(folder) === folder ? undefined : repositoryAbove(dirname(folder));
}

function badName(system: string): CommandFailure {
  return new CommandFailure(
    "SYSTEM_NAME_INVALID",
    {
      zh: `「${system}」不能用作系统标识`,
      en: `'${system}' cannot name a system`,
      todoZh: "用小写字母、数字和连字符，以字母开头，如 my-shop。",
      todoEn: "Use lower case letters, digits and hyphens, beginning with a letter, such as my-shop.",
    },
    2,
  );
}

function taken(folder: string): CommandFailure {
  return new CommandFailure("CONNECTOR_EXISTS", {
    zh: `文件夹 ${folder} 已经存在`,
    en: `The folder ${folder} is there already`,
    todoZh: "换一个标识，或直接修改那里的文件；已有文件不会被覆盖。",
    todoEn: "Choose another name, or change the files there; no file is ever overwritten.",
  });
}
