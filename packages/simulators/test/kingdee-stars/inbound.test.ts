import { afterEach, describe, expect, test } from "vitest";
import { formatChinaDate, formatChinaTime } from "../../src/china-time.ts";
import { simulator } from "../../src/kingdee-stars/simulator.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { MATERIALS } from "../../src/kit/world.ts";
import { ACCOUNT, accessToken, send, signedHeaders } from "./client.ts";
import type { Answer } from "./client.ts";

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);
const DAY_MS = 86_400_000;
let clock = NOW;
let running: RunningSimulator | undefined;
let token = "";

afterEach(async () => {
  const stopping = running;
  running = undefined;
  clock = NOW;
  await stopping?.stop();
});

async function start(settings: Record<string, unknown> = {}, bills = 240, seed = 3): Promise<RunningSimulator> {
  running = await startSimulator(simulator, { seed, bills, now: () => clock, settings });
  token = await accessToken(running.origin);
  return running;
}

const post = (api: string, body: unknown): Promise<Answer> =>
  send(running?.origin ?? "", "POST", `/jdy/pur/${api}?access_token=${token}`, ACCOUNT, body);

type Row = Record<string, string>;
interface Document {
  id: string;
  billno: string;
  billdate: string;
  billstatus: string;
  createtime: string;
  modifytime: string;
  audittime: string;
  supplierid_id: string;
  supplierid_name: string;
  supplierid_number: string;
  deptid_id: string;
  empid_id: string;
  empid_name: string;
  totalamount: string;
  material_entity: Row[];
}
interface Page {
  rows: Row[];
  count: number;
  page: number;
  pagesize: number;
}

async function page(body: Record<string, unknown>): Promise<Page> {
  const answer = await post("pur_inbound_list", body);
  expect(answer).toMatchObject({ status: 200, body: { errcode: 0, description: "success", description_cn: "成功" } });
  return answer.body["data"] as Page;
}

async function all(body: Record<string, unknown> = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for (let n = 1; ; n += 1) {
    const found = await page({ ...body, page: n, pagesize: 100 });
    rows.push(...found.rows);
    if (found.rows.length < 100) return rows;
  }
}

const documents = () => (running?.vendor.data("pur_inbound") ?? []) as Document[];
const numbers = (rows: readonly { readonly billno?: string }[]) => rows.map((row) => row.billno).toSorted();

describe("data", () => {
  test("one seed and clock gives one world, byte for byte; another seed other bills but the same suppliers", async () => {
    const make = (seed: number) => simulator.create({ seed, bills: 60, now: () => NOW });
    expect(JSON.stringify(make(1).data("pur_inbound"))).toBe(JSON.stringify(make(1).data("pur_inbound")));
    expect(JSON.stringify(make(1).data("pur_inbound"))).not.toBe(JSON.stringify(make(2).data("pur_inbound")));
    expect(make(1).data("supplier")).toEqual(make(2).data("supplier"));
  });

  test("it has the edges a client must survive", async () => {
    await start();
    const all240 = documents();
    expect(all240).toHaveLength(240);
    for (const document of all240) {
      expect(document.id).toMatch(/^\d{19}$/);
      expect(document.createtime >= formatChinaTime(NOW - 30 * DAY_MS)).toBe(true);
      expect(document.modifytime >= document.createtime).toBe(true);
      expect(document.modifytime <= formatChinaTime(NOW)).toBe(true);
      expect(document.billstatus === "C").toBe(document.audittime !== "");
    }
    expect(new Set(all240.map((document) => document.id)).size).toBe(240);
    expect(new Set(all240.map((document) => document.billno)).size).toBe(240);
    expect(new Set(all240.map((document) => document.billstatus))).toEqual(new Set(["C", "Z"]));
    const suppliers = running?.vendor.data("supplier") as { number: string; name: string; phone: string }[];
    // A sixth of the bills, and the company's own three, which no drawn bill names.
    expect(suppliers).toHaveLength(43);
    expect(new Set(suppliers.map((supplier) => supplier.number)).size).toBe(43);
    expect(new Set(all240.map((document) => document.supplierid_number)).size).toBe(40);
    const uses = Map.groupBy(all240, (document) => document.supplierid_number);
    expect(Math.max(...[...uses.values()].map((bills) => bills.length))).toBeGreaterThan(10);
    expect(suppliers.some((supplier) => supplier.name.includes("𠮷"))).toBe(true);
    expect(suppliers.some((supplier) => supplier.phone === "")).toBe(true);
    const sameInstant = Map.groupBy(all240, (document) => document.modifytime);
    expect([...sameInstant.values()].some((bills) => bills.length > 1)).toBe(true);
  });

  test("amounts add up to the cent", async () => {
    await start();
    for (const document of documents()) {
      const cents = (text = "") => BigInt(text.replace(".", ""));
      let sum = 0n;
      for (const line of document.material_entity) {
        const exact = cents(line["qty"]) * cents(line["price"]) * (10_000n - cents(line["disrate"]));
        const rounded = (exact + 5_000_000n) / 10_000_000n;
        expect(cents(line["cost_view"])).toBe(rounded);
        sum += rounded;
      }
      expect(cents(document.totalamount)).toBe(sum);
    }
  });
});

