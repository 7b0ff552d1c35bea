/**
 * A real MariaDB for tests: it judges `_function` expressions, and is the database that flows read and write. Started on a free port in a
 * folder of its own, stopped again. It needs no system tables, so an empty folder does. Nothing of it outlives the test.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installMissing } from "./debian.ts";

/** What MariaDB made of an expression: a text, NULL, or its error. */
export type Verdict = { readonly text: string } | { readonly isNull: true } | { readonly error: string };

export interface MariaDb {
  /** On 127.0.0.1; any user, any password. */
  readonly port: number;
  /** Answers all expressions in one session, at a fixed time, in the zone +08:00. */
  readonly judge: (expressions: readonly string[], nowS: number) => readonly Verdict[];
  readonly stop: () => Promise<void>;
}

const PORTS_TRIED = 3;
/** A minute: a busy machine takes its time over the first start. */
const LOOKS = 600;
const LOOK_MS = 100;

/** Starts the server, or says why it cannot. Debian's package is installed where that is possible. */
export async function startMariaDb(): Promise<MariaDb | string> {
  installMissing([
    { command: "mariadbd", package: "mariadb-server-core", why: "expressions are checked against a real MariaDB" },
    { command: "mariadb", package: "mariadb-client-core", why: "expressions are checked against a real MariaDB" },
  ]);
  if (spawnSync("mariadbd", ["--version"]).status !== 0) return "there is no mariadbd (package mariadb-server-core)";
  // A port that was free a moment ago may be another program's by now: then another one is taken.
  for (let tried = 1; ; tried += 1) {
    const started = await startAt(await freePort());
    if (typeof started !== "string" || tried === PORTS_TRIED) return started;
  }
}

async function startAt(port: number): Promise<MariaDb | string> {
  const folder = await mkdtemp(join(tmpdir(), "datong-mariadb-"));
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  const server = spawn(
    "mariadbd",
    [
      "--no-defaults",
      ...user,
      `--datadir=${folder}`,
      `--socket=${join(folder, "s")}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--skip-grant-tables",
      "--innodb-buffer-pool-size=16M",
      "--innodb-log-file-size=4M",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const log: string[] = [];
  server.stderr.on("data", (part: Buffer) => log.push(part.toString()));
  const stop = (): Promise<void> => stopServer(server, folder);
  for (let tries = 0; tries < LOOKS; tries++) {
    if (ask(port, "SELECT 1;").status === 0) return { port, judge: (expressions, nowS) => judge(port, expressions, nowS), stop };
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  await stop();
  return `mariadbd did not start: ${log.join("").slice(-500)}`;
}

function judge(port: number, expressions: readonly string[], nowS: number): readonly Verdict[] {
  const head = `SET NAMES utf8mb4 COLLATE utf8mb4_general_ci, sql_mode='', time_zone='+08:00', timestamp=${nowS};`;
  // One line each: the line's number is that of the expression, also in errors.
  const queries = expressions.map((text, at) => `SELECT ${at}, HEX(CONVERT((${text.replaceAll("\n", " ")}) USING utf8mb4));`);
  const { stdout, stderr } = ask(port, [head, ...queries].join("\n"));
  const verdicts: Verdict[] = expressions.map(() => ({ error: "no answer" }));
  for (const line of stdout.split("\n")) {
    const [at, hex] = line.split("\t");
    if (hex === undefined) continue;
    verdicts[Number(at)] = hex === "NULL" ? { isNull: true } : { text: Buffer.from(hex, "hex").toString() };
  }
  for (const [, line, message] of stderr.matchAll(/^ERROR \d+ \(\w+\) at line (\d+): (.*)$/gm)) {
    verdicts[Number(line) - 2] = { error: message as string };
  }
  return verdicts;
}

function ask(port: number, input: string): { status: number | null; stdout: string; stderr: string } {
  const args = ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", `--port=${port}`, "--batch", "--force", "--skip-column-names"];
  return spawnSync("mariadb", [...args, "--default-character-set=utf8mb4"], { input, encoding: "utf8" });
}

async function stopServer(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
