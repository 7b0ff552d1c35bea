/** The smallest vendor there can be, to try the kit with: `POST /save {"key"}` writes, `GET /list` reads, a session is a flag. */
import { createLedger } from "../../src/kit/ledger.ts";
import { createRandom } from "../../src/kit/random.ts";
import type { SimulatorDefinition } from "../../src/kit/simulator.ts";

export const pretendShop: SimulatorDefinition = {
  system: "pretend-shop",
  name: { zh: "假店", en: "Pretend shop" },
  create: ({ seed, bills, now, settings }) => {
    const random = createRandom(seed);
    const rows = Array.from({ length: bills }, () => random.digits(6));
    const ledger = createLedger(now);
    let sessions = 1;
    let noAudit = false;
    return {
      basePath: "/shop/",
      environment: { SHOP_KEY: "key" },
      urlVariable: "SHOP_URL",
      apiOf: (request) => request.path.split("/").at(-1) ?? "",
      handle: (request) => {
        if (settings?.["broken"] === true) throw new Error("the vendor's code is broken");
        if (sessions === 0) return { status: 200, body: '{"code":"session-lost"}' };
        if (request.path.endsWith("/list")) return { status: 200, headers: { "Set-Cookie": ["a=1", "b=2"] }, body: JSON.stringify(rows) };
        const { key } = JSON.parse(request.rawBody.toString()) as { key: string };
        ledger.add({ api: "save", kind: "order", key, number: `N${ledger.entries().length + 1}`, body: { key } });
        return { status: 200, body: JSON.stringify({ code: "ok", audited: !noAudit }) };
      },
      onFault: () => (noAudit = true),
      limitReply: () => ({ status: 200, body: '{"code":"limit"}', refused: true }),
      loseSessions: () => (sessions = 0),
      insertRows: (count, options) => {
        const keys = Array.from({ length: count }, (_, i) => `${options?.late === true ? "late" : "new"}-${i}`);
        rows.push(...keys);
        return keys;
      },
      ledger: () => ledger.entries(),
      control: (action, body) => ({ action, given: body["value"] }),
      data: (kind) => (kind === "order" ? rows : []),
    };
  },
};
