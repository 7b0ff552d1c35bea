/**
 * 巨益OMS, `POST /api/api.do`: system parameters in the query, the business object as JSON body. It checks, in this order: the
 * system parameters, the app, the timestamp, the signature, the calls per second, the method, and only then does the work.
 *
 * It starts without distributors (`options.bills` is not used: this vendor is written to). A synced distributor enters the ledger
 * under kind `distributor`, key distributorCode, number distributorId; an update is marked as an edit; one typed in by hand
 * (`insertRows`) does not enter. There are no sessions. What is assumed is listed in README.md.
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
import { greatonceFailure, greatonceSuccess, parameterRefusal, SIGN_REFUSAL } from "./answer.ts";
import type { GreatonceRefusal } from "./answer.ts";
import { listDistributors } from "./distributor-list.ts";
import { DistributorStore } from "./distributor-store.ts";
import { readDistributorRequest } from "./distributor.ts";
import { GREATONCE_CHOICES, GREATONCE_DEFAULTS } from "./settings.ts";
import type { GreatonceSettings } from "./settings.ts";
import { isSignedGreatonce } from "./sign.ts";

const PATH = "/api/api.do";
const SYNC = "greatonce.distributor.single.sync";
const SYSTEM_PARAMETERS = ["appKey", "customerId", "timestamp", "method", "format", "sign_method", "sign"];

interface App {
  readonly appKey: string;
  readonly customerId: string;
  readonly secret: string;
}

/** The apps this OMS knows: the one of the test vectors and the one of the captured request. */
const APPS: readonly App[] = [
  { appKey: "demoApp", customerId: "demoCust", secret: "demoSecret" },
  { appKey: "demoKey", customerId: "demoCustomer", secret: "demoKeySecret" },
];

/** The 巨益OMS simulator. */
export const simulator: SimulatorDefinition = {
  system: "greatonce",
  name: { zh: "巨益OMS", en: "GreatOnce OMS" },
  create: (options) => new GreatonceVendor(options),
};

class GreatonceVendor implements Vendor {
  readonly basePath = "";
  readonly urlVariable = "GREATONCE_URL";
  readonly environment = { GREATONCE_APP_KEY: "demoApp", GREATONCE_APP_SECRET: "demoSecret", GREATONCE_CUSTOMER_ID: "demoCust" };
  readonly #now: () => number;
  readonly #settings: GreatonceSettings;
  readonly #distributors: DistributorStore;
  readonly #ledger: Ledger;
  readonly #rates: ReadonlyMap<string, RateWindow>;
  #calls = 0;

  constructor(options: SimulatorOptions) {
    this.#now = options.now;
    this.#settings = readVendorSettings<GreatonceSettings>(options.settings, GREATONCE_DEFAULTS, GREATONCE_CHOICES);
    this.#distributors = new DistributorStore(options.seed);
    this.#ledger = createLedger(options.now);
    this.#rates = new Map(APPS.map((app) => [app.appKey, createRateWindow(this.#settings.callsPerSecond, 1000)]));
  }

  apiOf(request: SimRequest): string {
    return parseForm(request.rawQuery).get("method") ?? "";
  }

  handle(request: SimRequest): SimReply {
    if (request.path !== PATH)
      return { status: 404, headers: { "content-type": "text/html" }, body: "<html><body>404 Not Found</body></html>" };
    if (request.method !== "POST") return { status: 405, headers: { allow: "POST" }, body: "" };
    const parameters = parseForm(request.rawQuery);
    const refusal = this.#refusal(parameters, request.rawBody);
    if (refusal !== undefined) return this.#refuse(refusal);
    const body = readBody(request.rawBody);
    if (body === undefined) return this.#refuse(parameterRefusal("请求体不是合法的JSON对象"));
    return parameters.get("method") === SYNC ? this.#sync(body) : this.#list(body);
  }

  limitReply(): SimReply {
    return this.#refuse(this.#limited());
  }

  /** The OMS signs every call and keeps no session. */
  loseSessions(): void {}

  insertRows(count: number, options: { readonly late?: boolean } = {}): readonly string[] {
    const at = options.late === true ? this.#now() - 60_000 : this.#now();
    return Array.from({ length: count }, () => {
      const code = this.#distributors.freeCode("SD");
      return this.#distributors.put(code, { distributorName: `手工录入分销商${code}` }, at).distributorCode;
    });
  }

  ledger() {
    return this.#ledger.entries();
  }

  data(kind: string): readonly unknown[] {
    return kind === "distributor" ? this.#distributors.list() : [];
  }

