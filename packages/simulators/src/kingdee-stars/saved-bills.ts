/**
 * Bills written by a client: 采购入库单 (which join those that are there), 采购订单, 销售出库单, 销售退货单. What a save needs (date, party, lines
 * with goods, quantity and price) is on record; numbers of a refusal, its words, and that `x_number` may stand for `x_id` are assumed.
 */
import { formatChinaTime, parseChinaDate } from "../china-time.ts";
import type { Ledger } from "../kit/ledger.ts";
import { RULE_BROKEN, type StarsRefusal } from "./answer.ts";
import type { InboundLine } from "./inbound-lines.ts";
import type { InboundStore } from "./inbound-store.ts";
import type { MasterData, MasterKind, MasterRow } from "./master-data.ts";
import type { KingdeeStarsSettings } from "./settings.ts";
import { done, refused, type Outcome } from "./sign-in.ts";

/** What the saves differ in. */
interface BillKind {
  readonly kind: string;
  readonly party: "supplier" | "customer";
  readonly numberPrefix: string;
  readonly required: readonly string[];
}

/** Path of the save to its kind. */
export const SAVES = {
  "/jdy/pur/pur_inbound_save": { kind: "pur_inbound", party: "supplier", numberPrefix: "CGRK", required: ["billdate", "transtype"] },
  "/jdy/pur/pur_order_save": { kind: "pur_order", party: "supplier", numberPrefix: "CGDD", required: ["billdate"] },
  "/jdy/sal/sal_outbound_save": { kind: "sal_outbound", party: "customer", numberPrefix: "XSCK", required: ["billdate"] },
  "/jdy/sal/sal_inbound_save": { kind: "sal_inbound", party: "customer", numberPrefix: "XSTH", required: ["billdate"] },
} as const satisfies Readonly<Record<string, BillKind>>;

export type SavePath = keyof typeof SAVES;

/** A bill as a list shows it. */
export type SavedBill = Readonly<Record<string, string>> & { readonly id: string; readonly billno: string };

type Body = Readonly<Record<string, unknown>>;

const ID_BASE = 1_890_000_000_000_000_000n;
const TRANSACTION_TYPES = ["1", "2", "3", "4"];

export class SavedBills {
  readonly #bills = new Map<string, SavedBill[]>();
  readonly #master: MasterData;
  readonly #inbounds: InboundStore;
  readonly #ledger: Ledger;
  readonly #settings: KingdeeStarsSettings;
  #idsGiven = 0n;

  constructor(master: MasterData, inbounds: InboundStore, ledger: Ledger, settings: KingdeeStarsSettings) {
    this.#master = master;
    this.#inbounds = inbounds;
    this.#ledger = ledger;
    this.#settings = settings;
  }

  /** Saved bills of a kind whose number holds the search, oldest first. */
  list(kind: string, search: string): readonly SavedBill[] {
    return (this.#bills.get(kind) ?? []).filter((bill) => bill.billno.includes(search));
  }

  save(path: SavePath, body: Body, at: number): Outcome {
    const rules: BillKind = SAVES[path];
    const problem = this.#headerProblem(rules, body);
    if (problem !== undefined) return broken(problem);
    const party = this.#reference(rules.party, body, `${rules.party}id`);
    if (typeof party === "string") return broken(party);
    const lines = this.#lines(rules, body);
    if (typeof lines === "string") return broken(lines);
    const editedId = text(body["id"]);
    if (editedId !== "") return this.#edit(path, editedId, { at, party, lines, body });
    const billno =
      text(body["billno"]) || `${rules.numberPrefix}-${formatChinaTime(at).slice(0, 10).replaceAll("-", "")}-${this.#idsGiven + 1n}`;
    const rows = this.#bills.get(rules.kind) ?? [];
    const isThere = rules.kind === "pur_inbound" ? this.#inbounds.hasNumber(billno) : rows.some((bill) => bill.billno === billno);
    if (isThere) return broken(`单据编码${billno}已存在`);
    this.#idsGiven += 1n;
    const id = String(ID_BASE + this.#idsGiven * 8191n);
    this.#keep(rules, { id, billno, at, party, lines, body });
    this.#ledger.add({ api: apiOf(path), kind: rules.kind, key: billno, number: id, body });
    return done({ successPkIds: [id] });
  }

  /** A save that names the bill's id changes that bill; its number stays. */
  #edit(path: SavePath, id: string, changed: Omit<Kept, "id" | "billno">): Outcome {
    const rules: BillKind = SAVES[path];
    const rows = this.#bills.get(rules.kind) ?? [];
    const billno = rules.kind === "pur_inbound" ? this.#inbounds.get(id)?.billno : rows.find((bill) => bill.id === id)?.billno;
    if (billno === undefined) return broken(`id【${id}】不存在`);
    this.#bills.set(
      rules.kind,
      rows.filter((bill) => bill.id !== id),
    );
    this.#keep(rules, { ...changed, id, billno });
    this.#ledger.add({ api: apiOf(path), kind: rules.kind, key: billno, number: id, body: changed.body, edit: true });
    return done({ successPkIds: [id] });
  }

