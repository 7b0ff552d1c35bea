/**
 * The pretend 旺店通: 企业版 behind 奇门 (warehouses, sales issues, returns, purchases, goods, providers), and beside it 企业版's and
 * 旗舰版's direct interfaces over the same warehouses.
 *
 * `bills` scales the warehouses (a fifth of it, 40 to 400) and the bills (document-book.ts). Data kinds: `warehouse`, `warnings`, and
 * each query by its method. Goods, providers and other stock documents can be written: the ledger's kinds `goods`, `provider`,
 * `stockin` and `stockout`.
 */
import { createLedger, type Ledger } from "../kit/ledger.ts";
import { createRateWindow, type RateWindow } from "../kit/rate-window.ts";
import type { SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import type { TopAnswer, TopFields } from "../kit/top-envelope.ts";
import { createTopRouter, isTopPath, missingArgument, type TopCall, type TopRouter } from "../kit/top-router.ts";
import { parseForm } from "../kit/form-parameters.ts";
import { readVendorSettings } from "../vendor-settings.ts";
import { DocumentBook } from "./document-book.ts";
import { DOCUMENT_KINDS, DOCUMENT_METHODS, type DocumentMethod } from "./document-kinds.ts";
import { queryDocuments } from "./document-query.ts";
import { ENTERPRISE_PATH, enterpriseLimit, handleEnterprise } from "./enterprise-direct.ts";
import { FLAGSHIP_PATH, flagshipLimit, flagshipWarehouses, handleFlagship, readParameters } from "./flagship-direct.ts";
import { checkFlagshipInner } from "./flagship-inner.ts";
import { createProvider, pushGoods, type WriteAnswer } from "./file-writes.ts";
import { WANGDIANTONG_SETTINGS, type WangdiantongSettings } from "./settings.ts";
import { pushStock, STOCK_WRITES, type StockMethod } from "./stock-writes.ts";
import { createWarehouseList, type WarehouseList } from "./warehouse-list.ts";
import { queryWarehouses } from "./warehouse-query.ts";

/** 旺店通企业版 through Taobao's router. */
export const simulator: SimulatorDefinition = {
  system: "wangdiantong-qimen",
  name: { zh: "旺店通·企业奇门", en: "Wangdiantong on Qimen" },
  create,
};

/** Invented apps: the vectors' and the one of the captured requests. */
const APPS = [
  { appKey: "12345678", secret: "demoTopSecret" },
  { appKey: "demoAppKey", secret: "demoTopSecret" },
] as const;
const TARGET_APP_KEY = "21363512";
const SIDS = ["demo2", "demosid"];

function create(options: SimulatorOptions): Vendor {
  const settings = readVendorSettings(options.settings, WANGDIANTONG_SETTINGS);
  const list = createWarehouseList(options.seed, options.bills, options.now);
  const warnings: string[] = [];
  const book = new DocumentBook(options.seed, options.bills, options.now);
  const ledger = createLedger(options.now);
  const router = createRouter(options, settings, { list, book, ledger });
  const window = (): RateWindow =>
    createRateWindow(settings.directCallsPerMinute > 0 ? settings.directCallsPerMinute : Number.MAX_SAFE_INTEGER, 60_000);
  const direct = { settings, now: options.now, warehouses: () => list.all() };
  const enterprise = { ...direct, window: window(), warn: (text: string) => warnings.push(text) };
  const flagship = { ...direct, window: window() };
  return {
    basePath: "",
    urlVariable: "WANGDIANTONG_QIMEN_URL",
    environment: {
      WANGDIANTONG_QIMEN_APP_KEY: APPS[0].appKey,
      WANGDIANTONG_QIMEN_APP_SECRET: APPS[0].secret,
      WANGDIANTONG_QIMEN_TARGET_APP_KEY: TARGET_APP_KEY,
      WANGDIANTONG_QIMEN_SID: "demo2",
    },
    apiOf: (request) => apiOf(request, router),
    handle(request) {
      if (isTopPath(request.path)) return router.handle(request);
      if (request.path === ENTERPRISE_PATH) return handleEnterprise(enterprise, request);
      if (request.path === FLAGSHIP_PATH) return handleFlagship(flagship, request);
      return { status: 404, body: "Not Found" };
    },
    limitReply: (request) => limitReply(request, router),
    // The calls carry a signature each; there is no session to lose.
    loseSessions: () => undefined,
    insertRows(count, { late = false } = {}) {
      book.insert(count, late);
      return list.insert(count, late).map((row) => row.warehouse_no);
    },
    ledger: () => ledger.entries(),
    data(kind) {
      if (kind === "warehouse") return list.all();
      if (kind === "warnings") return warnings;
      return isDocumentMethod(kind) ? book.rows(kind) : [];
    },
  };
}

/** What the vendor holds. */
interface Holdings {
  readonly list: WarehouseList;
  readonly book: DocumentBook;
  readonly ledger: Ledger;
}

function createRouter(options: SimulatorOptions, settings: WangdiantongSettings, { list, book, ledger }: Holdings): TopRouter {
  return createTopRouter({
    apps: APPS,
    targetAppKeys: [TARGET_APP_KEY],
    methods: new Map([
      ["wdt.warehouse.query", (call: TopCall) => enterpriseAnswer(call, settings, list)],
      ...DOCUMENT_METHODS.map((method) => [method, (call: TopCall) => documentAnswer(call, method, settings, book)] as const),
      ["wdt.goods.push", (call: TopCall) => writeAnswer(call, (valueOf) => pushGoods(book, ledger, valueOf))],
      ["wdt.purchase.provider.create", (call: TopCall) => writeAnswer(call, () => createProvider(book, ledger, call.parameters))],
      ...(Object.keys(STOCK_WRITES) as StockMethod[]).map(
        (method) =>
          [method, (call: TopCall) => writeAnswer(call, (valueOf) => pushStock(method, { list, book, ledger }, valueOf))] as const,
      ),
      ["wdt.setting.warehouse.querywarehouse", (call: TopCall) => flagshipAnswer(call, settings, list)],
    ]),
    now: options.now,
    callsPerSecond: settings.callsPerSecond,
  });
}

/** 企业版: no inner signature, errors by errorcode. The codes beside 2220 are assumed. */
function enterpriseAnswer(call: TopCall, settings: WangdiantongSettings, list: WarehouseList): TopAnswer {
  const refused = sellerRefusal(call);
  if (refused !== undefined) return refused;
  const found = queryWarehouses(list.all(), valueIn(call), settings.pageSizeMax);
  if (found.kind === "refusal") return success({ errorcode: found.parameter === "page_size" ? 2220 : 1020, message: found.text });
  const withTotal = found.pageNo === 0 || !settings.onlyFirst;
  return success({ errorcode: 0, message: "OK", ...(withTotal ? { total_count: found.totalCount } : {}), warehouses: found.rows });
}

/** The bills and files of 企业版, in the same envelope. */
function documentAnswer(call: TopCall, method: DocumentMethod, settings: WangdiantongSettings, book: DocumentBook): TopAnswer {
  const refused = sellerRefusal(call);
  if (refused !== undefined) return refused;
  const kind = DOCUMENT_KINDS[method];
  const found = queryDocuments(kind, book.rows(method), valueIn(call));
  if (found.kind === "refusal") return success({ errorcode: found.code, message: found.text });
  const withTotal = found.pageNo === 0 || !settings.onlyFirst;
  return success({ errorcode: 0, message: "OK", ...(withTotal ? { total_count: found.totalCount } : {}), [kind.listName]: found.rows });
}

function writeAnswer(call: TopCall, write: (valueOf: (name: string) => string) => WriteAnswer): TopAnswer {
  const refused = sellerRefusal(call);
  if (refused !== undefined) return refused;
  const answer = write(valueIn(call));
  return answer.kind === "refused"
    ? success({ errorcode: answer.code, message: answer.text })
    : success({ errorcode: 0, message: "OK", ...answer.fields });
}

/** 企业版's seller account, a business parameter of every call. */
function sellerRefusal(call: TopCall): TopAnswer | undefined {
  const sid = call.parameters.get("sid") ?? "";
  if (sid === "") return missingArgument("sid");
  return SIDS.includes(sid) ? undefined : success({ errorcode: 1001, message: "sid不存在" });
}

function valueIn(call: TopCall): (name: string) => string {
  return (name) => call.parameters.get(name) ?? "";
}

function isDocumentMethod(kind: string): kind is DocumentMethod {
  return Object.hasOwn(DOCUMENT_KINDS, kind);
}

/** 旗舰版: its own signature inside TOP's, errors by status. */
function flagshipAnswer(call: TopCall, settings: WangdiantongSettings, list: WarehouseList): TopAnswer {
  const refused = checkFlagshipInner(call.parameters);
  if (refused !== undefined) return success({ status: 1, message: refused });
  const parameters = readParameters(`[${call.parameters.get("params") || "{}"}]`);
  const pager = readParameters(`[${call.parameters.get("pager") || "{}"}]`);
  if (parameters === undefined || pager === undefined) return success({ status: 1, message: "params或pager不是合法的JSON" });
  return success(
    flagshipWarehouses(
      { settings, warehouses: () => list.all() },
      (name) => (name.startsWith("page_") ? pager : parameters).get(name) ?? "",
      true,
    ),
  );
}

function success(fields: TopFields): TopAnswer {
  return { kind: "success", fields };
}

function apiOf(request: SimRequest, router: TopRouter): string {
  if (request.path === ENTERPRISE_PATH) return "warehouse_query";
  return request.path === FLAGSHIP_PATH ? (parseForm(request.rawQuery).get("method") ?? "") : router.apiOf(request);
}

function limitReply(request: SimRequest, router: TopRouter): SimReply {
  if (request.path === ENTERPRISE_PATH) return enterpriseLimit();
  return request.path === FLAGSHIP_PATH ? flagshipLimit() : router.limitReply(request);
}
