/**
 * `npm run gen` writes the generated files; `--check` (part of `npm run check`) only compares, and ends with 1 if one differs.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { format, resolveConfig } from "prettier";
import { generateConnectorIndex } from "./gen-connectors.ts";
import { generateConnectorDocument } from "./gen-connectors-document.ts";
import { generateDeeds } from "./gen-deeds.ts";
import { generateErrorDocument } from "./gen-errors.ts";
import { generateLanguageDocument } from "./gen-language.ts";
import { generateNewConnectorFiles } from "./gen-new-connector.ts";
import { generateSchemas } from "./gen-schemas.ts";
import { generateSimulatorIndex } from "./gen-simulators.ts";

interface Generated {
  readonly path: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, "..");

process.exit(await generate(process.argv.includes("--check")));

async function generate(checkOnly: boolean): Promise<number> {
  const files: readonly Generated[] = [
    await generateSimulatorIndex(ROOT),
    await generateConnectorIndex(ROOT),
    await generateNewConnectorFiles(ROOT),
    generateConnectorDocument(ROOT),
    generateDeeds(ROOT),
    generateErrorDocument(ROOT),
    generateLanguageDocument(ROOT),
    ...(await generateSchemas(ROOT)),
  ];
  let differing = 0;
  for (const { path, text } of files) {
    const wanted = await format(text, { ...(await resolveConfig(path)), filepath: path });
    if (wanted === (await textOf(path))) continue;
    differing += 1;
    if (checkOnly) process.stdout.write(`${relative(ROOT, path)}: not what the generator writes; run \`npm run gen\` and commit it\n`);
    else {
      await writeFile(path, wanted);
      process.stdout.write(`${relative(ROOT, path)}: written\n`);
    }
  }
  return checkOnly && differing > 0 ? 1 : 0;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
