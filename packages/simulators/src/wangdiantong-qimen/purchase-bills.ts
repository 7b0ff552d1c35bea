/**
 * The pretend 旺店通's purchases: orders (采购单) and receipts (采购入库单). They name the shared company's suppliers by the
 * numbers that 金蝶 gives them; the file of providers itself is another matter (files.ts).
 */
import { formatChinaTime } from "../china-time.ts";
import type { Random } from "../kit/random.ts";
import { STOCKS, SUPPLIERS } from "../kit/world.ts";
import { count4, drawLines, four, goodsFields, totalCents } from "./bill-line.ts";
import type { WdtRow } from "./document-query.ts";

/** In turn, so that a handful of bills has some of each. */
const PURCHASE_STATUSES = ["40", "30", "50", "60", "10", "90"];

function provider(random: Random): Readonly<Record<string, string>> {
  const { number, name } = random.pick(SUPPLIERS);
  return { provider_no: number, provider_name: name };
}

/** The `at`-th receipt of bought goods. */
export function drawPurchaseStockin(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines = drawLines(random);
  const stock = STOCKS[random.chance(0.7) ? 0 : 1];
  const day = formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "");
  return {
    stockin_id: String(800_001 + at),
    order_no: `RK${day}9${String(at + 1).padStart(4, "0")}`,
    src_order_no: `CG${day}${String(at + 1).padStart(4, "0")}`,
    purchase_no: `CG${day}${String(at + 1).padStart(4, "0")}`,
    outer_no: "",
    order_type: "1",
    order_type_name: "采购入库",
    status: at % 4 === 3 ? "60" : "80",
    ...provider(random),
    warehouse_no: stock?.stock ?? "",
    warehouse_name: stock?.name ?? "",
    stockin_time: formatChinaTime(modifiedAt - 120_000),
    check_time: formatChinaTime(modifiedAt - 60_000),
    created_time: formatChinaTime(modifiedAt - 7_200_000),
    modified: formatChinaTime(modifiedAt),
    operator_name: "王采",
    stockin_reason: "",
    remark: random.pick(["", "", "到货破损2件,已拍照"]),
    wms_result: "",
    goods_count: count4(totalCents(lines, (line) => line.count)),
    goods_amount: four(totalCents(lines, (line) => line.amountCents)),
    total_price: four(totalCents(lines, (line) => line.amountCents)),
    details_list: lines.map((line, nth) => ({
      ...goodsFields(line, (800_001 + at) * 10 + nth),
      stockin_id: String(800_001 + at),
      goods_count: count4(line.count),
      right_num: count4(line.count),
      num: count4(line.count),
      right_price: four(Math.floor(line.amountCents / line.count)),
      src_price: four(line.priceCents),
      cost_price: four(Math.floor(line.amountCents / line.count)),
      tax: "0.1300",
      tax_price: four(Math.floor(line.amountCents / line.count)),
      batch_no: "",
      production_date: "",
      expire_date: "",
    })),
  };
}

/** The `at`-th purchase order. */
export function drawPurchase(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines = drawLines(random);
  const stock = STOCKS[random.chance(0.7) ? 0 : 1];
  return {
    purchase_id: String(900_001 + at),
    purchase_no: `CG${formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "")}${String(at + 1).padStart(4, "0")}`,
    outer_no: "",
    status: PURCHASE_STATUSES[at % PURCHASE_STATUSES.length],
    ...provider(random),
    warehouse_no: stock?.stock ?? "",
    warehouse_name: stock?.name ?? "",
    creator_name: "王采",
    purchaser_name: "王采",
    goods_count: count4(totalCents(lines, (line) => line.count)),
    goods_fee: four(totalCents(lines, (line) => line.amountCents)),
    tax_fee: "0.0000",
    post_fee: "0.0000",
    expect_arrive_time: formatChinaTime(modifiedAt + 5 * 86_400_000),
    created: formatChinaTime(modifiedAt - 3_600_000),
    check_time: formatChinaTime(modifiedAt),
    modified: formatChinaTime(modifiedAt),
    remark: "",
    details_list: lines.map((line, nth) => ({
      ...goodsFields(line, (900_001 + at) * 10 + nth),
      purchase_id: String(900_001 + at),
      num: count4(line.count),
      arrive_num: "0.0000",
      stockin_num: "0.0000",
      price: four(Math.floor(line.amountCents / line.count)),
      tax: "0.1300",
      tax_price: four(Math.floor(line.amountCents / line.count)),
      amount: four(Math.floor(line.amountCents / line.count) * line.count),
    })),
  };
}
