/**
 * The warehouses that the pretend 旺店通 holds. Numbers and names are the same under every seed, addresses and people are not.
 *
 * Every scalar of a row is text, as the vendor's PHP writes it. Change times are GMT+8 wall times with whole seconds.
 */
import { formatChinaTime } from "../china-time.ts";
import { createRandom, type Random } from "../kit/random.ts";
import { SHOPS } from "../kit/world.ts";

export type WarehouseRow = Readonly<Record<string, string>> & { readonly warehouse_no: string; readonly modified: string };

export interface WarehouseList {
  /** In the order of warehouse_id. */
  all(): readonly WarehouseRow[];
  insert(count: number, late: boolean): readonly WarehouseRow[];
}

/** A fifth of `bills`, but 40 at least and 400 at most. */
export function createWarehouseList(seed: number, bills: number, now: () => number): WarehouseList {
  const random = createRandom(seed);
  const rows: WarehouseRow[] = [];
  const startedAt = now();
  const count = Math.min(Math.max(40, Math.floor(bills / 5)), 400);
  for (let at = 0; at < count; at++) rows.push(draw(at, startedAt - random.whole(3600, 400 * 86_400) * 1000, random));
  return {
    all: () => rows,
    insert(insertCount, late) {
      const newest = rows.map((row) => row.modified).reduce((a, b) => (a > b ? a : b));
      const newestAt = Date.parse(`${newest.replace(" ", "T")}+08:00`);
      const inserted = Array.from({ length: insertCount }, (_, nth) =>
        draw(rows.length + nth, late ? newestAt - random.whole(1, 3600) * 1000 : Math.max(now(), newestAt), random),
      );
      rows.push(...inserted);
      return inserted;
    },
  };
}

/** The first ones exist for the captured requests and the vectors. None is a stock of the shared Kingdee: they are what is to be brought there. */
const FIXED: readonly { readonly no: string; readonly name: string }[] = [
  { no: "W01", name: "主仓" },
  { no: "主仓01", name: "主仓01" },
  { no: "上海仓", name: "上海仓" },
  { no: "W-龘", name: "龘龍云仓" },
  { no: "W-𠮷", name: "𠮷林一号仓🏭" },
  { no: "W&<1>", name: '"引号" & <尖括号> 仓' },
];
const KINDS = ["云仓", "前置仓", "保税仓", "退货仓", "残次仓", "门店仓"];
const CITIES = ["北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "郑州", "西安", "深䃹"];
const PLACES = [
  ["浙江省", "杭州市", "余杭区"],
  ["广东省", "广州市", "白云区"],
  ["上海", "上海市", "青浦区"],
  ["湖北省", "武汉市", "东西湖区"],
  ["北京", "北京市", "大兴区"],
] as const;
const PEOPLE = ["王强", "李䶮", "𠮷田", "张堃", "欧阳娜", "陈犇"];

function draw(at: number, modifiedAt: number, random: Random): WarehouseRow {
  const kind = KINDS[at % KINDS.length] ?? "云仓";
  const fixed = FIXED[at];
  const no = fixed?.no ?? `W${String(at + 1).padStart(3, "0")}`;
  const name = fixed?.name ?? `${CITIES[at % CITIES.length] ?? ""}${kind}${at + 1}号`;
  const [province, city, district] = random.pick(PLACES);
  const isDefect = name.includes("残次") || name.includes("次品");
  const type = at % 7 === 3 ? "11" : at % 13 === 5 ? "127" : "1";
  return {
    warehouse_id: String(at + 1),
    warehouse_no: no,
    name,
    type,
    sub_type: "0",
    warehouse_type: type,
    province,
    city,
    district,
    address: `${random.pick(["物流大道", "仓储路", "䢺㙍街"])}${random.whole(1, 999)}号`,
    contact: random.pick(PEOPLE),
    telno: `0${random.digits(2)}-${random.digits(8)}`,
    mobile: `138${random.digits(8)}`,
    zip: random.digits(6),
    remark: random.pick(["", "", "仅收退货", "第二行\n换行备注"]),
    is_defect: isDefect ? "1" : "0",
    is_disabled: at >= FIXED.length && at % 9 === 4 ? "1" : "0",
    ext_warehouse_no: type === "11" ? `EXT${random.digits(6)}` : "",
    api_key: "",
    api_object_id: type === "11" ? random.digits(19) : "",
    prop1: "",
    prop2: "",
    tag: "0",
    division_id: "0",
    flag: "0",
    shop_id: String(SHOPS[at % SHOPS.length]?.shopId ?? "0"),
    is_outer_stock: type === "11" ? "1" : "0",
    is_outer_goods: "0",
    picker_num: String(random.whole(0, 30)),
    coordinates_x: `${random.whole(100, 121)}.${random.digits(6)}`,
    coordinates_y: `${random.whole(22, 40)}.${random.digits(6)}`,
    match_warehouse_id: isDefect ? "1" : "0",
    cod_logistics_id: "0",
    priority: String(at),
    created: formatChinaTime(modifiedAt - random.whole(0, 900) * 86_400_000),
    modified: formatChinaTime(modifiedAt),
  };
}
