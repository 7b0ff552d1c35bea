/**
 * Run as a process by the tests: runs one flow on a data folder and prints the outcome as one line of JSON. argv[2] is
 * `{dataDir, flow, connections, options}`. The parent may kill it at any moment.
 */
import type { Connection, Flow } from "@datong/core";
import { DatongError } from "@datong/core";
import { openEngine } from "../../../src/engine.ts";
import type { RunOptions } from "../../../src/flow/running.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "./connector.ts";

export interface ChildTask {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly flow: Flow;
  readonly connections: readonly Connection[];
  readonly options: RunOptions;
}

const task = JSON.parse(process.argv[2] ?? "{}") as ChildTask;
const databaseUrl = task.databaseUrl ?? process.env["DATONG_TEST_CHILD_URL"];
const engine = await openEngine({
  dataDir: task.dataDir,
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
  connectors: LAB_CONNECTORS,
  sessionsOf: LAB_SESSIONS,
});
try {
  const connections = new Map(task.connections.map((connection) => [connection.id, connection]));
  const result = await engine.run(task.flow, connections, task.options);
  print({ ...result, fault: result.fault?.code ?? null, heapMb: Math.round(process.memoryUsage().heapUsed / 2 ** 20) });
} catch (error) {
  print({ error: error instanceof DatongError ? error.code : String(error) });
} finally {
  await engine.close();
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
