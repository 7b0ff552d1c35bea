/**
 * Draws the full row of a sale-out or of its order: every documented field, and for sale-outs the order fields that customers map too.
 *
 * Amounts are texts with two decimals, io_id and o_id plain numbers, `oi_id` a bare number that may have 19 digits. The same bill
 * always gives the same row.
 */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import { createRandom, type Random } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS } from "../kit/world.ts";
import type { Saleout } from "./saleout-list.ts";

type Row = Readonly<Record<string, unknown>>;

/** As `jushuitan.saleout.list.query` answers it; about one bill in five has no `pays`. */
export function saleoutRow(bill: Saleout): Row {
  const random = createRandom(bill.seed ^ 0x5a1e);
  const lines = drawLines(bill, random);
  const money = drawMoney(lines, random);
  const { pays, ...order } = orderFields(bill, lines, money, random);
  return {
    ...order,
    ...saleoutFields(bill, money, random),
    ...(random.chance(0.8) ? { pays } : {}),
    items: lines.map((line, at) => itemRow(bill, line, at)),
  };
}

/** As `jushuitan.order.list.query` answers it: order fields with the order's own status, always with `pays`. */
export function orderRow(bill: Saleout): Row {
  const random = createRandom(bill.seed ^ 0x5a1e);
  const lines = drawLines(bill, random);
  const money = drawMoney(lines, random);
  return {
    ...orderFields(bill, lines, money, random),
    status: orderStatus(bill),
    items: lines.map((line, at) => itemRow(bill, line, at)),
  };
}

/** The order's status that belongs to the sale-out's. */
export function orderStatus(bill: Saleout): string {
  if (bill.status === "Confirmed") return "Sent";
  return bill.status === "WaitConfirm" ? "Delivering" : "Cancelled";
}

interface Line {
  readonly sku: string;
  readonly name: string;
  readonly qty: number;
  readonly priceFen: number;
  readonly isGift: boolean;
  readonly oiId: string;
  readonly outerOiId: string;
  readonly property: string;
}

interface Money {
  readonly totalFen: number;
  readonly freeFen: number;
  readonly freightFen: number;
  readonly paidFen: number;
}

const PLACES = [
  ["浙江省", "杭州市", "余杭区"],
  ["广东省", "广州市", "天河区"],
  ["上海", "上海市", "浦东新区"],
  ["江苏省", "昆山市", "玉山镇"],
  ["四川省", "成都市", "武侯区"],
  ["内蒙古自治区", "呼和浩特市", "赛罕区"],
] as const;
const BUYERS = ["王小明", "李䶮", "𠮷田", "张堃", "欧阳娜娜", "买买提·艾力", "陈犇", "O'Neil & Söhne"];
const REMARKS = ["", "", "", "请尽快发货", "送礼用，勿放价签", "生日🎂礼物", "“加急”\t㐂字包装", "䲜龘", '<b>轻放</b> & "易碎"'];
const CARRIERS = [
  ["SF", "顺丰速运"],
  ["ZTO", "中通快递"],
  ["YTO", "圆通速递"],
] as const;
const COMPANY_ID = 8_899_001;

function drawLines(bill: Saleout, random: Random): readonly Line[] {
  return Array.from({ length: random.whole(1, 5) }, (_, at) => {
    const material = random.pick(MATERIALS);
    // The first line is always sold, so that no bill is worth nothing by accident.
    const isGift = at > 0 && random.chance(0.15);
    return {
      sku: material.code,
      name: material.name,
      qty: random.whole(1, 4),
      priceFen: isGift ? 0 : Math.round(Number(material.price) * 100),
      isGift,
      oiId: random.chance(0.4) ? `9${random.digits(18)}` : String(bill.oId * 10 + at),
      outerOiId: random.digits(19),
      property: random.pick(["红色;均码", "藏青;L", "", "米白;𠮷字款"]),
    };
  });
}

function drawMoney(lines: readonly Line[], random: Random): Money {
  const totalFen = lines.reduce((sum, line) => sum + line.priceFen * line.qty, 0);
  const freeFen = random.chance(0.3) ? Math.min(totalFen - 1, random.whole(1, 2000)) : 0;
  const freightFen = random.chance(0.2) ? random.pick([600, 800, 1200]) : 0;
  return { totalFen, freeFen, freightFen, paidFen: totalFen - freeFen + freightFen };
}

