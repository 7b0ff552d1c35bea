/**
 * Keeps the certificates of a flow small: those older than two days become one for each unbroken stretch of a day, with the sum of what they
 * say, and those that are older than is kept go. A flow that is read every minute has 1440 a day, and one afterwards. A gap stays a gap:
 * windows that do not touch are never put together. May be broken off at any time; each day is a transaction.
 */
import type pg from "pg";
import { addTally } from "../flow/source/tally.ts";
import { dropCertificates, foldCertificates, oldCertificates, type CertificateRow } from "./certificate-rows.ts";
import type { FlowPlace } from "./reconciliation-rows.ts";

const DAY_MS = 86_400_000;
const SINGLE_MS = 2 * DAY_MS;
/** Days are those of China, where most of our users' accounts are closed. */
const OFFSET_MS = 8 * 3_600_000;
const BATCH = 5_000;

/** `keepDays`: how long any is kept. */
export async function tidyCertificates(pool: pg.Pool, at: FlowPlace, nowMs: number, keepDays: number): Promise<void> {
  const oldestMs = Number.isFinite(keepDays) ? nowMs - keepDays * DAY_MS : null;
  if (oldestMs !== null) await dropCertificates(pool, at, oldestMs);
  for (let after = { toMs: 0, id: "0" }; ;) {
    const rows = await oldCertificates(pool, at, { after, beforeMs: nowMs - SINGLE_MS, limit: BATCH });
    for (const group of stretches(rows)) if (group.length > 1) await foldCertificates(pool, at, group, folded(group));
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last;
  }
}

/** Unbroken stretches within a day, by their ends. Each run of rows is sorted by its end. */
export function stretches(rows: readonly CertificateRow[]): readonly (readonly CertificateRow[])[] {
  const groups: CertificateRow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const joins = last !== undefined && dayOf(last) === dayOf(row) && touches(last, row);
    if (joins) group?.push(row);
    else groups.push([row]);
  }
  return groups;
}

function touches(before: CertificateRow, row: CertificateRow): boolean {
  if (before.fromMs === null || row.fromMs === null) return before.fromMs === row.fromMs;
  return row.fromMs <= before.toMs;
}

function dayOf({ toMs }: CertificateRow): number {
  return Math.floor((toMs + OFFSET_MS) / DAY_MS);
}

/** Of whole readings the last one stands for all: each has read everything. */
function folded(group: readonly CertificateRow[]): CertificateRow {
  const last = group.at(-1) as CertificateRow;
  const windows = group.reduce((sum, each) => sum + each.windows, 0);
  if (last.fromMs === null) return { ...last, windows };
  const tally = group.map((each) => each as CertificateRow).reduce((sum, each) => ({ ...sum, ...addTally(sum, each) }));
  return { ...last, ...pick(tally), fromMs: Math.min(...group.map((each) => each.fromMs ?? each.toMs)), windows };
}

function pick({ pages, rows, records, hash }: CertificateRow): Pick<CertificateRow, "pages" | "rows" | "records" | "hash"> {
  return { pages, rows, records, hash };
}
