/**
 * The life of a document: created (A) or draft (Z) → submitted (B) → audited (C) → unaudited (D or A), deletion, and what auditing does
 * to the quantity on hand.
 *
 * Every function answers a text when the document may not go that way and changes nothing then. Auditing a delivery that would take the
 * stock below zero is refused unless the stock allows it or the caller sent STK_InvCheckResult.
 */
import { addDecimals, compareDecimals, negateDecimal } from "./decimal.ts";
import { STOCK_FORM } from "./forms/stock.ts";
import { movementsOf } from "./movements.ts";
import { numberOf, type Document, type Store } from "./store.ts";
import type { GalaxySettings } from "./settings.ts";

/** Flag that accepts negative stock; the spelling is the vendor's. */
const ACCEPT_NEGATIVE = "STK_InvCheckResult";
export const NEGATIVE_STOCK_TEXT = "更新库存时出现可以忽略的异常数据，是否继续？";

export interface Act {
  readonly store: Store;
  readonly settings: GalaxySettings;
  readonly onHand: OnHand;
  readonly userId: number;
  /** Wall time. */
  readonly at: string;
  readonly interactionFlags: string;
  /** A fault refuses submitting and auditing. */
  readonly refuseAudit: boolean;
}

/** Change of the quantity on hand against the start, by stock and material. */
export type OnHand = Map<string, string>;

export type Operation = "Submit" | "Audit" | "UnAudit" | "Delete" | "Forbid" | "Enable" | "Cancel" | "UnCancel";

/** What the operation is called in messages. */
export const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  Submit: "提交",
  Audit: "审核",
  UnAudit: "反审核",
  Delete: "删除",
  Forbid: "禁用",
  Enable: "反禁用",
  Cancel: "作废",
  UnCancel: "反作废",
};

/** `单据编号为“X”的销售出库单` or `编码为“X”的仓库`, the way messages begin. */
export function titleOf(document: Document): string {
  return `${document.form.bill ? "单据编号" : "编码"}为“${numberOf(document)}”的${document.form.name}`;
}

/** Does one operation on one document; the text of the refusal, or undefined when done. */
export function operate(act: Act, operation: Operation, document: Document): string | undefined {
  const refusal = refusalOf(act, operation, document);
  if (refusal !== undefined) return refusal;
  apply(act, operation, document);
  act.store.touch();
  return undefined;
}

function refusalOf(act: Act, operation: Operation, document: Document): string | undefined {
  const status = document.values["FDocumentStatus"];
  const voided = document.values["FCancelStatus"] === "B";
  const title = titleOf(document);
  switch (operation) {
    case "Submit":
      if (act.refuseAudit) return NEGATIVE_STOCK_TEXT;
      if (voided) return `${title}，单据已经作废！`;
      if (status === "C") return `${title}，单据已经审核！`;
      return status === "B" ? `${title}，单据已经提交！` : undefined;
    case "Audit":
      if (act.refuseAudit) return NEGATIVE_STOCK_TEXT;
      if (status === "C") return `${title}，单据已经审核！`;
      if (status !== "B") return `${title}，单据未提交，不能审核！`;
      return goesNegative(act, document) ? NEGATIVE_STOCK_TEXT : undefined;
    case "UnAudit":
      if (document.downstream !== undefined) return `${title}，存在下游单据（${document.downstream}），不能反审核！`;
      return status === "C" ? undefined : `${title}，单据未审核，不能反审核！`;
    case "Delete":
      if (document.downstream !== undefined) return `${title}，存在下游单据（${document.downstream}），不能删除！`;
      return status === "A" || status === "Z" || status === "D"
        ? undefined
        : `${title}，单据已经${status === "C" ? "审核" : "提交"}，不能删除！`;
    case "Forbid":
    case "Enable":
      if (document.form.bill) return `${title}，不支持${OPERATION_NAMES[operation]}操作！`;
      return document.values["FForbidStatus"] === (operation === "Forbid" ? "B" : "A")
        ? `${title}，已经${OPERATION_NAMES[operation]}！`
        : undefined;
    case "Cancel":
    case "UnCancel":
      if (!document.form.bill) return `${title}，不支持${OPERATION_NAMES[operation]}操作！`;
      if (status === "B" || status === "C")
        return `${title}，单据已经${status === "C" ? "审核" : "提交"}，不能${OPERATION_NAMES[operation]}！`;
      return voided === (operation === "Cancel") ? `${title}，单据已经${OPERATION_NAMES[operation]}！` : undefined;
  }
}

function apply(act: Act, operation: Operation, document: Document): void {
  const { values, form } = document;
  const stage = { Submit: "submitted", Audit: "audited", UnAudit: "saved" }[operation as string];
  if (document.ledgerEntry !== undefined && stage !== undefined) document.ledgerEntry.stage = stage;
  switch (operation) {
    case "Delete":
      return act.store.remove(document);
    case "Submit":
      values["FDocumentStatus"] = "B";
      break;
    case "Audit":
      values["FDocumentStatus"] = "C";
      values[form.bill ? "FApproverId" : "FAuditorId"] = act.userId;
      values[form.bill ? "FApproveDate" : "FAuditDate"] = act.at;
      moveStock(act.onHand, document, 1);
      break;
    case "UnAudit":
      values["FDocumentStatus"] = act.settings.unauditTo;
      values[form.bill ? "FApproverId" : "FAuditorId"] = 0;
      values[form.bill ? "FApproveDate" : "FAuditDate"] = null;
      moveStock(act.onHand, document, -1);
      break;
    case "Forbid":
    case "Enable":
      values["FForbidStatus"] = operation === "Forbid" ? "B" : "A";
      break;
    case "Cancel":
    case "UnCancel":
      values["FCancelStatus"] = operation === "Cancel" ? "B" : "A";
  }
  values["FModifierId"] = act.userId;
  values["FModifyDate"] = act.at;
}

function goesNegative(act: Act, document: Document): boolean {
  if (act.interactionFlags.split(";").some((flag) => flag.trim() === ACCEPT_NEGATIVE)) return false;
  const after: OnHand = new Map();
  moveStock(after, document, 1);
  return [...after].some(([place, change]) => {
    if (compareDecimals(change, "0") >= 0) return false;
    const stock = act.store.get(STOCK_FORM, Number(place.split("|")[0]));
    if (stock === undefined || stock.values["FAllowMinusQty"] === true) return false;
    const start = stock.ledgerEntry === undefined ? String(act.settings.stockOnHand) : "0";
    const left = addDecimals(addDecimals(start, act.onHand.get(place) ?? "0"), change);
    return compareDecimals(left, "0") < 0;
  });
}

/** Books a bill's lines; `direction` -1 takes them back. */
function moveStock(onHand: OnHand, document: Document, direction: 1 | -1): void {
  for (const { place, change } of movementsOf(document)) {
    onHand.set(place, addDecimals(onHand.get(place) ?? "0", direction < 0 ? negateDecimal(change) : change));
  }
}
