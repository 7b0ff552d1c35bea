/**
 * The files (基础资料) of the account set: goods, stocks, units, customers, suppliers, each with the id and the number by which bills point to
 * it, and the three lists that can be read. Goods, stocks and customers are the shared company's, so the same under every seed. Of the
 * lists the paths and the rows' id, number and name are on record; the rest of a row is assumed.
 */
import { MATERIALS, SHOPS, STOCKS, UNITS } from "../kit/world.ts";
import type { StarsSupplier } from "./supplier.ts";

export interface MasterRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

export type MasterKind = "material" | "stock" | "unit" | "customer" | "supplier";

/** The id of the n-th (from 0) of the company's goods, stocks and units, as bills show it. */
export const masterIds = {
  material: (nth: number): string => `1250000000000000${String(nth + 1).padStart(3, "0")}`,
  stock: (nth: number): string => `12400000000000000${20 + nth}`,
  unit: (nth: number): string => `123000000000000000${nth + 1}`,
} as const;

export class MasterData {
  readonly #rows: Readonly<Record<MasterKind, readonly MasterRow[]>>;
  readonly #suppliers: readonly StarsSupplier[];

  constructor(suppliers: readonly StarsSupplier[]) {
    this.#suppliers = suppliers;
    this.#rows = {
      material: MATERIALS.map(({ code, name }, nth) => ({ id: masterIds.material(nth), number: code, name })),
      stock: STOCKS.map(({ stock, name }, nth) => ({ id: masterIds.stock(nth), number: stock, name })),
      unit: UNITS.map((unit, nth) => ({ id: masterIds.unit(nth), number: unit, name: unit })),
      customer: SHOPS.map(({ customer, shopName }, nth) => ({ id: `13300000000000000${nth + 10}`, number: customer, name: shopName })),
      supplier: suppliers,
    };
  }

  rows(kind: MasterKind): readonly MasterRow[] {
    return this.#rows[kind];
  }

  /** By id, or by number where that is what was given. */
  find(kind: MasterKind, id: string, number: string): MasterRow | undefined {
    return this.#rows[kind].find((row) => (id === "" ? row.number === number : row.id === id));
  }

  suppliers(): readonly StarsSupplier[] {
    return this.#suppliers;
  }

  supplier(id: string): StarsSupplier | undefined {
    return this.#suppliers.find((supplier) => supplier.id === id);
  }

  /** Rows of a list as the vendor shows them. */
  shown(kind: "material" | "customer" | "supplier"): readonly Readonly<Record<string, string>>[] {
    if (kind === "material")
      return MATERIALS.map((material, nth) => ({
        id: masterIds.material(nth),
        number: material.code,
        name: material.name,
        enable: "1",
        model: nth % 3 === 0 ? "500ml*24" : "",
        barcode: `69${String(10_000_000_000 + nth)}`,
        baseunitid_id: masterIds.unit(0),
        baseunitid_name: UNITS[0],
        parent_name: "商品类别",
        remark: "",
      }));
    if (kind === "customer")
      return this.#rows.customer.map(({ id, number, name }) => ({ id, number, name, enable: "1", parent_name: "电商" }));
    return this.#suppliers.map(({ id, number, name, phone, region, address }) => ({
      id,
      number,
      name,
      enable: "1",
      contact_phone: phone,
      contact_address: `${region.province[1]}${region.city[1]}${region.district[1]}${address}`,
      remark: "",
    }));
  }
}
