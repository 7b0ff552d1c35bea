/**
 * What the pretend 聚水潭 does, whichever platform the call came through: documents in and out, shops, goods, suppliers, warehouses,
 * and the bills of goods that it made by itself.
 *
 * Methods carry the old platform's dotted names; the new platform's paths are the same names with slashes. A Refusal is thrown for
 * anything the vendor turns down.
 */
import { readJson, writeJson } from "../kit/exact-json.ts";
import { createLedger, type Ledger } from "../kit/ledger.ts";
import type { Random } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS } from "../kit/world.ts";
import { readBiz, readBizList, readList, readText, readWhole } from "./biz-fields.ts";
import type { Biz } from "./biz-fields.ts";
import { createGoods } from "./goods.ts";
import type { Goods } from "./goods.ts";
import { pageOf, queryInOut } from "./inout-query.ts";
import type { Page } from "./inout-query.ts";
import { createOrderRemarks } from "./order-remarks.ts";
import { readOtherInOut } from "./otherinout-rules.ts";
import { createInOutStore, inOutRow } from "./otherinout-store.ts";
import type { InOutStore, StoredInOut } from "./otherinout-store.ts";
import { createPurchases } from "./purchases.ts";
import { Refusal } from "./refusal.ts";
import type { JushuitanSettings } from "./settings.ts";
import { createSupplierTable } from "./suppliers.ts";
import { createTradeBills } from "./trade-bill-list.ts";
import type { TradeBill, TradeKind } from "./trade-bill-list.ts";
import { queryTradeBills } from "./trade-bill-query.ts";
import { tradeRow } from "./trade-bill-rows.ts";

export type MethodAnswer =
  | { readonly kind: "page"; readonly page: Page; readonly listName: string }
  | { readonly kind: "written"; readonly written: Readonly<Record<string, string | number>> }
  | { readonly kind: "each"; readonly datas: readonly unknown[] }
  | { readonly kind: "done" };

export interface Company {
  readonly ledger: Ledger;
  has(method: string): boolean;
  /** Throws Refusal. */
  call(method: string, bizText: string): MethodAnswer;
  /** Documents typed in by hand; returns their external_ids. */
  typeIn(count: number, late: boolean): readonly string[];
  /** By external_id; the internal number. */
  unconfirm(externalId: string): number;
  data(kind: string): readonly unknown[];
}

export interface CompanyOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly seed: number;
  readonly settings: JushuitanSettings;
  /** How many orders the company has; of other bills at most two hundred of each kind. */
  readonly orders: number;
}

/** A company with its master data and no documents yet. */
export function createCompany(options: CompanyOptions): Company {
  const store = createInOutStore(options.now);
  const ledger = createLedger(options.now);
  const remarks = createOrderRemarks(options.orders, ledger);
  const goods = createGoods(options.now, ledger, options.settings);
  const suppliers = createSupplierTable(ledger, options.settings.suppliers);
  const purchases = createPurchases(options.now, ledger, goods, suppliers);
  const bills = tradeBillsOf(options);
  const methods: Readonly<Record<string, (biz: Biz) => MethodAnswer>> = {
    "jushuitan.otherinout.upload": (biz) => upload(biz, goods, store, ledger, options.settings),
    "jushuitan.otherinout.cancel": (biz) => cancel(biz, store, ledger, options.settings),
    "jushuitan.order.remark.upload": (biz) => {
      remarks.upload(biz);
      return { kind: "done" };
    },
    "other.inout.query": (biz) => page(queryInOut(biz, store.all())),
    "shops.query": (biz) => page(pageOf(biz, shopsOf(biz), (row) => row)),
    "sku.query": (biz) => page(goods.query(biz)),
    "jushuitan.itemsku.upload": (biz) => ({ kind: "each", datas: goods.upload(biz) }),
    "orders.out.simple.query": (biz) => page(queryTradeBills("saleout", bills("saleout"), biz)),
    "purchasein.query": (biz) => page(queryTradeBills("purchasein", bills("purchasein"), biz)),
    "purchaseout.query": (biz) => page(queryTradeBills("purchaseout", bills("purchaseout"), biz)),
    "purchase.query": (biz) => page(purchases.query(biz)),
    "jushuitan.purchase.upload": (biz) => ({ kind: "written", written: purchases.upload(biz) }),
    "aftersale.received.query": (biz) => page(queryTradeBills("received", bills("received"), biz)),
    "allocate.query": (biz) => page(queryTradeBills("allocate", bills("allocate"), biz)),
    "wms.partner.query": (biz) => page(pageOf(biz, PARTNERS, (row) => row)),
    // Orders of Taobao shops are seen only through 奇门 (see jushuitan-qimen); the standard call never shows them.
    "orders.single.query": (biz) => page(queryTradeBills("order", bills("order"), biz), "orders"),
  };
  for (let i = 0; i < options.settings.typedIn; i += 1) typeInOne(store, options, false);
  return {
    ledger,
    has: (method) => method === SUPPLIER_UPLOAD || Object.hasOwn(methods, method),
    call(method, bizText) {
      // The one call whose business object is a list.
      if (method === SUPPLIER_UPLOAD) return { kind: "each", datas: suppliers.upload(readBizList(bizText)) };
      const run = methods[method];
      if (run === undefined) throw new Refusal(`接口【${method}】不存在`);
      return run(readBiz(bizText));
    },
    typeIn: (count, late) => Array.from({ length: count }, () => typeInOne(store, options, late)),
    unconfirm(externalId) {
      const stored = store.live(externalId);
      if (stored === undefined) throw new RangeError(`there is no live document ${externalId}`);
      stored.status = "WaitConfirm";
      return stored.ioId;
    },
    data(kind) {
      if (kind === "otherinout") return store.all().map((stored) => readJson(writeJson(inOutRow(stored))));
      if (kind === "sku") return goods.all().map((row) => readJson(writeJson(row)));
      if (kind === "purchase") return purchases.all().map((row) => readJson(writeJson(row)));
      if (kind === "supplier") return suppliers.all();
      if (kind === "shop") return SHOP_ROWS;
      if (kind === "wms-partner") return PARTNERS;
      if (isTradeKind(kind)) return bills(kind).map((bill) => readJson(writeJson(tradeRow(bill))));
      if (kind === "order-remark") return remarks.all();
      return [];
    },
  };
}

