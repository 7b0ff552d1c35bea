/** Trade bills as the queries answer them, with every documented field that this company has something to say of. Amounts are numbers. */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import { SHOPS, STOCKS, SUPPLIERS } from "../kit/world.ts";
import type { TradeBill, TradeKind, TradeLine } from "./trade-bill-list.ts";

type Row = Readonly<Record<string, unknown>>;

const COMPANY_ID = 8_899_001;

/** One row of a query. */
export function tradeRow(bill: TradeBill): Row {
  return { ...ROWS[bill.kind](bill), batchs: [], sns: [] };
}

const ROWS: Readonly<Record<TradeKind, (bill: TradeBill) => Row>> = {
  order: (bill) => {
    const { io_id: _, io_date: __, ...head } = common(bill);
    return {
      ...head,
      ...shopOf(bill),
      ...buyerOf(bill),
      o_id: bill.ioId,
      so_id: bill.soId,
      type: "普通订单",
      shop_status: "",
      question_type: bill.status === "Question" ? "地址不清" : "",
      order_date: formatChinaTime(bill.createdAt),
      created: formatChinaTime(bill.createdAt),
      pay_date: bill.status === "WaitPay" ? null : formatChinaTime(bill.createdAt + 60_000),
      send_date: bill.status === "Sent" ? formatChinaTime(bill.ioAt) : null,
      plan_delivery_date: formatChinaTime(bill.createdAt + 2 * 86_400_000),
      creator_name: "李雷",
      pays: [],
      items: bill.lines.map((line, at) => {
        const { io_id: ___, ioi_id: ____, ...goods } = item(bill, line, at);
        return {
          ...goods,
          oi_id: `${bill.ioId}${at + 1}`,
          outer_oi_id: `${bill.soId}-${at + 1}`,
          price: new NumberText(line.isGift ? "0.00" : line.price),
          base_price: new NumberText(line.price),
          amount: amount(line),
          is_gift: line.isGift ? "true" : "false",
          item_status: bill.status,
          sku_type: "normal",
        };
      }),
    };
  },
  saleout: (bill) => ({
    ...common(bill),
    ...shopOf(bill),
    ...buyerOf(bill),
    o_id: bill.oId,
    so_id: bill.soId,
    created: formatChinaTime(bill.createdAt),
    order_type: "普通订单",
    weight: new NumberText("0.500"),
    f_weight: new NumberText("0.520"),
    stock_enabled: "是",
    pay_date: formatChinaTime(bill.createdAt - 3_600_000),
    order_staff_id: 1,
    order_staff_name: "李雷",
    items: bill.lines.map((line, at) => ({
      ...item(bill, line, at),
      sale_price: new NumberText(line.isGift ? "0.00" : line.price),
      sale_amount: amount(line),
      sale_base_price: new NumberText(line.price),
      is_gift: line.isGift,
      oi_id: `${bill.oId}${at + 1}`,
      outer_oi_id: `${bill.soId}-${at + 1}`,
      raw_so_id: bill.soId,
      combine_sku_id: "",
    })),
  }),
  purchasein: (bill) => ({
    ...common(bill),
    po_id: bill.oId,
    supplier_id: Number(SUPPLIERS[bill.supplier]?.supplierId),
    supplier_name: SUPPLIERS[bill.supplier]?.name ?? "",
    so_id: "",
    out_io_id: "",
    warehouse: "主仓",
    wh_id: 1,
    remark: "",
    tax_rate: 13,
    labels: "",
    merge_so_id: "",
    type: bill.type,
    creator_name: "王库",
    f_status: "WaitConfirm",
    l_id: "",
    items: bill.lines.map((line, at) => ({
      ...item(bill, line, at),
      cost_price: new NumberText(line.price),
      cost_amount: amount({ ...line, isGift: false }),
      remark: "",
      tax_rate: 13,
    })),
  }),
  purchaseout: (bill) => ({
    ...common(bill),
    po_id: bill.oId,
    seller_id: Number(SUPPLIERS[bill.supplier]?.supplierId),
    receiver_name: SUPPLIERS[bill.supplier]?.name ?? "",
    so_id: "",
    out_io_id: "",
    warehouse: "主仓",
    wh_id: 1,
    remark: bill.ioId % 3 === 0 ? "来料不良" : "",
    labels: "",
    creator_name: "王库",
    f_status: "WaitConfirm",
    l_id: "",
    items: bill.lines.map((line, at) => ({
      ...item(bill, line, at),
      cost_price: new NumberText(line.price),
      cost_amount: amount({ ...line, isGift: false }),
      tax_rate: 13,
      remark: "",
    })),
  }),
  received: (bill) => ({
    ...common(bill),
    shop_id: Number(SHOPS[bill.shop]?.shopId),
    o_id: bill.oId,
    so_id: bill.soId,
    as_id: bill.ioId + 1_000_000,
    l_id: `YT${bill.ioId}`,
    lc_id: "YTO",
    logistics_company: "圆通速递",
    creator: 1,
    creator_name: "王库",
    warehouse: "销退仓",
    wh_id: 2,
    aftersale_remark: bill.ioId % 3 === 0 ? "包装破损" : "",
    drp_co_name: "",
    type: bill.type,
    items: bill.lines.map((line, at) => ({
      ...item(bill, line, at),
      sale_price: new NumberText(line.price),
      sale_amount: amount({ ...line, isGift: false }),
    })),
  }),
  allocate: (bill) => ({
    ...common(bill),
    co_id: COMPANY_ID,
    type: bill.type,
    warehouse: STOCKS[bill.stock]?.name ?? "",
    wh_id: 1,
    link_wms_co_id: Number(STOCKS[bill.otherStock]?.wmsCoId),
    link_warehouse: STOCKS[bill.otherStock]?.name ?? "",
    link_wh_id: 1,
    link_io_id: bill.type === "调拨出" ? bill.ioId + 1 : bill.ioId - 1,
    f_status: "WaitConfirm",
    so_id: "",
    out_io_id: "",
    remark: bill.ioId % 4 === 0 ? "补货" : "",
    creator_name: "王库",
    labels: [],
    items: bill.lines.map((line, at) => ({ ...item(bill, line, at), r_qty: line.qty })),
  }),
};

