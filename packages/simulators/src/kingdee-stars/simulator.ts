/**
 * 金蝶云星辰 V1 (jdy) behind 金蝶's API gateway, with both ways in: the OAuth access_token with the headers accountId and groupName,
 * and signed headers with app-token and router address. Purchase inbound bills can be read, list and detail, and as a V2 list;
 * so can the files of goods, customers and suppliers. Purchase receipts and orders, sales issues and returns can be saved.
 *
 * `options.bills` is the number of purchase inbound bills of the last 30 days; suppliers are a sixth of that, at least 20. Saved
 * bills stand in the ledger under the kinds `pur_inbound`, `pur_order`, `sal_outbound` and `sal_inbound`, key billno. `data` knows
 * `pur_inbound` (whole documents), `supplier`, `material` and `customer`. What is assumed is listed in README.md.
 */
import { readJson } from "../kit/exact-json.ts";
import { hasFormBody, parseForm } from "../kit/form-parameters.ts";
import { createLedger, type Ledger } from "../kit/ledger.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { RateWindow } from "../kit/rate-window.ts";
import type { LedgerEntry, SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { readVendorSettings } from "../vendor-settings.ts";
import { starsAccounts, starsFailure, starsSuccess, SYSTEM_ERROR, TOKEN_ERROR } from "./answer.ts";
import type { StarsRefusal } from "./answer.ts";
import { GatewayCheck } from "./gateway-check.ts";
import { IDENTITY } from "./identity.ts";
import { listInboundsV1, listInboundsV2, listPlain, showInboundV1 } from "./inbound-api.ts";
import { inboundDocument } from "./inbound-document.ts";
import { InboundStore } from "./inbound-store.ts";
import { MasterData } from "./master-data.ts";
import { companySuppliers } from "./supplier.ts";
import { SavedBills, SAVES, type SavePath } from "./saved-bills.ts";
import { KINGDEE_STARS_CHOICES, KINGDEE_STARS_DEFAULTS } from "./settings.ts";
import type { KingdeeStarsSettings } from "./settings.ts";
import { done, refused, SignIn } from "./sign-in.ts";
import type { Outcome } from "./sign-in.ts";

interface Route {
  /** Name for faults and statistics. */
  readonly api: string;
  readonly methods: readonly string[];
  /** `none`: carries its own credentials; `signed`: signed headers only; `account`: access_token; `business`: either way in. */
  readonly access: "none" | "signed" | "account" | "business" | "business-signed";
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/auth/user/access_token", { api: "login", methods: ["GET", "POST"], access: "none" }],
  ["/jdyconnector/app_management/push_app_authorize", { api: "login", methods: ["POST"], access: "signed" }],
  ["/jdyconnector/app_management/kingdee_auth_token", { api: "login", methods: ["GET"], access: "signed" }],
  ["/jdy/sys/accountGroup", { api: "accountGroup", methods: ["POST"], access: "account" }],
  ["/jdy/pur/pur_inbound_list", { api: "pur_inbound_list", methods: ["POST"], access: "business" }],
  ["/jdy/pur/pur_inbound_detail", { api: "pur_inbound_detail", methods: ["POST"], access: "business" }],
  ...Object.keys(SAVES).map((path) => [path, business(path)] as const),
  ...["pur/pur_order", "sal/sal_outbound", "sal/sal_inbound"].map((bill) => [`/jdy/${bill}_list`, business(`/jdy/${bill}_list`)] as const),
  ...["material", "customer", "supplier"].map((file) => [`/jdy/basedata/${file}_list`, business(`/jdy/basedata/${file}_list`)] as const),
  ["/jdy/v2/scm/pur_inbound", { api: "v2/scm/pur_inbound", methods: ["GET"], access: "business-signed" }],
]);

/** A V1 business call; faults and statistics know it by the last part of its path. */
function business(path: string): Route {
  return { api: path.slice(path.lastIndexOf("/") + 1), methods: ["POST"], access: "business" };
}

/** The 金蝶云星辰 V1 simulator. */
export const simulator: SimulatorDefinition = {
  system: "kingdee-stars",
  name: { zh: "金蝶云星辰V1", en: "Kingdee Cloud Stars V1" },
  create: (options) => new KingdeeStarsVendor(options),
};

