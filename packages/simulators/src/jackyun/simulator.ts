/**
 * 吉客云's open gateway, `POST /open/openapi/do`, form body. It checks, in this order: the system fields, the app, the token (when
 * the tenant uses one), the timestamp, the signature, the calls per second, the subscription, and only then does the work.
 *
 * It starts without customers; what else it holds is told in company-bills.ts. A written customer enters the ledger under kind
 * `customer`, key customerCode, number customerId; goods under `goods`, key outSkuCode, number goodsNo. What is typed in by hand
 * (`insertRows`: customers, trades and goods documents) does not. `data` knows `customer`, `trade`, `goodsdocin` and `goods`. There are no sessions, so
 * `loseSessions` has nothing to forget. What is assumed is listed in README.md.
 */
import { parseChinaTime } from "../china-time.ts";
import { readJson } from "../kit/exact-json.ts";
import { parseForm } from "../kit/form-parameters.ts";
import { createLedger } from "../kit/ledger.ts";
import type { Ledger } from "../kit/ledger.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { RateWindow } from "../kit/rate-window.ts";
import type { SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { readVendorSettings } from "../vendor-settings.ts";
import { JACKYUN_SUB_CODE, jackyunFailure, jackyunSuccess } from "./answer.ts";
import type { JackyunRefusal } from "./answer.ts";
import { listDocuments, listGoods, listTrades } from "./bill-queries.ts";
import { CompanyBills } from "./company-bills.ts";
import { listCustomers } from "./customer-list.ts";
import { CustomerStore } from "./customer-store.ts";
import { readCustomerRequest } from "./customer.ts";
import { importGoods } from "./goods-import.ts";
import { JACKYUN_DEFAULTS } from "./settings.ts";
import type { JackyunSettings } from "./settings.ts";
import { isSignedJackyun } from "./sign.ts";
import { listWarehouses } from "./warehouse.ts";

const PATH = "/open/openapi/do";
const SYSTEM_FIELDS = ["method", "appkey", "version", "contenttype", "timestamp", "bizcontent", "sign"];

/** The apps this tenant knows: the one of the test vectors and the one of the captured request. */
const APPS: ReadonlyMap<string, string> = new Map([
  ["12345678", "DemoSecret01"],
  ["demoKey", "DemoKeySecret"],
]);

/** The 吉客云 simulator. */
export const simulator: SimulatorDefinition = {
  system: "jackyun",
  name: { zh: "吉客云", en: "Jackyun" },
  create: (options) => new JackyunVendor(options),
};

const READS = ["oms.trade.fullinfoget", "erp.storage.goodsdocin.v2", "erp-goods.goods.getforqimen"];
const IMPORT = "erp.goods.skuimportbatch";
const THROTTLED: JackyunRefusal = { subCode: JACKYUN_SUB_CODE.throttled, msg: "接口调用频率超限,请稍后重试" };

type Outcome = { readonly kind: "found"; readonly data: unknown } | { readonly kind: "refused"; readonly refusal: JackyunRefusal };

class JackyunVendor implements Vendor {
  readonly basePath = "";
  readonly urlVariable = "JACKYUN_URL";
  readonly environment = { JACKYUN_APP_KEY: "12345678", JACKYUN_APP_SECRET: "DemoSecret01" };
  readonly #now: () => number;
  readonly #settings: JackyunSettings;
  readonly #customers: CustomerStore;
  readonly #ledger: Ledger;
  readonly #bills: CompanyBills;
  readonly #rates = new Map<string, RateWindow>();
  #calls = 0;

  constructor(options: SimulatorOptions) {
    this.#now = options.now;
    this.#settings = readVendorSettings<JackyunSettings>(options.settings, JACKYUN_DEFAULTS);
    this.#customers = new CustomerStore(options.seed);
    this.#ledger = createLedger(options.now);
    this.#bills = new CompanyBills(options.seed, options.bills, options.now);
  }

  apiOf(request: SimRequest): string {
    return parseForm(request.rawBody.toString("utf8")).get("method") ?? "";
  }

  handle(request: SimRequest): SimReply {
    if (request.path !== PATH)
      return { status: 404, headers: { "content-type": "text/html" }, body: "<html><body>404 Not Found</body></html>" };
    if (request.method !== "POST") return { status: 405, headers: { allow: "POST" }, body: "" };
    const fields = Object.fromEntries(parseForm(request.rawBody.toString("utf8")));
    const refusal = this.#refusal(fields);
    if (refusal !== undefined) return this.#refuse(refusal);
    const outcome = this.#carryOut(fields["method"] ?? "", fields["bizcontent"] ?? "");
    if (outcome.kind === "refused") return this.#refuse(outcome.refusal);
    return jackyunSuccess(this.#settings, this.#contextId(), outcome.data);
  }

  limitReply(): SimReply {
    return this.#refuse(THROTTLED);
  }

  /** 吉客云 signs every call and keeps no session. */
  loseSessions(): void {}

  insertRows(count: number, options: { readonly late?: boolean } = {}): readonly string[] {
    const at = options.late === true ? this.#now() - 60_000 : this.#now();
    this.#bills.insert(count, options.late === true);
    return Array.from({ length: count }, () => {
      const customerCode = this.#customers.freeCode("SD");
      return this.#customers.add({ customerCode, nickname: `手工录入客户${customerCode}`, country: "中国" }, at).customerCode;
    });
  }

  ledger() {
    return this.#ledger.entries();
  }

  data(kind: string): readonly unknown[] {
    if (kind === "customer") return this.#customers.list();
    const held = { trade: this.#bills.trades(), goodsdocin: this.#bills.documents(), goods: this.#bills.goods() }[kind];
    // Exact numbers as texts, so that judges can add them up.
    return (held ?? []).map(({ row }) => JSON.parse(JSON.stringify(row)) as unknown);
  }

  /** `enter`: a customer of this code and name is typed in by hand; answers its id. */
  control(action: string, body: Readonly<Record<string, unknown>>): unknown {
    if (action !== "enter") throw new RangeError(`Unknown action ${action}; known is enter.`);
    const asked = readCustomerRequest(body, true);
    if (asked.kind === "refused") throw new RangeError(asked.refusal.msg);
    return { customerId: this.#customers.add(asked.values, this.#now()).customerId };
  }

  /** Why the call is turned away before its content is looked at. */
  #refusal(fields: Readonly<Record<string, string>>): JackyunRefusal | undefined {
    const missing = SYSTEM_FIELDS.filter((field) => (fields[field] ?? "") === "");
    if (missing.length > 0) return { subCode: JACKYUN_SUB_CODE.fieldsMissing, msg: `缺少系统参数:${missing.join(",")}` };
    if (fields["contenttype"] !== "json") return { subCode: JACKYUN_SUB_CODE.parameter, msg: "contenttype仅支持json" };
    const appKey = fields["appkey"] ?? "";
    const secret = APPS.get(appKey);
    if (secret === undefined) return { subCode: JACKYUN_SUB_CODE.appKey, msg: "appkey不存在" };
    const { token, timestampWindowS, timestampSubCode, subscribed } = this.#settings;
    if (token !== "" && fields["token"] !== token) return { subCode: JACKYUN_SUB_CODE.token, msg: "token无效" };
    const sentAt = parseChinaTime(fields["timestamp"] ?? "");
    if (sentAt === undefined) return { subCode: JACKYUN_SUB_CODE.parameter, msg: "timestamp格式错误,应为yyyy-MM-dd HH:mm:ss" };
    if (Math.abs(this.#now() - sentAt) > timestampWindowS * 1000) return { subCode: timestampSubCode, msg: "timestamp已过期" };
    if (!isSignedJackyun(fields, secret)) return { subCode: JACKYUN_SUB_CODE.sign, msg: "签名错误" };
    if (!this.#rateOf(appKey).take(this.#now())) return THROTTLED;
    const method = fields["method"] ?? "";
    if (!this.#methods().includes(method) || (subscribed.length > 0 && !subscribed.includes(method))) {
      return { subCode: JACKYUN_SUB_CODE.notSubscribed, msg: `应用不存在或未订购接口:${method}` };
    }
    return undefined;
  }

  #methods(): readonly string[] {
    return ["crm.customer.add", "erp.warehouse.get", ...READS, IMPORT, this.#settings.queryMethod].filter((method) => method !== "");
  }

  #carryOut(method: string, bizcontent: string): Outcome {
    const content = method === IMPORT ? {} : readContent(bizcontent);
    if (content === undefined)
      return { kind: "refused", refusal: { subCode: JACKYUN_SUB_CODE.parameter, msg: "bizcontent不是合法的JSON对象" } };
    if (method === "crm.customer.add") return this.#addCustomer(content);
    if (method === IMPORT) return importGoods(readAny(bizcontent), this.#bills, this.#ledger);
    if (method === "erp.warehouse.get") return listWarehouses(content);
    if (method === "oms.trade.fullinfoget") return listTrades(content, this.#bills.trades());
    if (method === "erp.storage.goodsdocin.v2") return listDocuments(content, this.#bills.documents());
    if (method === "erp-goods.goods.getforqimen") return listGoods(content, this.#bills.goods());
    return listCustomers(content, this.#customers.list());
  }

  #addCustomer(content: Readonly<Record<string, unknown>>): Outcome {
    const { codeRequired, duplicateSubCode, duplicateText } = this.#settings;
    const asked = readCustomerRequest(content, codeRequired);
    if (asked.kind === "refused") return asked;
    const code = asked.values["customerCode"];
    if (code !== undefined && this.#customers.get(code) !== undefined) {
      return { kind: "refused", refusal: { subCode: duplicateSubCode, msg: `${duplicateText}:${code}` } };
    }
    const { customerId, customerCode } = this.#customers.add(asked.values, this.#now());
    this.#ledger.add({ api: "crm.customer.add", kind: "customer", key: customerCode, number: customerId, body: content });
    return { kind: "found", data: { customerId, customerCode } };
  }

  #rateOf(appKey: string): RateWindow {
    const known = this.#rates.get(appKey);
    if (known !== undefined) return known;
    const made = createRateWindow(this.#settings.callsPerSecond, 1000);
    this.#rates.set(appKey, made);
    return made;
  }

  #refuse(refusal: JackyunRefusal): SimReply {
    const reply = jackyunFailure(this.#settings, this.#contextId(), refusal);
    return refusal.subCode === JACKYUN_SUB_CODE.throttled ? { ...reply, refused: true } : reply;
  }

  #contextId(): string {
    this.#calls += 1;
    return String(10_000_000_000 + this.#calls);
  }
}

function readContent(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readAny(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** Any JSON; undefined when it is none. */
function readAny(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
