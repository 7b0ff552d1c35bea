/** `datong reconcile`: what somebody deleted, changed and added at the target by hand is found, repaired, accepted, exported. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSpreadsheet } from "@datong/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const SALEOUTS = "jushuitan-saleout-to-kingdee-outstock";
/** What the flow declares for it; the examples are those of users' documents and have nothing of ours. */
const RULE = `reconcile:
  lines: FEntity
  sums:
    - target: FEntity.FRealQty
      source: items.qty
    - target: FEntity.FAllAmount
      source: items.amount
      tolerance: "0.01"
  day: FDate
  groups: [FCustomerID.FNumber]
  list:
    api: executeBillQuery:SAL_OUTSTOCK
    params:
      FilterString: FModifyDate>='{{LAST_SYNC_TIME|datetime}}' and FBillNo like 'JST%'
dispatch:
`;
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(10);
  await example.edit(`flows/${SALEOUTS}.yaml`, "dispatch:\n", RULE);
});
afterAll(async () => {
  await example.close();
});

interface Side {
  readonly documents: number;
  readonly lines: number;
  readonly sums: readonly string[];
}

interface Report {
  readonly ok: boolean;
  readonly id: string;
  readonly documents: number;
  readonly same: number;
  readonly accepted: number;
  readonly total: { readonly source: Side; readonly target: Side };
  readonly totals: readonly { readonly day: string; readonly groups: readonly string[]; readonly source: Side; readonly target: Side }[];
  readonly notes: readonly string[];
  readonly notCompared: readonly string[];
  readonly repaired: { readonly pushed: number; readonly updated: number; readonly told: readonly { readonly key: string }[] } | null;
  readonly differences: readonly {
    readonly kind: string;
    readonly key: string;
    readonly number: string | null;
    readonly ledger: string | null;
    readonly reason: string | null;
    readonly gaps: readonly { readonly path: string; readonly source: string; readonly target: string }[];
  }[];
}

const reconcile = (...argv: readonly string[]): Promise<Reconciled> => reconcileFlow(SALEOUTS, ...argv);

interface Reconciled {
  readonly code: number;
  readonly report: Report;
}

async function reconcileFlow(flow: string, ...argv: readonly string[]): Promise<Reconciled> {
  const { code, terminal } = await example.datong("reconcile", flow, "--json", ...argv);
  return { code, report: terminal.json() as Report };
}

function byHand(action: string, number: string, more: Readonly<Record<string, unknown>> = {}): void {
  example.vendor("kingdee-galaxy").control?.(action, { action, formId: "SAL_OUTSTOCK", number, ...more });
}

function writtenKeys(): readonly string[] {
  return example
    .vendor("kingdee-galaxy")
    .ledger()
    .filter((entry) => entry.kind.includes("SAL_OUTSTOCK"))
    .map((entry) => entry.key);
}

const found = (report: Report): readonly string[] => report.differences.map(({ kind, key }) => `${kind} ${key}`).toSorted();