class KingdeeStarsVendor implements Vendor {
  readonly basePath = "";
  readonly urlVariable = "KINGDEE_STARS_URL";
  readonly environment = {
    KINGDEE_STARS_CLIENT_ID: IDENTITY.clientId,
    KINGDEE_STARS_CLIENT_SECRET: IDENTITY.clientSecret,
    KINGDEE_STARS_USERNAME: IDENTITY.username,
    KINGDEE_STARS_PASSWORD: IDENTITY.password,
    KINGDEE_STARS_APP_KEY: IDENTITY.appKey,
    KINGDEE_STARS_APP_SECRET: IDENTITY.firstAppSecret,
    KINGDEE_STARS_OUTER_INSTANCE_ID: IDENTITY.outerInstanceId,
  };
  readonly #now: () => number;
  readonly #settings: KingdeeStarsSettings;
  readonly #gateway: GatewayCheck;
  readonly #signIn: SignIn;
  readonly #store: InboundStore;
  readonly #calls: RateWindow;
  readonly #ledger: Ledger;
  readonly #master: MasterData;
  readonly #saved: SavedBills;

  constructor(options: SimulatorOptions) {
    const startedAt = options.now();
    this.#now = options.now;
    this.#settings = readVendorSettings<KingdeeStarsSettings>(options.settings, KINGDEE_STARS_DEFAULTS, KINGDEE_STARS_CHOICES);
    this.#gateway = new GatewayCheck(this.#settings.timestampWindowS * 1000);
    this.#signIn = new SignIn(options.seed, startedAt, this.#settings);
    this.#store = new InboundStore(options.seed, options.bills, startedAt);
    this.#calls = createRateWindow(this.#settings.callsPerMinute, 60_000);
    this.#ledger = createLedger(options.now);
    this.#master = new MasterData([...this.#store.suppliers, ...companySuppliers()]);
    this.#saved = new SavedBills(this.#master, this.#store, this.#ledger, this.#settings);
  }

  apiOf(request: SimRequest): string {
    return ROUTES.get(request.path)?.api ?? request.path;
  }

  handle(request: SimRequest): SimReply {
    const route = ROUTES.get(request.path);
    if (route === undefined) return this.#refuse({ kind: "gateway", code: 5001 });
    if (!route.methods.includes(request.method)) return this.#refuse({ kind: "gateway", code: 5002 });
    const refusal = this.#accessRefusal(route, request);
    if (refusal !== undefined) return this.#refuse(refusal);
    const outcome = this.#carryOut(request);
    if (outcome.kind === "refused") return this.#refuse(outcome.refusal);
    return route.access === "account" ? starsAccounts(outcome.data) : starsSuccess(outcome.data);
  }

  limitReply(): SimReply {
    return this.#refuse({ kind: "limit" });
  }

  loseSessions(): void {
    this.#signIn.tokens.forgetTokens();
  }

