/** The pretend 旺店通's transfers (调拨单) from one of the shared company's stocks to another. */
import { formatChinaTime } from "../china-time.ts";
import type { Random } from "../kit/random.ts";
import { STOCKS } from "../kit/world.ts";
import { count4, drawLines, four, goodsFields, totalCents } from "./bill-line.ts";
import type { WdtRow } from "./document-query.ts";

/** In turn, so that a handful of bills has some of each. */
const STATUSES = ["90", "90", "40", "90", "10"];

/** The `at`-th transfer. */
export function drawTransfer(at: number, modifiedAt: number, random: Random): WdtRow {
  const lines = drawLines(random);
  const from = STOCKS[at % 2];
  const to = STOCKS[(at + 1) % 2];
  return {
    transfer_id: String(950_001 + at),
    transfer_no: `TF${formatChinaTime(modifiedAt).slice(0, 10).replaceAll("-", "")}${String(at + 1).padStart(4, "0")}`,
    type: "1",
    mode: "0",
    status: STATUSES[at % STATUSES.length],
    from_warehouse_no: from?.stock ?? "",
    from_warehouse_name: from?.name ?? "",
    to_warehouse_no: to?.stock ?? "",
    to_warehouse_name: to?.name ?? "",
    creator_name: "李䶮",
    goods_count: count4(totalCents(lines, (line) => line.count)),
    remark: random.pick(["", "", "补货"]),
    created: formatChinaTime(modifiedAt - 7_200_000),
    modified: formatChinaTime(modifiedAt),
    details_list: lines.map((line, nth) => ({
      ...goodsFields(line, (950_001 + at) * 10 + nth),
      num: count4(line.count),
      out_num: count4(line.count),
      in_num: count4(line.count),
      cost_price: four(Math.floor(line.priceCents * 0.6)),
    })),
  };
}