describe("pur_inbound_list", () => {
  test("rows hold header keys, every value a text", async () => {
    await start();
    const { rows } = await page({});
    expect(rows[0]).not.toHaveProperty("material_entity");
    for (const key of ["id", "billno", "billdate", "billstatus", "modifytime", "supplierid_id", "supplierid_name", "supplierid_number"]) {
      expect(rows[0]).toHaveProperty(key);
    }
    for (const row of rows) expect(Object.values(row).every((value) => typeof value === "string")).toBe(true);
  });

  test("ten rows a page unless asked, newest created first, all pages together give every bill once", async () => {
    await start();
    const first = await page({});
    expect(first).toMatchObject({ count: 240, page: 1, pagesize: 10 });
    expect(first.rows).toHaveLength(10);
    const rows = await all();
    expect(numbers(rows)).toEqual(numbers(documents()));
    const created = rows.map((row) => row["createtime"]);
    expect(created).toEqual(created.toSorted().toReversed());
    expect((await page({ page: 3, pagesize: "100" })).rows).toHaveLength(40);
    expect(await page({ page: "4", pagesize: 100 })).toMatchObject({ rows: [], count: 240 });
  });

  test.each([
    { pagesize: 101 },
    { pagesize: 0 },
    { page: 0 },
    { page: -1 },
    { page: "x" },
    { billstatus: "A" },
    { startdate: "2026/11/01" },
    { enddate: "2026-02-30" },
    { begintime: "yesterday" },
    { endtime: -2 },
    { search: ["x"] },
  ])("%j is a business error", async (body) => {
    await start();
    const answer = await post("pur_inbound_list", body);
    expect(answer.status).toBe(200);
    expect(answer.body["errcode"]).toBe(2000002000);
    expect(answer.body).not.toHaveProperty("data");
  });

  test("a body that is no JSON object is a business error, an empty one means no filter", async () => {
    await start();
    expect((await post("pur_inbound_list", "[1]")).body["errcode"]).toBe(2000002000);
    expect((await post("pur_inbound_list", "{")).body["errcode"]).toBe(2000002000);
    expect((await post("pur_inbound_list", "")).body).toMatchObject({ errcode: 0, data: { count: 240 } });
    expect(await page({ billstatus: "", startdate: "", starttime: -1, endtime: "-1", begintime: "", search: null })).toMatchObject({
      count: 240,
    });
  });

  test("the naming trap: start and end mean created, begin and expire mean changed", async () => {
    await start();
    const day = formatChinaDate(NOW - 10 * DAY_MS);
    const created = await all({ startdate: day, enddate: day });
    const changed = await all({ begindate: day, expiredate: day });
    expect(numbers(created)).toEqual(numbers(documents().filter((document) => document.createtime.startsWith(day))));
    expect(numbers(changed)).toEqual(numbers(documents().filter((document) => document.modifytime.startsWith(day))));
    expect(created.length).toBeGreaterThan(0);
    expect(numbers(created)).not.toEqual(numbers(changed));
  });

  test("times are milliseconds with both ends included, and narrow the dates", async () => {
    const { vendor } = await start();
    const [key] = vendor.insertRows(1);
    const at = { begintime: String(clock), expiretime: clock };
    expect(numbers(await all(at))).toEqual([key]);
    expect(numbers(await all({ starttime: clock, endtime: clock }))).toEqual([key]);
    expect(await all({ begintime: clock + 1 })).toEqual([]);
    expect(numbers(await all({ begintime: clock }))).toEqual([key]);
    expect(await all({ starttime: clock, enddate: formatChinaDate(clock - DAY_MS) })).toEqual([]);
    expect((await page({ expiretime: clock - 1 })).count).toBe(240);
  });

  test("status, supplier, staff, department, bill date and search each filter", async () => {
    await start();
    const sample = documents()[50] as Document;
    const line = sample.material_entity[0] as Row;
    const cases: [Record<string, unknown>, (document: Document) => boolean][] = [
      [{ billstatus: "Z" }, (document) => document.billstatus === "Z"],
      [{ billstatus: "C" }, (document) => document.billstatus === "C"],
      [{ supplierid: sample.supplierid_id }, (document) => document.supplierid_id === sample.supplierid_id],
      [{ empid: sample.empid_id }, (document) => document.empid_id === sample.empid_id],
      [{ deptid: sample.deptid_id }, (document) => document.deptid_id === sample.deptid_id],
      [{ startbilldate: sample.billdate, endbilldate: sample.billdate }, (document) => document.billdate === sample.billdate],
      [{ search: sample.billno }, (document) => document.billno === sample.billno],
      [{ search: sample.supplierid_name }, (document) => document.supplierid_name === sample.supplierid_name],
      [{ search: "李䶮" }, (document) => document.empid_name === "李䶮"],
      [
        { search: line["materialid_name"] },
        (document) => document.material_entity.some((entry) => entry["materialid_name"] === line["materialid_name"]),
      ],
    ];
    for (const [body, predicate] of cases) {
      const wanted = documents().filter(predicate);
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.length).toBeLessThan(240);
      expect(numbers(await all(body))).toEqual(numbers(wanted));
    }
  });

  test("data may be a bare array, and totals may be missing", async () => {
    await start({ envelope: "array" });
    const bare = (await post("pur_inbound_list", {})).body["data"];
    expect(Array.isArray(bare) && bare.length).toBe(10);
    await running?.stop();
    await start({ totals: false });
    expect(Object.keys(await page({}))).toEqual(["rows"]);
  });

  test("by change time, oldest first, is another order", async () => {
    await start({ order: "modified-asc" });
    const times = (await all()).map((row) => row["modifytime"]);
    expect(times).toEqual(times.toSorted());
  });
});

