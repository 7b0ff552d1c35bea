/**
 * Draws an after-sale document (售后单) as `jushuitan.refund.list.query` answers it: the order's goods, or a part of them, on their way back or
 * received. Amounts are texts with two decimals. The same bill always gives the same row.
 */
import { formatChinaTime } from "../china-time.ts";
import { createRandom } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS } from "../kit/world.ts";
import type { Saleout } from "./saleout-list.ts";

type Row = Readonly<Record<string, unknown>>;

const FIRST_AS_ID = 7_700_001;
const FIRST_IO_ID = 5_200_001;
const REASONS = ["七天无理由退货", "质量问题", "发错货", "少件"];

/** What the goods have come to: only what is confirmed has been received. */
export function goodStatus(bill: Saleout): string {
  if (bill.status === "Confirmed") return "SELLER_RECEIVED";
  return bill.seed % 2 === 0 ? "BUYER_RETURNED_GOODS" : "BUYER_RECEIVED";
}

export function refundType(bill: Saleout): string {
  return bill.seed % 7 === 0 ? "拒收退货" : "普通退货";
}

/** As the query answers it. */
export function refundRow(bill: Saleout): Row {
  const random = createRandom(bill.seed ^ 0x4ef0);
  const asId = FIRST_AS_ID + bill.ioId - FIRST_IO_ID;
  const received = bill.status === "Confirmed";
  const shop = SHOPS[bill.shop];
  const items = Array.from({ length: random.whole(1, 3) }, (_, at) => {
    const { code, name, price } = random.pick(MATERIALS);
    const qty = random.whole(1, 3);
    return {
      asi_id: asId * 10 + at,
      as_id: asId,
      sku_id: code,
      i_id: code,
      shop_sku_id: `S${code}`,
      combine_sku_id: "",
      outer_oi_id: random.digits(19),
      name,
      properties_value: "",
      qty,
      r_qty: received ? qty : 0,
      defective_qty: 0,
      price,
      amount: yuan(fen(price) * qty),
      type: "退货",
      sku_type: "normal",
      is_gift: false,
      receive_date: received ? formatChinaTime(bill.modifiedAt) : null,
      remark: "",
    };
  });
  const refund = yuan(items.reduce((sum, item) => sum + fen(item.amount), 0));
  return {
    as_id: asId,
    as_date: formatChinaTime(bill.orderAt),
    outer_as_id: random.digits(18),
    o_id: bill.oId,
    so_id: bill.soId,
    type: refundType(bill),
    created: formatChinaTime(bill.payAt),
    modified: formatChinaTime(bill.modifiedAt),
    confirm_date: received ? formatChinaTime(bill.modifiedAt) : null,
    status: bill.status,
    shop_status: received ? "SUCCESS" : "WAIT_SELLER_CONFIRM_GOODS",
    good_status: goodStatus(bill),
    question_type: random.pick(REASONS),
    remark: random.pick(["", "", "包装破损"]),
    warehouse: STOCKS[bill.stock]?.name ?? "",
    wh_id: 2,
    wms_co_id: Number(STOCKS[bill.stock]?.wmsCoId),
    shop_id: Number(shop?.shopId),
    shop_name: shop?.shopName,
    shop_buyer_id: `买家${bill.oId}`,
    l_id: received ? `YT${random.digits(12)}` : "",
    logistics_company: received ? "圆通速递" : "",
    refund,
    payment: "0.00",
    free_amount: "0.00",
    freight: "0.00",
    order_status: "Sent",
    labels: "",
    ts: bill.ts,
    items,
    batchs: [],
    sns: [],
  };
}

function fen(amount: string): number {
  return Number(amount.replace(".", ""));
}

/** Whole fen as yuan with two decimals; fen keep the sums exact. */
function yuan(whole: number): string {
  return `${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}
