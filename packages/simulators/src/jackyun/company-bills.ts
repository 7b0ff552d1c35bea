/**
 * What the pretend 吉客云 holds for reading: trades (销售单), goods documents (入库单) and goods (货品), as the gateway writes them: money and
 * quantities as bare decimals, long ids as bare digits, times of trades as wall time, those of goods documents as epoch ms.
 *
 * `bills` is the number of trades, 5,000 at most; there is a third as many goods documents, four at least. All lie in the 20 days before
 * the start. Shops bear the shared company's customers' numbers, warehouses its stocks', goods in bills its materials', suppliers its suppliers'; the goods of the
 * file itself are 吉客云's own thirty.
 */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import { createRandom, type Random } from "../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS, SUPPLIERS, type WorldMaterial } from "../kit/world.ts";

/** A row with its time of change, by which it is found and ordered. */
export interface Held {
  readonly at: number;
  readonly row: Readonly<Record<string, unknown>>;
}

const SPAN_S = 20 * 86_400;
const NEWEST_AGE_MS = 600_000;

export class CompanyBills {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #trades: Held[];
  readonly #documents: Held[];
  readonly #goods: Held[];

  constructor(seed: number, bills: number, now: () => number) {
    this.#random = createRandom(seed ^ 0x4a4b59);
    this.#now = now;
    const most = Math.min(bills, 5_000);
    this.#trades = this.#drawn(most, drawTrade);
    this.#documents = this.#drawn(Math.max(4, Math.floor(most / 3)), drawDocument);
    const startedAt = now();
    this.#goods = Array.from({ length: 30 }, (_, nth) => ({ at: startedAt - NEWEST_AGE_MS - (30 - nth) * 3_600_000, row: ownGoods(nth) }));
  }

  trades(): readonly Held[] {
    return this.#trades;
  }

  documents(): readonly Held[] {
    return this.#documents;
  }

  goods(): readonly Held[] {
    return this.#goods;
  }

