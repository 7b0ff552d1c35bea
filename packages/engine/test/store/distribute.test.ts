/** The script for Citus: every table of the migrations once, by its lane where it has one; a plain server is refused unchanged. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { citusScript, placementOf } from "../../src/store/distribute/citus-script.ts";
import { distributeScript, distributeStore } from "../../src/store/distribute/distribute-store.ts";
import { explain } from "@datong/core";
import { openLab, type Lab } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const tables = async (): Promise<readonly string[]> =>
  (
    await lab.engine.pool.query<{ name: string }>(
      "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1",
    )
  ).rows.map((row) => row.name);
const tableOf = (statement: string): string => /table\('(\w+)'/.exec(statement)?.[1] ?? statement;

test("names every table of the store exactly once, the anchor first, and no partition", async () => {
  const script = await distributeScript(lab.engine.database);
  const named = script.filter((statement) => !statement.includes("create_distributed_function")).map(tableOf);
  expect(named.toSorted()).toEqual((await tables()).filter((name) => name !== "datong_migration").toSorted());
  expect(script[0]).toBe("select create_distributed_table('lane', 'lane', shard_count := 32);");
});

test("splits by lane what has one, and every unique key of such a table holds it", async () => {
  const script = await distributeScript(lab.engine.database);
  const byLane = script.filter((statement) => statement.includes("'lane', colocate_with := 'lane'")).map(tableOf);
  expect(byLane).toEqual(expect.arrayContaining(["record", "document", "task", "block", "exchange", "cursor", "run"]));
  const { rows } = await lab.engine.pool.query<{ name: string; columns: string[] }>(
    `select i.indrelid::regclass::text as name, array(select a.attname::text from pg_attribute a where a.attrelid = i.indexrelid) as columns
     from pg_index i where i.indisunique and i.indrelid::regclass::text = any($1)`,
    [byLane],
  );
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter((row) => !row.columns.includes("lane"))).toEqual([]);
});

test("leaves out what is distributed already", () => {
  const all = [
    { name: "lane", columns: ["lane"] },
    { name: "record", columns: ["lane", "flow"] },
    { name: "flow", columns: ["id", "num", "lane"] },
    { name: "session", columns: ["account"] },
    { name: "datong_migration", columns: ["name"] },
  ];
  expect(all.map(placementOf)).toEqual(["by-lane", "by-lane", "copied", "one-shard", "local"]);
  expect(citusScript(all, ["take(integer,text)"], new Set(["lane", "flow"]))).toEqual([
    "select create_distributed_table('record', 'lane', colocate_with := 'lane');",
    "select create_distributed_table('session', null, colocate_with := 'none');",
    "select create_distributed_function('take(integer,text)', 'p_lane', colocate_with := 'lane');",
  ]);
});

test("a server without Citus is refused in both languages, and nothing is changed", async () => {
  const error = await distributeStore(lab.engine.database).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "STORE_NOT_CITUS" });
  for (const language of ["zh", "en"] as const) {
    const { message, todo } = explain(error as Parameters<typeof explain>[0], language);
    expect(message).toContain("Citus");
    expect(`${message}${todo}`).not.toMatch(/\{\w+\}/);
  }
});
