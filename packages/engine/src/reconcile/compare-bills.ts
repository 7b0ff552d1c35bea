/**
 * The comparing part of a reconciliation: takes bills as the source gives them and the flow maps them, reads the same documents back from the
 * target, looks at the ledger, and keeps what differs. Only queries are called. Memory holds the keys of all bills seen, and what differs.
 */
import {
  askedFields,
  compareBill,
  readJson,
  statusOf,
  type FieldGap,
  type JsonObject,
  type Probe,
  type ReconcileRule,
  type SourceRecord,
} from "@datong/core";
import type pg from "pg";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { TargetReader } from "../flow/shadow/read-back.ts";
import type { Made } from "../flow/transform/make-document.ts";
import { openDocuments, type OpenDocument } from "../ledger/repair/open-documents.ts";
import { firstRecordsOf, recordStatuses, type FlowPlace } from "../store/reconciliation-rows.ts";
import { Totals } from "./add-totals.ts";
import type { Difference } from "./reconciliation.ts";

/** One bill with the documents that it makes; of merged bills one document with the bills behind it. */
export interface Bill {
  readonly key: string;
  readonly number: string | null;
  readonly rows: SourceRecord["rows"];
  readonly made: readonly Made[];
  /** Could not be restructured. */
  readonly problem: string | null;
}

interface Document {
  readonly key: string;
  readonly body: JsonObject;
}

/** More than a person reads or a report holds; what is beyond is counted. */
export const DIFFERENCES_MAX = 10_000;

export class BillComparer {
  documents = 0;
  same = 0;
  readonly counts = { missing: 0, extra: 0, different: 0, ledger: 0 };
  readonly differences: Difference[] = [];
  readonly notCompared = new Set<string>();
  readonly totals: Totals;
  /** External keys that the source's bills lead to. */
  readonly keys = new Set<string>();
  private readonly rule: ReconcileRule;
  private readonly reader: TargetReader;
  private readonly pool: pg.Pool;
  private readonly at: FlowPlace;
  /** Its documents are of many bills. */
  private readonly merges: boolean;

  constructor(ready: ReadyFlow, probe: Probe, pool: pg.Pool, at: FlowPlace) {
    this.rule = ready.flow.reconcile ?? {};
    this.reader = new TargetReader(ready, probe);
    this.totals = new Totals(this.rule);
    this.pool = pool;
    this.at = at;
    this.merges = ready.merges;
  }

  async compare(bills: readonly Bill[], nowMs: number): Promise<void> {
    const whole = bills.map((bill) => ({ bill, documents: documentsOf(bill) }));
    const asked = whole.flatMap(({ documents }) =>
      documents.map(({ key, body }): [string, JsonObject] => [key, askedFields(this.rule, body)]),
    );
    const theirs = asked.length === 0 ? new Map<string, JsonObject>() : await this.reader.read(new Map(asked), nowMs);
    const keys = asked.map(([key]) => key);
    const recordKeys = this.merges ? await firstRecordsOf(this.pool, this.at, keys) : bills.map((bill) => bill.key);
    const known = await openDocuments(this.pool, this.at, recordKeys);
    const ledger = {
      byKey: new Map(known.map((each) => [each.externalKey ?? "", each])),
      byRecord: Map.groupBy(known, (each) => each.recordKey),
      records: await recordStatuses(this.pool, this.at, recordKeys),
    };
    for (const { bill, documents } of whole) this.compareOne(bill, documents, theirs, ledger);
  }

  /** A document that the source has no bill for. */
  extra(difference: Omit<Difference, "kind" | "gaps">): void {
    this.note({ kind: "extra", gaps: [], ...difference });
  }

  private compareOne(bill: Bill, documents: readonly Document[], theirs: ReadonlyMap<string, JsonObject>, ledger: Ledger): void {
    const there = documents.map(({ key }) => theirs.get(key)).filter((each) => each !== undefined);
    const ours = documents.map(({ body }) => body);
    this.documents += documents.length;
    for (const { key } of documents) this.keys.add(key);
    this.totals.add(bill.rows, ours, there);
    const flaw = bill.problem ?? bill.made.find((each) => each.externalKey === null)?.problem ?? null;
    const { key: recordKey, number } = bill;
    const own = ledger.byRecord.get(bill.key) ?? [];
    if (flaw !== null) {
      const stands = own.find((each) => each.externalKey !== null);
      // What was written before the mapping broke is not extra.
      for (const each of own) if (each.externalKey !== null) this.keys.add(each.externalKey);
      const key = stands?.externalKey ?? number ?? recordKey;
      return this.note({ kind: "missing", key, number, recordKey, ledger: statusNamed(ledger, recordKey, key), reason: flaw, gaps: [] });
    }
    let differs = false;
    for (const { key } of documents) {
      const status = statusNamed(ledger, recordKey, key);
      const isThere = theirs.has(key);
      if (isThere && (status === "done" || status === null)) continue;
      differs = true;
      this.note({ kind: isThere ? "ledger" : "missing", key, number, recordKey, ledger: status, reason: null, gaps: [] });
    }
    if (there.length === documents.length && documents.length > 0) {
      const { gaps, notCompared } = compareBill(this.rule, { rows: bill.rows, ours, theirs: there });
      for (const path of notCompared) this.notCompared.add(path);
      if (gaps.length > 0) differs = this.different(bill, documents, gaps, ledger);
    }
    if (!differs) this.same += 1;
  }

  private different(bill: Bill, documents: readonly Document[], gaps: readonly FieldGap[], ledger: Ledger): true {
    const key = documents[0]?.key ?? bill.key;
    const status = statusNamed(ledger, bill.key, key);
    this.note({ kind: "different", key, number: bill.number, recordKey: bill.key, ledger: status, reason: null, gaps });
    return true;
  }

  private note(difference: Difference): void {
    this.counts[difference.kind] += 1;
    if (this.differences.length < DIFFERENCES_MAX) this.differences.push(difference);
  }
}

interface Ledger {
  readonly byKey: ReadonlyMap<string, OpenDocument>;
  readonly byRecord: ReadonlyMap<string, readonly OpenDocument[]>;
  readonly records: ReadonlyMap<string, number>;
}

function documentsOf({ made }: Bill): readonly Document[] {
  return made.flatMap(({ externalKey, body }) =>
    externalKey === null || body === null ? [] : [{ key: externalKey, body: readJson(body) as JsonObject }],
  );
}

/** Of the document; of the one that never had a key because it could not be mapped; of the bill that has none. Null: not in the ledger. */
function statusNamed({ byKey, byRecord, records }: Ledger, recordKey: string, key: string): string | null {
  const unmapped = byRecord.get(recordKey)?.find((each) => each.externalKey === null);
  const status = byKey.get(key)?.status ?? unmapped?.status ?? records.get(recordKey);
  return status === undefined ? null : statusOf(status);
}