  insertRows(count: number, options: { readonly late?: boolean } = {}): readonly string[] {
    return Array.from(
      { length: count },
      () => (options.late === true ? this.#store.enterLate(this.#now()) : this.#store.enter(this.#now())).billno,
    );
  }

  ledger(): readonly LedgerEntry[] {
    return this.#ledger.entries();
  }

  data(kind: string): readonly unknown[] {
    if (kind === "pur_inbound") return this.#store.bills().map(inboundDocument);
    if (kind === "supplier") return this.#master.suppliers();
    return kind === "material" || kind === "customer" ? this.#master.shown(kind) : [];
  }

  /** `edit` gives the bill `billno` the text `remark`, `audit` audits it; both change its change time to now. */
  control(action: string, body: Readonly<Record<string, unknown>>): unknown {
    const at = this.#now();
    const { billno, remark } = body;
    if (typeof billno !== "string") throw new RangeError("billno must be a text.");
    if (action !== "edit" && action !== "audit") throw new RangeError(`Unknown action ${action}; known are edit and audit.`);
    const changes =
      action === "audit" ? { modifiedAt: at, auditedAt: at } : { modifiedAt: at, remark: typeof remark === "string" ? remark : "" };
    if (!this.#store.change(billno, changes)) throw new RangeError(`There is no bill ${billno}.`);
    return { modifiedAt: at };
  }

  #accessRefusal(route: Route, request: SimRequest): StarsRefusal | undefined {
    const at = this.#now();
    if (route.access === "none") return this.#settings.auth === "gateway" ? { kind: "gateway", code: 4001 } : undefined;
    if (route.access === "signed") return this.#signedRefusal(request, at);
    if (route.access === "account") return this.#accessTokenRefusal(request, at);
    const signed = ["x-api-clientid", "x-api-signature", "x-api-auth-version"].some((name) => request.headers[name] !== undefined);
    const refusal =
      signed || route.access === "business-signed" || this.#settings.auth === "gateway"
        ? (this.#signedRefusal(request, at) ?? this.#appTokenRefusal(request, at))
        : (this.#accessTokenRefusal(request, at) ?? accountRefusal(request));
    if (refusal !== undefined) return refusal;
    return this.#calls.take(at) ? undefined : { kind: "limit" };
  }

  #signedRefusal(request: SimRequest, at: number): StarsRefusal | undefined {
    return this.#settings.auth === "oauth" ? { kind: "gateway", code: 4001 } : this.#gateway.refusal(request, at);
  }

  #appTokenRefusal(request: SimRequest, at: number): StarsRefusal | undefined {
    const { routerError, tokenErrorCode } = this.#settings;
    if (request.headers["x-gw-router-addr"] !== IDENTITY.domain)
      return routerError === "404" ? { kind: "no-route" } : { kind: "gateway", code: 5001 };
    const token = request.headers["app-token"] ?? "";
    if (token === "") return { kind: "gateway", code: 4009 };
    const state = this.#signIn.tokens.stateOf("app", token, at);
    if (state === "valid") return undefined;
    if (tokenErrorCode === "1020002008") return { kind: "business", errcode: TOKEN_ERROR, text: "token错误" };
    return { kind: "gateway", code: state === "expired" ? 4011 : 4010 };
  }

  #accessTokenRefusal(request: SimRequest, at: number): StarsRefusal | undefined {
    if (this.#settings.auth === "gateway") return { kind: "gateway", code: 4001 };
    const token = parseForm(request.rawQuery).get("access_token") ?? "";
    if (token === "") return { kind: "gateway", code: 4009 };
    const state = this.#signIn.tokens.stateOf("access", token, at);
    return state === "valid" ? undefined : { kind: "gateway", code: state === "expired" ? 4011 : 4010 };
  }

  #carryOut(request: SimRequest): Outcome {
    const at = this.#now();
    const parameters = parseForm(request.rawQuery);
    switch (request.path) {
      case "/auth/user/access_token":
        return this.#signIn.accessToken(new Map([...parameters, ...formBody(request)]), at);
      case "/jdyconnector/app_management/push_app_authorize":
        return this.#signIn.pushAuthorize(parameters, at);
      case "/jdyconnector/app_management/kingdee_auth_token":
        return this.#signIn.appToken(parameters, at);
      case "/jdy/sys/accountGroup":
        return done([accountGroup()]);
      case "/jdy/v2/scm/pur_inbound":
        return listInboundsV2(this.#store, this.#settings, parameters);
      default:
        return this.#business(request, at);
    }
  }

  #business(request: SimRequest, at: number): Outcome {
    const body = readBody(request.rawBody);
    if (body === undefined) return refused({ kind: "business", errcode: SYSTEM_ERROR, text: "请求体不是合法的JSON对象" });
    if (isSave(request.path)) return this.#saved.save(request.path, body, at);
    const file = /^\/jdy\/basedata\/(material|customer|supplier)_list$/.exec(request.path)?.[1];
    if (file !== undefined) return this.#file(file as "material" | "customer" | "supplier", body);
    const bill = /\/(pur_order|sal_outbound|sal_inbound)_list$/.exec(request.path)?.[1];
    if (bill !== undefined) return listPlain(this.#settings, body, (search) => this.#saved.list(bill, search));
    return request.path.endsWith("_detail") ? showInboundV1(this.#store, body) : listInboundsV1(this.#store, this.#settings, body);
  }

  #file(file: "material" | "customer" | "supplier", body: Readonly<Record<string, unknown>>): Outcome {
    const rows = this.#master.shown(file);
    return listPlain(this.#settings, body, (search) =>
      rows.filter((row) => [row["number"], row["name"]].some((text) => text?.includes(search) === true)),
    );
  }

  #refuse(refusal: StarsRefusal): SimReply {
    return starsFailure(refusal, this.#settings.errorKey);
  }
}

/** With an access_token, the headers name the account set; a wrong one is none of the user's. */
function accountRefusal(request: SimRequest): StarsRefusal | undefined {
  const right = request.headers["accountid"] === IDENTITY.accountId && request.headers["groupname"] === IDENTITY.groupName;
  return right ? undefined : { kind: "gateway", code: 4012, detail: "accountId或groupName错误" };
}

function isSave(path: string): path is SavePath {
  return Object.hasOwn(SAVES, path);
}

function accountGroup(): unknown {
  const { serviceId, accountId, groupId, groupName } = IDENTITY;
  return { serviceId, accountGroups: [{ accountId, groupId, groupName }] };
}

function formBody(request: SimRequest): ReadonlyMap<string, string> {
  return request.method === "POST" && hasFormBody(request) ? parseForm(request.rawBody.toString("utf8")) : new Map();
}

function readBody(rawBody: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (rawBody.length === 0) return {};
  try {
    const value = readJson(rawBody.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
