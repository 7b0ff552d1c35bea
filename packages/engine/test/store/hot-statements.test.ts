/**
 * Every SQL text of the store is read, and every statement that touches a table which grows with the bills is held against the rules by
 * which the same text runs on one server and on many (docs/adr/0006-ledger.md, docs/hot-statements.md): the lane in every WHERE and
 * INSERT, bulk inserts from the anchor, no clock in DO UPDATE, no INSERT in a CTE, no identity, no unique key without the lane.
 *
 * Named statements are the hot ones; each has its purpose in docs/hot-statements.md. Statements without a name are run once a run or by
 * hand; the lane binds them too, unless they are listed below with the reason.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../src/store/migrate.ts";
import { openLab, type Lab } from "../flow/lab/lab.ts";
import { brokenRules, hotTablesOf, sqlTextsOf, type SqlText } from "./sql-texts.ts";

const STORE = fileURLToPath(new URL("../../src/store", import.meta.url));
const DOCUMENT = fileURLToPath(new URL("../../../../docs/hot-statements.md", import.meta.url));

/** Statements that are no lane's business: maintenance of whole tables, at most hourly or by hand. */
const EXEMPT: readonly { readonly file: string; readonly begins: string; readonly reason: string }[] = [
  { file: "partition-days.ts", begins: "", reason: "partitions hold every lane" },
  { file: "restore-store.ts", begins: "", reason: "a whole store at once, in an empty database" },
  { file: "count-check.ts", begins: "", reason: "every lane at once, by hand" },
  { file: "bulk-rows.ts", begins: "", reason: "what people asked to be done to many bills: a row each, taken from any lane" },
  { file: "lookup-waits.ts", begins: "delete from lookup_wait", reason: "who waits is found by his own key, whatever lanes he waits at" },
  { file: "lookup-waits.ts", begins: "select distinct w.waiter", reason: "the same" },
  {
    file: "lookup-waits.ts",
    begins: "select distinct waiter_flow",
    reason: "which flows have been woken, of all lanes at once, by an index of its own",
  },
  {
    file: "worker-rows.ts",
    begins: "delete from budget_share where worker",
    reason: "a worker that ended leaves every lane, once in its life",
  },
];

const files = readdirSync(STORE, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("postgres"))
  .toSorted();
const texts: readonly SqlText[] = files.flatMap((name) =>
  sqlTextsOf(relative(STORE, join(STORE, name)), readFileSync(join(STORE, name), "utf8")),
);
const migrations = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith(".sql"))
  .toSorted()
  .map((name) => readFileSync(join(MIGRATIONS, name), "utf8"))
  .join("\n");
const hot = hotTablesOf(migrations);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("the texts are found: the page, the claim and the settlement are among them", () => {
  const names = texts.flatMap((text) => text.name ?? []);
  expect(names).toEqual(
    expect.arrayContaining(["record_upsert", "document_insert", "task_claim", "task_sent", "document_end", "exchange_insert"]),
  );
  expect(texts.length).toBeGreaterThan(40);
  expect([...hot]).toEqual(expect.arrayContaining(["record", "document", "task", "block", "exchange", "cursor", "run"]));
  expect(hot.has("session")).toBe(false);
});

test("no name stands for two texts: a server that has prepared one would run it for the other", () => {
  const named = texts.filter((text) => text.name !== null);
  const several = named.filter((text) => named.some((other) => other.name === text.name && other.sql !== text.sql));
  expect(several.map((text) => `${text.name} in ${text.file}`)).toEqual([]);
});

describe("every statement on a table that grows", () => {
  const checked = texts.filter(
    (text) => !EXEMPT.some((exempt) => text.file === exempt.file && text.name === null && text.sql.startsWith(exempt.begins)),
  );
  test.each(checked.map((text) => [`${text.file}:${text.line} ${text.name ?? ""}`, text] as const))("keeps the rules: %s", (_, text) => {
    expect(brokenRules(text, hot)).toEqual([]);
  });
});

