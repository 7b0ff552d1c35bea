/**
 * What the pretend 聚水潭 does, whichever platform the call came through: documents in and out, shops, goods, warehouses.
 *
 * Methods carry the old platform's dotted names; the new platform's paths are the same names with slashes. A Refusal is thrown for
 * anything the vendor turns down.
 */
import { readJson, writeJson } from "../kit/exact-json.ts";
import { createLedger, type Ledger } from "../kit/ledger.ts";
import type { Random } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS } from "../kit/world.ts";
import { readBiz, readList, readText, readWhole } from "./biz-fields.ts";
import type { Biz } from "./biz-fields.ts";
import { pageOf, queryInOut } from "./inout-query.ts";
import type { Page } from "./inout-query.ts";
import { createOrderRemarks } from "./order-remarks.ts";
import { readOtherInOut } from "./otherinout-rules.ts";
import { createInOutStore, inOutRow } from "./otherinout-store.ts";
import type { InOutStore, StoredInOut } from "./otherinout-store.ts";
import { Refusal } from "./refusal.ts";
import type { JushuitanSettings } from "./settings.ts";

export type MethodAnswer =
  | { readonly kind: "page"; readonly page: Page; readonly listName: string }
  | { readonly kind: "written"; readonly written: { readonly external_id: string; readonly io_id: number } }
  | { readonly kind: "done" };

export interface Company {
  readonly ledger: Ledger;
  has(method: string): boolean;
  /** Throws Refusal. */
  call(method: string, bizText: string): MethodAnswer;
  /** Documents typed in by hand; returns their external_ids. */
  typeIn(count: number, late: boolean): readonly string[];
  data(kind: string): readonly unknown[];
}

export interface CompanyOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly settings: JushuitanSettings;
  /** How many orders the company has. */
  readonly orders: number;
}

/** A company with its master data and no documents yet. */
export function createCompany(options: CompanyOptions): Company {
  const store = createInOutStore(options.now);
  const ledger = createLedger(options.now);
  const remarks = createOrderRemarks(options.orders, ledger);
  const methods: Readonly<Record<string, (biz: Biz) => MethodAnswer>> = {
    "jushuitan.otherinout.upload": (biz) => upload(biz, store, ledger, options.settings),
    "jushuitan.otherinout.cancel": (biz) => cancel(biz, store, ledger, options.settings),
    "jushuitan.order.remark.upload": (biz) => {
      remarks.upload(biz);
      return { kind: "done" };
    },
    "other.inout.query": (biz) => page(queryInOut(biz, store.all())),
    "shops.query": (biz) => page(pageOf(biz, shopsOf(biz), (row) => row)),
    "sku.query": (biz) => page(pageOf(biz, skusOf(biz), (row) => row)),
    "wms.partner.query": (biz) => page(pageOf(biz, PARTNERS, (row) => row)),
    // This company sells through 奇门 (see jushuitan-qimen); the standard call never shows those orders.
    "orders.single.query": (biz) =>
      page(
        pageOf({ page_size: 50, ...biz }, [], (row) => row),
        "orders",
      ),
  };
  return {
    ledger,
    has: (method) => Object.hasOwn(methods, method),
    call(method, bizText) {
      const run = methods[method];
      if (run === undefined) throw new Refusal(`接口【${method}】不存在`);
      return run(readBiz(bizText));
    },
    typeIn: (count, late) => Array.from({ length: count }, () => typeInOne(store, options, late)),
    data(kind) {
      if (kind === "otherinout") return store.all().map((stored) => readJson(writeJson(inOutRow(stored))));
      if (kind === "sku") return SKUS;
      if (kind === "order-remark") return remarks.all();
      return [];
    },
  };
}

const SKU_IDS: ReadonlySet<string> = new Set([...MATERIALS.map((material) => material.code), "SKU-红-01"]);
const WMS_CO_IDS: ReadonlySet<number> = new Set(STOCKS.map((stock) => Number(stock.wmsCoId)));

/** All goods: the world's materials and the one that the protocol notes' second vector moves. */
const SKUS = [
  ...MATERIALS.map((material) => ({
    sku_id: material.code,
    i_id: material.code,
    name: material.name,
    sale_price: material.price,
    enabled: 1,
  })),
  { sku_id: "SKU-红-01", i_id: "SKU-红", name: "示例商品（红）", sale_price: "9.90", enabled: 1 },
];

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

function skusOf(biz: Biz): readonly unknown[] {
  const skuIds = readList(biz, "sku_ids", 20);
  return SKUS.filter((row) => skuIds?.includes(row.sku_id) ?? true);
}

function upload(biz: Biz, store: InOutStore, ledger: Ledger, settings: JushuitanSettings): MethodAnswer {
  const document = readOtherInOut(biz, { skuIds: SKU_IDS, wmsCoIds: WMS_CO_IDS, allowDecimalQty: settings.allowDecimalQty });
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
