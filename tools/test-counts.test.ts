/** A run of tests told in lines: what failed, and what failed first and then passed, which must be seen and not hide. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const COUNTS = join(import.meta.dirname, "test-counts.ts");
const VITEST = import.meta.resolve("vitest/node");
const CONFIG = join(import.meta.dirname, "..", "vitest.config.ts");

const PLAIN = `
let tried = 0;
test("passes when it is tried again", () => expect((tried += 1)).toBe(2));
test("fails twice", () => expect(1, "is never two").toBe(2));
test("passes at once", () => expect(1).toBe(1));
`;
const SEEDED = `
/** @module-tag one-attempt */
let tried = 0;
test("would pass when it is tried again", () => expect((tried += 1), "the seed's finding").toBe(2));
`;

test("a test that passes only at its second attempt is told with its first reason; a file of seeds has one attempt", () => {
  const root = mkdtempSync(join(tmpdir(), "datong-counts-"));
  try {
    writeFileSync(join(root, "plain.test.ts"), PLAIN);
    writeFileSync(join(root, "seeded.test.ts"), SEEDED);
    const run = `
      const [{ startVitest }, { closingLines, countOf }, { default: { test } }] = await Promise.all(["${VITEST}", "${COUNTS}", "${CONFIG}"].map((url) => import(url)));
      const { retry, tags } = test;
      const options = { root: "${root}", config: false, watch: false, globals: true, reporters: [{}], retry, tags, include: ["*.test.ts"] };
      const vitest = await startVitest([], options);
      for (const line of closingLines(countOf(vitest))) console.log(line);
      await vitest.close();
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", run], { encoding: "utf8" });
    const lines = stdout.split("\n").filter((line) => /^(second|failed|\d+ passed)/.test(line));
    expect(lines.length === 0 ? [stderr] : lines.toSorted()).toEqual([
      "2 passed, 2 failed, 1 at the second attempt",
      "failed: plain.test.ts > fails twice — is never two: expected 1 to be 2 // Object.is equality",
      "failed: seeded.test.ts > would pass when it is tried again — the seed's finding: expected 1 to be 2 // Object.is equality",
      "second attempt: plain.test.ts > passes when it is tried again: expected 1 to be 2 // Object.is equality",
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
