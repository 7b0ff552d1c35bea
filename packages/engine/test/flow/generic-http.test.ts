/** The example workspace of the generic HTTP connector, run by the real engine: a JSON system and a SOAP system, each source and target. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Connection, Flow } from "@datong/core";
import { openEngine, type Engine } from "../../src/engine.ts";
import { checkWorkspaceFlow, loadWorkspace, type Workspace } from "../../src/workspace/index.ts";
import { temporaryStore } from "../store/postgres/temporary-store.ts";
import { startShop, startWms, type Shop, type Wms } from "./http-lab/systems.ts";

const DIR = join(import.meta.dirname, "../../../../examples/workspace-http");
const store = temporaryStore();
let engine: Engine;
let shop: Shop;
let wms: Wms;
let runs = 0;

const workspaceOf = (): Promise<Workspace> =>
  loadWorkspace(DIR, {
    env: {
      SHOP_URL: shop?.url ?? "http://x",
      SHOP_APP_KEY: "app-1",
      SHOP_APP_SECRET: "shop-secret-for-tests",
      WMS_URL: wms?.url ?? "http://x",
      WMS_USER: "wms-user",
      WMS_PASSWORD: "wms-password-for-tests",
    },
    connectors: [],
  });

beforeAll(async () => {
  const { connectors } = await workspaceOf();
  engine = await openEngine({ dataDir: join(store.folder, "data"), connectors, sessionsOf: {} });
}, 180_000);
afterAll(async () => {
  await engine.close();
  store.remove();
});
afterEach(async () => {
  await shop?.stop();
  await wms?.stop();
});

/** A flow of the workspace, under an id of its own, between fresh systems. */
async function scene(id: string, source: Partial<Flow["source"]> = {}) {
  [shop, wms] = await Promise.all([startShop(), startWms()]);
  const workspace = await workspaceOf();
  const entry = workspace.flows.get(id);
  if (entry?.kind !== "ready") throw new Error(id);
  const connections = new Map<string, Connection>();
  for (const [name, found] of workspace.connections) if (found.kind === "ready") connections.set(name, found.connection);
  runs += 1;
  const flow: Flow = {
    ...entry.flow,
    id: `${id}-${runs}`,
    source: { ...entry.flow.source, ...source },
    dispatch: { enabled: true, retries: { count: 5, delaysS: [0.05] } },
  };
  return {
    run: () => engine.run(flow, connections, { sourceRetryDelaysMs: [], waitMs: 5_000 }),
    documents: async () =>
      (
        await engine.pool.query<{
          external_key: string;
          status: number;
          number: string | null;
          code: string | null;
          vendor_text: string | null;
        }>(
          "select d.external_key, d.status, d.number, d.code, d.vendor_text from document d join flow f on f.num = d.flow where f.id = $1 order by d.external_key",
          [flow.id],
        )
      ).rows,
    stored: async () => {
      const { rows } = await engine.pool.query<{ value: string }>(
        "select value from cursor c join flow f on f.num = c.flow where f.id = $1",
        [flow.id],
      );
      return rows.map((row) => row.value).join("\n");
    },
  };
}

const order = (i: number, more = ""): string =>
  `{"no":"SO${String(i).padStart(3, "0")}","customer":"客户<${i}>&䶮","amount":${i}.10,"lines":[{"sku":"A","qty":1.50}${more}]}`;
const orders = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => order(i + 1));
const receipt = (i: number, sku = "A", more = ""): string =>
  `<Receipt><No>RK${String(i).padStart(3, "0")}</No><Warehouse>CK01</Warehouse><Line><Sku>${sku}</Sku><Qty>1.50</Qty></Line>${more}</Receipt>`;

describe("the example workspace", () => {
  test("is sound", async () => {
    const workspace = await workspaceOf();
    expect(workspace.issues).toEqual([]);
    for (const entry of workspace.flows.values()) expect(checkWorkspaceFlow(workspace, entry)).toEqual([]);
  });
});