function orderFields(bill: Saleout, lines: readonly Line[], money: Money, random: Random): Row {
  const [state, city, district] = random.pick(PLACES);
  const weight = (lines.reduce((sum, line) => sum + line.qty, 0) * 0.35).toFixed(2);
  const shop = SHOPS[bill.shop] ?? SHOPS[0];
  const sent = bill.status === "Confirmed";
  return {
    co_id: COMPANY_ID,
    o_id: bill.oId,
    so_id: bill.soId,
    shop_id: Number(shop?.shopId),
    shop_name: shop?.shopName,
    wms_co_id: Number(STOCKS[bill.stock]?.wmsCoId),
    type: "普通订单",
    status: bill.status,
    shop_status: sent ? "WAIT_BUYER_CONFIRM_GOODS" : bill.status === "Cancelled" ? "TRADE_CLOSED" : "WAIT_SELLER_SEND_GOODS",
    question_type: "",
    order_from: random.pick(["WAP", "PC", "API"]),
    order_date: formatChinaTime(bill.orderAt),
    pay_date: formatChinaTime(bill.payAt),
    send_date: sent ? formatChinaTime(bill.ioAt) : null,
    modified: formatChinaTime(bill.modifiedAt),
    created: formatChinaTime(bill.payAt),
    pay_amount: yuan(money.paidFen),
    paid_amount: yuan(money.paidFen),
    free_amount: yuan(money.freeFen),
    freight: yuan(money.freightFen),
    f_freight: yuan(random.pick([350, 420, 0])),
    weight,
    f_weight: weight,
    is_cod: false,
    labels: random.pick(["", "", "VIP", "预售,加急"]),
    receiver_country: "中国",
    receiver_state: state,
    receiver_city: city,
    receiver_district: district,
    shop_buyer_id: random.pick(BUYERS),
    buyer_message: random.pick(REMARKS),
    remark: random.pick(REMARKS),
    seller_flag: random.pick([null, 1, 3, 5]),
    oaid: `oaid${random.digits(24)}`,
    open_id: `AAF${random.digits(16)}`,
    referrer_id: random.chance(0.2) ? random.digits(8) : "",
    referrer_name: random.pick(["", "", "主播小娜", "达人老𤦎"]),
    currency: "CNY",
    ts: bill.ts,
    pays: [payRow(bill, money, random)],
  };
}

function saleoutFields(bill: Saleout, money: Money, random: Random): Row {
  const [carrierId, carrier] = random.pick(CARRIERS);
  return {
    io_id: bill.ioId,
    io_date: formatChinaTime(bill.ioAt),
    invoice_title: random.pick(["", "", "打通示范（华东）有限公司"]),
    l_id: bill.status === "Confirmed" ? `${carrierId}${random.digits(13)}` : "",
    lc_id: carrierId,
    logistics_company: carrier,
    stock_enabled: "1",
    warehouse: STOCKS[bill.stock]?.name,
    drp_co_id_from: null,
    drp_info: "",
    order_type: "普通订单",
    batchs: [],
    sns: [],
    is_print: bill.status === "Confirmed",
    is_print_express: bill.status === "Confirmed",
    buyer_tax_no: "",
    merge_so_id: random.chance(0.1) ? `${bill.soId},${random.digits(19)}` : "",
    business_staff: "",
    node: "",
    wave_id: random.whole(40_001, 49_999),
    order_staff_id: null,
    order_staff_name: "",
    cb_finances: [],
    buyer_paid_amount: yuan(money.paidFen),
    seller_income_amount: yuan(money.paidFen),
  };
}

function itemRow(bill: Saleout, line: Line, at: number): Row {
  const amount = yuan(line.priceFen * line.qty);
  return {
    ioi_id: bill.ioId * 10 + at,
    oi_id: new NumberText(line.oiId),
    outer_oi_id: line.outerOiId,
    raw_so_id: bill.soId,
    sku_id: line.sku,
    i_id: line.sku,
    shop_sku_id: `S${line.sku}`,
    shop_i_id: `S${line.sku}`,
    sku_type: "normal",
    name: line.name,
    qty: line.qty,
    properties_value: line.property,
    pic: `https://img.example.com/${line.sku}.jpg`,
    sale_price: yuan(line.priceFen),
    sale_amount: amount,
    sale_base_price: yuan(line.priceFen),
    price: yuan(line.priceFen),
    base_price: yuan(line.priceFen),
    amount,
    is_gift: line.isGift ? "true" : "false",
    is_presale: "false",
    item_status: bill.status === "Confirmed" ? "Sent" : bill.status,
    combine_sku_id: "",
    bu_id: null,
    buyer_paid_amount: amount,
    seller_income_amount: amount,
  };
}

function payRow(bill: Saleout, money: Money, random: Random): Row {
  return {
    pay_id: bill.oId * 10 + 1,
    outer_pay_id: random.digits(28),
    pay_date: formatChinaTime(bill.payAt),
    payment: random.pick(["支付宝", "微信支付", "银联"]),
    buyer_account: `buyer${random.digits(6)}`,
    amount: yuan(money.paidFen),
    is_order_pay: true,
    status: "Confirmed",
  };
}

/** Whole fen as yuan with two decimals; fen keep the sums exact. */
function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
}
