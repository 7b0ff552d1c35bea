/**
 * `datong import openapi FILE`: an OpenAPI document, or Qeasy's parameter sheet, becomes a connector in the workspace's `connectors` folder.
 * What was inferred is told for a person to confirm, and stands on top of the file as comments.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { DatongError, type Connector } from "@datong/core";
import { findWorkspace, readSpreadsheet } from "@datong/engine";
import { connectorOfSheets } from "@datong/qeasy";
import { importOpenApi } from "@datong/server";
import { stringify } from "yaml";
import type { Context } from "../context.ts";
import { BrokenDocuments, CommandFailure, shortPath } from "../failure.ts";
import { assetText, isThere } from "../text/asset.ts";

export interface ImportOpenApiOptions {
  readonly system?: string;
  readonly tag?: readonly string[];
}

interface Made {
  readonly connector: Connector;
  readonly guesses: readonly { readonly path: string; readonly zh: string; readonly en: string }[];
  readonly leftOut: readonly { readonly operation: string; readonly zh: string; readonly en: string }[];
}

const SHOWN_MAX = 20;

export async function importOpenApiCommand(context: Context, file: string, options: ImportOpenApiOptions): Promise<number> {
  const { cwd, out } = context.terminal;
  const path = resolve(cwd, file);
  const bytes = await readFile(path).catch((error: unknown) => {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BrokenDocuments([{ code: "DOCUMENT_MISSING", file: path, path: "", details: { file, reason } }]);
  });
  const made = await connectorIn(file, bytes, options);
  const folder = join(findWorkspace(cwd) ?? cwd, "connectors");
  const written = join(folder, `${made.connector.system}.yaml`);
  await mkdir(folder, { recursive: true });
  await writeFile(written, textOf(made, basename(file)), { flag: "wx" }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new CommandFailure("FILE_EXISTS", isThere(shortPath(context, written)));
  });
  if (context.json) out(`${JSON.stringify({ ok: true, file: written, ...made })}\n`);
  else tell(context, made, written);
  return 0;
}

async function connectorIn(file: string, bytes: Buffer, { system, tag }: ImportOpenApiOptions): Promise<Made> {
  const read = new Date().toISOString().slice(0, 10);
  const isSheet = bytes.subarray(0, 2).toString("latin1") === "PK" || /\.(?:xlsx|xls|csv)$/i.test(file);
  const given = system === undefined ? {} : { system };
  if (!isSheet) return importOpenApi(bytes.toString("utf8"), { ...given, read, ...(tag === undefined ? {} : { tags: tag }) });
  const name = basename(file).replace(/\.\w+$/, "");
  const made = connectorOfSheets(readSpreadsheet(file, bytes), { system: system ?? idOf(name), name, read });
  if (made === null) throw new DatongError("SHEET_NO_TEMPLATE", { file });
  return { ...made, leftOut: [] };
}

function idOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return plain === "" ? "private-api" : plain;
}

/** The guesses stay with the file until a person takes them out. */
function textOf({ connector, guesses }: Made, file: string): string {
  const notes = guesses.map(({ path, zh, en }) => `#   ${path}: ${zh} / ${en}`.replaceAll("\n", " "));
  const head = [`# datong import openapi ${file}`, "# 请确认以下推断 / Confirm what was inferred:", ...notes];
  return `${head.join("\n")}\n${stringify(connector, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function tell(context: Context, { connector, guesses, leftOut }: Made, file: string): void {
  const text = assetText(context.language);
  const inZh = context.language === "zh";
  const { out } = context.terminal;
  out(`${text.written(shortPath(context, file), connector.apis.length)}\n`);
  if (guesses.length > 0) out(`${text.guesses(guesses.length)}\n`);
  for (const { path, zh, en } of guesses.slice(0, SHOWN_MAX)) out(`  ${path}  ${inZh ? zh : en}\n`);
  if (guesses.length > SHOWN_MAX) out(`${text.more(guesses.length - SHOWN_MAX)}\n`);
  if (leftOut.length > 0) out(`${text.leftOut(leftOut.length)}\n`);
  for (const { operation, zh, en } of leftOut.slice(0, SHOWN_MAX)) out(`  ${operation}  ${inZh ? zh : en}\n`);
}
