/** A copy of the example workspace in a folder of its own, with simulators behind it and a database that stays open between commands. */
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "@datong/engine";
import { startSimulators, type RunningSimulator, type Vendor } from "@datong/simulators";
import { main } from "../src/main.ts";
import { EXAMPLES } from "../src/open-flow.ts";
import { memoryTerminal, type MemoryTerminal } from "./memory-terminal.ts";

export interface ExampleWorkspace {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly vendor: (system: string) => Vendor;
  readonly datong: (...argv: readonly string[]) => Promise<{ readonly code: number; readonly terminal: MemoryTerminal }>;
  /** Replaces a text in a file; throws when it is not there. */
  readonly edit: (file: string, from: string, to: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openExample(bills: number): Promise<ExampleWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), "datong-cli-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(dir, 0o711);
  await cp(EXAMPLES, dir, { recursive: true });
  await rm(join(dir, ".env"), { force: true });
  const simulators: readonly RunningSimulator[] = await startSimulators({ bills, seed: 3 });
  const env = Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>;
  const database = await openDatabase({ dataDir: join(dir, ".datong") });
  return {
    dir,
    env,
    database,
    vendor: (system) => {
      const found = simulators.find((simulator) => simulator.system === system);
      if (found === undefined) throw new Error(`no simulator ${system}`);
      return found.vendor;
    },
    datong: async (...argv) => {
      const terminal = memoryTerminal({ cwd: dir, env });
      return { code: await main(argv, terminal), terminal };
    },
    edit: async (file, from, to) => {
      const path = join(dir, file);
      const text = await readFile(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} lacks ${from}`);
      await writeFile(path, text.replace(from, to));
    },
    close: async () => {
      await database.close();
      await Promise.all(simulators.map((simulator) => simulator.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
