/** One bill to many documents, many bills to one, one document for many bills. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryRecords } from "../../src/ledger/retry-records.ts";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const linksOf = async (scene: Scene): Promise<readonly string[]> =>
  (
    await lab.engine.pool.query<{ link: string }>(
      `select s.record_key || ' ' || d.external_key as link from document_source s join document d on d.lane = s.lane and d.id = s.document
       join flow f on f.num = s.flow where f.id = $1 order by 1`,
      [scene.flow().id],
    )
  ).rows.map((row) => row.link);

const byCustomer: FlowChange = {
  restructure: [{ kind: "distinct", by: ["customer"] }],
  mapping: [
    { field: "k", value: "{{customer}}" },
    { field: "name", value: "{{name}}" },
  ],
};

describe("one document for many bills (distinct)", () => {
  test("is written once, across records and pages, and every bill is linked to it", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [
      ["a", "C1"],
      ["b", "C2"],
      ["c", "C1"],
      ["d", "C1"],
      ["e", "C2"],
    ].map(([id, customer]) => bill(id ?? "", { customer }));
    expect(await scene.run({ source: { pageSize: 2 }, ...byCustomer })).toMatchObject({ records: 5, written: 2 });
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["C1", "C2"]);
    expect(await linksOf(scene)).toEqual(["c C1", "d C1", "e C2"]);
    // A later run with one more bill of a known customer writes nothing.
    scene.vendor.rows = [...scene.vendor.rows, bill("f", { customer: "C2" })];
    expect(await scene.run({ source: { pageSize: 2 }, ...byCustomer })).toMatchObject({ unchanged: 5, written: 0 });
    expect(await linksOf(scene)).toContain("f C2");
  });
});

const daySummary: FlowChange = {
  restructure: [{ kind: "merge", by: ["shop", "day"], lines: "lines", header: ["shop", "day"], lineFields: ["sku", "qty"] }],
  mapping: [
    { field: "k", value: "{{shop}}-{{day}}{{supplement_no}}" },
    {
      field: "lines",
      type: "array",
      value: "lines",
      children: [
        { field: "sku", value: "{{lines.sku}}" },
        { field: "qty", value: "{{lines.qty}}" },
      ],
    },
  ],
};
const sale = (id: string, shop: string, day: string, qty = "1"): { readonly text: string } => bill(id, { shop, day, sku: `S-${id}`, qty });
const skusOf = (text: string | undefined): readonly string[] =>
  (JSON.parse(text ?? "{}") as { lines?: { sku: string }[] }).lines?.map((line) => line.sku) ?? [];

describe("many bills to one (a day's summary)", () => {
  test("every shop and day is one document with all its bills, each linked", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [
      sale("a", "甲", "0101"),
      sale("b", "乙", "0101"),
      sale("c", "甲", "0101"),
      sale("d", "甲", "0102"),
      sale("e", "甲", "0101"),
    ];
    expect(await scene.run({ source: { pageSize: 2 }, ...daySummary })).toMatchObject({ records: 5, written: 3 });
    const first = scene.vendor.ledger.find((entry) => entry.key === "甲-0101");
    expect(skusOf(first?.text)).toEqual(["S-a", "S-c", "S-e"]);
    expect(await linksOf(scene)).toEqual(["c 甲-0101", "e 甲-0101"]);
    expect(await scene.run({ source: { pageSize: 2 }, ...daySummary })).toMatchObject({ unchanged: 5, written: 0 });
  });

  test("a bill that comes late makes a supplement with its own lines alone", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [sale("a", "甲", "0101"), sale("b", "甲", "0101")];
    await scene.run(daySummary);
    scene.vendor.rows = [...scene.vendor.rows, sale("z", "甲", "0101")];
    expect(await scene.run(daySummary)).toMatchObject({ unchanged: 2, written: 1 });
    expect(scene.vendor.ledger.map((entry) => skusOf(entry.text))).toEqual([["S-a", "S-b"], ["S-z"]]);
    expect((await scene.documents()).map((document) => document.unit.endsWith("#2"))).toEqual([false, true]);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["甲-0101", "甲-01012"]);
    scene.vendor.rows = [...scene.vendor.rows, sale("zz", "甲", "0101")];
    await scene.run(daySummary);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["甲-0101", "甲-01012", "甲-01013"]);
  });

  test("a supplement under the summary's own key is not sent; with the number mapped it is written", async () => {
    const scene = await lab.scene();
    const fields = (daySummary.mapping ?? []).slice(1);
    const unnumbered = { ...daySummary, mapping: [{ field: "k", value: "{{shop}}-{{day}}" }, ...fields] };
    scene.vendor.rows = [sale("a", "甲", "0101")];
    await scene.run(unnumbered);
    scene.vendor.rows = [...scene.vendor.rows, sale("z", "甲", "0101")];
    expect(await scene.run(unnumbered)).toMatchObject({ written: 0, failed: 1 });
    expect(scene.vendor.requests("save")).toHaveLength(1);
    expect((await scene.documents())[1]).toMatchObject({ status: STATUS.failed, code: "MERGE_SUPPLEMENT_KEY" });
    expect(await retryRecords(lab.engine, scene.flow(daySummary), scene.connections, { numbers: ["z"] })).toMatchObject({ queued: 1 });
    expect(await scene.run(daySummary, { numbers: [] })).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.ledger.map((entry) => [entry.key, ...skusOf(entry.text)])).toEqual([
      ["甲-0101", "S-a"],
      ["甲-01012", "S-z"],
    ]);
  });

  test("a summary that was refused is put together anew with what was corrected and what came late, as the same document", async () => {
    const scene = await lab.scene();
    scene.vendor.refuse = (document) => (JSON.stringify(document).includes("S-坏") ? "货号不合法" : undefined);
    scene.vendor.rows = [sale("a", "甲", "0101"), bill("b", { shop: "甲", day: "0101", sku: "S-坏", qty: "1" })];
    expect(await scene.run(daySummary)).toMatchObject({ written: 0, failed: 1 });
    scene.vendor.rows = [sale("a", "甲", "0101"), sale("b", "甲", "0101"), sale("c", "甲", "0101")];
    expect(await scene.run(daySummary)).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.ledger.map((entry) => [entry.key, ...skusOf(entry.text)])).toEqual([["甲-0101", "S-a", "S-b", "S-c"]]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, version: 2 }]);
    expect(await linksOf(scene)).toEqual(["b 甲-0101", "c 甲-0101"]);
  });

  test("a refused summary is summed again by a retry", async () => {
    const scene = await lab.scene();
    scene.vendor.refuse = () => "暂停收单";
    scene.vendor.rows = [sale("a", "甲", "0101"), sale("b", "甲", "0101")];
    expect(await scene.run(daySummary)).toMatchObject({ failed: 1 });
    scene.vendor.refuse = () => undefined;
    expect(await retryRecords(lab.engine, scene.flow(daySummary), scene.connections, { numbers: ["b"] })).toMatchObject({ queued: 1 });
    expect(await scene.run(daySummary, { numbers: [] })).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.ledger.map((entry) => skusOf(entry.text))).toEqual([["S-a", "S-b"]]);
    expect(await scene.documents()).toHaveLength(1);
  });

  test("a bill that was changed after its summary was written is not counted a second time", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [sale("a", "甲", "0101"), sale("b", "甲", "0101")];
    await scene.run(daySummary);
    scene.vendor.rows = [sale("a", "甲", "0101", "7"), sale("b", "甲", "0101")];
    expect(await scene.run(daySummary)).toMatchObject({ unchanged: 1, written: 0 });
    expect(scene.vendor.ledger).toHaveLength(1);
    expect((await scene.records()).find((record) => record.key === "a")).toMatchObject({ reason: "BILL_CHANGED", version: 2 });
  });

  test("a pull that broke off makes no half summary: the rest is read first", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [sale("a", "甲", "0101"), sale("b", "甲", "0101"), sale("c", "甲", "0101")];
    scene.vendor.script = (request) => (request.operation === "rows" && request.json["page"] === 2 ? { kind: "cut" } : undefined);
    expect((await scene.run({ source: { pageSize: 2 }, ...daySummary })).fault?.code).toBe("CALL_CUT");
    expect(scene.vendor.ledger).toEqual([]);
    scene.vendor.script = () => undefined;
    await scene.run({ source: { pageSize: 2 }, ...daySummary });
    expect(scene.vendor.ledger.map((entry) => skusOf(entry.text))).toEqual([["S-a", "S-b", "S-c"]]);
  });

  test("a summary that cannot be mapped is failed, with the reason", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [sale("a", "甲", "0101", "一打"), sale("b", "乙", "0101")];
    const strict: FlowChange = {
      ...daySummary,
      mapping: [
        { field: "k", value: "{{shop}}-{{day}}" },
        { field: "lines", type: "array", value: "lines", children: [{ field: "qty", type: "float", value: "{{lines.qty}}" }] },
      ],
    };
    expect(await scene.run(strict)).toMatchObject({ written: 1, failed: 1 });
    const said = (await scene.documents()).find((document) => document.status === STATUS.failed)?.vendor_text ?? "";
    expect(said).toMatch(/^lines\[0\]\.qty: .*\p{Script=Han}.* \/ lines\[0\]\.qty: .*[a-z]{2} [a-z]/u);
  });
});

describe("one bill to many documents", () => {
  test("explode makes one for each element of an array, and a bill that grows adds only the new one", async () => {
    const scene = await lab.scene();
    const parcels: FlowChange = {
      restructure: [{ kind: "explode", path: "parcels" }],
      mapping: [
        { field: "k", value: "{{id}}-{{bfn_num}}" },
        { field: "code", value: "{{parcels_code}}" },
      ],
    };
    scene.vendor.rows = [bill("a", { parcels: [{ code: "P1" }, { code: "P2" }] }), bill("b", { parcels: [{ code: "P3" }] })];
    expect(await scene.run(parcels)).toMatchObject({ records: 2, written: 3 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a-1", "a-2", "b-1"]);
    scene.vendor.rows = [
      bill("a", { parcels: [{ code: "P1" }, { code: "P2" }, { code: "P9" }] }),
      bill("b", { parcels: [{ code: "P3" }] }),
    ];
    expect(await scene.run({ ...parcels, target: { changed: "ignore" } })).toMatchObject({ unchanged: 1, written: 1 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a-1", "a-2", "b-1", "a-3"]);
  });

  test("cap splits a bill with too many lines, and the pieces hold all lines once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { lines: Array.from({ length: 7 }, (_, i) => ({ sku: `S${i}`, qty: 1 })) })];
    const capped: FlowChange = {
      restructure: [{ kind: "cap", lines: "lines", max: 3 }],
      mapping: [
        { field: "k", value: "{{id}}-{{part_no}}" },
        { field: "lines", type: "array", value: "lines", children: [{ field: "sku", value: "{{lines.sku}}" }] },
      ],
    };
    expect(await scene.run(capped)).toMatchObject({ records: 1, written: 3 });
    expect(scene.vendor.ledger.map((entry) => [entry.key, ...skusOf(entry.text)])).toEqual([
      ["a-1", "S0", "S1", "S2"],
      ["a-2", "S3", "S4", "S5"],
      ["a-3", "S6"],
    ]);
    expect((await scene.documents()).map((document) => document.record_key)).toEqual(["a", "a", "a"]);
  });

  test("a bill that the restructuring cannot work on is kept as failed with the reason", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { lines: "keine" }), bill("b", { lines: [] })];
    expect(await scene.run({ restructure: [{ kind: "cap", lines: "lines", max: 3 }] })).toMatchObject({ written: 1 });
    expect((await scene.records())[0]).toMatchObject({
      key: "a",
      status: STATUS.failed,
      reason: expect.stringContaining("RESTRUCTURE_NOT_LINES"),
    });
  });
});

describe("part of a flow", () => {
  test("only the asked numbers are read and written, and no cursor moves", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(12);
    expect(await scene.run({ source: { pageSize: 5 } }, { numbers: ["N-b0007", "b0011"] })).toMatchObject({ records: 2, written: 2 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b0007", "b0011"]);
    expect(await scene.cursor("pull")).toBeNull();
    expect(await scene.run({ source: { pageSize: 5 } })).toMatchObject({ records: 12, unchanged: 2, written: 10 });
  });

  test("with a limit, run after run takes the next bills until none is left", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(11);
    const written: number[] = [];
    for (let i = 0; i < 6; i += 1) written.push((await scene.run({ source: { pageSize: 5 } }, { limit: 3 })).written);
    expect(written.reduce((sum, n) => sum + n, 0)).toBe(11);
    expect(Math.max(...written)).toBe(3);
    expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(11);
  });

  test("with a limit, the watermark does not pass the bills that were left out", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(8).map((row) => ({ ...row, atMs: Date.now() - 3_600_000 }));
    const change: FlowChange = {
      source: { params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" }, watermark: { start: "-1d", overlapS: 0 } },
    };
    expect(await scene.run(change, { limit: 3 })).toMatchObject({ written: 3 });
    expect(await scene.cursor("watermark")).toBeNull();
    expect(await scene.run(change)).toMatchObject({ written: 5 });
    expect(await scene.run(change)).toMatchObject({ read: 0, written: 0 });
    expect(scene.vendor.ledger).toHaveLength(8);
  });
});
