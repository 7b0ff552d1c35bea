/**
 * `erp.warehouse.get`, read only: the company's four stocks. Content: pageIndex from 0, pageSize up to 50, `code` exact, `name`
 * part of the name. That the call exists and pages this way is on record; the names in the answer are an assumption.
 */
import { STOCKS } from "../kit/world.ts";
import type { JackyunRefusal } from "./answer.ts";
import { readPage } from "./customer-list.ts";

/** Carries out `erp.warehouse.get`. */
export function listWarehouses(
  content: Readonly<Record<string, unknown>>,
): { readonly kind: "found"; readonly data: unknown } | { readonly kind: "refused"; readonly refusal: JackyunRefusal } {
  const page = readPage(content);
  if (page.kind === "refused") return page;
  const code = typeof content["code"] === "string" ? content["code"] : "";
  const name = typeof content["name"] === "string" ? content["name"] : "";
  const matching = STOCKS.filter((stock) => (code === "" || stock.stock === code) && stock.name.includes(name));
  const rows = matching.map((stock) => ({
    warehouseId: `13${stock.stock.slice(2)}00000000000`,
    warehouseCode: stock.stock,
    warehouseName: stock.name,
    isBlockup: "0",
  }));
  return { kind: "found", data: { warehouseInfo: rows.slice(page.from, page.to), totalCount: matching.length } };
}
