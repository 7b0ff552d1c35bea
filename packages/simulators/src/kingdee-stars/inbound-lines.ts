/**
 * The lines of a purchase inbound bill, made anew from the bill's own seed whenever they are asked for, so that a hundred thousand
 * bills need no memory for lines. All sums are whole numbers inside (thousandths of a unit, cents) and leave as decimal text.
 */
import { createRandom } from "../kit/random.ts";
import { MATERIALS, STOCKS, UNITS } from "../kit/world.ts";

/** One line; amounts are in cents, quantities in thousandths. */
export interface InboundLine {
  readonly seq: number;
  /** Position in MATERIALS. */
  readonly material: number;
  /** Position in STOCKS. */
  readonly stock: number;
  /** Position in UNITS. */
  readonly unit: number;
  readonly qtyMilli: bigint;
  readonly priceCents: bigint;
  readonly discountPercent: bigint;
  /** Quantity × price less the discount, rounded half up to a cent. */
  readonly amountCents: bigint;
  readonly taxPercent: bigint;
  readonly batch: string;
  readonly comment: string;
}

/** The one to six lines of the bill with this seed. */
export function makeInboundLines(lineSeed: number): readonly InboundLine[] {
  const random = createRandom(lineSeed);
  const count = random.chance(0.4) ? 1 : random.whole(2, 6);
  return Array.from({ length: count }, (_, i) => {
    const material = random.whole(0, MATERIALS.length - 1);
    const unit = random.chance(0.8) ? 0 : random.whole(1, UNITS.length - 1);
    const qtyMilli = BigInt(unit === 0 ? random.whole(1, 240) * 1000 : random.whole(1, 90_000));
    const saleCents = BigInt((MATERIALS[material]?.price ?? "9.00").replace(".", ""));
    const priceCents = (saleCents * BigInt(random.whole(35, 80))) / 100n + 1n;
    const discountPercent = random.chance(0.15) ? 5n : 0n;
    return {
      seq: i + 1,
      material,
      stock: random.whole(0, STOCKS.length - 1),
      unit,
      qtyMilli,
      priceCents,
      discountPercent,
      amountCents: (qtyMilli * priceCents * (100n - discountPercent) + 50_000n) / 100_000n,
      taxPercent: random.chance(0.7) ? 13n : 0n,
      batch: random.chance(0.2) ? `PC${random.digits(6)}` : "",
      comment: random.chance(0.1) ? '急用,勿压"货"\n轻放' : "",
    };
  });
}

/** Decimal text with `places` digits after the point, from a whole number of the last place. */
export function decimalText(whole: bigint, places: number): string {
  const digits = (whole < 0n ? -whole : whole).toString().padStart(places + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
