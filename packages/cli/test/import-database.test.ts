/** A scheme of 轻易云 between databases, with the statement and the fields of its own documentation (corpus 070), imported and run against a real MariaDB. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { loadWorkspace, openEngine } from "@datong/engine";
import { expect, test } from "vitest";
import { startMariaDb } from "../../../tools/mariadb.ts";
import { main } from "../src/main.ts";
import { checkedFlow } from "../src/open-flow.ts";
import { memoryTerminal } from "./memory-terminal.ts";

const CORPUS = join(import.meta.dirname, "../../qeasy/test/corpus");
const text = (name: string, value: string): object => ({ field: name, label: name, type: "string", value });

interface Wire {
  readonly adapter_output: {
    readonly sql: { readonly main_sql: string };
    readonly params: { readonly main_params: readonly Readonly<Record<string, string>>[] };
  };
}

test("select to batchexecute: what the page had pasted is bound, and the rows are there", async ({ skip }) => {
  const maria = await startMariaDb();
  if (typeof maria === "string") return skip(maria);
  const dir = await mkdtemp(join(tmpdir(), "datong-import-db-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(dir, 0o711);
  const sql = (input: string): string =>
    spawnSync(
      "mariadb",
      [
        "--no-defaults",
        "--protocol=tcp",
        "--host=127.0.0.1",
        `--port=${maria.port}`,
        "--batch",
        "--skip-column-names",
        "--default-character-set=utf8mb4",
      ],
      { input, encoding: "utf8" },
    ).stdout;
  const file = (await readdir(CORPUS)).find((name) => name.startsWith("070")) ?? "";
  const wire = (JSON.parse(await readFile(join(CORPUS, file), "utf8")) as Wire).adapter_output;
  const fields = Object.keys(wire.params.main_params[0] ?? {});
  const columns = fields.map((name) => `\`${name}\` varchar(100)`).join(", ");
  sql(`CREATE DATABASE mid CHARACTER SET utf8mb4; USE mid; CREATE TABLE middle_order_prdmq (${columns});
    CREATE TABLE orders (id bigint PRIMARY KEY, no varchar(50), at datetime);
    INSERT INTO orders VALUES (1, 'O''1', '2024-05-01 08:00:00'), (2, '甲2', '2024-05-02 08:00:00'), (3, 'C3', '1999-01-01 00:00:00');`);
  const values: Readonly<Record<string, string>> = { order_code: "{{no}}", create_time: "{{at}}", FStatus: "4" };
  const scheme = {
    name: "订单到中间表",
    source_system: "MySQL",
    target_system: "MySQL",
    source: {
      api: "select",
      effect: "QUERY",
      method: "POST",
      id: "id",
      number: "no",
      idCheck: true,
      request: [
        {
          field: "main_params",
          label: "主参数",
          type: "object",
          children: [text("limit", "{{PAGINATION_PAGE_SIZE}}"), text("offset", "{{PAGINATION_START_ROW}}")],
        },
      ],
      otherRequest: [
        text("main_sql", "SELECT * FROM orders WHERE at >= '{{DAYS_AGO_9000|datetime}}' ORDER BY id LIMIT :limit OFFSET :offset"),
      ],
      pagination: { pageSize: 1 },
    },
    target: {
      api: "batchexecute",
      effect: "EXECUTE",
      method: "SQL",
      idCheck: true,
      request: [
        { field: "main_params", label: "主参数", type: "object", children: fields.map((name) => text(name, values[name] ?? "{{id}}")) },
      ],
      otherRequest: [text("main_sql", wire.sql.main_sql), text("limit", "1000")],
    },
  };
  try {
    await mkdir(join(dir, "connections"));
    await writeFile(join(dir, "workspace.yaml"), "name: own\n");
    await writeFile(
      join(dir, "connections", "mid.yaml"),
      `id: mid\nsystem: mysql\nsettings:\n  url: mysql://127.0.0.1:${maria.port}/mid\n  user: root\n  password: \${MID_PASSWORD}\n`,
    );
    await writeFile(join(dir, "scheme.json"), JSON.stringify(scheme));
    const env = { MID_PASSWORD: "none needed" };
    const terminal = memoryTerminal({ cwd: dir, env });
    const argv = ["import", "qeasy", "scheme.json", "--source-connection", "mid", "--target-connection", "mid", "--json"];
    expect(await main(argv, terminal)).toBe(0);
    const { flows } = terminal.json() as { readonly flows: readonly { readonly id: string; readonly status: string }[] };
    expect(flows).toMatchObject([{ status: "ok" }]);
    const workspace = await loadWorkspace(dir, { env, connectors: CONNECTORS });
    const entry = workspace.flows.get(flows[0]?.id ?? "");
    if (entry === undefined) throw new Error("no flow");
    const { flow, connections } = checkedFlow(workspace, entry);
    const engine = await openEngine({ dataDir: join(dir, ".datong"), connectors: CONNECTORS, sessionsOf: SESSIONS });
    expect(await engine.run(flow, connections)).toMatchObject({ read: 2, written: 2, failed: 0, fault: null });
    await engine.close();
    expect(sql("SELECT order_code, FStatus, create_time, FBillNo FROM mid.middle_order_prdmq ORDER BY FBillNo")).toBe(
      "O'1\t4\t2024-05-01 08:00:00\t1\n甲2\t4\t2024-05-02 08:00:00\t2\n",
    );
  } finally {
    await maria.stop();
    await rm(dir, { recursive: true, force: true });
  }
});
