/**
 * How a list seems to be handed out in pages, from the names of its parameters and of what stands beside its rows. A guess always: no OpenAPI
 * document says it. The parameters found get their presets, so that a flow need not know them.
 */
import type { EndRule, Field, Paging } from "@datong/core";

export interface GuessedPaging {
  readonly paging: Paging;
  /** Presets by parameter. */
  readonly presets: ReadonlyMap<string, string>;
}

const NAMES = {
  page: /^(page|page_?no|page_?num(ber)?|page_?index|current|current_?page|p)$/i,
  size: /^(size|page_?size|limit|per_?page|page_?limit|rows|count|num|max_?results|top|\$top)$/i,
  offset: /^(offset|skip|start|start_?row|from_?row|\$skip)$/i,
  cursor: /^(cursor|next_?cursor|page_?token|next_?token|continuation(_?token)?|scroll_?id|starting_?after|after)$/i,
} as const;
const NEXT = /(^|\.)(next|next_?cursor|cursor|next_?page_?token|next_?token|continuation(_?token)?|scroll_?id|next_?link|end_?cursor)$/i;
const LINK = /(^|\.)(next|next_?link|next_?url|next_?page_?url|@odata\.nextLink)$/i;
const TOTAL = /(^|\.)(total|total_?count|total_?num|total_?records|records_?total|totalElements|data_?count)$/i;
const HAS_NEXT = /(^|\.)(has_?next|has_?more|has_?next_?page|is_?more|more)$/i;

const SIZE = 50;
const SIZE_MAX = 200;

export interface PagingClues {
  readonly params: readonly (Field & { readonly maximum?: number; readonly preset?: number; readonly minimum?: number })[];
  /** Paths of the reply's single values. */
  readonly reply: readonly string[];
  /** Names of the reply's headers. */
  readonly headers: readonly string[];
}

export function guessPaging({ params, reply, headers }: PagingClues): GuessedPaging | null {
  const find = (pattern: RegExp) => params.find(({ field }) => pattern.test(field));
  const size = find(NAMES.size);
  const sizeMax = size?.maximum ?? Math.max(SIZE_MAX, size?.preset ?? 0);
  const bounds = { size: Math.min(size?.preset ?? SIZE, sizeMax), sizeMax };
  const presets = new Map<string, string>(size === undefined ? [] : [[size.field, "{{PAGINATION_PAGE_SIZE}}"]]);
  const with_ = (name: string, value: string): ReadonlyMap<string, string> => new Map([...presets, [name, value]]);
  const next = reply.find((path) => NEXT.test(path));
  const cursor = find(NAMES.cursor);
  if (cursor !== undefined && next !== undefined)
    return {
      paging: { kind: "cursor", next, ...bounds, end: [{ rule: "no-cursor" }] },
      presets: with_(cursor.field, "{{PAGINATION_CURSOR}}"),
    };
  const end = endOf(reply);
  const page = find(NAMES.page);
  if (page !== undefined) {
    const first = page.preset === 0 || (page.preset === undefined && page.minimum === 0) ? 0 : 1;
    return { paging: { kind: "page", first, ...bounds, end }, presets: with_(page.field, "{{PAGINATION_START_PAGE}}") };
  }
  const offset = find(NAMES.offset);
  if (offset !== undefined) return { paging: { kind: "offset", ...bounds, end }, presets: with_(offset.field, "{{PAGINATION_START_ROW}}") };
  const link = headers.find((name) => /^link$/i.test(name));
  if (link !== undefined) return { paging: { kind: "link", next: { header: "Link" }, ...bounds, end: [{ rule: "no-cursor" }] }, presets };
  const address = reply.find((path) => LINK.test(path));
  if (address !== undefined) return { paging: { kind: "link", next: { path: address }, ...bounds, end: [{ rule: "no-cursor" }] }, presets };
  return null;
}

/** What the reply itself says comes first; an empty page is the end in any case. */
function endOf(reply: readonly string[]): EndRule[] {
  const hasNext = reply.find((path) => HAS_NEXT.test(path));
  if (hasNext !== undefined) return [{ rule: "has-next", path: hasNext }, { rule: "empty-page" }];
  const total = reply.find((path) => TOTAL.test(path));
  if (total !== undefined) return [{ rule: "total", path: total }, { rule: "empty-page" }];
  return [{ rule: "empty-page" }];
}
