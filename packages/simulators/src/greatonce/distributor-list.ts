/**
 * ASSUMPTION, not a documented interface: how distributors are looked up, so that a lost answer to a sync can be settled. The name
 * is a setting (`queryMethod`) and the shape is ours. Body: `distributorCodes` (list, at most 50; absent means all), pageNo from 1,
 * pageSize at most 100. Answers `{distributorList, total}`, oldest first.
 */
import { parameterRefusal } from "./answer.ts";
import type { GreatonceRefusal } from "./answer.ts";
import type { Distributor } from "./distributor.ts";

const CODES_MAX = 50;
const PAGE_SIZE_MAX = 100;

/** What the query found. */
export type DistributorPage =
  | { readonly kind: "found"; readonly distributorList: readonly Distributor[]; readonly total: number }
  | { readonly kind: "refused"; readonly refusal: GreatonceRefusal };

/** Carries out the assumed distributor query. */
export function listDistributors(body: Readonly<Record<string, unknown>>, all: readonly Distributor[]): DistributorPage {
  const codes = body["distributorCodes"] ?? [];
  if (!Array.isArray(codes) || !codes.every((code) => typeof code === "string")) return refused("distributorCodes应为字符串数组");
  if (codes.length > CODES_MAX) return refused(`distributorCodes最多${CODES_MAX}个`);
  const pageNo = wholeNumber(body["pageNo"], 1);
  const pageSize = wholeNumber(body["pageSize"], PAGE_SIZE_MAX);
  if (pageNo === undefined || pageNo < 1) return refused("pageNo从1开始");
  if (pageSize === undefined || pageSize < 1 || pageSize > PAGE_SIZE_MAX) return refused(`pageSize应在1到${PAGE_SIZE_MAX}之间`);
  const wanted = new Set<string>(codes);
  const matching = wanted.size === 0 ? all : all.filter((distributor) => wanted.has(distributor.distributorCode));
  return { kind: "found", distributorList: matching.slice((pageNo - 1) * pageSize, pageNo * pageSize), total: matching.length };
}

function wholeNumber(given: unknown, absent: number): number | undefined {
  if (given === undefined || given === null) return absent;
  const text = typeof given === "number" || typeof given === "string" ? String(given) : "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function refused(message: string): DistributorPage {
  return { kind: "refused", refusal: parameterRefusal(message) };
}
