/**
 * What has been read of a window so far: pages, rows, bills, and a hash of the bills' ids that does not depend on their order (the sum of
 * their hashes, 128 bits), so that the same bills read page by page in another order, or in two halves, give the same. A bill that came twice
 * counts twice, as the source gave it.
 */
import type { SourceRecord } from "@datong/core";
import { fingerprintOf } from "../transform/stage-records.ts";
import { hashHex } from "../record/fingerprint.ts";

export interface Tally {
  readonly pages: number;
  readonly rows: number;
  readonly records: number;
  /** Hex, 32 digits; null where a part of the window was read before tallies were kept. */
  readonly hash: string | null;
}

export const NO_TALLY: Tally = { pages: 0, rows: 0, records: 0, hash: "0".repeat(32) };
/** Of a pull that was broken off before tallies were kept. */
export const UNKNOWN_TALLY: Tally = { ...NO_TALLY, hash: null };

/** A window that has been read to its end. `fromMs` null: all that the source has. */
export interface ClosedWindow extends Tally {
  readonly fromMs: number | null;
  readonly toMs: number;
}

/** One page more. */
export function withPage(tally: Tally, rows: number, records: readonly SourceRecord[]): Tally {
  let sum = 0n;
  for (const record of records) sum += BigInt(`0x${hashHex(record.key ?? fingerprintOf(record).key)}`);
  return {
    pages: tally.pages + 1,
    rows: tally.rows + rows,
    records: tally.records + records.length,
    hash: tally.hash === null ? null : addHash(tally.hash, sum),
  };
}

/** Two parts of one window, or two windows. */
export function addTally(a: Tally, b: Tally): Tally {
  return {
    pages: a.pages + b.pages,
    rows: a.rows + b.rows,
    records: a.records + b.records,
    hash: a.hash === null || b.hash === null ? null : addHash(a.hash, BigInt(`0x${b.hash}`)),
  };
}

function addHash(hash: string, more: bigint): string {
  return BigInt.asUintN(128, BigInt(`0x${hash}`) + more)
    .toString(16)
    .padStart(32, "0");
}
