/** Databases as source and target, against a real MariaDB and a real PostgreSQL: what arrives is what stood there, to the letter. */
import { join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import type { Connection, Flow } from "@datong/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMariaDb, type MariaDb } from "../../../../tools/mariadb.ts";
import { MYSQL } from "../../src/connection/database/mysql-session.ts";
import { POSTGRESQL } from "../../src/connection/database/postgres-session.ts";
import type { DatabaseSession } from "../../src/connection/database/session.ts";
import { openEngine, type Engine } from "../../src/engine.ts";
import { temporaryStore } from "../store/postgres/temporary-store.ts";
import { cutLine, type CutLine } from "./cut-line.ts";

const store = temporaryStore();
const maria: MariaDb | string = await startMariaDb();
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ dataDir: join(store.folder, "data"), connectors: CONNECTORS, sessionsOf: {} });
});
afterAll(async () => {
  await engine.close();
  if (typeof maria !== "string") await maria.stop();
  store.remove();
});

interface Lab {
  readonly kind: "mysql" | "postgresql";
  readonly line: CutLine;
  readonly session: DatabaseSession;
  readonly connection: Connection;
  readonly run: (flow: Flow) => ReturnType<Engine["run"]>;
  readonly cells: (sql: string) => Promise<readonly (readonly string[])[]>;
}

async function openLab(kind: "mysql" | "postgresql"): Promise<Lab> {
  const { host = "", user = "" } = engine.pool.options;
  const target = kind === "mysql" ? { host: "127.0.0.1", port: (maria as MariaDb).port } : { path: join(host, ".s.PGSQL.5432") };
  const line = await cutLine(target);
  const dialect = kind === "mysql" ? MYSQL : POSTGRESQL;
  const settings = {
    host: "127.0.0.1",
    port: line.port,
    user: kind === "mysql" ? "root" : user,
    password: "secret-word",
    tls: "no" as const,
  };
  const open = (database: string) =>
    dialect.open({
      ...settings,
      database,
      zone: "Asia/Shanghai",
      timeoutMs: 20_000,
      bytesMax: 1 << 26,
      allowPrivate: true,
      nowMs: Date.now,
    });
  const first = await open(kind === "mysql" ? "" : "postgres");
  await first.run(`CREATE DATABASE shop${kind === "mysql" ? " CHARACTER SET utf8mb4" : ""}`);
  first.close();
  const session = await open("shop");
  const connection: Connection = {
    id: kind,
    system: kind,
    settings: { url: `${kind}://127.0.0.1:${line.port}/shop`, user: settings.user, password: settings.password },
  };
  return {
    kind,
    line,
    session,
    connection,
    run: (flow) => engine.run(flow, new Map([[kind, connection]]), { waitMs: 5_000, sourceRetryDelaysMs: [], missingTryMs: 1 }),
    cells: async (sql) => (await session.query(sql, [])).rows,
  };
}

const TYPES = {
  mysql: { money: "decimal(18,6)", time: "datetime", flag: "tinyint(1)", json: "json", text: "varchar(200)" },
  postgresql: { money: "numeric(18,6)", time: "timestamp", flag: "boolean", json: "jsonb", text: "varchar(200)" },
} as const;

