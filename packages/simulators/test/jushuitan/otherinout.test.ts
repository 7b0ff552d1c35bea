import { afterEach, describe, expect, test } from "vitest";
import { documentOf, startClient, type Answer, type Client } from "./jushuitan-client.ts";

const UPLOAD = "jushuitan.otherinout.upload";
const CANCEL = "jushuitan.otherinout.cancel";
const QUERY = "other.inout.query";

const clients: Client[] = [];
async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<Client> {
  const client = await startClient(settings);
  clients.push(client);
  return client;
}
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.simulator.stop()));
});

interface Rows {
  readonly datas: readonly Readonly<Record<string, unknown>>[];
  readonly has_next: boolean;
  readonly data_count: number;
  readonly page_count: number;
}
const rowsOf = (answer: Answer): Rows => answer.data as unknown as Rows;

describe("uploading", () => {
  test("texts for every scalar pass, the answer is doubly nested, and the ledger has the document once", async () => {
    const client = await start();
    const answer = await client.call(UPLOAD, documentOf("XSTH1", { wms_co_id: "11301", excute_confirming: "true" }));
    expect(answer).toEqual({ code: 0, msg: "执行成功", data: { data: { external_id: "XSTH1", io_id: 10001 } } });
    expect(client.simulator.vendor.ledger()).toMatchObject([
      { sequence: 1, api: UPLOAD, kind: "otherinout", key: "XSTH1", number: "10001" },
    ]);
    expect(client.simulator.vendor.data("otherinout")).toMatchObject([
      { so_id: "XSTH1", wms_co_id: 11301, status: "Confirmed", items: [{ qty: 3 }] },
    ]);
  });

  test("the answer as a list is a switch", async () => {
    const client = await start({ answer: "b" });
    expect((await client.call(UPLOAD, documentOf("X"))).data).toEqual([{ external_id: "X", io_id: 10001 }]);
  });

  test("a list of one document passes for the document", async () => {
    const client = await start();
    expect((await client.call(UPLOAD, [documentOf("X")])).code).toBe(0);
  });

  test("a decimal quantity keeps its digits, and is refused when the switch says so", async () => {
    const biz = documentOf("X", { items: [{ sku_id: "A-001", qty: "12.5000" }] });
    const client = await start();
    expect((await client.call(UPLOAD, biz)).code).toBe(0);
    expect(client.simulator.vendor.data("otherinout")).toMatchObject([{ items: [{ qty: "12.5000" }] }]);
    const strict = await start({ allowDecimalQty: false });
    expect(await strict.call(UPLOAD, biz)).toMatchObject({ code: 130, msg: "商品编码【A-001】数量必须为整数", data: null });
  });

  test.each([
    ["without external_id", { external_id: "" }, "external_id"],
    ["without type", { type: undefined }, "type"],
    ["of an unknown type", { type: "move" }, "type"],
    ["with an empty remark", { remark: "" }, "remark不能为空字符串"],
    ["with an unknown branch", { wms_co_id: 77 }, "分仓编号【77】不存在"],
    ["with an unknown warehouse", { warehouse: 5 }, "仓库类型【5】不存在"],
    ["with a crooked flag", { is_confirm: "yes" }, "is_confirm"],
    ["without items", { items: [] }, "items不能为空"],
    ["with too many items", { items: Array.from({ length: 1001 }, () => ({ sku_id: "A-001", qty: 1 })) }, "1000"],
    ["with an unknown sku", { items: [{ sku_id: "龘", qty: 1 }] }, "商品编码【龘】不存在"],
    ["with no quantity", { items: [{ sku_id: "A-001" }] }, "数量不能为空"],
    ["with quantity zero", { items: [{ sku_id: "A-001", qty: "0.00" }] }, "数量必须大于0"],
    ["with a negative quantity", { items: [{ sku_id: "A-001", qty: -1 }] }, "数量必须大于0"],
    ["with a quantity in words", { items: [{ sku_id: "A-001", qty: "三" }] }, "qty"],
    ["with a crooked date", { items: [{ sku_id: "A-001", qty: 1, produced_date: "2026-02-30" }] }, "produced_date"],
    ["with labels that are too long", { labels: ["标".repeat(201)] }, "labels"],
  ])("a document %s is refused and nothing is written", async (_, changes, text) => {
    const client = await start();
    const answer = await client.call(UPLOAD, documentOf("X", changes));
    expect(answer.code).toBe(130);
    expect(answer.msg).toContain(text);
    expect(client.simulator.vendor.ledger()).toEqual([]);
    expect(client.simulator.vendor.data("otherinout")).toEqual([]);
  });

  test("exactly 1000 items pass", async () => {
    const client = await start();
    const items = Array.from({ length: 1000 }, () => ({ sku_id: "A-200", qty: 1 }));
    expect((await client.call(UPLOAD, documentOf("X", { items }))).code).toBe(0);
  });

  test("biz that is no JSON is refused", async () => {
    const client = await start();
    expect(await client.call(UPLOAD, "{broken")).toMatchObject({ code: 130 });
  });
});

