/** The program as people start it: `datong serve` as a process of its own on a data folder of its own, with the demo that it offers. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../cli/bin/datong.js", import.meta.url));
const TOLD_MAX = 4_000;

export interface ShippedProgram {
  readonly url: string;
  /** The one-time link that makes the first administrator. */
  readonly setupLink: string;
  readonly close: () => Promise<void>;
}

/** Throws with the last that it said where it does not come up. */
export async function startShippedProgram(): Promise<ShippedProgram> {
  const dir = await mkdtemp(join(tmpdir(), "datong-shipped-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(dir, 0o711);
  const child = spawn(process.execPath, [PROGRAM, "serve", "--json", "--data", join(dir, "data")], {
    env: { ...process.env, DATONG_PORT: "0", DATONG_DEMO: "on" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said = (said + part.toString()).slice(-TOLD_MAX);
  });
  const up = new Promise<{ readonly url: string; readonly setupLink: string }>((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (part: Buffer) => {
      out += part.toString();
      const line = /^\{.*\}$/m.exec(out)?.[0];
      if (line !== undefined) resolve(JSON.parse(line) as { url: string; setupLink: string });
    });
    ended.then(
      () => reject(new Error(`datong serve ended: ${said}`)),
      () => undefined,
    );
  });
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  try {
    return { ...(await up), close };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}
