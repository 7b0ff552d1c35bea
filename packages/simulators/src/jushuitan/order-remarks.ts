/**
 * 修改订单卖家备注 (docId 196): the seller's remark of an order, by its internal number. It replaces the remark, or is added to it with
 * `is_append`; at most 500 characters. Throws a Refusal; the texts are assumed.
 */
import type { Ledger } from "../kit/ledger.ts";
import { isOrderId } from "../kit/world.ts";
import { readBool, readText, readWhole, type Biz } from "./biz-fields.ts";
import { Refusal } from "./refusal.ts";

export interface OrderRemarks {
  upload(biz: Biz): void;
  all(): readonly { readonly o_id: number; readonly remark: string }[];
}

const REMARK_MAX = 500;

/** `orders`: how many the company has. */
export function createOrderRemarks(orders: number, ledger: Ledger): OrderRemarks {
  const remarks = new Map<number, string>();
  return {
    upload(biz) {
      const oId = readWhole(biz, "o_id");
      const text = readText(biz, "remark");
      if (oId === undefined) throw new Refusal("参数o_id不能为空");
      if (text === undefined) throw new Refusal("参数remark不能为空");
      if (!isOrderId(oId, orders)) throw new Refusal(`订单【${oId}】不存在`);
      const before = remarks.get(oId);
      const remark = readBool(biz, "is_append") ? `${before ?? ""}${text}` : text;
      if ([...remark].length > REMARK_MAX) throw new Refusal(`参数remark长度不能超过${REMARK_MAX}`);
      remarks.set(oId, remark);
      const edit = before === undefined ? {} : { edit: true };
      ledger.add({ api: "jushuitan.order.remark.upload", kind: "order-remark", key: String(oId), number: String(oId), body: biz, ...edit });
    },
    all: () => [...remarks].map(([oId, remark]) => ({ o_id: oId, remark })),
  };
}