describe("a flow that has run", () => {
  test("agrees with its target, the sums of both sides to the cent", async () => {
    expect((await reconcile()).report.differences.every(({ kind }) => kind === "missing")).toBe(true);
    expect((await example.datong("run", SALEOUTS)).code).toBe(0);
    const { code, report } = await reconcile();
    expect(report).toMatchObject({ ok: true, differences: [], notes: [], notCompared: [] });
    expect(code).toBe(0);
    expect(report.same).toBe(writtenKeys().length);
    expect(report.total.source).toEqual(report.total.target);
    expect(Number(report.total.target.sums[1])).toBeGreaterThan(0);
    const days = report.totals.reduce((sum, row) => sum + row.target.documents, 0);
    expect([days, report.totals.every(({ day }) => /^\d{4}-\d\d-\d\d$/.test(day))]).toEqual([report.documents, true]);
  });

  test("what was deleted, changed and added at the target by hand is found, and repaired to zero", async () => {
    const [gone = "", changed = "", copied = ""] = writtenKeys();
    byHand("remove", gone);
    byHand("change-line", changed, { entry: "FEntity", values: { FRealQty: "77" } });
    byHand("copy", copied, { as: "JST-BY-HAND" });
    const { code, report } = await reconcile();
    expect(code).toBe(1);
    expect(found(report)).toEqual([`different ${changed}`, "extra JST-BY-HAND", `missing ${gone}`].toSorted());
    const different = report.differences.find(({ kind }) => kind === "different");
    expect(different?.gaps.map(({ path }) => path)).toContain("FEntity.FRealQty");
    expect(report.differences.find(({ kind }) => kind === "extra")?.reason).toBe("target-only");
    const file = join(example.dir, "report.xlsx");
    const mended = await reconcile("--repair", "--out", file);
    expect(mended.report.repaired).toMatchObject({ pushed: 1, updated: 1, told: [{ key: "JST-BY-HAND" }] });
    expect(found(mended.report)).toEqual(["extra JST-BY-HAND"]);
    const [differences, totals] = readSpreadsheet("report.xlsx", await readFile(file));
    expect(differences?.rows).toEqual([expect.any(Array), ["1", "多出", "JST-BY-HAND", "", "", "target-only"]]);
    expect(totals?.rows.at(-1)?.[0]).toBe("全部");
  });

  test("an accepted difference is left out until it changes; past reports are listed and exported", async () => {
    expect((await example.datong("reconcile", SALEOUTS, "--accept", "JST-BY-HAND")).code).toBe(2);
    const unknown = await example.datong("reconcile", SALEOUTS, "--accept", "NOWHERE", "--reason", "x", "--json");
    expect(unknown.terminal.json()).toMatchObject({ error: { code: "RECONCILE_DIFFERENCE_UNKNOWN" } });
    expect((await example.datong("reconcile", SALEOUTS, "--accept", "JST-BY-HAND", "--reason", "样品")).code).toBe(0);
    const { code, report } = await reconcile();
    expect([code, report.differences, report.accepted]).toEqual([0, [], 1]);
    byHand("remove", "JST-BY-HAND");
    expect((await reconcile()).report).toMatchObject({ ok: true, accepted: 0 });
    const { terminal } = await example.datong("reconcile", SALEOUTS, "--list", "--json");
    const { reconciliations } = terminal.json() as { readonly reconciliations: readonly { readonly id: string; readonly state: string }[] };
    expect(reconciliations.length).toBeGreaterThan(5);
    expect(new Set(reconciliations.map(({ state }) => state))).toEqual(new Set(["done"]));
    const file = join(example.dir, "past.csv");
    expect((await example.datong("reconcile", SALEOUTS, "--of", reconciliations[4]?.id ?? "", "--out", file)).code).toBe(0);
    expect(await readFile(file, "utf8")).toMatch(/^\uFEFF序号,/);
  });

  test("what was added by hand is shown before it is taken away, and goes as it was seen", async () => {
    byHand("copy", writtenKeys()[0] ?? "", { as: "JST-HAND-1" });
    byHand("copy", writtenKeys()[0] ?? "", { as: "JST-HAND-2" });
    const remove = ["reconcile", SALEOUTS, "--repair", "--extra", "remove"];
    expect((await example.datong("reconcile", SALEOUTS, "--extra", "remove")).code).toBe(2);
    const shown = await example.datong(...remove);
    expect([shown.code, shown.terminal.outText()]).toEqual([1, expect.stringMatching(/反审核、删除[^]*JST-HAND-1=[0-9a-f]{8}/)]);
    const named = (key: string): string => new RegExp(`${key}=[0-9a-f]{8}`).exec(shown.terminal.outText())?.[0] ?? "";
    const bills = ["--bill", named("JST-HAND-1"), named("JST-HAND-2")];
    expect((await example.datong(...remove, ...bills)).code).toBe(2);
    byHand("change-line", "JST-HAND-2", { entry: "FEntity", values: { FRealQty: "78" } });
    const done = await example.datong(...remove, ...bills, "--reason", "录错", "--json");
    const report = done.terminal.json() as Report;
    expect(report.repaired).toMatchObject({ removed: 1, told: [{ key: "JST-HAND-2", code: "REMOVAL_CHANGED" }] });
    expect([done.code, found(report)]).toEqual([1, ["extra JST-HAND-2"]]);
    const accepted = await example.datong("reconcile", SALEOUTS, "--repair", "--extra", "accept", "--reason", "样品", "--json");
    expect([accepted.code, accepted.terminal.json()]).toEqual([0, expect.objectContaining({ accepted: 1, differences: [] })]);
  });
});