const WMS_CO_IDS: ReadonlySet<number> = new Set(STOCKS.map((stock) => Number(stock.wmsCoId)));

const SUPPLIER_UPLOAD = "supplier.upload";
const TRADE_KINDS: readonly TradeKind[] = ["order", "saleout", "purchasein", "purchaseout", "received", "allocate"];

function isTradeKind(kind: string): kind is TradeKind {
  return (TRADE_KINDS as readonly string[]).includes(kind);
}

/** Bills of each kind, drawn when they are first asked for, as of the company's beginning. */
function tradeBillsOf({ now, seed, orders }: CompanyOptions): (kind: TradeKind) => readonly TradeBill[] {
  const startedAt = now();
  const drawn = new Map<TradeKind, readonly TradeBill[]>();
  return (kind) => {
    const bills = drawn.get(kind) ?? createTradeBills(kind, seed, orders, startedAt);
    drawn.set(kind, bills);
    return bills;
  };
}

const SHOP_ROWS = SHOPS.map((shop) => ({ shop_id: Number(shop.shopId), shop_name: shop.shopName, co_id: 8_899_001, nick: shop.shopName }));
const PARTNERS = STOCKS.filter((stock) => stock.wmsCoId !== "0").map((stock) => ({
  wms_co_id: Number(stock.wmsCoId),
  name: stock.name,
  is_main: false,
  status: "生效",
}));

function page(found: Page, listName = "datas"): MethodAnswer {
  return { kind: "page", page: found, listName };
}

function shopsOf(biz: Biz): readonly unknown[] {
  const nicks = readList(biz, "nicks", 50);
  const shopIds = readList(biz, "shop_ids", 50);
  return SHOP_ROWS.filter((row) => (nicks?.includes(row.nick) ?? true) && (shopIds?.includes(String(row.shop_id)) ?? true));
}

function upload(biz: Biz, goods: Goods, store: InOutStore, ledger: Ledger, settings: JushuitanSettings): MethodAnswer {
  const document = readOtherInOut(biz, { skuIds: goods, wmsCoIds: WMS_CO_IDS, allowDecimalQty: settings.allowDecimalQty });
  const live = store.live(document.externalId);
  if (live !== undefined) {
    if (settings.duplicate === "return-old") return written(live);
    throw new Refusal(`外部单号【${document.externalId}】已存在，请勿重复上传`);
  }
  const stored = store.add(document);
  ledger.add({ api: "jushuitan.otherinout.upload", kind: "otherinout", key: document.externalId, number: String(stored.ioId), body: biz });
  return written(stored);
}

function cancel(biz: Biz, store: InOutStore, ledger: Ledger, settings: JushuitanSettings): MethodAnswer {
  const ioId = readWhole(biz, "io_id") ?? Number(readList(biz, "io_ids", 1)?.[0] ?? Number.NaN);
  const externalId = readText(biz, "external_id") ?? readText(biz, "so_id");
  const stored = externalId === undefined ? store.byIoId(ioId) : store.live(externalId);
  if (stored === undefined) throw new Refusal(`单据【${externalId ?? (Number.isNaN(ioId) ? "" : ioId)}】不存在`);
  if (stored.status === "Cancelled") throw new Refusal(`单据【${stored.ioId}】已取消`);
  if (stored.status === "Confirmed" && !settings.cancelConfirmed) throw new Refusal(`单据【${stored.ioId}】已确认生效，不能取消`);
  store.cancel(stored);
  ledger.add({
    api: "jushuitan.otherinout.cancel",
    kind: "otherinout-cancel",
    key: String(stored.ioId),
    number: String(stored.ioId),
    body: biz,
    edit: true,
  });
  return written(stored);
}

function written(stored: StoredInOut): MethodAnswer {
  return { kind: "written", written: { external_id: stored.document.externalId, io_id: stored.ioId } };
}

/** A late one is changed before the newest, as if its transaction had begun earlier and ended now. */
function typeInOne(store: InOutStore, options: CompanyOptions, late: boolean): string {
  const newestAt = Math.max(...store.all().map((stored) => stored.modifiedAt), options.now() - 1000);
  const externalId = `SG${options.random.digits(12)}`;
  const sku = options.random.pick(MATERIALS);
  store.add(
    {
      externalId,
      type: options.random.chance(0.5) ? "in" : "out",
      isConfirm: true,
      excuteConfirming: false,
      wmsCoId: 0,
      warehouse: 1,
      labels: [],
      texts: { remark: "手工录入" },
      items: [{ skuId: sku.code, qty: String(options.random.whole(1, 20)), skuSns: [] }],
    },
    { creator: "管理员", modifiedAt: late ? newestAt - options.random.whole(1, 120) * 1000 : Math.max(newestAt, options.now()) },
  );
  return externalId;
}