describe("pur_inbound_detail", () => {
  test("it shows the whole document with every line key of the field list", async () => {
    await start();
    const [row] = (await page({})).rows;
    const answer = await post("pur_inbound_detail", { id: row?.["id"] });
    const document = answer.body["data"] as Document;
    expect(document).toMatchObject(row ?? {});
    expect(document).toEqual(documents().find((one) => one.id === row?.["id"]));
    for (const key of HEADER_KEYS) expect(document).toHaveProperty(key);
    for (const line of document.material_entity) {
      expect(Object.keys(line).toSorted()).toEqual(LINE_KEYS.toSorted());
      expect(Object.values(line).every((value) => typeof value === "string")).toBe(true);
      expect(MATERIALS.map((material) => material.code)).toContain(line["materialid_number"]);
    }
  });

  test("an id sent as a JSON number past 2^53 finds its bill", async () => {
    await start();
    const id = documents()[7]?.id ?? "";
    expect((await post("pur_inbound_detail", `{"id":${id}}`)).body).toMatchObject({ errcode: 0, data: { id } });
  });

  test.each([{ id: "1" }, { id: "" }, {}, { id: ["x"] }])("%j is a business error", async (body) => {
    await start();
    const answer = await post("pur_inbound_detail", body);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body["errcode"]).not.toBe(0);
  });
});