function common(bill: TradeBill): Row {
  return {
    io_id: bill.ioId,
    io_date: formatChinaTime(bill.ioAt),
    modified: formatChinaTime(bill.modifiedAt),
    status: bill.status,
    wms_co_id: Number(STOCKS[bill.stock]?.wmsCoId),
    ts: bill.ts,
  };
}

function shopOf(bill: TradeBill): Row {
  const shop = SHOPS[bill.shop];
  return { shop_id: Number(shop?.shopId), shop_name: shop?.shopName ?? "" };
}

/** What orders and sale-outs tell of buyer, money and parcel. */
function buyerOf(bill: TradeBill): Row {
  return {
    co_id: COMPANY_ID,
    invoice_title: "",
    shop_buyer_id: `买家${bill.oId}`,
    receiver_country: "中国",
    receiver_state: "浙江省",
    receiver_city: "杭州市",
    receiver_district: "余杭区",
    buyer_message: "",
    remark: bill.ioId % 5 === 0 ? "请尽快发货" : "",
    is_cod: false,
    pay_amount: sum(bill.lines),
    paid_amount: sum(bill.lines),
    free_amount: new NumberText("0.00"),
    freight: new NumberText("0.00"),
    l_id: `SF${bill.ioId}`,
    lc_id: "SF",
    logistics_company: "顺丰速运",
    labels: "",
  };
}

function item(bill: TradeBill, line: TradeLine, at: number): Row {
  return {
    ioi_id: bill.ioId * 100 + at + 1,
    io_id: bill.ioId,
    sku_id: line.skuId,
    i_id: line.skuId,
    name: line.name,
    properties_value: "",
    unit: "件",
    qty: line.qty,
  };
}

/** Price times quantity in exact cents; nothing for a gift. */
function amount(line: TradeLine): NumberText {
  return new NumberText(yuan(cents(line)));
}

function sum(lines: readonly TradeLine[]): NumberText {
  return new NumberText(yuan(lines.reduce((total, line) => total + cents(line), 0)));
}

function cents({ price, qty, isGift }: TradeLine): number {
  return isGift ? 0 : Number(price.replace(".", "")) * qty;
}

function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
}