  /** `enter`: a distributor of this code and name is typed in by hand; answers its id. */
  control(action: string, body: Readonly<Record<string, unknown>>): unknown {
    if (action !== "enter") throw new RangeError(`Unknown action ${action}; known is enter.`);
    const asked = readDistributorRequest({ ...body, actionType: "add" });
    if (asked.kind === "refused") throw new RangeError(asked.refusal.message);
    return { distributorId: this.#distributors.put(asked.code, asked.values, this.#now()).distributorId };
  }

  /** Why the call is turned away before its content is looked at. */
  #refusal(parameters: ReadonlyMap<string, string>, rawBody: Buffer): GreatonceRefusal | undefined {
    const missing = SYSTEM_PARAMETERS.filter((name) => (parameters.get(name) ?? "") === "");
    if (missing.length > 0) return parameterRefusal(`缺少系统参数:${missing.join(",")}`);
    if (parameters.get("format") !== "json") return parameterRefusal("format仅支持json");
    if (parameters.get("sign_method") !== "md5") return parameterRefusal("sign_method仅支持md5");
    const app = APPS.find(({ appKey, customerId }) => appKey === parameters.get("appKey") && customerId === parameters.get("customerId"));
    if (app === undefined) return { code: "403", message: "Invalid app", subCode: "invalid-app", subMessage: "appKey或customerId无效" };
    const sentAt = readTimestamp(parameters.get("timestamp") ?? "");
    if (sentAt === undefined) return parameterRefusal("timestamp格式错误");
    if (Math.abs(this.#now() - sentAt) > this.#settings.timestampWindowS * 1000) {
      return { code: "401", message: "Invalid timestamp", subCode: "invalid-timestamp", subMessage: "timestamp已过期" };
    }
    if (!isSignedGreatonce(parameters, rawBody, app.secret)) return SIGN_REFUSAL;
    if (this.#rates.get(app.appKey)?.take(this.#now()) !== true) return this.#limited();
    const method = parameters.get("method") ?? "";
    if (method !== SYNC && method !== this.#settings.queryMethod) {
      return { code: "404", message: "Invalid method", subCode: "invalid-method", subMessage: `接口不存在:${method}` };
    }
    return undefined;
  }

  #sync(body: Readonly<Record<string, unknown>>): SimReply {
    const { upsert, duplicateCode, duplicateText, answerForm } = this.#settings;
    const asked = readDistributorRequest(body);
    if (asked.kind === "refused") return this.#refuse(asked.refusal);
    const present = this.#distributors.get(asked.code) !== undefined;
    if (asked.actionType === "add" && present && !upsert) {
      const message = `${duplicateText}:${asked.code}`;
      return this.#refuse({ code: duplicateCode, message, subCode: "distributor-exists", subMessage: message });
    }
    if (asked.actionType === "update" && !present && !upsert) {
      const message = `分销商不存在:${asked.code}`;
      return this.#refuse({ code: "1002", message, subCode: "distributor-not-found", subMessage: message });
    }
    const { distributorId } = this.#distributors.put(asked.code, asked.values, this.#now());
    this.#ledger.add({ api: SYNC, kind: "distributor", key: asked.code, number: distributorId, body, ...(present ? { edit: true } : {}) });
    return greatonceSuccess(answerForm, this.#requestId());
  }

  #list(body: Readonly<Record<string, unknown>>): SimReply {
    const page = listDistributors(body, this.#distributors.list());
    if (page.kind === "refused") return this.#refuse(page.refusal);
    return greatonceSuccess(this.#settings.answerForm, this.#requestId(), { distributorList: page.distributorList, total: page.total });
  }

  #limited(): GreatonceRefusal {
    return { code: this.#settings.limitCode, message: "调用频率超限", subCode: "call-limited", subMessage: "调用频率超限" };
  }

  #refuse(refusal: GreatonceRefusal): SimReply {
    const reply = greatonceFailure(this.#settings.answerForm, this.#requestId(), refusal);
    return refusal.subCode === "call-limited" ? { ...reply, refused: true } : reply;
  }

  #requestId(): string {
    this.#calls += 1;
    return `go${String(this.#calls).padStart(10, "0")}`;
  }
}

/** The SDK sends China wall time, customers' scripts send milliseconds; the vendor takes both. */
function readTimestamp(text: string): number | undefined {
  return /^\d{13}$/.test(text) ? Number(text) : parseChinaTime(text);
}

function readBody(rawBody: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = readJson(rawBody.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
