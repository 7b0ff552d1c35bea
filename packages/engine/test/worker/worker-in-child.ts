/**
 * Run as a process by the tests: a worker on a data folder, until SIGTERM; prints its result as one line of JSON. stdin is
 * `{dataDir, flows, connections, once}`, which may be long. The parent may kill it at any moment.
 */
import { text } from "node:stream/consumers";
import type { Connection, Flow } from "@datong/core";
import { openEngine } from "../../src/engine.ts";
import { runWorker } from "../../src/worker/index.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "../flow/lab/connector.ts";

export interface WorkerTask {
  readonly dataDir: string;
  readonly flows: readonly Flow[];
  readonly connections: readonly Connection[];
  readonly once?: boolean;
}

const task = JSON.parse(await text(process.stdin)) as WorkerTask;
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const lines: string[] = [];
const log = (line: string): void => void lines.push(line);
const databaseUrl = process.env["DATONG_TEST_CHILD_URL"];
const engine = await openEngine({
  dataDir: task.dataDir,
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
  connectors: LAB_CONNECTORS,
  sessionsOf: LAB_SESSIONS,
});
const connections = new Map(task.connections.map((connection) => [connection.id, connection]));
try {
  const flows = task.flows.map((flow) => ({ flow, connections }));
  const result = await runWorker(engine, { flows, once: task.once === true, signal: stop.signal, log });
  process.stdout.write(`${JSON.stringify({ ...result, lines })}\n`);
} finally {
  await engine.close();
}
