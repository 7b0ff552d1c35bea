import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const RETURNS = "kingdee-return-to-jushuitan-inout";
const SALEOUTS = "jushuitan-saleout-to-kingdee-outstock";
const FILE = `flows/${RETURNS}.yaml`;
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(16);
});
afterAll(async () => {
  await example.close();
});

interface Listed {
  readonly counts: Readonly<Record<string, number>>;
  readonly records: readonly {
    readonly number: string;
    readonly status: string;
    readonly key: string;
    readonly documents: readonly {
      readonly id: string;
      readonly externalKey: string;
      readonly number: string | null;
      readonly code: string | null;
    }[];
  }[];
}

async function list(...argv: readonly string[]): Promise<Listed> {
  const { code, terminal } = await example.datong("records", RETURNS, "--json", ...argv);
  expect(code).toBe(0);
  return terminal.json() as Listed;
}

describe("a flow from preview to retry", () => {
  test("preview shows rows, fields with their origin and the masked request, and writes nothing", async () => {
    const { code, terminal } = await example.datong("preview", RETURNS, "--limit", "2");
    expect(code).toBe(0);
    const text = terminal.outText();
    expect(text).toMatch(/external_id +\{\{FBillNo\}\}\{\{SubHeadEntity_FEntryId\}\}XStuiin +FBillNo=XSTH\d+/);
    expect(text).toContain("POST ");
    expect(text).toContain("otherinout/upload");
    for (const secret of ["JUSHUITAN_APP_SECRET", "JUSHUITAN_ACCESS_TOKEN", "KINGDEE_PASSWORD"] as const)
      expect(text).not.toContain(example.env[secret]);
    expect(example.vendor("jushuitan").ledger()).toEqual([]);
    expect((await list()).records).toEqual([]);
    const { rows } = await example.database.pool.query<{ n: string }>(
      "select (select count(*) from record) + (select count(*) from document) + (select count(*) from exchange) + (select count(*) from run) as n",
    );
    expect(rows).toEqual([{ n: "0" }]);
  });

  test("preview names columns that the API does not declare, and gives them as YAML to paste", async () => {
    const { terminal } = await example.datong("preview", SALEOUTS, "--add-columns");
    const lines = terminal.outText().trimEnd().split("\n");
    expect(lines[0]).toBe("columns:");
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}(\S+): \1 # _autoFillResponse (string|number|bool|array|object|null) /);
  });

  test("a mapping that the target refuses: run ends with 1, the vendor's words are shown", async () => {
    await example.edit(FILE, "{{items.FRealQty}}", "NO-SUCH-{{items.FRealQty}}");
    const { code, terminal } = await example.datong("run", RETURNS, "--json", "--limit", "1");
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({ flows: [{ id: RETURNS, records: 1, written: 0, failed: 1 }], ok: false });
    const failed = await list("--status", "错误");
    expect(failed.counts).toEqual({ failed: 1 });
    const number = failed.records[0]?.number ?? "";
    const shown = await example.datong("show", number);
    expect(shown.code).toBe(0);
    expect(shown.terminal.outText()).toContain("NO-SUCH-");
    expect(shown.terminal.outText()).toContain("错误");
    expect(shown.terminal.outText()).toContain("怎么办：");
  });

  test("retry maps the stored rows by the mended flow and writes the document once; a second retry has nothing to do", async () => {
    const number = (await list("--status", "failed")).records[0]?.number ?? "";
    await example.edit(FILE, "NO-SUCH-", "");
    const { code } = await example.datong("retry", RETURNS, "--number", number, "--json");
    expect(code).toBe(0);
    expect((await list("--number", number)).records).toMatchObject([{ status: "done" }]);
    expect(example.vendor("jushuitan").ledger()).toHaveLength(1);
    const again = await example.datong("retry", RETURNS, "--number", number, "--json");
    expect(again.code).toBe(1);
    expect(again.terminal.json()).toMatchObject({ ok: false, error: { code: "NOTHING_TO_RETRY" } });
    expect(example.vendor("jushuitan").ledger()).toHaveLength(1);
  });

  test("run writes the rest, every document exactly once, and prints exactly the agreed members", async () => {
    const { code, terminal } = await example.datong("run", RETURNS, "--json");
    expect(code).toBe(0);
    const result = terminal.json() as { readonly flows: readonly object[]; readonly ok: boolean };
    expect(Object.keys(result)).toEqual(["flows", "ok"]);
    expect(Object.keys(result.flows[0] ?? {})).toEqual(["id", "read", "records", "written", "failed", "skipped", "unknown", "durationMs"]);
    const keys = example
      .vendor("jushuitan")
      .ledger()
      .map((entry) => entry.key);
    expect(new Set(keys).size).toBe(keys.length);
    const { records } = await list();
    expect(records.map((record) => record.documents[0]?.externalKey).sort()).toEqual([...keys].sort());
  });

  test("a record is found by source number, key, external key, target number and document id", async () => {
    const record = (await list()).records.at(-1);
    const document = record?.documents[0];
    for (const name of [record?.number, record?.key, document?.externalKey, document?.number, document?.id]) {
      const { code, terminal } = await example.datong("show", name ?? "", "--json", "--flow", RETURNS);
      expect(code).toBe(0);
      expect(terminal.json()).toMatchObject({
        ok: true,
        records: [
          {
            number: record?.number,
            status: "done",
            documents: [{ number: document?.number, exchanges: [{ operation: "jushuitan.otherinout.upload" }] }],
          },
        ],
      });
    }
  });

  test("the story masks secrets and names both numbers", async () => {
    const record = (await list()).records[0];
    const { terminal } = await example.datong("show", record?.number ?? "");
    expect(terminal.outText()).toContain(`单号对照：${record?.number} → ${record?.documents[0]?.number}`);
    for (const secret of ["JUSHUITAN_APP_SECRET", "JUSHUITAN_ACCESS_TOKEN", "KINGDEE_PASSWORD"] as const)
      expect(terminal.outText()).not.toContain(example.env[secret]);
  });
});

describe("numbers that the ledger lacks", () => {
  test("without a flow the answer is how to ask further", async () => {
    const { code, terminal } = await example.datong("show", "XSTH-NOWHERE", "--json");
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({ ok: false, error: { code: "RECORD_UNKNOWN" } });
  });

  test("with a flow the source is asked and nothing is written", async () => {
    const before = example.vendor("jushuitan").ledger().length;
    const { code, terminal } = await example.datong("show", "XSTH-NOWHERE", "--flow", RETURNS, "--json");
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      ok: false,
      record: null,
      source: { answer: expect.stringMatching(/^not-in-(source|window)$/) },
    });
    expect(example.vendor("jushuitan").ledger()).toHaveLength(before);
  });

  test("a bill that a rule drops is told with the rule; one of a flow that never ran with that", async () => {
    const rows = example.vendor("jushuitan-qimen").data("saleout") as readonly { readonly io_id: number; readonly status: string }[];
    const dropped = rows.find((row) => row.status !== "Confirmed");
    const kept = rows.find((row) => row.status === "Confirmed");
    const ask = async (number: number | undefined): Promise<unknown> =>
      (await example.datong("show", String(number), "--flow", SALEOUTS, "--json")).terminal.json();
    expect(await ask(kept?.io_id)).toMatchObject({ source: { answer: "never-run" } });
    expect(dropped).toBeDefined();
    expect(await ask(dropped?.io_id)).toMatchObject({ source: { answer: "dropped", text: expect.stringContaining("只同步已出库的单据") } });
  });
});
