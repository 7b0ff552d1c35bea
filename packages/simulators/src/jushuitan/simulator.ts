/**
 * The pretend 聚水潭: new open platform (`/open/…`), its token calls and the old platform (`/api/open/query.aspx`) over one company.
 *
 * `bills` is the number of orders, which only their remarks show here, and up to 200 of it also that of orders and sale-outs outside Taobao, purchase receipts, goods
 * sent back and transfers. 其它出入库 documents are those that are uploaded or typed in; the setting `typedIn` types some in before the start.
 * Data kinds: `otherinout`, `sku`, `supplier`, `shop`, `wms-partner`, `purchase`, `order`, `saleout`, `purchasein`, `purchaseout`, `received`, `allocate`, `order-remark`. Control actions: `ip-list {allowed}`, `permission {api, allowed}`.
 */
import { parseForm } from "../kit/form-parameters.ts";
import { createRandom } from "../kit/random.ts";
import type { SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { readVendorSettings } from "../vendor-settings.ts";
import { createCompany, type Company } from "./company.ts";
import { createGatekeeper, tooManyPerSecond, type Gatekeeper } from "./gatekeeper.ts";
import { apiOfPath, AUTH_PREFIX, handleNewPlatform, refusalReply } from "./new-platform.ts";
import { handleOldPlatform, OLD_PATH, oldRefusalReply, type Partner } from "./old-platform.ts";
import { JUSHUITAN_SETTINGS } from "./settings.ts";
import { createTokenTable, type JushuitanIdentity } from "./tokens.ts";

/** 聚水潭 without 奇门. */
export const simulator: SimulatorDefinition = {
  system: "jushuitan",
  name: { zh: "聚水潭", en: "Jushuitan" },
  create,
};

/** Invented identities: the vectors' and the one of the captured requests. */
const IDENTITIES: readonly [JushuitanIdentity, JushuitanIdentity] = [
  { appKey: "demoKey0001", secret: "demoSecret0001", accessToken: "demoToken0001", refreshToken: "demoRefresh0001" },
  { appKey: "demoAppKey", secret: "demoAppSecret", accessToken: "demoAccessToken", refreshToken: "demoAppRefresh" },
];

const PARTNERS = [
  { partnerId: "partner01", partnerKey: "partnerKey01", token: "tok01" },
  { partnerId: "demoPartner", partnerKey: "demoPartnerKey", token: "demoToken" },
];

function create(options: SimulatorOptions): Vendor {
  const { now } = options;
  const settings = readVendorSettings(options.settings, JUSHUITAN_SETTINGS);
  const random = createRandom(options.seed);
  const company = createCompany({ now, random, seed: options.seed, settings, orders: options.bills });
  const gatekeeper = createGatekeeper(now, settings);
  const { expiresInS, graceS, keepRefreshToken } = settings;
  const tokens = createTokenTable(IDENTITIES, { now, random: createRandom(options.seed + 1), expiresInS, graceS, keepRefreshToken });
  const partners: readonly Partner[] = PARTNERS.map((partner) => ({ ...partner, expiresAt: now() + expiresInS * 1000 }));
  const [main] = IDENTITIES;
  return {
    basePath: "",
    urlVariable: "JUSHUITAN_URL",
    environment: {
      JUSHUITAN_APP_KEY: main.appKey,
      JUSHUITAN_APP_SECRET: main.secret,
      JUSHUITAN_ACCESS_TOKEN: main.accessToken,
      JUSHUITAN_REFRESH_TOKEN: main.refreshToken,
    },
    apiOf,
    handle(request) {
      if (request.path === OLD_PATH) return handleOldPlatform({ company, gatekeeper, partners, settings, now }, request);
      if (request.path.startsWith("/open/") || request.path.startsWith(AUTH_PREFIX)) {
        return handleNewPlatform({ company, gatekeeper, tokens, settings }, request);
      }
      return { status: 404, body: "Not Found" };
    },
    limitReply: (request) => (request.path === OLD_PATH ? oldRefusalReply : refusalReply)(tooManyPerSecond(), settings),
    loseSessions() {
      tokens.loseAccessTokens();
      for (const partner of partners) partner.expiresAt = 0;
    },
    insertRows: (count, { late = false } = {}) => company.typeIn(count, late),
    ledger: () => company.ledger.entries(),
    control: (action, body) => control({ gatekeeper, company }, action, body),
    data: (kind) => company.data(kind),
  };
}

function apiOf(request: SimRequest): string {
  if (request.path.startsWith(AUTH_PREFIX)) return "login";
  if (request.path !== OLD_PATH) return apiOfPath(request.path);
  const method = parseForm(request.rawQuery).get("method") ?? "";
  return method === "refresh.token" ? "login" : method;
}

interface Controlled {
  readonly gatekeeper: Gatekeeper;
  readonly company: Company;
}

function control({ gatekeeper, company }: Controlled, action: string, body: Readonly<Record<string, unknown>>): unknown {
  // Somebody takes the confirmation of an 其它出入库 back in the program.
  if (action === "unconfirm") return { ioId: company.unconfirm(String(body["externalId"])) };
  const allowed = body["allowed"] === true;
  if (action === "ip-list") gatekeeper.setAddressAllowed(allowed);
  else if (action === "permission") gatekeeper.setPermission(String(body["api"]), allowed);
  else throw new RangeError(`Unknown action ${action}; known are ip-list, permission, unconfirm.`);
  return { allowed };
}
