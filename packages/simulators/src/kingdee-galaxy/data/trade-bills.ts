/** 销售出库单, 采购入库单 and 采购订单 as people keyed them in: one to four lines, whole quantities, most of them audited. */
import type { Random } from "../../kit/random.ts";
import { MATERIALS, SHOPS, STOCKS, SUPPLIERS } from "../../kit/world.ts";
import { refreshAmounts } from "../amounts.ts";
import { USERS } from "../credentials.ts";
import type { Form, Line, Value } from "../form.ts";
import { ORDER_FORM } from "../forms/purchase-bills.ts";
import { OUTSTOCK_FORM } from "../forms/sales-bills.ts";
import { RECEIPT_FORM } from "../forms/stock-bills.ts";
import type { Document, Store } from "../store.ts";
import { wallDate, wallTime } from "../wall-time.ts";
import { idOf } from "./master-data.ts";
import type { BillLife } from "./returns.ts";

const ORG = 1;

/** Adds one issue to a shop's customer. */
export function addIssue(store: Store, random: Random, life: BillLife): Document {
  const customer = idOf(store, "BD_Customer", random.pick(SHOPS).customer);
  const head = {
    FBillTypeID: idOf(store, "BOS_BillType", "XSCKD01_SYS"),
    FSaleOrgId: ORG,
    FCustomerID: customer,
    FStockOrgId: ORG,
    FReceiverID: customer,
    FSettleID: customer,
    FPayerID: customer,
    FOwnerTypeIdHead: "BD_OwnerOrg",
    FOwnerIdHead: ORG,
  };
  const finance = {
    FSettleCurrID: idOf(store, "BD_Currency", "PRE001"),
    FSettleOrgID: ORG,
    FIsIncludedTax: true,
    FExchangeRate: "1",
  };
  const lines = drawLines(store, random, ({ index, material, unit, quantity, price }) => ({
    FMaterialID: material,
    FUnitID: unit,
    FMustQty: quantity,
    FRealQty: quantity,
    FTaxPrice: price,
    FEntryTaxRate: "13.00",
    // Never the first, so that no bill is worth nothing.
    FIsFree: index > 0 && random.chance(0.2),
    FOwnerTypeID: "BD_OwnerOrg",
    FOwnerID: ORG,
    FStockID: idOf(store, "BD_STOCK", random.pick(STOCKS).stock),
  }));
  return put(store, random, OUTSTOCK_FORM, life, head, { SubHeadEntity: [line(store, 0, finance)], FEntity: lines, FOutStockTrace: [] });
}

/** Adds one receipt from a supplier. */
export function addReceipt(store: Store, random: Random, life: BillLife): Document {
  const supplier = idOf(store, "BD_Supplier", random.pick(SUPPLIERS).number);
  const head = {
    FBillTypeID: idOf(store, "BOS_BillType", "RKD01_SYS"),
    FStockOrgId: ORG,
    FPurchaseOrgId: ORG,
    FSupplierId: supplier,
    FSupplyId: supplier,
    FSettleId: supplier,
    FChargeId: supplier,
    FOwnerTypeIdHead: "BD_OwnerOrg",
    FOwnerIdHead: ORG,
  };
  const finance = {
    FSettleOrgId: ORG,
    FSettleCurrId: idOf(store, "BD_Currency", "PRE001"),
    FIsIncludedTax: true,
    FPriceTimePoint: "1",
    FExchangeRate: "1",
  };
  const lines = drawLines(store, random, ({ material, unit, quantity, price }) => ({
    FMaterialId: material,
    FUnitID: unit,
    FPriceUnitID: unit,
    FRemainInStockUnitId: unit,
    FMustQty: quantity,
    FRealQty: quantity,
    FPriceUnitQty: quantity,
    FTaxPrice: price,
    FEntryTaxRate: "13.00",
    FGiveAway: false,
    FOWNERTYPEID: "BD_OwnerOrg",
    FOWNERID: ORG,
    FStockId: idOf(store, "BD_STOCK", random.pick(STOCKS).stock),
  }));
  return put(store, random, RECEIPT_FORM, life, head, { FInStockFin: [line(store, 0, finance)], FInStockEntry: lines });
}

/** Adds one purchase order to a supplier. */
export function addOrder(store: Store, random: Random, life: BillLife): Document {
  const supplier = idOf(store, "BD_Supplier", random.pick(SUPPLIERS).number);
  const head = {
    FBillTypeID: idOf(store, "BOS_BillType", "CGDD01_SYS"),
    FSupplierId: supplier,
    FProviderId: supplier,
    FSettleId: supplier,
    FChargeId: supplier,
    FPurchaseOrgId: ORG,
    FCloseStatus: "A",
  };
  const finance = { FSettleCurrId: idOf(store, "BD_Currency", "PRE001"), FExchangeRate: "1", FPriceTimePoint: "1", FIsIncludedTax: true };
  const lines = drawLines(store, random, ({ material, unit, quantity, price }) => ({
    FProductType: "1",
    FMaterialId: material,
    FUnitId: unit,
    FPriceUnitId: unit,
    FQty: quantity,
    FTaxPrice: price,
    FEntryTaxRate: "13.00",
    FDeliveryDate: wallDate(life.createdAt + 7 * 86_400_000),
    FReceiveOrgId: ORG,
    FEntrySettleOrgId: ORG,
    FGiveAway: false,
  }));
  return put(store, random, ORDER_FORM, life, head, { FPOOrderFinance: [line(store, 0, finance)], FPOOrderEntry: lines });
}

interface Goods {
  readonly index: number;
  readonly material: number;
  readonly unit: number;
  readonly quantity: string;
  readonly price: string;
}

function drawLines(store: Store, random: Random, valuesOf: (goods: Goods) => Record<string, Value>): Line[] {
  return Array.from({ length: random.whole(1, 4) }, (_, i) => {
    const { code, price } = random.pick(MATERIALS);
    const goods = {
      index: i,
      material: idOf(store, "BD_MATERIAL", code),
      unit: idOf(store, "BD_UNIT", "Pcs"),
      quantity: String(random.whole(1, 30)),
      price,
    };
    return line(store, i, valuesOf(goods));
  });
}

function line(store: Store, index: number, values: Record<string, Value>): Line {
  return { entryId: store.newId(), seq: index + 1, values };
}

function put(
  store: Store,
  random: Random,
  form: Form,
  life: BillLife,
  head: Readonly<Record<string, Value>>,
  lines: Document["lines"],
): Document {
  const user = random.pick(USERS).id;
  const audited = life.status === "C";
  const values: Record<string, Value> = {
    ...head,
    FBillNo: store.newNumber(form),
    FDate: wallDate(life.createdAt),
    FDocumentStatus: life.status,
    FCancelStatus: life.voided ? "B" : "A",
    FCreatorId: user,
    FModifierId: user,
    FApproverId: audited ? user : 0,
    FCreateDate: wallTime(life.createdAt),
    FModifyDate: wallTime(life.modifiedAt),
    FApproveDate: audited ? wallTime(life.modifiedAt) : null,
  };
  const document: Document = { form, id: store.newId(), values, lines };
  refreshAmounts(document);
  store.put(document);
  return document;
}
