/**
 * 示例商城 over real HTTP: one signed query of orders. Written from the vendor's (invented) rules alone, so it has its own signature
 * check and its own paging; of ours it uses only the simulators' kit.
 *
 * Copy this file to `packages/simulators/src/acme/simulator.ts`.
 */
import { createHash } from "node:crypto";
import { formatChinaTime, parseChinaTime } from "../china-time.ts";
import { parseForm } from "../kit/form-parameters.ts";
import { createRandom } from "../kit/random.ts";
import type { SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { MATERIALS } from "../kit/world.ts";

const APP_KEY = "acmeDemo";
const APP_SECRET = "acmeDemoSecret";
const TIMESTAMP_WINDOW_S = 300;
const SIZE_MAX = 100;

interface Order {
  readonly order_no: string;
  readonly buyer: string;
  readonly modified: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: string }[];
}

/** The simulator of 示例商城. */
export const simulator: SimulatorDefinition = {
  system: "acme",
  name: { zh: "示例商城", en: "Acme Shop" },
  create: (options) => new AcmeVendor(options),
};

class AcmeVendor implements Vendor {
  readonly basePath = "";
  readonly urlVariable = "ACME_URL";
  readonly environment = { ACME_APP_KEY: APP_KEY, ACME_APP_SECRET: APP_SECRET };
  readonly #options: SimulatorOptions;
  readonly #orders: Order[] = [];

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.insertRows(options.bills);
  }

  apiOf(): string {
    return "order.query";
  }

  handle(request: SimRequest): SimReply {
    if (request.path !== "/api/order/query") return reply(404, "没有这个接口");
    const form = parseForm(request.rawBody.toString("utf8"));
    if (form.get("app_key") !== APP_KEY || form.get("sign") !== signatureOf(form)) return reply(401, "签名错误");
    const sentAtMs = Number(form.get("timestamp")) * 1000;
    if (!(Math.abs(this.#options.now() - sentAtMs) <= TIMESTAMP_WINDOW_S * 1000)) return reply(401, "时间戳已过期");
    const [page, size] = [Number(form.get("page")), Number(form.get("size"))];
    const [from, to] = [parseChinaTime(form.get("modified_from") ?? ""), parseChinaTime(form.get("modified_to") ?? "")];
    if (!(page >= 1) || !(size >= 1 && size <= SIZE_MAX)) return reply(400, `每页最多${SIZE_MAX}条`);
    if (from === undefined || to === undefined) return reply(400, "修改时间格式错误");
    const found = this.#orders.filter(({ modified }) => modified >= formatChinaTime(from) && modified < formatChinaTime(to));
    return reply(0, "", { total: found.length, orders: found.slice((page - 1) * size, page * size) });
  }

  limitReply(): SimReply {
    return reply(429, "调用过于频繁");
  }

  /** Calls are signed one by one; there is no session to forget. */
  loseSessions(): void {}

  /** Order numbers have 19 digits, as real shops' have: more than a JavaScript number holds. */
  insertRows(count: number, options: { readonly late?: boolean } = {}): readonly string[] {
    const atMs = this.#options.now() - (options.late === true ? 60_000 : 0);
    return Array.from({ length: count }, () => {
      const random = createRandom(this.#options.seed * 1_000_003 + this.#orders.length);
      const lines = Array.from({ length: random.whole(1, 4) }, () => ({
        sku: random.pick(MATERIALS).code,
        quantity: `${random.whole(1, 20)}.${random.digits(2)}`,
      }));
      const order_no = `90071992547409${String(93001 + this.#orders.length)}`;
      this.#orders.push({ order_no, buyer: random.pick(["张三", "李四", "䶮𠮷"]), modified: formatChinaTime(atMs), lines });
      return order_no;
    });
  }

  /** Nothing can be written to this vendor. */
  ledger() {
    return [];
  }

  data(kind: string): readonly unknown[] {
    return kind === "order" ? this.#orders : [];
  }
}

function signatureOf(form: ReadonlyMap<string, string>): string {
  const pairs = [...form].filter(([name]) => name !== "sign").sort(([a], [b]) => (a < b ? -1 : 1));
  const text = APP_SECRET + pairs.map(([name, value]) => name + value).join("") + APP_SECRET;
  return createHash("md5").update(text).digest("hex");
}

function reply(code: number, message: string, data?: unknown): SimReply {
  const refused = code === 429 ? { refused: true } : {};
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ code, message, data }), ...refused };
}
