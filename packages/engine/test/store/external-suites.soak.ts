/** The engine's whole suites (flow, ledger, store, crashes, workers) once more on an external server of each major version that is here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { MAJORS } from "./store-servers.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const SUITES = ["flow", "ledger", "store", "crash-points", "worker"].map((name) => `packages/engine/test/${name}/`);

test.for(MAJORS)("the engine's suites pass on PostgreSQL %i", async (major, { skip, task }) => {
  skip(MAJORS.length < 2, `only PostgreSQL ${MAJORS.join()} is here, and two major versions are needed`);
  const vitest = fileURLToPath(new URL("../../../../node_modules/vitest/vitest.mjs", import.meta.url));
  const child = spawn(process.execPath, [vitest, "run", "--no-color", ...SUITES], {
    cwd: ROOT,
    env: { ...process.env, DATONG_TEST_MAJOR: String(major) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close") as Promise<[number | null]>]);
  const measured = /^ *Tests +(.*)$/m.exec(said)?.[1] ?? "no end";
  const figure = `store, engine and crash suites on an external PostgreSQL ${major}`;
  reportFigure(task, { figure, aim: "all pass", measured, holds: code === 0 });
  if (code !== 0) process.stdout.write(said);
});
