/**
 * The pretend 旺店通's files (档案): goods and providers. On the first day there are forty goods and two
 * providers of the shop's own; what the bills name beside them has to be brought.
 */
import { formatChinaTime } from "../china-time.ts";
import type { WdtRow } from "./document-query.ts";

const FIRST_DAY = "2018-01-01 08:00:00";
const NAMES = ["香薰蜡烛", "帆布袋", "龘龍手账", "𠮷祥挂件", "马克杯"];

/** The goods of the first day, none of which the shared company has elsewhere; each was changed an hour after the one before. */
export function firstGoods(startedAt: number): readonly WdtRow[] {
  return Array.from({ length: 40 }, (_, at) => {
    const number = `HP-${String(at + 1).padStart(3, "0")}`;
    const name = `${NAMES[at % NAMES.length] ?? ""}${at + 1}号`;
    return goodsRow(at + 1, formatChinaTime(startedAt - (40 - at) * 3_600_000), {
      goods_no: number,
      goods_name: name,
      short_name: name,
      goods_type: "1",
      unit_name: "件",
      spec_list: [
        { spec_no: number, spec_code: number, spec_name: "默认规格", barcode: `6900000000${100 + at}`, retail_price: `${19 + at}.9000` },
      ],
    });
  });
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
