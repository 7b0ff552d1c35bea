/**
 * ASSUMPTION, not a documented interface: how customers are looked up, so that a lost answer to `crm.customer.add` can be settled.
 * No public document shows 吉客云's customer query; the name is a setting (`queryMethod`) and this shape is ours, after the
 * vendor's habits (pageIndex from 0, pageSize at most 50). Content: `customerCodes` (list, or text with commas, at most 50),
 * `customerCode`, pageIndex, pageSize. Answers `{customers, totalCount}`, oldest first.
 */
import { JACKYUN_SUB_CODE } from "./answer.ts";
import type { JackyunRefusal } from "./answer.ts";
import type { JackyunCustomer } from "./customer.ts";

const CODES_MAX = 50;
const PAGE_SIZE_MAX = 50;

/** A page's bounds, or why they were refused. */
export type PageRequest =
  { readonly kind: "page"; readonly from: number; readonly to: number } | { readonly kind: "refused"; readonly refusal: JackyunRefusal };

/** Reads pageIndex (from 0, default 0) and pageSize (1 to 50, default 50), numbers or texts. */
export function readPage(content: Readonly<Record<string, unknown>>): PageRequest {
  const pageIndex = wholeNumber(content["pageIndex"], 0);
  const pageSize = wholeNumber(content["pageSize"], PAGE_SIZE_MAX);
  if (pageIndex === undefined || pageSize === undefined) return refused("分页参数应为整数");
  if (pageSize < 1 || pageSize > PAGE_SIZE_MAX) return refused(`pageSize应在1到${PAGE_SIZE_MAX}之间`);
  return { kind: "page", from: pageIndex * pageSize, to: (pageIndex + 1) * pageSize };
}

/** Carries out the assumed customer query. */
export function listCustomers(
  content: Readonly<Record<string, unknown>>,
  customers: readonly JackyunCustomer[],
): { readonly kind: "found"; readonly data: unknown } | { readonly kind: "refused"; readonly refusal: JackyunRefusal } {
  const page = readPage(content);
  if (page.kind === "refused") return page;
  const codes = readCodes(content);
  if (codes === undefined) return refused("customerCodes应为数组或逗号分隔的字符串");
  if (codes.size > CODES_MAX) return refused(`customerCodes最多${CODES_MAX}个`);
  const matching = codes.size === 0 ? customers : customers.filter((customer) => codes.has(customer.customerCode));
  return { kind: "found", data: { customers: matching.slice(page.from, page.to), totalCount: matching.length } };
}

function readCodes(content: Readonly<Record<string, unknown>>): ReadonlySet<string> | undefined {
  const many = content["customerCodes"] ?? [];
  const one = content["customerCode"] ?? "";
  const texts: unknown[] = typeof many === "string" ? many.split(",").map((code) => code.trim()) : Array.isArray(many) ? many : [undefined];
  const all = [...texts, one];
  if (!all.every((code) => typeof code === "string")) return undefined;
  return new Set(all.filter((code) => code !== ""));
}

function wholeNumber(given: unknown, absent: number): number | undefined {
  if (given === undefined || given === null || given === "") return absent;
  const text = typeof given === "number" || typeof given === "string" ? String(given) : "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function refused(msg: string): { readonly kind: "refused"; readonly refusal: JackyunRefusal } {
  return { kind: "refused", refusal: { subCode: JACKYUN_SUB_CODE.parameter, msg } };
}
