/**
 * Measures the store's named statements in a run of many bills, for docs/hot-statements.md:
 * `node packages/engine/test/store/measure-statements.ts [bills]`. Time is what the engine waits for: planning, execution, commit of
 * other statements in between, the way to the server and back, and the queue for one of two cores.
 */
import pg from "pg";
import { bills, openLab } from "../flow/lab/lab.ts";

const count = Number(process.argv[2] ?? "20000");
const spent = new Map<string, { calls: number; ms: number; rows: number }>();
const send = pg.Client.prototype.query as unknown as (...given: readonly unknown[]) => unknown;

function timed(this: pg.Client, ...given: readonly unknown[]): unknown {
  const query = given[0] as { readonly name?: string; callback?: (error: unknown, result: { rowCount?: number }) => void } | string;
  const name = typeof query === "string" ? query.slice(0, 20) : query.name;
  if (name === undefined) return send.apply(this, given as never);
  const startedAt = performance.now();
  const note = (rows: number): void => {
    const sum = spent.get(name) ?? { calls: 0, ms: 0, rows: 0 };
    spent.set(name, { calls: sum.calls + 1, ms: sum.ms + performance.now() - startedAt, rows: sum.rows + rows });
  };
  const last = given.at(-1);
  if (typeof last === "function") {
    const heard = last as (error: unknown, result?: { rowCount?: number }) => void;
    return send.apply(this, [
      ...given.slice(0, -1),
      (error: unknown, result?: { rowCount?: number }) => (note(result?.rowCount ?? 0), heard(error, result)),
    ] as never);
  }
  const result = send.apply(this, given as never);
  if (result instanceof Promise)
    void result.then(
      (done: { rowCount?: number }) => note(done.rowCount ?? 0),
      () => note(0),
    );
  return result;
}
pg.Client.prototype.query = timed as unknown as typeof pg.Client.prototype.query;

const lab = await openLab();
const scene = await lab.scene();
scene.vendor.rows = bills(count);
const startedAt = performance.now();
const change = { source: { pageSize: 500 }, target: { batch: 50, concurrency: 4 } };
const result = await scene.run(change);
const ms = performance.now() - startedAt;
await scene.run(change);
process.stdout.write(
  `${JSON.stringify({ written: result.written, seconds: Math.round(ms / 100) / 10, server: lab.engine.database.describe() })}\n`,
);
for (const [name, { calls, ms: sum, rows }] of [...spent].toSorted((a, b) => b[1].ms - a[1].ms))
  process.stdout.write(
    `${name.padEnd(26)} ${String(calls).padStart(6)} calls ${(sum / calls).toFixed(2).padStart(8)} ms ${(rows / calls).toFixed(0).padStart(6)} rows ${((sum * 1000) / count).toFixed(1).padStart(8)} µs a bill\n`,
  );
await lab.close();