describe("the rules", () => {
  const broken = (sql: string): readonly string[] => brokenRules({ file: "x", line: 1, name: "x", sql }, hot);
  test.each([
    ["select 1 from record where key = $1", "record"],
    ["select 1 from record r join document d on d.record_key = r.key where r.lane = $1", "document"],
    ["update task t set owner = $2 from document d where t.lane = $1 and d.id = any(t.documents)", "document"],
    ["delete from attention where document = $1", "attention"],
    ["insert into record (flow, key) values ($1, $2)", "record"],
    ["insert into record (lane, key) select $1, x.k from unnest($2::text[]) as x(k)", "anchor"],
    ["insert into cursor as c (lane, name) values ($1, $2) on conflict (lane, name) do update set changed_at = now()", "DO UPDATE"],
    [
      "insert into cursor as c (lane, name) values ($1, $2) on conflict (lane, name) do update set value = excluded.value where c.changed_at < clock_timestamp()",
      "DO UPDATE",
    ],
    ["with x as (insert into cursor (lane, name) values ($1, $2) returning 1) select 1 from x", "CTE"],
    ["update task set run_at = clock_timestamp() where lane = $1", "clock_timestamp"],
    ["insert into document (lane, id) values ($1, nextval('x'))", "nextval"],
    ["update task t set owner = $3 from unnest($2::bigint[]) as x(i) where t.lane = $1 and t.id = x.i", "any(list)"],
  ])("refuse %s", (sql, expected) => {
    expect(broken(sql).join("; ")).toContain(expected);
  });
  test.each([
    "select 1 from record r join document d on d.lane = r.lane and d.record_key = r.key where r.lane = $1",
    "insert into record (lane, key) select l.lane, x.k from lane l cross join unnest($2::text[]) as x(k) where l.lane = $1",
    "with c as materialized (select lane, id from task where lane = $1 for update skip locked) update task t set owner = $2 from c where t.lane = $1 and t.id = c.id",
    "select num from flow where id = $1",
  ])("let pass %s", (sql) => {
    expect(broken(sql)).toEqual([]);
  });
});

test("no table that grows has an identity, a sequence, or a unique key without the lane", async () => {
  const tables = [...hot];
  const { rows: generated } = await lab.engine.pool.query(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and table_name = any($1) and (is_identity = 'YES' or column_default like 'nextval%')`,
    [tables],
  );
  expect(generated).toEqual([]);
  const { rows: keys } = await lab.engine.pool.query(
    `select i.indexrelid::regclass::text as name from pg_index i
     where i.indisunique and i.indrelid::regclass::text = any($1) and not exists (
       select 1 from pg_attribute a where a.attrelid = i.indexrelid and a.attname = 'lane' and (a.attnum = 1 or not i.indisprimary))`,
    [tables],
  );
  expect(keys).toEqual([]);
});

test("tables that are looked up by id have one index that begins with the lane, so that no other can stand in for it", async () => {
  const { rows } = await lab.engine.pool.query(
    `select i.indrelid::regclass::text as name from pg_index i join pg_attribute a on a.attrelid = i.indexrelid and a.attnum = 1
     where a.attname = 'lane' and i.indrelid = any('{document,task,attention}'::regclass[]) order by 1`,
  );
  expect(rows.map((row: { name: string }) => row.name)).toEqual(["attention", "document", "task"]);
});

test("docs/hot-statements.md has each named statement once, with its purpose", () => {
  const rows = [...readFileSync(DOCUMENT, "utf8").matchAll(/^\| `([a-z_]+)` *\|([^|]*)\|/gm)];
  const documented = rows.filter((row) => row[2]?.trim() !== "").map((row) => row[1] ?? "");
  const names = [...new Set(texts.flatMap((text) => text.name ?? []))];
  expect(
    names.filter((name) => documented.filter((other) => other === name).length !== 1),
    "write the statement's purpose into docs/hot-statements.md",
  ).toEqual([]);
});
