/**
 * Decides the next page of a pull. The only place that may end one.
 *
 * In: the paging document, where the pull stands, what the reply held. Out: `next` with the new standing, `end` with a named
 * reason, or a fault. Never guesses: a short page is an end only where the paging document says so; an end that cannot be told is a
 * fault. Units: `startRow` counts rows from 0, `page` from the document's first page.
 * Faults: SOURCE_PAGE_REPEATED, SOURCE_PAGES_MAX, SOURCE_END_UNKNOWN (all rejected).
 */
import { PAGES_MAX, type EndRule, type Paging } from "../../connector/paging.ts";
import type { ErrorCode } from "../../error/codes.ts";
import type { ErrorDetails } from "../../error/datong-error.ts";
import { toDecimal } from "../../value/decimal.ts";
import { asText } from "../call/shape.ts";
import type { Json } from "../../value/json.ts";
import { getPath, parsePath } from "../../value/path.ts";

/** Where a pull stands inside one time window; stored with the rows that it has brought. */
export interface PageState {
  readonly pagesRead: number;
  readonly rowsRead: number;
  readonly cursor: string | null;
  /** Hash of the last page's text, to notice a page that repeats. */
  readonly lastHash: string | null;
}

export const FIRST_PAGE: PageState = { pagesRead: 0, rowsRead: 0, cursor: null, lastHash: null };

export interface PageSeen {
  readonly rowCount: number;
  readonly json: Json;
  readonly hash: string;
  readonly pageSize: number;
  /** Address of the next page, for an API that pages by links. */
  readonly next?: string | undefined;
}

export type EndReason = EndRule["rule"] | "single-page";
export type PageDecision =
  | { readonly kind: "next"; readonly state: PageState }
  | { readonly kind: "end"; readonly reason: EndReason; readonly state: PageState }
  | { readonly kind: "fault"; readonly code: ErrorCode; readonly details: ErrorDetails };

export function decidePage(paging: Paging, state: PageState, seen: PageSeen): PageDecision {
  const after: PageState = { pagesRead: state.pagesRead + 1, rowsRead: state.rowsRead + seen.rowCount, cursor: null, lastHash: seen.hash };
  if (paging.kind === "none") return { kind: "end", reason: "single-page", state: after };
  if (seen.rowCount > 0 && seen.hash === state.lastHash)
    return { kind: "fault", code: "SOURCE_PAGE_REPEATED", details: { page: after.pagesRead } };
  const next = paging.kind === "cursor" ? cursorOf(paging.next, seen.json) : paging.kind === "link" ? (seen.next ?? null) : null;
  let told = false;
  for (const rule of paging.end) {
    const answer = ends(rule, seen, after, next);
    if (answer === "end") return { kind: "end", reason: rule.rule, state: after };
    if (answer === "go on") told = true;
  }
  if (!told) return { kind: "fault", code: "SOURCE_END_UNKNOWN", details: { rules: paging.end.map((rule) => rule.rule).join(", ") } };
  const pagesMax = paging.pagesMax ?? PAGES_MAX;
  if (after.pagesRead >= pagesMax) return { kind: "fault", code: "SOURCE_PAGES_MAX", details: { pagesMax } };
  if ((paging.kind === "cursor" || paging.kind === "link") && next === null)
    return { kind: "fault", code: "SOURCE_END_UNKNOWN", details: { rules: "no-cursor" } };
  return { kind: "next", state: { ...after, cursor: next } };
}

/** The globals that the request fields of the next page use. */
export function pageGlobals(paging: Paging, state: PageState, pageSize: number): Readonly<Record<string, Json>> {
  const first = paging.kind === "page" ? paging.first : 1;
  return {
    PAGINATION_PAGE_SIZE: pageSize,
    PAGINATION_START_PAGE: first + state.pagesRead,
    PAGINATION_START_ROW: paging.kind === "offset" ? state.rowsRead : state.pagesRead * pageSize,
    ...(paging.kind === "link" && state.cursor !== null ? { PAGINATION_LINK: state.cursor } : {}),
    PAGINATION_CURSOR: state.cursor ?? (paging.kind === "cursor" ? (paging.first ?? null) : null),
  };
}

/** How many rows the window has, where the API's end rule names the field that tells it. */
export function totalOf(paging: Paging, json: Json): number | null {
  const rule = paging.kind === "none" ? undefined : paging.end.find((each) => each.rule === "total");
  const total = rule === undefined ? null : toDecimal(getPath(json, parsePath(rule.path)) ?? null);
  return total === null ? null : total.toNumber();
}

/** The page size of a pull: the flow's wish, never above the vendor's ceiling. */
export function pageSizeOf(paging: Paging, wanted: number | undefined): number {
  return paging.kind === "none" ? 1 : Math.min(wanted ?? paging.size, paging.sizeMax);
}

function ends(rule: EndRule, seen: PageSeen, after: PageState, next: string | null): "end" | "go on" | "unknown" {
  switch (rule.rule) {
    case "short-page":
      return seen.rowCount < seen.pageSize ? "end" : "go on";
    case "empty-page":
      return seen.rowCount === 0 ? "end" : "go on";
    case "no-cursor":
      return next === null ? "end" : "go on";
    case "has-next": {
      const value = getPath(seen.json, parsePath(rule.path));
      if (value === undefined || value === null) return "unknown";
      return ["true", "1"].includes(asText(value).toLowerCase()) ? "go on" : "end";
    }
    case "total": {
      const total = toDecimal(getPath(seen.json, parsePath(rule.path)) ?? null);
      if (total === null) return "unknown";
      return total.lte(after.rowsRead) ? "end" : "go on";
    }
  }
}

function cursorOf(path: string, json: Json): string | null {
  const value = getPath(json, parsePath(path));
  return value === undefined || value === null || value === "" ? null : asText(value);
}