describe("one external_id twice", () => {
  test("is refused and written once", async () => {
    const client = await start();
    await client.call(UPLOAD, documentOf("X"));
    const again = await client.call(UPLOAD, documentOf("X"));
    expect(again.code).not.toBe(0);
    expect(again.msg).toContain("已存在");
    expect(client.simulator.vendor.ledger()).toHaveLength(1);
  });

  test("gives the old io_id when the switch says so, still written once", async () => {
    const client = await start({ duplicate: "return-old" });
    await client.call(UPLOAD, documentOf("X"));
    expect((await client.call(UPLOAD, documentOf("X"))).data).toEqual({ data: { external_id: "X", io_id: 10001 } });
    expect(client.simulator.vendor.ledger()).toHaveLength(1);
  });

  test("is free again once the first document is cancelled, which only a waiting one can be", async () => {
    const client = await start();
    await client.call(UPLOAD, documentOf("X", { is_confirm: false }));
    expect((await client.call(CANCEL, { external_id: "X" })).code).toBe(0);
    expect(await client.call(UPLOAD, documentOf("X"))).toMatchObject({ code: 0, data: { data: { io_id: 10002 } } });
    expect((await client.call(CANCEL, { io_id: 10002 })).msg).toContain("不能取消");
    expect((await client.call(CANCEL, { io_id: 10001 })).msg).toContain("已取消");
    expect((await client.call(CANCEL, { external_id: "Y" })).msg).toContain("不存在");
  });
});

test("a write whose answer is cut off was taken: the retry meets a duplicate, the query finds it", async () => {
  const client = await start();
  const fault = { api: UPLOAD, kind: "cut-after", times: 1 };
  const set = await fetch(`${client.simulator.origin}/_sim/faults`, { method: "POST", body: JSON.stringify(fault) });
  expect(set.status).toBe(200);
  await expect(client.call(UPLOAD, documentOf("X"))).rejects.toThrow();
  expect((await client.call(UPLOAD, documentOf("X"))).msg).toContain("已存在");
  expect(rowsOf(await client.call(QUERY, { so_ids: ["X"] })).datas).toMatchObject([{ so_id: "X", io_id: 10001 }]);
  expect(client.simulator.vendor.ledger()).toHaveLength(1);
});

describe("querying", () => {
  test("finds accepted documents by external_id, io_id and window, with their items", async () => {
    const client = await start();
    await client.call(UPLOAD, documentOf("X1", { remark: "盘亏𠮷" }));
    await client.call(UPLOAD, documentOf("X2", { type: "out", is_confirm: false }));
    expect(rowsOf(await client.call(QUERY, { so_ids: ["X1", "nothing"] })).datas).toMatchObject([
      { io_id: 10001, so_id: "X1", type: "其它进仓", remark: "盘亏𠮷", items: [{ sku_id: "A-001", io_id: 10001, qty: 3 }] },
    ]);
    expect(rowsOf(await client.call(QUERY, { io_ids: [10002] })).datas).toMatchObject([{ so_id: "X2", status: "WaitConfirm" }]);
    const window = { modified_begin: "2026-11-16 00:00:00", modified_end: "2026-11-22 05:00:00" };
    expect(rowsOf(await client.call(QUERY, window)).data_count).toBe(2);
    expect(rowsOf(await client.call(QUERY, { ...window, types: ["其它出库"] })).datas).toMatchObject([{ so_id: "X2" }]);
    expect(rowsOf(await client.call(QUERY, { ...window, status: "Confirmed" })).datas).toMatchObject([{ so_id: "X1" }]);
    expect(rowsOf(await client.call(QUERY, { ...window, modified_end: "2026-11-22 04:59:59" })).data_count).toBe(0);
  });

  test("pages count from 1 and hold at most 50 rows", async () => {
    const client = await start();
    client.simulator.vendor.insertRows(120);
    const window = { modified_begin: "2026-11-20 00:00:00", modified_end: "2026-11-23 00:00:00", page_size: 50 };
    const pages = await Promise.all([1, 2, 3, 4].map(async (page_index) => rowsOf(await client.call(QUERY, { ...window, page_index }))));
    expect(pages.map((page) => [page.datas.length, page.has_next, page.page_count])).toEqual([
      [50, true, 3],
      [50, true, 3],
      [20, false, 3],
      [0, false, 3],
    ]);
    expect(new Set(pages.flatMap((page) => page.datas.map((row) => row["io_id"]))).size).toBe(120);
    expect(rowsOf(await client.call(QUERY, { ...window, page_size: undefined })).datas).toHaveLength(30);
  });

  test.each([
    ["page 0", { so_ids: ["X"], page_index: 0 }],
    ["51 rows", { so_ids: ["X"], page_size: 51 }],
    ["51 external ids", { so_ids: Array.from({ length: 51 }, String) }],
    ["nothing at all", {}],
    ["half a window", { modified_begin: "2026-11-20 00:00:00" }],
    ["more than seven days", { modified_begin: "2026-11-01 00:00:00", modified_end: "2026-11-08 00:00:01" }],
    ["an unknown status", { so_ids: ["X"], status: "Done" }],
  ])("asking for %s is refused", async (_, biz) => {
    const client = await start();
    expect((await client.call(QUERY, biz)).code).toBe(130);
  });

  test("a late row is older than the newest but has the highest row version", async () => {
    const client = await start();
    client.simulator.vendor.insertRows(2);
    const [late] = client.simulator.vendor.insertRows(1, { late: true });
    expect(client.simulator.vendor.ledger()).toEqual([]);
    const { datas } = rowsOf(await client.call(QUERY, { start_ts: 1 }));
    expect(datas.at(-1)?.["so_id"]).toBe(late);
    expect(String(datas.at(-1)?.["modified"]) < String(datas[0]?.["modified"])).toBe(true);
  });
});
