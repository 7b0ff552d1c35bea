/** The engine's whole suites (flow, ledger, queue, crashes) once more on an external server of the oldest major version that is here. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MAJORS } from "./store-servers.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const SUITES = ["flow", "ledger", "store/queue", "store/retention"].map((name) => `packages/engine/test/${name}`);

test(`pass on PostgreSQL ${Math.min(...MAJORS)} (this machine has ${MAJORS.join(" and ")})`, ({ skip }) => {
  skip(MAJORS.length < 2, "one major version of PostgreSQL is here, and two are needed");
  const vitest = fileURLToPath(new URL("../../../../node_modules/vitest/vitest.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, "run", ...SUITES], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, DATONG_TEST_MAJOR: String(Math.min(...MAJORS)) },
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});