describe("rows that appear or change", () => {
  test("new rows are the newest; late ones are older than the newest present", async () => {
    const { vendor } = await start({}, 30);
    const newestBefore =
      documents()
        .map((document) => document.modifytime)
        .toSorted()
        .at(-1) ?? "";
    const late = vendor.insertRows(2, { late: true });
    for (const key of late) {
      const found = documents().find((document) => document.billno === key);
      expect((found?.modifytime ?? "9") < newestBefore).toBe(true);
    }
    const fresh = vendor.insertRows(2);
    const first = await page({});
    expect(numbers(first.rows.slice(0, 2))).toEqual(fresh.toSorted());
    expect(first.count).toBe(34);
    expect(new Set([...late, ...fresh]).size).toBe(4);
  });

  test("a row that appears while pages are read shifts the pages", async () => {
    const { vendor } = await start({}, 30);
    const first = await page({ pagesize: 10 });
    vendor.insertRows(1);
    const second = await page({ pagesize: 10, page: 2 });
    expect(second.rows[0]).toEqual(first.rows[9]);
  });

  test("an edit and an audit move the change time; the ledger stays empty", async () => {
    const { vendor } = await start({}, 30);
    const billno = documents().find((document) => document.billstatus === "Z")?.billno ?? "";
    expect(billno).not.toBe("");
    clock += 5000;
    vendor.control?.("edit", { billno, remark: "改" });
    expect(await all({ begintime: clock })).toMatchObject([{ billno, remark: "改", billstatus: "Z" }]);
    clock += 5000;
    vendor.control?.("audit", { billno });
    expect(await all({ begintime: clock })).toMatchObject([{ billno, billstatus: "C" }]);
    expect(() => vendor.control?.("edit", { billno: "none" })).toThrow(/no bill/);
    expect(vendor.ledger()).toEqual([]);
  });
});

describe("V2 list", () => {
  const call = (target: string, headers: Record<string, string> = { "app-token": "tok", "X-GW-Router-Addr": "https://tf.jdy.com" }) =>
    send(running?.origin ?? "", "GET", target, { ...signedHeaders("GET", target, clock), ...headers });

  test("it pages with snake_case names and totals", async () => {
    await start();
    const answer = await call("/jdy/v2/scm/pur_inbound?page=3&page_size=100&bill_status=");
    expect(answer.body).toMatchObject({ errcode: 0, data: { count: 240, current_page_size: 40, page: 3, page_size: 100, total_page: 3 } });
    const { rows } = answer.body["data"] as { rows: Row[] };
    expect(rows[0]).toHaveProperty("bill_no");
    const billno = documents()[9]?.billno ?? "";
    expect((await call(`/jdy/v2/scm/pur_inbound?search=${encodeURIComponent(billno)}`)).body).toMatchObject({
      data: { rows: [{ bill_no: billno }] },
    });
    expect((await call(`/jdy/v2/scm/pur_inbound?modify_start_time=${clock}`)).body).toMatchObject({ data: { count: 0 } });
    expect((await call("/jdy/v2/scm/pur_inbound?page_size=101")).body["errcode"]).toBe(2000002000);
  });

  test("an access_token is no way in", async () => {
    const { origin } = await start();
    expect(await send(origin, "GET", `/jdy/v2/scm/pur_inbound?access_token=${token}`, ACCOUNT)).toMatchObject({
      status: 519,
      body: { errcode: 4001 },
    });
  });
});

test("a hundred thousand bills answer a page near their end", async () => {
  await start({}, 100_000);
  expect((await page({ pagesize: 100, page: 900 })).rows).toHaveLength(100);
});

const flat = (names: string) => names.split(" ").flatMap((name) => [`${name}_id`, `${name}_name`, `${name}_number`]);
const HEADER_KEYS = [
  ..."id billno billdate billstatus createtime modifytime audittime transtype remark contact_phone contact_address totalunsettleamount totalunsettleamountfor exchangerate settlestatus alldebt lastdebt totalamount totalpreamount bill_dis_amount bill_dis_rate totalinsamount material_entity".split(
    " ",
  ),
  ...flat(
    "creatorid modifierid auditorid deptid empid customerid supplierid contact_country contact_province contact_city contact_district edit_pay_type edit_pay_account",
  ),
];
const LINE_KEYS = [
  ..."picture seq id materialid_ismulti_unit materialid_isserial materialid_isasstattr materialid_iskfperiod materialid_isbatch materialid_model stockid_isallowfreight barcode batchno proplace proregno prolicense kfdate validdate kftype kfperiod sn snlistid conversionrate qty inv_qty baseqty inv_baseqty auxqty deffloatqty auxcoefficient coefficient price discount comment srcbillno srcinterid src_billdate srcseq srcentryid entrysettlestatus cursettleamountfor returnable_qty disrate cess cost_view unitcost_view".split(
    " ",
  ),
  ...flat("materialid stockid spid auxpropid auxid1 auxid2 auxid3 baseunit unit auxunitid srcbilltypeid"),
];
