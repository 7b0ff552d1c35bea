/**
 * What a page changes in the counts (status-counts.ts). A page of nothing but new records that
 * become a document each, or none, tells its differences by itself; for any other the records are looked at before and after.
 */
import { STATUSES } from "@datong/core";
import { addDelta, addTo, countingRecords, keysOfDocuments, noteRegrouped, type StatusDelta } from "./status-counts.ts";
import type { Neighbours } from "./planned-rows.ts";
import type { Queryable } from "./transaction.ts";

/** What of a page the counts depend on. */
export interface PageChanges {
  readonly lane: number;
  readonly flow: number;
  readonly records: readonly { readonly key: string; readonly status: number; readonly isNew: boolean }[];
  readonly documents: readonly { readonly unit: string; readonly recordKey: string; readonly status: number }[];
  readonly replaced: readonly { readonly id: string; readonly recordKey: string; readonly status: number }[];
  readonly skipped: readonly string[];
  readonly gone?: readonly string[];
  readonly planned: readonly { readonly id: string; readonly status: number }[];
  readonly links: readonly { readonly recordKey: string; readonly document: string }[];
  readonly tasks: readonly unknown[];
}

/** Stores a simple page and counts it. */
export async function countingSimple(client: Queryable, page: PageChanges, store: () => Promise<void>): Promise<void> {
  await store();
  await addDelta(client, page.lane, page.flow, simpleDelta(page), true);
}

/** Stores any page and counts it by looking at its records before and after; the documents are locked (`neighboursOf`). */
export async function countingLooked(client: Queryable, page: PageChanges, store: () => Promise<void>): Promise<void> {
  const { lane, flow } = page;
  const regroups = page.links.length > 0 || page.documents.some((document) => document.unit !== document.recordKey);
  if (regroups) await noteRegrouped(client, lane, flow);
  const taken = [...page.replaced.map((document) => document.id), ...page.skipped, ...(page.gone ?? [])];
  const keys = new Set([
    ...page.records.map((record) => record.key),
    ...[...page.documents, ...page.replaced, ...page.links].map((each) => each.recordKey),
    ...(await keysOfDocuments(client, lane, flow, taken)),
  ]);
  const planned = new Map(page.planned.map((document) => [document.id, document.status]));
  const delta: StatusDelta = { records: new Map(), documents: new Map(), tasks: page.tasks.length };
  for (const { status } of [...page.documents, ...page.replaced]) addTo(delta.documents, status, 1);
  addTo(delta.documents, STATUSES.skipped.number, page.skipped.length);
  for (const id of taken) {
    const before = planned.get(id);
    if (before !== undefined) addTo(delta.documents, before, -1);
  }
  await countingRecords(client, { lane, flow, keys: [...keys], delta }, store);
}

/** Documents besides the planned ones that must not change while the page is counted. */
export function neighboursOf(page: PageChanges): Neighbours {
  return {
    flow: page.flow,
    documents: page.links.map((link) => link.document),
    keys: page.records.filter((record) => !record.isNew).map((record) => record.key),
  };
}

/** Nothing but new records that become a document each, or none. */
export function isSimple(page: PageChanges): boolean {
  const keys = new Set(page.records.map((record) => record.key));
  return (
    page.planned.length + page.replaced.length + page.links.length + (page.gone?.length ?? 0) === 0 &&
    page.records.every((record) => record.isNew) &&
    page.documents.every((document) => document.unit === document.recordKey && keys.has(document.recordKey))
  );
}

function simpleDelta(page: PageChanges): StatusDelta {
  const delta: StatusDelta = { records: new Map(), documents: new Map(), tasks: page.tasks.length };
  const statusOf = new Map(page.documents.map((document) => [document.recordKey, document.status]));
  for (const { key, status } of page.records) addTo(delta.records, statusOf.get(key) ?? status, 1);
  for (const { status } of page.documents) addTo(delta.documents, status, 1);
  return delta;
}
