/**
 * What the pretend 旺店通 holds beside its warehouses, a list for each query, in the order of change. `bills` is the number of issues, at most
 * 5,000; of the other bills there is a third each, four at least. All lie in the 20 days before the start.
 */
import { formatChinaTime } from "../china-time.ts";
import { createRandom, type Random } from "../kit/random.ts";
import type { DocumentMethod } from "./document-kinds.ts";
import type { WdtRow } from "./document-query.ts";
import { firstGoods, firstProviders, goodsRow, providerRow } from "./files.ts";
import { drawPurchase, drawPurchaseStockin } from "./purchase-bills.ts";
import { drawRefund, drawRefundStockin, drawStockout } from "./sales-bills.ts";
import { drawTransfer } from "./transfers.ts";

type Draw = (at: number, modifiedAt: number, random: Random) => WdtRow;

/** Bills that are drawn; goods and providers are files. */
const DRAWN: readonly (readonly [DocumentMethod, Draw])[] = [
  ["wdt.stockout.order.query.trade", drawStockout],
  ["wdt.stockin.order.query.refund", drawRefundStockin],
  ["wdt.refund.query", drawRefund],
  ["wdt.stockin.order.query.purchase", drawPurchaseStockin],
  ["wdt.purchase.order.query", drawPurchase],
  ["wdt.stock.transfer.query", drawTransfer],
];

const SPAN_MS = 20 * 86_400_000;
const NEWEST_AGE_MS = 600_000;

export class DocumentBook {
  readonly #rows = new Map<DocumentMethod, WdtRow[]>();
  readonly #random: Random;
  readonly #now: () => number;

  constructor(seed: number, bills: number, now: () => number) {
    this.#random = createRandom(seed ^ 0x57445442);
    this.#now = now;
    const startedAt = now();
    for (const [nth, [method, draw]] of DRAWN.entries()) {
      const most = Math.min(bills, 5_000);
      const count = nth === 0 ? most : Math.max(4, Math.floor(most / 3));
      const instants = Array.from({ length: count }, () => startedAt - NEWEST_AGE_MS - this.#random.whole(0, SPAN_MS / 1000) * 1000);
      this.#rows.set(
        method,
        instants.sort((a, b) => a - b).map((modifiedAt, at) => draw(at, modifiedAt, this.#random)),
      );
    }
    this.#rows.set("wdt.goods.query", [...firstGoods(startedAt)]);
    this.#rows.set("wdt.purchase.provider.query", [...firstProviders()]);
  }

  rows(method: DocumentMethod): readonly WdtRow[] {
    return this.#rows.get(method) ?? [];
  }

  /** As many new bills of every kind, as of now; late ones were changed up to ten minutes before the newest. */
  insert(count: number, late: boolean): void {
    for (const [method, draw] of DRAWN) {
      const rows = this.#rows.get(method) ?? [];
      const newestAt = Date.parse(`${(rows.at(-1)?.modified ?? formatChinaTime(this.#now())).replace(" ", "T")}+08:00`);
      for (let nth = 0; nth < count; nth++) {
        const modifiedAt = late ? newestAt - this.#random.whole(1, 600) * 1000 : Math.max(newestAt, this.#now());
        rows.push(draw(rows.length, modifiedAt, this.#random));
      }
      rows.sort((a, b) => (a.modified < b.modified ? -1 : a.modified > b.modified ? 1 : 0));
    }
  }

  /** Keeps goods by goods_no: known ones are changed. Answers the row and whether it is new. */
  keepGoods(known: Readonly<Record<string, unknown>>): { readonly row: WdtRow; readonly isNew: boolean } {
    const rows = this.#rows.get("wdt.goods.query") ?? [];
    const at = rows.findIndex((row) => row["goods_no"] === known["goods_no"]);
    const id = at === -1 ? rows.length + 1 : Number(rows[at]?.["goods_id"]);
    const row = goodsRow(id, formatChinaTime(this.#now()), { ...rows[at], ...known });
    if (at !== -1) rows.splice(at, 1);
    rows.push(row);
    return { row, isNew: at === -1 };
  }

  /** Whether goods of the file have a spec of this number. */
  hasSpec(number: string): boolean {
    return this.rows("wdt.goods.query").some((row) =>
      (row["spec_list"] as readonly Readonly<Record<string, unknown>>[]).some((spec) => spec["spec_no"] === number),
    );
  }

  /** Adds a provider; undefined when its number is there already. */
  addProvider(known: Readonly<Record<string, unknown>>): WdtRow | undefined {
    const rows = this.#rows.get("wdt.purchase.provider.query") ?? [];
    if (rows.some((row) => row["provider_no"] === known["provider_no"])) return undefined;
    const row = providerRow(rows.length + 1, formatChinaTime(this.#now()), known);
    rows.push(row);
    return row;
  }
}