describe("from JSON to SOAP", () => {
  test("pages are followed by their links, and every bill arrives once with its exact values", async () => {
    const at = await scene("orders-to-outbound", { pageSize: 10 });
    shop.orders = [order(1, ',{"sku":"B","qty":100.00}'), ...orders(35).slice(1)];
    expect(await at.run()).toMatchObject({ read: 35, written: 35 });
    expect(wms.bills.size).toBe(35);
    expect(wms.bills.get("SO001")?.bill).toMatchObject({
      Customer: "客户<1>&䶮",
      Amount: "1.10",
      Line: [
        { "@sku": "A", Qty: "1.50" },
        { "@sku": "B", Qty: "100.00" },
      ],
    });
    const pages = shop.asked.filter((asked) => asked.path.endsWith("/v1/orders"));
    expect(pages.map((asked) => asked.query.get("cursor"))).toEqual([null, "10", "20", "30"]);
    expect(shop.logins).toBe(1);
    expect((await at.documents()).every((document) => document.status === 3 && /^W\d+$/.test(document.number ?? ""))).toBe(true);
  });

  test("a refusal is one bill's own, a locked one is tried again, a lone result is still a list", async () => {
    const at = await scene("orders-to-outbound");
    shop.orders = [order(1), order(2, ',{"sku":"B","qty":5000}'), order(3)];
    wms.locked.add("SO003");
    await at.run();
    const seen = await at.documents();
    expect(seen.map((document) => [document.external_key, document.status])).toEqual([
      ["SO001", 3],
      ["SO002", 4],
      ["SO003", 3],
    ]);
    expect(seen[1]).toMatchObject({ vendor_text: "库存不足 <1000>" });
    expect([...wms.bills.keys()]).toEqual(["SO001", "SO003"]);
  });

  test.each([
    ["was done before its answer failed", true],
    ["was not done", false],
  ])("a SOAP fault of the server: the target is asked, and the batch %s", async (_, isDone) => {
    const at = await scene("orders-to-outbound");
    shop.orders = orders(5);
    wms.fault = { code: "soap:Server", text: "timeout", isDone };
    await at.run();
    await at.run();
    expect(wms.bills.size).toBe(5);
    expect((await at.documents()).map((document) => document.status)).toEqual([3, 3, 3, 3, 3]);
  });

  test("a SOAP fault of the client refuses the batch with its text", async () => {
    const at = await scene("orders-to-outbound");
    shop.orders = orders(2);
    wms.fault = { code: "soap:Client", text: "格式错误", isDone: false };
    await at.run();
    expect(await at.documents()).toMatchObject([
      { status: 4, vendor_text: "格式错误" },
      { status: 4, vendor_text: "格式错误" },
    ]);
  });

  test("a next page on another host is not asked, and no token goes there", async () => {
    const at = await scene("orders-to-outbound", { pageSize: 10 });
    const other = await startShop();
    shop.orders = orders(30);
    shop.linkHost = other.url.replace("/api", "");
    const result = await at.run();
    expect(JSON.stringify(result)).toContain("PAGING_LINK_ELSEWHERE");
    expect(other.asked).toEqual([]);
    await other.stop();
  });
});

describe("from SOAP to JSON", () => {
  test("pages of XML are read to their total, lines are lists, and the session is shared", async () => {
    const at = await scene("receipts-to-shop", { pageSize: 10 });
    wms.receipts = [
      receipt(1, "A", "<Line><Sku>B</Sku><Qty>9007199254740993.10</Qty></Line>"),
      ...Array.from({ length: 20 }, (_, i) => receipt(i + 2)),
    ];
    expect(await at.run()).toMatchObject({ read: 21, written: 21 });
    expect(shop.receipts.size).toBe(21);
    expect(shop.receipts.get("RK002")?.text).toContain('"lines":[{"sku":"A"');
    const sent = shop.asked.find((asked) => asked.path.endsWith("/v1/receipts"))?.bytes.toString("utf8");
    expect(sent).toContain('{"sku":"B","qty":9007199254740993.10}');
    expect(shop.logins).toBe(1);
  });

  test("a single receipt and none at all are lists as well", async () => {
    const one = await scene("receipts-to-shop");
    wms.receipts = [receipt(1)];
    expect(await one.run()).toMatchObject({ read: 1, written: 1 });
    await Promise.all([shop.stop(), wms.stop()]);
    const none = await scene("receipts-to-shop");
    expect(await none.run()).toMatchObject({ read: 0, written: 0 });
  });

  test("the n-th result answers the n-th document", async () => {
    const at = await scene("receipts-to-shop");
    wms.receipts = [receipt(1), receipt(2, "NONE"), receipt(3)];
    await at.run();
    expect(await at.documents()).toMatchObject([
      { external_key: "RK001", status: 3, number: "R1" },
      { external_key: "RK002", status: 4, vendor_text: "商品 NONE 不存在" },
      { external_key: "RK003", status: 3, number: "R2" },
    ]);
  });

  test("a write whose answer is lost is asked for, not sent again", async () => {
    const at = await scene("receipts-to-shop");
    wms.receipts = [receipt(1), receipt(2)];
    shop.cutNext = true;
    await at.run();
    await at.run();
    expect(shop.writes).toBe(1);
    expect(await at.documents()).toMatchObject([
      { status: 3, number: "R1" },
      { status: 3, number: "R2" },
    ]);
  });

  test("a probe that finds nothing in the vendor's own way sends again", async () => {
    const at = await scene("receipts-to-shop");
    wms.receipts = [receipt(1)];
    shop.cutNext = true;
    const save = shop.receipts.set.bind(shop.receipts);
    // The line breaks before the shop has kept anything.
    shop.receipts.set = () => shop.receipts;
    const first = at.run();
    await expect.poll(() => shop.writes).toBe(1);
    shop.receipts.set = save;
    await first;
    await at.run();
    expect(shop.receipts.size).toBe(1);
    expect(await at.documents()).toMatchObject([{ status: 3 }]);
  });

  test("a token that the shop forgets is asked for anew, once", async () => {
    const at = await scene("receipts-to-shop");
    wms.receipts = [receipt(1)];
    await at.run();
    expect(shop.logins).toBe(1);
    shop.expire();
    wms.receipts = [receipt(2)];
    await at.run();
    expect(shop.logins).toBe(2);
    expect(shop.receipts.size).toBe(2);
    expect(await at.stored()).not.toContain("token-number");
  });
});
