/**
 * The bills of goods that the pretend 聚水潭 made by itself over the last 30 days: orders and sale-outs of shops outside Taobao (those of Taobao are
 * seen only through 奇门), purchase receipts, goods sent back to suppliers and by customers, and transfers between warehouses. Instants are epoch ms,
 * whole seconds. Nothing is added later.
 */
import { createRandom, type Random } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS, SUPPLIERS } from "../kit/world.ts";

export type TradeKind = "order" | "saleout" | "purchasein" | "purchaseout" | "received" | "allocate";

export interface TradeLine {
  readonly skuId: string;
  readonly name: string;
  readonly qty: number;
  /** Decimal text with two places. */
  readonly price: string;
  readonly isGift: boolean;
}

export interface TradeBill {
  readonly kind: TradeKind;
  readonly ioId: number;
  readonly oId: number;
  readonly soId: string;
  readonly status: string;
  /** 普通退货, 调拨出 and the like; empty where bills of the kind have none. */
  readonly type: string;
  /** Indices into the world's SHOPS, STOCKS and SUPPLIERS. */
  readonly shop: number;
  readonly stock: number;
  readonly otherStock: number;
  readonly supplier: number;
  readonly createdAt: number;
  readonly ioAt: number;
  readonly modifiedAt: number;
  /** Row version: it grows with the time of change. */
  readonly ts: number;
  readonly lines: readonly TradeLine[];
}

const SPAN_MS = 30 * 86_400_000;
const FIRST_IO_ID: Readonly<Record<TradeKind, number>> = {
  order: 8_600_001,
  saleout: 6_100_001,
  purchasein: 6_300_001,
  purchaseout: 6_400_001,
  received: 6_500_001,
  allocate: 6_700_001,
};
/** A few weeks' worth of a small company; a greater `bills` is for what grows with it. */
const BILLS_MAX = 200;

/** Statuses of what is not done, or not any more. */
const UNDONE: Partial<Record<TradeKind, readonly string[]>> = {
  order: ["WaitPay", "WaitConfirm", "Delivering", "Question", "Cancelled"],
  allocate: ["Creating", "Cancelled"],
};

/** Bills of a kind ordered by change time, then number; of transfers each comes twice, as 调拨出 and as 调拨入. */
export function createTradeBills(kind: TradeKind, seed: number, bills: number, now: number): readonly TradeBill[] {
  const random = createRandom(seed ^ FIRST_IO_ID[kind]);
  const drawn = Array.from({ length: Math.min(bills, BILLS_MAX) }, (_, at) => draw(kind, at, now, random));
  const all = kind === "allocate" ? drawn.flatMap((bill) => [bill, incoming(bill)]) : drawn;
  return all
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt || a.ioId - b.ioId)
    .map((bill, at): TradeBill => ({ ...bill, ts: 5_500_000_001 + at }));
}

function draw(kind: TradeKind, at: number, now: number, random: Random): TradeBill {
  const enteredAt = seconds(now - random.next() * SPAN_MS);
  const modifiedAt = Math.min(enteredAt + random.whole(60, 6 * 3600) * 1000, seconds(now));
  const stock = random.chance(0.7) ? 0 : random.whole(1, STOCKS.length - 1);
  return {
    kind,
    // Transfers take two numbers each.
    ioId: FIRST_IO_ID[kind] + at * 2,
    oId: FIRST_IO_ID.order + at * 2,
    soId: `${random.pick(["JD", "DY", "XHS"])}${random.digits(14)}`,
    status: random.chance(0.85) ? (kind === "order" ? "Sent" : "Confirmed") : random.pick(UNDONE[kind] ?? ["WaitConfirm", "Cancelled"]),
    type: typeOf(kind, random),
    shop: random.whole(1, SHOPS.length - 1),
    stock,
    otherStock: (stock + random.whole(1, STOCKS.length - 1)) % STOCKS.length,
    supplier: random.whole(0, SUPPLIERS.length - 1),
    createdAt: enteredAt,
    ioAt: enteredAt + Math.floor((modifiedAt - enteredAt) / 2000) * 1000,
    modifiedAt,
    ts: 0,
    lines: Array.from({ length: random.whole(1, 4) }, (_, line) => drawLine(line, random)),
  };
}

function typeOf(kind: TradeKind, random: Random): string {
  if (kind === "allocate") return "调拨出";
  if (kind === "received") return random.pick(["普通退货", "普通退货", "拒收退货", "换货"]);
  return kind === "purchasein" ? "采购进仓" : "";
}

function drawLine(index: number, random: Random): TradeLine {
  const { code, name, price } = random.pick(MATERIALS);
  return { skuId: code, name, qty: random.whole(1, 12), price, isGift: index > 0 && random.chance(0.15) };
}

/** The receiving side of a transfer: the next number, the stocks the other way round. */
function incoming(bill: TradeBill): TradeBill {
  return { ...bill, ioId: bill.ioId + 1, type: "调拨入", stock: bill.otherStock, otherStock: bill.stock };
}

function seconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