describe.each(["mysql", "postgresql"] as const)("%s", (kind) => {
  const isThere = kind === "postgresql" || typeof maria !== "string";
  /** Where MariaDB cannot be installed. */
  const needs = (skip: (reason?: string) => void): void => {
    if (!isThere) skip(String(maria));
  };
  let lab: Lab;
  beforeAll(async () => {
    if (!isThere) return;
    lab = await openLab(kind);
    const t = TYPES[kind];
    for (const sql of [
      `CREATE TABLE orders (id bigint PRIMARY KEY, no ${t.text}, shop ${t.text}, paid ${t.money}, at ${t.time}, ok ${t.flag}, extra ${t.json})`,
      `CREATE TABLE order_lines (order_id bigint, line_no int, sku ${t.text}, qty ${t.money}, PRIMARY KEY (order_id, line_no))`,
      `CREATE TABLE bill (bill_no ${t.text} PRIMARY KEY, big bigint, shop ${t.text} NOT NULL, paid ${t.money}, at ${t.time}, ok ${t.flag}, note ${t.text})`,
      `CREATE TABLE bill_line (bill_no ${t.text}, line_no int, sku ${t.text}, qty ${t.money}, PRIMARY KEY (bill_no, line_no))`,
      `CREATE TABLE once (bill_no ${t.text} PRIMARY KEY, shop ${t.text} NOT NULL)`,
    ])
      await lab.session.run(sql);
    const orders: string[] = [];
    const lines: string[] = [];
    for (let i = 0; i < 400; i++) {
      const id = 9_007_199_254_740_993n + BigInt(i);
      orders.push(
        `(${id}, 'N${i}', '${i % 2 === 0 ? "O''Brien 店" : "B"}', ${i}.100000, '2024-05-01 08:00:${String(i % 60).padStart(2, "0")}', ${i % 3 === 0}, '{"a": 1.50}')`,
      );
      for (let line = 1; line <= 3; line++) lines.push(`(${id}, ${line}, 'S${i}-${line}', ${line}.250000)`);
    }
    await lab.session.run(`INSERT INTO orders VALUES ${orders.join(",")}`);
    await lab.session.run(`INSERT INTO order_lines VALUES ${lines.join(",")}`);
  });
  afterAll(async () => {
    if (!isThere) return;
    lab.session.close();
    await lab.line.close();
  });

  const flow = (id: string, change: Partial<Flow>): Flow => ({
    id: `${kind}-${id}`,
    source: { connection: kind, api: "table", id: ["id"], params: { table: "orders", key: "id" } },
    mapping: [],
    target: { connection: kind, api: "upsert", options: { table: "bill", key: "bill_no" } },
    dispatch: { enabled: true, retries: { count: 3, delaysS: [0.05] } },
    ...change,
  });

  const JOINED: Flow["source"] = {
    connection: kind,
    api: "query",
    id: ["id"],
    number: "no",
    pageSize: 500,
    params: {
      sql: `SELECT o.id, o.no, o.shop, o.paid, o.at, o.ok, o.extra, l.line_no, l.sku, l.qty
        FROM orders o JOIN order_lines l ON l.order_id = o.id -- the lines: 'one' each
        WHERE o.at >= :since AND o.shop = :shop`,
      key: "id, line_no",
      numberColumn: "no",
      since: "{{LAST_SYNC_TIME|datetime}}",
      shop: "O'Brien 店",
    },
    watermark: { start: "2024-01-01 00:00:00" },
  };
  const HEAD: Flow["mapping"] = [
    { field: "bill_no", value: "X-{{no}}" },
    { field: "big", value: "{{id}}", type: "int" },
    { field: "shop", value: "{{shop}}" },
    { field: "paid", value: "{{paid}}", type: "float" },
    { field: "at", value: "{{at}}" },
    { field: "ok", value: "{{ok}}", type: "bool" },
    { field: "note", value: "{{extra.a}}'; DROP TABLE bill; --" },
    {
      field: "lines",
      type: "array",
      value: "lines",
      children: [
        { field: "line_no", value: "{{lines.line_no}}", type: "int" },
        { field: "sku", value: "{{lines.sku}}" },
        { field: "qty", value: "{{lines.qty}}", type: "float" },
      ],
    },
  ];
  const whole = (): Flow =>
    flow("whole", {
      source: JOINED,
      restructure: [{ kind: "group", by: ["id"], lines: "lines", header: ["id", "no", "shop", "paid", "at", "ok", "extra"] }],
      mapping: HEAD,
      target: {
        connection: kind,
        api: "upsert",
        options: { table: "bill", key: "bill_no", linesField: "lines", linesTable: "bill_line", linesLink: "bill_no" },
        batch: 100,
        changed: "update",
      },
    });

  test("bills with lines go from tables to tables, page by page, to the letter", async ({ skip }) => {
    needs(skip);
    expect(await lab.run(whole())).toMatchObject({ read: 600, records: 200, written: 200, failed: 0, unknown: 0, fault: null });
    expect(await lab.cells("SELECT count(*) FROM bill_line")).toEqual([["600"]]);
    const same = `SELECT count(*) FROM bill b JOIN orders o ON o.id = b.big AND b.bill_no = concat('X-', o.no) AND b.paid = o.paid AND b.at = o.at AND b.ok = o.ok`;
    expect(await lab.cells(same)).toEqual([["200"]]);
    const [row] = await lab.cells("SELECT big, shop, paid, at, note FROM bill WHERE bill_no = 'X-N398'");
    expect(row).toEqual([
      "9007199254741391",
      '"O\'Brien 店"',
      "398.100000",
      '"2024-05-01 08:00:38"',
      expect.stringContaining("DROP TABLE bill; --"),
    ]);
    expect(await lab.cells("SELECT line_no, sku, qty FROM bill_line WHERE bill_no = 'X-N4' ORDER BY 1")).toEqual([
      ["1", '"S4-1"', "1.250000"],
      ["2", '"S4-2"', "2.250000"],
      ["3", '"S4-3"', "3.250000"],
    ]);
  });

  test("what has changed is read again and takes the place of what was there; the rest is unchanged", async ({ skip }) => {
    needs(skip);
    await lab.session.run("UPDATE orders SET paid = 5.5, at = '2099-01-01 00:00:00' WHERE no = 'N4'");
    await lab.session.run(`DELETE FROM order_lines WHERE line_no = 3 AND sku = 'S4-3'`);
    expect(await lab.run(whole())).toMatchObject({ written: 1, failed: 0 });
    expect(await lab.cells("SELECT paid FROM bill WHERE bill_no = 'X-N4'")).toEqual([["5.500000"]]);
    expect(await lab.cells("SELECT count(*) FROM bill_line WHERE bill_no = 'X-N4'")).toEqual([["2"]]);
    expect(await engine.run(whole(), new Map([[kind, lab.connection]]), { numbers: ["N6"], sourceRetryDelaysMs: [] })).toMatchObject({
      read: 3,
      unchanged: 1,
    });
  });

  const once = (id: string, where: string, shop: string, api = "insert"): Flow =>
    flow(id, {
      source: { connection: kind, api: "table", id: ["id"], number: "no", params: { table: "orders", where, key: "id" } },
      mapping: [
        { field: "bill_no", value: `${id}-{{no}}` },
        { field: "shop", value: shop },
      ],
      target: { connection: kind, api, options: { table: "once", key: "bill_no" } },
    });

  test("of a batch each bad document is told its reason, and the good ones are there", async ({ skip }) => {
    needs(skip);
    await lab.session.run("INSERT INTO once VALUES ('bad-N1', 'theirs')");
    const bad = once("bad", "id < 9007199254740999", "{{shop}}");
    expect(await lab.run(bad)).toMatchObject({ records: 6, written: 5, failed: 1 });
    const { rows } = await engine.pool.query<{ external_key: string; cause: string; vendor_code: string }>(
      "select external_key, cause, vendor_code from document d join flow f on f.num = d.flow where f.id = $1 and d.status = 4",
      [bad.id],
    );
    expect(rows).toEqual([{ external_key: "bad-N1", cause: "duplicate", vendor_code: kind === "mysql" ? "1062" : "23505" }]);
    expect(await lab.cells("SELECT count(*) FROM once WHERE bill_no LIKE 'bad-%'")).toEqual([["6"]]);
  });

  test("a line that is cut at COMMIT leaves the write in doubt: the table is asked, and nothing is written twice", async ({ skip }) => {
    needs(skip);
    lab.line.cutAt("INSERT", "COMMIT");
    const source = once("cut", "id < 9007199254740996", "{{shop}}");
    const result = await lab.run(source);
    expect(result).toMatchObject({ written: 3, unknown: 0, failed: 0 });
    const { rows } = await engine.pool.query<{ operation: string; status: number }>(
      "select e.operation, e.status from exchange e join flow f on f.num = e.flow where f.id = $1 order by e.id",
      [source.id],
    );
    expect(rows).toEqual([
      { operation: "table", status: 200 },
      { operation: "insert", status: 0 },
      { operation: "find", status: 200 },
    ]);
    expect(await lab.cells("SELECT count(*) FROM once WHERE bill_no LIKE 'cut-%'")).toEqual([["3"]]);
  });

  for (const [what, sql, code] of [
    ["a second statement", "SELECT 1; DROP TABLE bill", "DATABASE_STATEMENT_REFUSED"],
    ["a statement that writes", "DELETE FROM bill", "DATABASE_STATEMENT_REFUSED"],
    ["a file", "SELECT 1 INTO OUTFILE '/tmp/x'", "DATABASE_STATEMENT_REFUSED"],
    ["a value that nobody gave", "SELECT id FROM orders WHERE no = :sinse", "DATABASE_VALUE_MISSING"],
    ["two columns of one name", "SELECT id, no AS id FROM orders", "VENDOR_REFUSED"],
    ["a table that is not there", "SELECT id FROM nothing", "VENDOR_REFUSED"],
  ] as const)
    test(`${what} is refused`, async ({ skip }) => {
      needs(skip);
      const refused = flow("refused", { source: { connection: kind, api: "query", id: ["id"], params: { sql, key: "id", other: "1" } } });
      const result = await lab.run(refused);
      expect(result.fault).toMatchObject({ code });
      expect(await lab.cells("SELECT count(*) FROM bill")).toEqual([["200"]]);
    });

  test("a reading cannot write, whatever its statement calls", async ({ skip }) => {
    needs(skip);
    const sql =
      kind === "mysql" ? "SELECT id FROM orders FOR UPDATE" : "WITH gone AS (DELETE FROM bill RETURNING big AS id) SELECT * FROM gone";
    const result = await lab.run(flow("writes", { source: { connection: kind, api: "query", id: ["id"], params: { sql, key: "id" } } }));
    expect(result.written).toBe(0);
    expect(await lab.cells("SELECT count(*) FROM bill")).toEqual([["200"]]);
  });

  test("an address of the company's own network is refused where the connection may not reach it; a server that is away is told", async ({
    skip,
  }) => {
    needs(skip);
    const own = { ...lab.connection, id: "guarded", privateNetwork: false };
    const away = { ...lab.connection, id: "away", settings: { ...lab.connection.settings, url: `${kind}://127.0.0.1:1/shop` } };
    for (const [connection, code] of [
      [own, "ADDRESS_REFUSED"],
      [away, "HOST_UNREACHABLE"],
    ] as const) {
      const { source, target, ...rest } = flow(`at-${connection.id}`, {});
      const moved = { ...rest, source: { ...source, connection: connection.id }, target: { ...target, connection: connection.id } };
      const result = await engine.run(moved, new Map([[connection.id, connection]]), { sourceRetryDelaysMs: [] });
      expect(result.fault?.code).toBe(code);
    }
  });

  test("select, execute and batchexecute work as in 轻易云", async ({ skip }) => {
    needs(skip);
    const source = {
      connection: kind,
      api: "select",
      id: ["id"],
      pageSize: 3,
      params: {
        main_sql: "SELECT id, no, shop FROM orders WHERE no IN ('N1','N2','N3','N5','N7') ORDER BY id LIMIT :limit OFFSET :offset",
      },
    };
    const fields = [
      { field: "bill_no", value: "{{no}}" },
      { field: "shop", value: "{{shop}}" },
    ];
    const bulk = flow("bulk", {
      source,
      mapping: fields.map((field) => ({ ...field, value: field.field === "bill_no" ? "bulk-{{no}}" : field.value })),
      target: { connection: kind, api: "batchexecute", options: { main_sql: "INSERT INTO once (bill_no, shop) VALUES" } },
    });
    const single = flow("single", {
      source,
      mapping: fields.map((field) => ({ ...field, value: field.field === "bill_no" ? "single-{{no}}" : field.value })),
      target: { connection: kind, api: "execute", options: { main_sql: "INSERT INTO once (shop, bill_no) VALUES (:shop, :bill_no)" } },
    });
    expect(await lab.run(bulk)).toMatchObject({ read: 5, written: 5 });
    expect(await lab.run(single)).toMatchObject({ read: 5, written: 5 });
    expect(await lab.cells("SELECT count(*) FROM once WHERE bill_no LIKE 'bulk-%' OR bill_no LIKE 'single-%'")).toEqual([["10"]]);
    expect(await lab.cells("SELECT shop FROM once WHERE bill_no = 'single-N2'")).toEqual([['"O\'Brien 店"']]);
  });
});
