/**
 * The sale-outs that the pretend 聚水潭 holds, kept small: a line per bill, from which the full row is drawn when it is asked for,
 * so that hundreds of thousands of bills fit into memory. Instants are epoch ms, whole seconds.
 *
 * The list is ordered by change time, then io_id. `ts` is the row version: rows that come in later have a higher one, whatever their
 * change time says, so a late row is found by version but not by a watermark of change times.
 */
import { createRandom } from "../kit/random.ts";
import { orderIdAt, SHOPS, STOCKS } from "../kit/world.ts";

export type SaleoutStatus = "Confirmed" | "WaitConfirm" | "Cancelled";

export interface Saleout {
  readonly ioId: number;
  readonly oId: number;
  /** Order number of the shop, text; often 19 digits. */
  readonly soId: string;
  readonly status: SaleoutStatus;
  /** Index into the world's SHOPS and STOCKS. */
  readonly shop: number;
  readonly stock: number;
  readonly orderAt: number;
  readonly payAt: number;
  readonly ioAt: number;
  readonly modifiedAt: number;
  readonly ts: number;
  /** Seeds the rest of the row. */
  readonly seed: number;
}

export interface SaleoutList {
  /** Ordered by change time, then io_id. */
  all(): readonly Saleout[];
  /** Rows whose change time lies in the window, both ends included, in order. */
  modifiedWithin(from: number, to: number): readonly Saleout[];
  /** New rows as of now; late ones are changed before the newest. Returns them. */
  insert(count: number, late: boolean): readonly Saleout[];
}

/** `count` bills entered over the 30 days before `now`; io_id follows the entry, change times only roughly. */
export function createSaleoutList(seed: number, count: number, now: () => number): SaleoutList {
  const random = createRandom(seed);
  const startedAt = wholeSecond(now());
  const entries = Array.from({ length: count }, () => startedAt - wholeSecond(random.next() * SPAN_MS)).sort((a, b) => a - b);
  const rows = entries
    .map((enteredAt, at) => {
      // Most bills are settled within the hour, some are touched again days later.
      const changedAt = enteredAt + (random.chance(0.85) ? random.whole(0, 3600) : random.whole(3600, 3 * 86_400)) * 1000;
      return draw(seed, at, { enteredAt, modifiedAt: Math.min(changedAt, startedAt), ts: 0 });
    })
    .sort(inOrder)
    .map((row, at): Saleout => ({ ...row, ts: FIRST_TS + at }));
  return {
    all: () => rows,
    modifiedWithin: (from, to) => rows.slice(firstAtOrAfter(rows, from), firstAtOrAfter(rows, to + 1)),
    insert(insertCount, late) {
      const newestAt = rows.at(-1)?.modifiedAt ?? wholeSecond(now());
      const inserted = Array.from({ length: insertCount }, (_, nth) => {
        const modifiedAt = late ? newestAt - random.whole(1, 120) * 1000 : Math.max(newestAt, wholeSecond(now()));
        const at = rows.length + nth;
        return draw(seed, at, { enteredAt: modifiedAt, modifiedAt, ts: FIRST_TS + at });
      });
      rows.push(...inserted);
      rows.sort(inOrder);
      return inserted;
    },
  };
}

const SPAN_MS = 30 * 86_400_000;
const FIRST_IO_ID = 5_200_001;
const FIRST_TS = 4_400_000_000_001;

function draw(seed: number, at: number, times: { readonly enteredAt: number; readonly modifiedAt: number; readonly ts: number }): Saleout {
  const rowSeed = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b)) >>> 0;
  const random = createRandom(rowSeed);
  const payAt = times.enteredAt - random.whole(600, 2 * 86_400) * 1000;
  const draft = random.next();
  return {
    ioId: FIRST_IO_ID + at,
    oId: orderIdAt(at),
    soId: random.chance(0.6) ? random.digits(19) : `${random.pick(["JD", "DY", "XHS"])}${random.digits(14)}`,
    status: draft < 0.88 ? "Confirmed" : draft < 0.95 ? "WaitConfirm" : "Cancelled",
    shop: random.whole(0, SHOPS.length - 1),
    stock: random.chance(0.75) ? 0 : random.whole(1, STOCKS.length - 1),
    orderAt: payAt - random.whole(5, 900) * 1000,
    payAt,
    ioAt: times.enteredAt,
    modifiedAt: times.modifiedAt,
    ts: times.ts,
    seed: rowSeed,
  };
}

function inOrder(a: Saleout, b: Saleout): number {
  return a.modifiedAt - b.modifiedAt || a.ioId - b.ioId;
}

function firstAtOrAfter(rows: readonly Saleout[], at: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.modifiedAt ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
