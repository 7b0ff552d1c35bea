/**
 * The pretend 旺店通's files (档案): goods and providers. On the first day there are the shared company's first forty goods and two
 * providers of the shop's own; whatever else is to be there has to be brought.
 */
import { MATERIALS } from "../kit/world.ts";
import type { WdtRow } from "./document-query.ts";

const FIRST_DAY = "2018-01-01 08:00:00";

/** The goods of the first day: the shared company's first forty. */
export function firstGoods(): readonly WdtRow[] {
  return MATERIALS.slice(0, 40).map((material, at) =>
    goodsRow(at + 1, FIRST_DAY, {
      goods_no: material.code,
      goods_name: material.name,
      goods_type: "1",
      unit_name: "件",
      spec_list: [{ spec_no: material.code, spec_code: material.code, spec_name: "默认规格", retail_price: `${material.price}00` }],
    }),
  );
}

/** One of the goods, from what is known of it. */
export function goodsRow(id: number, modified: string, known: Readonly<Record<string, unknown>>): WdtRow {
  return {
    goods_id: String(id),
    short_name: "",
    class_name: "无",
    brand_name: "无",
    unit_name: "",
    remark: "",
    deleted: "0",
    created: modified,
    ...known,
    modified,
  };
}

/** The providers of the first day. */
export function firstProviders(): readonly WdtRow[] {
  return ["零散采购", "平台代发"].map((name, at) => providerRow(at + 1, FIRST_DAY, { provider_no: `LS00${at + 1}`, provider_name: name }));
}

/** A provider, from what is known of it. */
export function providerRow(id: number, modified: string, known: Readonly<Record<string, unknown>>): WdtRow {
  return {
    provider_id: String(id),
    contact: "",
    telno: "",
    mobile: "",
    address: "",
    is_disabled: "0",
    deleted: "0",
    created: modified,
    ...known,
    modified,
  };
}
