/**
 * The benchmark's job once (`npm run bench:pair`): the flow of bench/workspace by the same engine as every flow, with the sizes that
 * the benchmark gives. Everything lies in WORK_DIR; started again there, it goes on. Exit 0 when every bill is done.
 */
import { fileURLToPath } from "node:url";
import type { Connection, Flow } from "@datong/core";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { connectionOf, loadWorkspace, openEngine } from "@datong/engine";

const WORKSPACE = fileURLToPath(new URL("../bench/workspace", import.meta.url));

async function main(): Promise<number> {
  const workDir = process.env["WORK_DIR"];
  if (workDir === undefined || workDir === "") throw new Error("WORK_DIR is not set: the folder that keeps the ledger");
  const workspace = await loadWorkspace(WORKSPACE, { env: process.env, connectors: CONNECTORS });
  const entry = workspace.flows.get("pair");
  if (entry === undefined || entry.kind === "broken") throw new Error(`bench/workspace/flows/pair.yaml: ${JSON.stringify(entry?.issues)}`);
  const flow = sized(entry.flow);
  const connections = new Map<string, Connection>(
    [flow.source.connection, flow.target.connection].map((id) => [id, connectionOf(workspace, id)]),
  );
  const engine = await openEngine({ dataDir: workDir, connectors: workspace.connectors, sessionsOf: SESSIONS });
  try {
    const result = await engine.run(flow, connections, { waitMs: 120_000 });
    const { fault, ...counts } = result;
    process.stdout.write(`${JSON.stringify({ ...counts, fault: fault?.code ?? null })}\n`);
    return fault === null && result.failed + result.unknown + result.queued === 0 ? 0 : 1;
  } finally {
    await engine.close();
  }
}

function sized(flow: Flow): Flow {
  const number = (name: string, otherwise: number | undefined): number | undefined =>
    process.env[name] === undefined ? otherwise : Number(process.env[name]);
  const pageSize = number("PAGE", flow.source.pageSize);
  const batch = number("BATCH", flow.target.batch);
  const concurrency = number("CONCURRENCY", flow.target.concurrency);
  return {
    ...flow,
    source: { ...flow.source, ...(pageSize === undefined ? {} : { pageSize }) },
    target: { ...flow.target, ...(batch === undefined ? {} : { batch }), ...(concurrency === undefined ? {} : { concurrency }) },
  };
}

// Told here: Node would print the line of the program with it, and in one piece that is the program.
process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
});
