/** `datong version`: of the product and of Node. */
import { readFile } from "node:fs/promises";
import type { Context } from "../context.ts";

export async function versionCommand(context: Context): Promise<number> {
  const version = await productVersion();
  const node = process.versions.node;
  context.terminal.out(context.json ? `${JSON.stringify({ ok: true, version, node })}\n` : `datong ${version} (Node ${node})\n`);
  return 0;
}

async function productVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return manifest.version;
}
