/**
 * 销售退货单 as people keyed them in: one to six lines, most audited, some not yet, some voided, spread over the last 30 days.
 *
 * Quantities are written the way the database returns them (`3.5`, `12.0000`); a shop order id of 19 digits lies in the custom text field
 * F_PSEH_OID, where a client that reads it as a number loses digits.
 */
import type { Random } from "../../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS } from "../../kit/world.ts";
import { multiplyDecimals } from "../decimal.ts";
import { USERS } from "../credentials.ts";
import type { Line, Value } from "../form.ts";
import { CUSTOMER_FORM } from "../forms/customer.ts";
import { RETURN_FORM } from "../forms/sales-bills.ts";
import type { Document, Store } from "../store.ts";
import { refreshAmounts } from "../amounts.ts";
import { wallDate, wallTime } from "../wall-time.ts";
import { idOf } from "./master-data.ts";

const QUANTITIES = ["1", "2", "3", "5", "3.5", "0.25", "12.0000", "1.3333", "10", "0.0050", "100.00"];

/** When a bill was created, changed and audited, epoch ms, and its statuses. */
export interface BillLife {
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly status: "A" | "B" | "C";
  readonly voided: boolean;
}

/** Draws a life for a bill created at this instant; nothing happens after `now`. */
export function drawLife(createdAt: number, now: number, random: Random): BillLife {
  const modifiedAt = Math.min(now, createdAt + random.whole(0, 6 * 3600) * 1000);
  const status = random.chance(0.85) ? "C" : random.pick(["A", "B"] as const);
  return { createdAt, modifiedAt, status, voided: status !== "B" && random.chance(0.04) };
}

/** Adds one return bill and gives it back. */
export function addReturn(store: Store, random: Random, life: BillLife): Document {
  const shop = random.chance(0.7);
  const customers = store.all(CUSTOMER_FORM);
  const customer = shop ? idOf(store, "BD_Customer", random.pick(SHOPS).customer) : random.pick(customers).id;
  const org = random.chance(0.85) ? 1 : random.whole(2, 3);
  const user = random.pick(USERS).id;
  const audited = life.status === "C";
  const values: Record<string, Value> = {
    FBillTypeID: idOf(store, "BOS_BillType", "XSTHD01_SYS"),
    FBillNo: store.newNumber(RETURN_FORM),
    FDate: wallDate(life.createdAt),
    FSaleOrgId: org,
    FRetcustId: customer,
    FSaledeptid: idOf(store, "BD_Department", "BM000001"),
    FReturnReason: idOf(store, "BOS_ASSISTANTDATA_SELECT", random.pick(["THYY01", "THYY02"])),
    FSalesManId: idOf(store, "BD_Saler", random.pick(["0001", "0002"])),
    FStockOrgId: org,
    FHeadNote: random.chance(0.3) ? random.pick(["客户拒收", "尺码不合，已联系", '包装破损，见照片<1>&"2"']) : null,
    FReceiveCustId: customer,
    FSettleCustId: customer,
    FPayCustId: customer,
    FOwnerTypeIdHead: "BD_OwnerOrg",
    FOwnerIdHead: org,
    FDocumentStatus: life.status,
    FCancelStatus: life.voided ? "B" : "A",
    FCreatorId: user,
    FModifierId: user,
    FApproverId: audited ? user : 0,
    FCreateDate: wallTime(life.createdAt),
    FModifyDate: wallTime(life.modifiedAt),
    FApproveDate: audited ? wallTime(life.modifiedAt) : null,
    F_PSEH_OID: random.chance(0.6) ? `76${random.digits(17)}` : null,
  };
  const id = store.newId();
  const finance: Line = {
    entryId: store.newId(),
    seq: 1,
    values: {
      FSettleCurrId: idOf(store, "BD_Currency", "PRE001"),
      FSettleOrgId: org,
      FLocalCurrId: idOf(store, "BD_Currency", "PRE001"),
      FExchangeTypeId: idOf(store, "BD_RateType", "HLTX01_SYS"),
      FExchangeRate: "1.0",
    },
  };
  const lines = Array.from({ length: random.whole(1, 6) }, (_, i) => returnLine(store, random, i, org));
  const document: Document = { form: RETURN_FORM, id, values, lines: { SubHeadEntity: [finance], FEntity: lines } };
  refreshAmounts(document);
  store.put(document);
  return document;
}

function returnLine(store: Store, random: Random, index: number, org: number): Line {
  const material = random.pick(MATERIALS);
  const quantity = random.pick(QUANTITIES);
  const unit = idOf(store, "BD_UNIT", quantity.includes(".") ? "kg" : "Pcs");
  return {
    entryId: store.newId(),
    seq: index + 1,
    values: {
      FRowType: "Standard",
      FMaterialId: idOf(store, "BD_MATERIAL", material.code),
      FUnitID: unit,
      FMustQty: quantity,
      FRealQty: quantity,
      FTaxPrice: material.price,
      FPrice: multiplyDecimals(material.price, "0.884956", 6),
      FEntryTaxRate: "13.00",
      FIsFree: random.chance(0.05),
      FReturnType: idOf(store, "BOS_ASSISTANTDATA_SELECT", "THLX01_SYS"),
      FOwnerTypeId: "BD_OwnerOrg",
      FOwnerId: org,
      FStockId: idOf(store, "BD_STOCK", random.pick(STOCKS).stock),
      FStockstatusId: idOf(store, "BD_StockStatus", "KCZT01_SYS"),
      FNote: null,
      FLot: random.chance(0.1) ? `PH${random.digits(6)}` : null,
      FSalUnitID: unit,
      FSalUnitQty: quantity,
      FSrcBillNo: random.chance(0.5) ? `XSCKD${random.digits(6)}` : null,
    },
  };
}
