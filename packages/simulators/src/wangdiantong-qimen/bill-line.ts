/** Lines of the pretend 旺店通's bills: goods of the company, quantities, and amounts that add up to the cent. All scalars are text. */
import type { Random } from "../kit/random.ts";
import { MATERIALS, type WorldMaterial } from "../kit/world.ts";

/** One line before it is dressed as the bill's kind wants it; money in cents. */
export interface BillLine {
  readonly goods: WorldMaterial;
  readonly count: number;
  readonly priceCents: number;
  /** What the whole line lost; below the line's amount. */
  readonly discountCents: number;
  readonly amountCents: number;
}

/** One to four lines, each with another of the goods. */
export function drawLines(random: Random): readonly BillLine[] {
  const first = random.whole(0, MATERIALS.length - 1);
  return Array.from({ length: random.whole(1, 4) }, (_, at) => {
    const goods = MATERIALS[(first + at * 7) % MATERIALS.length] as WorldMaterial;
    const count = random.whole(1, 5);
    const priceCents = Math.round(Number(goods.price) * 100);
    const discountCents = random.chance(0.3) ? random.whole(1, 899) : 0;
    return { goods, count, priceCents, discountCents, amountCents: priceCents * count - discountCents };
  });
}

/** Four decimals, as the vendor writes quantities and money: `12.3000`. */
export function four(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(Math.abs(cents % 100)).padStart(2, "0")}00`;
}

/** A whole number with the vendor's four decimals. */
export function count4(count: number): string {
  return `${count}.0000`;
}

export function totalCents(lines: readonly BillLine[], of: (line: BillLine) => number): number {
  return lines.reduce((sum, line) => sum + of(line), 0);
}

/** The fields that lines of every kind have in common. */
export function goodsFields(line: BillLine, recId: number): Readonly<Record<string, string>> {
  return {
    rec_id: String(recId),
    goods_no: line.goods.code,
    goods_name: line.goods.name,
    spec_no: line.goods.code,
    spec_code: line.goods.code,
    spec_name: "默认规格",
    barcode: `69${line.goods.code.slice(2).padStart(11, "0")}`,
    unit_name: "件",
    remark: "",
  };
}
