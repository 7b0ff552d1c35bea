/** The handbook names buttons and pages as the console has them: a caption that is changed there is missed here. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const LANGUAGE = join(import.meta.dirname, "../src/language");
const BUILT_IN = join(import.meta.dirname, "../../core/src/connector/built-in.ts");
const DOCS = join(import.meta.dirname, "../../../docs");

test.each([
  ["handbook.zh-CN.md", /「([^」]+)」/gu],
  ["handbook.md", /\*\*([^*`\n]+)\*\*/gu],
])("%s says of the console what stands there", async (name, caption) => {
  const files = (await readdir(LANGUAGE)).map((file) => join(LANGUAGE, file));
  const texts = (await Promise.all([...files, BUILT_IN].map((file) => readFile(file, "utf8")))).join("\n").toLowerCase();
  const captions = [...(await readFile(join(DOCS, name), "utf8")).matchAll(caption)].map(([, text]) => text ?? "");
  expect(captions.length).toBeGreaterThan(15);
  // Words of what the demo makes, not of the console.
  const unknown = captions.filter((text) => !["演示"].includes(text) && !texts.includes(text.toLowerCase()));
  expect(unknown).toEqual([]);
});
