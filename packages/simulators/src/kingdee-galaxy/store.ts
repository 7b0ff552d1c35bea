/**
 * What one account set holds: documents of every form, found by inner id and by number (whatever its case, as the vendor's database
 * compares). `version` moves with every change, so that a query result may be kept for the next page until something changes.
 */
import type { LedgerEntry } from "../kit/simulator.ts";
import type { Entry, Field, Form, Line, Value } from "./form.ts";
import { BASE_DATA_FORMS } from "./forms/base-data.ts";
import { CUSTOMER_FORM } from "./forms/customer.ts";
import { MATERIAL_FORM } from "./forms/material.ts";
import { PURCHASE_FORMS } from "./forms/purchase-bills.ts";
import { SALE_ORDER_FORM } from "./forms/sale-order.ts";
import { OUTSTOCK_FORM, RETURN_FORM } from "./forms/sales-bills.ts";
import { SETTLEMENT_FORMS } from "./forms/settlement-bills.ts";
import { STOCK_BILL_FORMS } from "./forms/stock-bills.ts";
import { STOCK_FORM } from "./forms/stock.ts";
import { SUPPLIER_FORM } from "./forms/supplier.ts";

export interface Document {
  readonly form: Form;
  readonly id: number;
  readonly values: Record<string, Value>;
  /** Lines by entry key; a sub-head always has exactly one. */
  readonly lines: Record<string, Line[]>;
  /** The accepted write this document came from, when a client wrote it. */
  ledgerEntry?: LedgerEntry;
  /** Name of the form of a document that was made from this one (下推). */
  downstream?: string;
}

export interface Store {
  readonly version: number;
  /** Notes that a document was changed in place. */
  touch(): void;
  newId(): number;
  /** Adds a document; its number must be free. */
  put(document: Document): void;
  remove(document: Document): void;
  get(form: Form, id: number): Document | undefined;
  find(form: Form, number: string): Document | undefined;
  /** All documents of a form in the order they came, which is the order of their ids. */
  all(form: Form): readonly Document[];
  /** The next number of the form's coding rule that is free. */
  newNumber(form: Form): string;
}

const FORMS: ReadonlyMap<string, Form> = new Map(
  [
    STOCK_FORM,
    CUSTOMER_FORM,
    SUPPLIER_FORM,
    MATERIAL_FORM,
    SALE_ORDER_FORM,
    OUTSTOCK_FORM,
    RETURN_FORM,
    ...PURCHASE_FORMS,
    ...STOCK_BILL_FORMS,
    ...SETTLEMENT_FORMS,
    ...BASE_DATA_FORMS,
  ].map((form) => [form.id.toLowerCase(), form]),
);

/** Finds a form by its id, any case. */
export function findForm(id: string): Form | undefined {
  return FORMS.get(id.toLowerCase());
}

/** The form a base-data field points to; a field list that names no form is a defect of this package. */
export function formOf(id: string): Form {
  const form = findForm(id);
  if (form === undefined) throw new Error(`the field lists name a form that is not there: ${id}`);
  return form;
}

/** The document's number as text. */
export function numberOf(document: Document): string {
  return String(document.values[document.form.numberKey] ?? "");
}

/** The value of a field in a document or in one of its lines. */
export function valueOf(values: Readonly<Record<string, Value>>, field: Field): Value {
  return values[field.key] ?? null;
}

/** An entry of a form by its key, any case. */
export function findEntry(form: Form, key: string): Entry | undefined {
  return form.entries.find((entry) => entry.key.toLowerCase() === key.toLowerCase());
}

/** Makes an empty store; inner ids count up from 100001 over all forms. */
export function createStore(): Store {
  const tables = new Map<Form, Table>();
  let version = 0;
  let lastId = 100_000;
  const table = (form: Form): Table => {
    const known = tables.get(form);
    if (known !== undefined) return known;
    const made: Table = { byId: new Map(), byNumber: new Map(), list: undefined, lastNumber: 0 };
    tables.set(form, made);
    return made;
  };
  return {
    get version() {
      return version;
    },
    touch: () => void (version += 1),
    newId: () => (lastId += 1),
    put(document) {
      const { byId, byNumber } = table(document.form);
      const number = numberOf(document).toLowerCase();
      if (byNumber.has(number)) throw new Error(`the number ${number} is taken in ${document.form.id}`);
      byId.set(document.id, document);
      byNumber.set(number, document);
      table(document.form).list = undefined;
      version += 1;
    },
    remove(document) {
      const own = table(document.form);
      own.byId.delete(document.id);
      own.byNumber.delete(numberOf(document).toLowerCase());
      own.list = undefined;
      version += 1;
    },
    get: (form, id) => table(form).byId.get(id),
    find: (form, number) => table(form).byNumber.get(number.toLowerCase()),
    all(form) {
      const own = table(form);
      own.list ??= [...own.byId.values()];
      return own.list;
    },
    newNumber(form) {
      const own = table(form);
      for (;;) {
        own.lastNumber += 1;
        const number = form.numberPrefix + String(own.lastNumber).padStart(6, "0");
        if (!own.byNumber.has(number.toLowerCase())) return number;
      }
    },
  };
}

interface Table {
  readonly byId: Map<number, Document>;
  readonly byNumber: Map<string, Document>;
  list: readonly Document[] | undefined;
  lastNumber: number;
}