  /** As many new trades and documents, as of now; late ones were changed up to ten minutes before the newest. */
  insert(count: number, late: boolean): void {
    for (const [rows, draw] of [
      [this.#trades, drawTrade],
      [this.#documents, drawDocument],
    ] as const) {
      const newestAt = rows.at(-1)?.at ?? this.#now();
      for (let nth = 0; nth < count; nth++) {
        const at = late ? newestAt - this.#random.whole(1, 600) * 1000 : Math.max(newestAt, this.#now());
        rows.push({ at, row: draw(rows.length, at, this.#random) });
      }
      rows.sort((a, b) => a.at - b.at);
    }
  }

  /** Keeps goods by their outer code; known ones are changed. Answers whether they are new. */
  keepGoods(code: string, known: Readonly<Record<string, unknown>>): boolean {
    const found = this.#goods.findIndex(({ row }) => row["outSkuCode"] === code);
    const row = {
      ...goodsRow(`${90_000_000 + this.#goods.length}`, String(known["goodsNo"] ?? "")),
      ...this.#goods[found]?.row,
      ...shownGoods(known),
    };
    if (found !== -1) this.#goods.splice(found, 1);
    this.#goods.push({ at: this.#now(), row });
    return found === -1;
  }

  #drawn(count: number, draw: (nth: number, at: number, random: Random) => Readonly<Record<string, unknown>>): Held[] {
    const startedAt = this.#now();
    return Array.from({ length: count }, () => startedAt - NEWEST_AGE_MS - this.#random.whole(0, SPAN_S) * 1000)
      .sort((a, b) => a - b)
      .map((at, nth) => ({ at, row: draw(nth, at, this.#random) }));
  }
}

function money(cents: number): NumberText {
  const sign = cents < 0 ? "-" : "";
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return new NumberText(`${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

function lineGoods(random: Random): readonly WorldMaterial[] {
  const first = random.whole(0, MATERIALS.length - 1);
  return Array.from({ length: random.whole(1, 4) }, (_, nth) => MATERIALS[(first + nth * 11) % MATERIALS.length] as WorldMaterial);
}

/** In turn, so that a handful of trades has some of each. */
const TRADE_STATUSES = [9090, 9090, 6000, 9090, 9090, 1010, 9090, 9090, 5010, 9090];

/** A trade; one in four takes goods back (tradeType 8), with negative counts and sums. */
function drawTrade(nth: number, at: number, random: Random): Readonly<Record<string, unknown>> {
  const shop = random.pick(SHOPS);
  const stock = STOCKS[random.chance(0.75) ? 0 : 1];
  const isReturn = nth % 4 === 3;
  const sign = isReturn ? -1 : 1;
  const lines = lineGoods(random).map((goods) => {
    const count = random.whole(1, 5);
    const priceCents = Math.round(Number(goods.price) * 100);
    const shareCents = random.chance(0.3) ? random.whole(1, 899) : 0;
    return { goods, count, priceCents, shareCents, totalCents: priceCents * count };
  });
  const total = lines.reduce((sum, line) => sum + line.totalCents, 0);
  const share = lines.reduce((sum, line) => sum + line.shareCents, 0);
  const tradeId = new NumberText(`1739${random.digits(15)}`);
  return {
    tradeId,
    tradeNo: `JY${formatChinaTime(at).slice(0, 10).replaceAll("-", "")}${String(nth + 1).padStart(5, "0")}`,
    onlineTradeNo: random.digits(19),
    tradeStatus: TRADE_STATUSES[nth % TRADE_STATUSES.length],
    tradeType: isReturn ? 8 : 1,
    tradeTime: formatChinaTime(at - 86_400_000),
    payTime: formatChinaTime(at - 86_000_000),
    auditTime: formatChinaTime(at - 7_200_000),
    consignTime: formatChinaTime(at - 60_000),
    gmtCreate: formatChinaTime(at - 86_400_000),
    gmtModified: formatChinaTime(at),
    shopId: new NumberText(`1647${random.digits(15)}`),
    shopName: shop.shopName,
    shopcode: shop.customer,
    companyName: "打通示范集团",
    warehouseCode: stock?.stock ?? "",
    warehouseName: stock?.name ?? "",
    logisticName: "顺丰速运",
    mainPostid: `SF${random.digits(12)}`,
    customerCode: `K${random.digits(6)}`,
    customerName: random.pick(["王强", "李䶮", "𠮷田", "欧阳娜"]),
    sellerMemo: random.pick(["", "", "老客户 & <优先>"]),
    buyerMemo: "",
    totalFee: money(sign * total),
    discountFee: money(sign * share),
    payment: money(sign * (total - share)),
    receivedPostFee: money(0),
    isDelete: 0,
    goodsDetail: lines.map((line, at_) => ({
      subTradeId: new NumberText(`1739${random.digits(14)}${at_}`),
      goodsNo: line.goods.code,
      goodsName: line.goods.name,
      specName: "默认规格",
      barcode: `69${line.goods.code.slice(2).padStart(11, "0")}`,
      sellCount: new NumberText(`${sign * line.count}.0`),
      unit: "件",
      sellPrice: money(line.priceCents),
      sellTotal: money(sign * line.totalCents),
      discountTotal: money(0),
      discountFee: money(0),
      shareFavourableFee: money(sign * line.shareCents),
      shareFavourableAfterFee: money(sign * (line.totalCents - line.shareCents)),
      taxRate: new NumberText("13.00"),
      isGift: line.shareCents === line.totalCents ? 1 : 0,
      goodsMemo: "",
    })),
  };
}

const INBOUND_TYPES: readonly (readonly [type: number, name: string])[] = [
  [101, "采购入库"],
  [104, "其他入库"],
];

/** A goods document: bought goods (101) or others (104). */
function drawDocument(nth: number, at: number, random: Random): Readonly<Record<string, unknown>> {
  const stock = STOCKS[random.chance(0.75) ? 0 : 1];
  const [inouttype, inouttypeName] = INBOUND_TYPES[nth % 4 === 3 ? 1 : 0] ?? [101, "采购入库"];
  const supplier = inouttype === 101 ? random.pick(SUPPLIERS) : undefined;
  const number = `${formatChinaTime(at).slice(0, 10).replaceAll("-", "")}${String(nth + 1).padStart(4, "0")}`;
  return {
    recId: new NumberText(`1811${random.digits(15)}`),
    goodsdocNo: `RK${number}`,
    billNo: `SQ${number}`,
    sourceBillNo: inouttype === 101 ? `CG${number}` : "",
    inouttype,
    inouttypeName,
    inOutDate: at - 60_000,
    gmtCreate: at - 3_600_000,
    gmtModified: at,
    companyCode: "100",
    companyName: "打通示范集团",
    warehouseCode: stock?.stock ?? "",
    warehouseName: stock?.name ?? "",
    vendCustomerCode: supplier?.number ?? "",
    vendCustomerName: supplier?.name ?? "",
    redStatus: 1,
    goodsdocRemark: random.pick(["", "", "到货破损2件"]),
    goodsDocDetailList: lineGoods(random).map((goods, line) => {
      const cents = Math.round(Number(goods.price) * 60);
      return {
        recId: new NumberText(`1811${random.digits(14)}${line}`),
        goodsNo: goods.code,
        goodsName: goods.name,
        skuName: "默认规格",
        skuBarcode: `69${goods.code.slice(2).padStart(11, "0")}`,
        unitName: "件",
        quantity: new NumberText(`${random.whole(1, 60)}.0`),
        cuPrice: money(cents),
        estPrice: money(cents),
        rowRemark: "",
        batchNo: "",
      };
    }),
  };
}

const OWN_NAMES = ["云朵抱枕", "龘龍香插", "𠮷祥杯垫", "帆布钱包", "硅胶铲"];

function ownGoods(nth: number): Readonly<Record<string, unknown>> {
  const number = `JK-${String(nth + 1).padStart(3, "0")}`;
  return {
    ...goodsRow(String(20_000_102_001 + nth), number),
    itemName: `${OWN_NAMES[nth % OWN_NAMES.length] ?? ""}${nth + 1}号`,
    barCode: `6911${nth}`,
  };
}

function goodsRow(id: string, number: string): Readonly<Record<string, unknown>> {
  return {
    itemCode: id,
    itemId: id,
    goodsCode: number,
    itemName: "",
    shortName: "",
    barCode: "",
    skuProperty: "默认规格",
    stockUnit: "件",
    categoryName: "无",
    itemType: "ZC",
    brandName: "",
    isBatchMgmt: 0,
    outSkuCode: number,
  };
}

/** What is written by one name and read by another. */
function shownGoods(known: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = {
    goodsNo: "goodsCode",
    goodsName: "itemName",
    goodsAlias: "shortName",
    skuBarcode: "barCode",
    skuName: "skuProperty",
    unitName: "stockUnit",
    cateName: "categoryName",
    outSkuCode: "outSkuCode",
  };
  return Object.fromEntries(Object.entries(names).flatMap(([from, to]) => (known[from] === undefined ? [] : [[to, known[from]]])));
}
