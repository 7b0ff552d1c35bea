/**
 * The pretend 旺店通's sales: issues (销售出库单), receipts of returned goods (退货入库单) and refunds (退换单), row by row as the vendor
 * shows them. Shops bear the numbers of the shared company's customers, warehouses those of its stocks.
 */
import { formatChinaTime } from "../china-time.ts";
import type { Random } from "../kit/random.ts";
import { SHOPS, STOCKS } from "../kit/world.ts";
import { count4, drawLines, four, goodsFields, totalCents, type BillLine } from "./bill-line.ts";
import type { WdtRow } from "./document-query.ts";

/** In turn, so that a handful of bills has some of each. */
const STOCKOUT_STATUSES = ["110", "110", "95", "110", "55", "110", "110", "5", "110", "110"];

/** The `at`-th issue, changed at this instant. */
export function drawStockout(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines = drawLines(random);
  const shop = random.pick(SHOPS);
  const stock = STOCKS[random.chance(0.75) ? 0 : 1];
  const day = formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "");
  const tradeAt = modifiedAt - random.whole(3600, 2 * 86_400) * 1000;
  return {
    stockout_id: String(500_001 + at),
    order_no: `CK${day}${String(at + 1).padStart(5, "0")}`,
    src_order_no: `JY${day}${String(at + 1).padStart(5, "0")}`,
    src_trade_no: random.digits(19),
    order_type: "1",
    order_type_name: "销售出库",
    status: STOCKOUT_STATUSES[at % STOCKOUT_STATUSES.length],
    shop_no: shop.customer,
    shop_name: shop.shopName,
    platform_id: "127",
    warehouse_no: stock?.stock ?? "",
    warehouse_name: stock?.name ?? "",
    consign_time: formatChinaTime(modifiedAt - 60_000),
    trade_time: formatChinaTime(tradeAt),
    pay_time: formatChinaTime(tradeAt + 60_000),
    logistics_code: "SF",
    logistics_name: "顺丰速运",
    logistics_no: `SF${random.digits(12)}`,
    receiver_name: random.pick(["王强", "李䶮", "𠮷田", "欧阳娜"]),
    receiver_mobile: `138${random.digits(8)}`,
    receiver_province: "浙江省",
    receiver_city: "杭州市",
    receiver_district: "余杭区",
    receiver_address: `文一西路${random.whole(1, 999)}号`,
    buyer_message: random.pick(["", "", "请发顺丰"]),
    cs_remark: random.pick(["", "", "老客户 & <优先>"]),
    goods_count: count4(totalCents(lines, (line) => line.count)),
    goods_total_amount: four(totalCents(lines, (line) => line.priceCents * line.count)),
    discount: four(totalCents(lines, (line) => line.discountCents)),
    post_fee: "0.0000",
    receivable: four(totalCents(lines, (line) => line.amountCents)),
    paid: four(totalCents(lines, (line) => line.amountCents)),
    created: formatChinaTime(modifiedAt - 1_800_000),
    modified: formatChinaTime(modifiedAt),
    details_list: lines.map((line, nth) => ({
      ...goodsFields(line, (500_001 + at) * 10 + nth),
      stockout_id: String(500_001 + at),
      goods_count: count4(line.count),
      sell_price: four(line.priceCents),
      price: four(Math.floor(line.amountCents / line.count)),
      discount: four(line.discountCents),
      total_amount: four(line.priceCents * line.count),
      share_amount: four(line.amountCents),
      paid: four(line.amountCents),
      cost_price: four(Math.floor(line.priceCents * 0.6)),
      tax_rate: "0.1300",
      gift_type: line.discountCents === line.priceCents * line.count ? "1" : "0",
      src_tid: random.digits(19),
      src_oid: random.digits(19),
    })),
  };
}

/** The `at`-th receipt of returned goods. */
export function drawRefundStockin(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines = drawLines(random);
  const shop = random.pick(SHOPS);
  const stock = STOCKS[2];
  const amount = totalCents(lines, (line) => line.amountCents);
  const number = `${formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "")}${String(at + 1).padStart(5, "0")}`;
  return {
    stockin_id: String(600_001 + at),
    order_no: `RK${number}`,
    src_order_no: `TK${number}`,
    refund_no: `TK${number}`,
    process_status: "90",
    status: at % 4 === 3 ? "30" : "80",
    shop_no: shop.customer,
    shop_name: shop.shopName,
    shop_remark: "",
    warehouse_no: stock?.stock ?? "",
    warehouse_name: stock?.name ?? "",
    stockin_time: formatChinaTime(modifiedAt - 120_000),
    check_time: formatChinaTime(modifiedAt - 60_000),
    created_time: formatChinaTime(modifiedAt - 3_600_000),
    customer_no: `C${random.digits(8)}`,
    operator_name: "系统",
    refund_remark: random.pick(["", "七天无理由", "破损\n已拍照"]),
    remark: "",
    goods_count: count4(totalCents(lines, (line) => line.count)),
    refund_amount: four(amount),
    actual_refund_amount: four(amount),
    modified: formatChinaTime(modifiedAt),
    details_list: lines.map((line, nth) => ({
      ...goodsFields(line, (600_001 + at) * 10 + nth),
      stockin_id: String(600_001 + at),
      goods_count: count4(line.count),
      src_price: four(Math.floor(line.amountCents / line.count)),
      cost_price: four(Math.floor(line.priceCents * 0.6)),
      total_cost: four(Math.floor(line.priceCents * 0.6) * line.count),
      defect: "0",
    })),
  };
}

/** The `at`-th refund; most come with goods, some with money only. */
export function drawRefund(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines: readonly BillLine[] = drawLines(random);
  const shop = random.pick(SHOPS);
  const number = `${formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "")}${String(at + 1).padStart(5, "0")}`;
  return {
    refund_id: String(700_001 + at),
    refund_no: `TK${number}`,
    src_no: random.digits(18),
    platform_id: "127",
    type: at % 4 === 2 ? "4" : "2",
    process_status: at % 4 === 3 ? "60" : "90",
    shop_no: shop.customer,
    shop_name: shop.shopName,
    warehouse_no: STOCKS[2]?.stock ?? "",
    sales_trade_no: `JY${number}`,
    sales_tid: random.digits(19),
    refund_amount: four(totalCents(lines, (line) => line.amountCents)),
    actual_refund_amount: four(totalCents(lines, (line) => line.amountCents)),
    refund_time: formatChinaTime(modifiedAt - 7_200_000),
    finish_time: formatChinaTime(modifiedAt),
    created: formatChinaTime(modifiedAt - 86_400_000),
    modified: formatChinaTime(modifiedAt),
    reason_name: "七天无理由",
    remark: "",
    refund_order_list: lines.map((line, nth) => ({
      ...goodsFields(line, (700_001 + at) * 10 + nth),
      refund_id: String(700_001 + at),
      order_num: count4(line.count),
      refund_num: count4(line.count),
      price: four(line.priceCents),
      original_price: four(line.priceCents),
      refund_order_amount: four(line.amountCents),
      total_amount: four(line.amountCents),
      stockin_num: count4(line.count),
    })),
  };
}