describe("a target that cannot update and can be asked by key alone", () => {
  const RETURNS = "kingdee-return-to-jushuitan-inout";
  const KINGDEE = "kingdee-galaxy";

  test("tells what the source lacks by now, what the flow leaves out, and what only a person can settle", async () => {
    const rule = "reconcile:\n  lines: items\n  sums: [{ target: items.qty, source: FRealQty }]\ndispatch:\n";
    await example.edit(`flows/${RETURNS}.yaml`, "dispatch:\n", rule);
    expect((await example.datong("run", RETURNS)).code).toBe(0);
    const clean = (await reconcileFlow(RETURNS)).report;
    expect(clean).toMatchObject({ ok: true, notes: ["target-by-key-only"], notCompared: [] });
    expect(clean.total.source).toEqual(clean.total.target);
    const { terminal } = await example.datong("records", RETURNS, "--status", "done", "--json");
    const { records } = terminal.json() as { readonly records: readonly { readonly number: string }[] };
    const [gone = "", open = "", more = ""] = records.map(({ number }) => number);
    const control = (action: string, number: string, values?: object): unknown =>
      example.vendor(KINGDEE).control?.(action, { action, formId: "SAL_RETURNSTOCK", number, entry: "FEntity", values });
    control("remove", gone);
    control("change", open, { FDocumentStatus: "D" });
    control("change-line", more, { FRealQty: "9999" });
    const { report } = await reconcileFlow(RETURNS, "--repair");
    const told = report.differences.map(({ kind, key, reason }) => [kind, key.replace(/\d{6}XStuiin$/, ""), reason]);
    expect(told.toSorted()).toEqual(
      [
        ["different", more, null],
        ["extra", gone, "gone"],
        ["extra", open, "left-out"],
      ].toSorted(),
    );
    expect(report.differences.find(({ kind }) => kind === "different")?.gaps[0]).toMatchObject({ path: "items.qty" });
    expect(report.repaired).toMatchObject({ pushed: 0, updated: 0 });
    expect(report.repaired?.told).toHaveLength(3);
  });

  test("what was never read is read and written by a repair; what a person has left out stays so", async () => {
    const insert = (): void => void example.vendor(KINGDEE).insertRows(1, { late: true });
    const ours = async (...argv: readonly string[]): Promise<readonly (readonly [string, string | null])[]> => {
      const { report } = await reconcileFlow(RETURNS, ...argv);
      return report.differences.filter(({ kind }) => kind === "missing").map(({ number, ledger }) => [number ?? "", ledger] as const);
    };
    insert();
    expect(await ours()).toEqual([[expect.any(String), null]]);
    const before = example.vendor("jushuitan").ledger().length;
    expect(await ours("--repair")).toEqual([]);
    expect(example.vendor("jushuitan").ledger()).toHaveLength(before + 1);
    insert();
    const [[number = ""] = []] = await ours();
    // A literal that no row of the map has: the required field stays empty.
    const [value, broken] = ['value: "{{FStockId_FNumber}}"', "value: NOWHERE"];
    await example.edit(`flows/${RETURNS}.yaml`, value, broken);
    expect((await example.datong("run", RETURNS, "--number", number)).code).toBe(1);
    expect((await example.datong("skip", RETURNS, "--number", number, "--reason", "作废")).code).toBe(0);
    await example.edit(`flows/${RETURNS}.yaml`, broken, value);
    expect(await ours("--repair")).toEqual([[number, "skipped"]]);
    expect(example.vendor("jushuitan").ledger()).toHaveLength(before + 1);
  });

  test("a flow that only collects cannot be reconciled, and is told so", async () => {
    const text = await readFile(join(example.dir, "flows", `${RETURNS}.yaml`), "utf8");
    const end = "target: { connection: datong, api: collect }\ndispatch: { enabled: false }\n";
    const collect = `${text.slice(0, text.indexOf("restructure:")).replace(RETURNS, "collect")}mapping: []\n${end}`;
    await writeFile(join(example.dir, "flows", "collect.yaml"), collect);
    const { code, terminal } = await example.datong("reconcile", "collect", "--json");
    expect([code, terminal.json()]).toMatchObject([1, { error: { code: "RECONCILE_PROBE_MISSING" } }]);
  });
});
