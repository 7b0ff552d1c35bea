/**
 * The suppliers (供应商) of the account set: master data, so the same under every seed. Numbers are unique, names are not quite (every
 * 43rd repeats its neighbour's, as in real books). Some names need GB18030 or lie beyond the BMP, and some suppliers have no phone.
 */

import { SUPPLIERS } from "../kit/world.ts";

/** One supplier; the phone may be empty. */
export interface StarsSupplier {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly phone: string;
  readonly region: StarsRegion;
  readonly address: string;
}

/** A province, city and district; each has a code of six digits. */
export interface StarsRegion {
  readonly province: readonly [code: string, name: string];
  readonly city: readonly [code: string, name: string];
  readonly district: readonly [code: string, name: string];
}

const ID_BASE = 1_310_000_000_000_000_000n;
const REGIONS: readonly StarsRegion[] = [
  { province: ["330000", "浙江省"], city: ["330100", "杭州市"], district: ["330108", "滨江区"] },
  { province: ["320000", "江苏省"], city: ["320500", "苏州市"], district: ["320583", "昆山市"] },
  { province: ["440000", "广东省"], city: ["440300", "深圳市"], district: ["440306", "宝安区"] },
  { province: ["350000", "福建省"], city: ["350200", "厦门市"], district: ["350206", "湖里区"] },
  { province: ["310000", "上海市"], city: ["310100", "上海市"], district: ["310115", "浦东新区"] },
];
const WORDS = ["恒昌", "𠮷利", "龘源", "䶮泰", "鑫磊", "德㛃", "万家", "É客", "永盛", "淼焱", "博𬭎", "瑞丰"];
const TRADES = ["日用品", "五金", "包装", "纺织", "电子", "家居", "塑胶"];

/** The shared company's suppliers, which are in this account set too, after its own. */
export function companySuppliers(): readonly StarsSupplier[] {
  return SUPPLIERS.map(({ number, name }, i) => ({
    id: String(ID_BASE + 900_000_000n + BigInt(i) * 104_729n),
    number,
    name,
    phone: "",
    region: REGIONS[i % REGIONS.length] as StarsRegion,
    address: `示范路${900 + i}号`,
  }));
}

/** The first `count` suppliers. */
export function makeSuppliers(count: number): readonly StarsSupplier[] {
  return Array.from({ length: count }, (_, i) => {
    const namesake = i > 0 && i % 43 === 0 ? i - 1 : i;
    const region = REGIONS[i % REGIONS.length] as StarsRegion;
    const word = (WORDS[namesake % WORDS.length] ?? "") + (WORDS[Math.floor(namesake / WORDS.length) % WORDS.length] ?? "");
    const round = Math.floor(namesake / (WORDS.length * WORDS.length));
    return {
      id: String(ID_BASE + BigInt(i + 1) * 104_729n),
      number: `GYS${String(i + 1).padStart(5, "0")}`,
      name: `${region.city[1].slice(0, -1)}${word}${TRADES[namesake % TRADES.length] ?? ""}${round > 0 ? `（${round + 1}部）` : ""}有限公司`,
      phone: i % 9 === 8 ? "" : `199${String(i + 1).padStart(8, "0")}`,
      region,
      address: `示范路${i + 1}号`,
    };
  });
}
