/** The generated list must be what the generator gives for the folders there are now. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateSimulatorIndex } from "../../../tools/gen-simulators.ts";
import { SIMULATORS } from "../src/index.ts";

const ROOT = join(import.meta.dirname, "../../..");

test("src/index.ts is what the generator writes for the folders that are there", async () => {
  const { path, text } = await generateSimulatorIndex(ROOT);
  expect(path).toBe(join(ROOT, "packages/simulators/src/index.ts"));
  expect(await readFile(path, "utf8")).toBe(text);
});

test("every simulator is listed under its folder's name, in alphabetical order", () => {
  const systems = SIMULATORS.map(({ system }) => system);
  expect(systems).toEqual([...systems].sort());
  expect(systems).toContain("kingdee-galaxy");
});
