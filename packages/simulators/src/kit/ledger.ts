/**
 * The book of accepted writes, which tells after a test whether everything arrived exactly once.
 *
 * Entries are numbered from 1 in the order of acceptance. Two entries of one kind with one key are a duplicate, unless the later
 * one is marked as an edit.
 */
import type { LedgerEntry } from "./simulator.ts";

export interface LedgerWrite {
  readonly api: string;
  readonly kind: string;
  readonly key: string;
  readonly number: string;
  readonly body: unknown;
  readonly stage?: string;
  readonly edit?: boolean;
}

export interface Ledger {
  /** Writes one entry down; the entry is returned so that its `stage` can be moved on later. */
  add(write: LedgerWrite): LedgerEntry;
  entries(): readonly LedgerEntry[];
}

/** Makes an empty ledger that takes its times from the vendor's clock. */
export function createLedger(now: () => number): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    add(write) {
      const entry: LedgerEntry = { sequence: entries.length + 1, at: now(), ...write };
      entries.push(entry);
      return entry;
    },
    entries: () => entries,
  };
}

/** The keys that were accepted more than once within their kind, each named once, in the order of their first repeat. */
export function duplicateKeys(entries: readonly LedgerEntry[]): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const entry of entries) {
    if (entry.edit) continue;
    const identity = JSON.stringify([entry.kind, entry.key]);
    if (seen.has(identity)) repeated.add(entry.key);
    seen.add(identity);
  }
  return [...repeated];
}