  #keep(rules: BillKind, bill: Kept): void {
    const { id, billno, at, party, lines, body } = bill;
    if (rules.kind === "pur_inbound") {
      const supplier = this.#master.supplier(party.id);
      if (supplier === undefined) throw new Error(`no supplier ${party.id}`);
      this.#inbounds.keep({ id, billno, billdate: text(body["billdate"]), at, supplier, remark: text(body["remark"]), lines });
      return;
    }
    const rows = this.#bills.get(rules.kind) ?? [];
    this.#bills.set(rules.kind, rows);
    const prefix = `${rules.party}id`;
    rows.push({
      id,
      billno,
      billdate: text(body["billdate"]),
      billstatus: "Z",
      createtime: formatChinaTime(at),
      modifytime: formatChinaTime(at),
      [`${prefix}_id`]: party.id,
      [`${prefix}_number`]: party.number,
      [`${prefix}_name`]: party.name,
      remark: text(body["remark"]),
    });
  }

  #headerProblem(rules: BillKind, body: Body): string | undefined {
    const missing = rules.required.find((name) => text(body[name]) === "");
    if (missing !== undefined) return `${missing}不能为空`;
    if (parseChinaDate(text(body["billdate"])) === undefined) return "billdate格式错误,应为yyyy-MM-dd";
    if (rules.required.includes("transtype") && !TRANSACTION_TYPES.includes(text(body["transtype"])))
      return "transtype取值错误,可选值:1,2,3,4";
    return undefined;
  }

  #lines(rules: BillKind, body: Body): readonly InboundLine[] | string {
    const given = body["material_entity"];
    if (!Array.isArray(given) || given.length === 0) return "material_entity不能为空";
    const lines: InboundLine[] = [];
    for (const [at, each] of (given as unknown[]).entries()) {
      if (typeof each !== "object" || each === null || Array.isArray(each)) return `第${at + 1}行分录不是对象`;
      const line = this.#line(rules, each as Body, at + 1, text(body["ignoreconfirm"]) === "true");
      if (typeof line === "string") return `第${at + 1}行${line}`;
      lines.push(line);
    }
    return lines;
  }

  #line(rules: BillKind, line: Body, seq: number, confirmed: boolean): InboundLine | string {
    const material = this.#reference("material", line, "materialid");
    if (typeof material === "string") return material;
    const stock = this.#given(line, "stockid") || rules.kind !== "pur_order" ? this.#reference("stock", line, "stockid") : undefined;
    if (typeof stock === "string") return stock;
    const unit = this.#given(line, "unit") ? this.#reference("unit", line, "unit") : undefined;
    if (typeof unit === "string") return unit;
    const qtyMilli = scaled(text(line["qty"]), 3);
    if (qtyMilli === undefined || qtyMilli <= 0n) return "qty应为大于0的数量,小数不超过3位";
    const priceText = text(line["price"]);
    const price = scaled(priceText === "" ? "0" : priceText, 6);
    if (price === undefined || price < 0n) return "price应为数字,小数不超过6位";
    if (price === 0n && rules.kind === "pur_inbound" && !confirmed) return "price为0,请确认(ignoreconfirm)";
    return {
      seq,
      material: this.#master.rows("material").indexOf(material),
      stock: stock === undefined ? 0 : this.#master.rows("stock").indexOf(stock),
      unit: unit === undefined ? 0 : this.#master.rows("unit").indexOf(unit),
      qtyMilli,
      priceCents: (price + 5_000n) / 10_000n,
      discountPercent: 0n,
      amountCents: (qtyMilli * price + 5_000_000n) / 10_000_000n,
      taxPercent: 0n,
      batch: text(line["batchno"]),
      comment: text(line["comment"]),
    };
  }

  #given(line: Body, prefix: string): boolean {
    return text(line[`${prefix}_id`]) !== "" || text(line[`${prefix}_number`]) !== "";
  }

  /** What `prefix`_id or, where the account set takes it, `prefix`_number points to; or what is wrong with it. */
  #reference(kind: MasterKind, body: Body, prefix: string): MasterRow | string {
    const id = text(body[`${prefix}_id`]);
    const number = this.#settings.numbersTaken ? text(body[`${prefix}_number`]) : "";
    if (id === "" && number === "") return `${prefix}_id不能为空`;
    return this.#master.find(kind, id, number) ?? `${prefix}【${id || number}】不存在`;
  }
}

interface Kept {
  readonly id: string;
  readonly billno: string;
  readonly at: number;
  readonly party: MasterRow;
  readonly lines: readonly InboundLine[];
  readonly body: Body;
}

/** A decimal text as a whole number of its last allowed place; undefined when it is none or has more places. */
function scaled(given: string, places: number): bigint | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(given);
  if (match === null) return undefined;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > places) return undefined;
  return BigInt(`${match[1] ?? ""}${match[2] ?? ""}${fraction.padEnd(places, "0")}`);
}

/** What faults and the ledger call it. */
function apiOf(path: SavePath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value).trim() : "";
}

function broken(why: string): Outcome {
  const refusal: StarsRefusal = { kind: "business", errcode: RULE_BROKEN, text: why };
  return refused(refusal);
}
