/**
 * Behaviour of two revisions of a flow on bills that it had: the stored rows go through both, and what would be sent is compared field by
 * field. Nothing is asked of any vendor and nothing is written. Bounded: so many bills, so long; what was not reached is told.
 *
 * How bills are asked for at the source is not compared: the rows are those that were read.
 */
import { changedFields, fieldOf, globalsOf, readJson, type FieldChange, type SourceRecord } from "@datong/core";
import type pg from "pg";
import type { FlowAt } from "../../ledger/listed-places.ts";
import type { Ports } from "../../ports.ts";
import { mergedDocuments } from "../preview.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import type { Made, StageScope } from "../transform/make-document.ts";
import { stageRecord } from "../transform/stage-records.ts";
import { lastKeys, recordsOfKeys } from "./last-records.ts";

/** What becomes of a bill: written, kept without being written, left out by a rule, or not mapped. */
export type Fate = "written" | "collected" | "dropped" | "failed";

export interface ComparedBill {
  readonly key: string;
  readonly number: string | null;
  readonly before: Fate;
  readonly after: Fate;
  /** The rule that leaves it out, or why it cannot be mapped, by the revision after; null where it is written. */
  readonly why: string | null;
  /** A document's key differs: what was written under the old one stays at the target. */
  readonly isKeyChanged: boolean;
  /** `part`: the document, where a bill becomes several. */
  readonly changes: readonly (FieldChange & { readonly part: string })[];
}

export interface ChangedField {
  /** Without positions. */
  readonly field: string;
  readonly bills: number;
  readonly samples: readonly (FieldChange & { readonly key: string; readonly number: string | null })[];
}

export interface FlowComparison {
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  /** Bills whose fate is another one, by what it was and what it would be. */
  readonly fates: readonly { readonly before: Fate; readonly after: Fate; readonly bills: number }[];
  readonly fields: readonly ChangedField[];
  readonly keysChanged: number;
  /** The first that differ. */
  readonly bills: readonly ComparedBill[];
  /** Time was up before all were compared. */
  readonly isPartial: boolean;
}

export interface CompareOptions {
  readonly pool: pg.Pool;
  readonly ports: Ports;
  readonly limit: number;
  readonly timeMs?: number;
}

const PAGE = 50;
const TIME_MS = 20_000;
const SAMPLES = 3;
const BILLS = 50;
const CHANGES_MAX = 200;

/** `at`: where the ledger has the flow's bills. */
export async function compareFlows(before: ReadyFlow, after: ReadyFlow, at: FlowAt, options: CompareOptions): Promise<FlowComparison> {
  const { pool, ports, limit, timeMs = TIME_MS } = options;
  const until = ports.nowMs() + timeMs;
  const sum = createSum();
  const keys = await lastKeys(pool, at, limit);
  const page = before.merges || after.merges ? limit : PAGE;
  for (let from = 0; from < keys.length; from += page) {
    if (ports.nowMs() > until) return sum.end(true);
    const records = (await recordsOfKeys(pool, at, keys.slice(from, from + page))).map(({ record }) => record);
    // One clock for both: what a value makes of the time now is no difference between the revisions.
    const scope = { globals: globalsOf({ nowMs: ports.nowMs() }) };
    const one = await stagedBy(pool, before, records, scope);
    const other = await stagedBy(pool, after, records, scope);
    for (const [key, bill] of one) sum.add(compareBills(bill, other.get(key) ?? GONE));
    for (const [key, bill] of other) if (!one.has(key)) sum.add(compareBills({ ...GONE, ...namesOf(bill) }, bill));
  }
  return sum.end(false);
}

/** A bill as one revision would have it. */
interface Staged {
  readonly key: string;
  readonly number: string | null;
  readonly fate: Fate;
  readonly why: string | null;
  readonly made: readonly Made[];
}

const GONE: Staged = { key: "", number: null, fate: "dropped", why: null, made: [] };

function namesOf({ key, number }: Staged): Pick<Staged, "key" | "number"> {
  return { key, number };
}

async function stagedBy(
  pool: pg.Pool,
  ready: ReadyFlow,
  records: readonly SourceRecord[],
  scope: StageScope,
): Promise<ReadonlyMap<string, Staged>> {
  const staged = await withAnswers(pool, ready, scope, (staging) =>
    ready.merges ? mergedBills(ready, records, staging) : records.map((record) => oneBill(ready, record, staging)),
  );
  return new Map(staged.map((bill) => [bill.key, bill]));
}

function oneBill(ready: ReadyFlow, record: SourceRecord, scope: StageScope): Staged {
  const { key, number, problem, dropped, collected, made } = stageRecord(ready, record, scope);
  const failed = problem?.text ?? made.find((each) => each.code !== null)?.problem ?? null;
  const fate: Fate = failed !== null ? "failed" : dropped !== null ? "dropped" : collected ? "collected" : "written";
  return { key, number, fate, why: failed ?? dropped, made };
}

/** Of a flow whose bills are made of many records each document is a bill. */
function mergedBills(ready: ReadyFlow, records: readonly SourceRecord[], scope: StageScope): readonly Staged[] {
  return mergedDocuments(ready, records, scope).map((made) => ({
    key: made.unit,
    number: made.externalKey,
    fate: made.code === null ? "written" : "failed",
    why: made.problem,
    made: [made],
  }));
}

function compareBills(one: Staged, other: Staged): ComparedBill {
  const units = new Map(one.made.map((made) => [made.unit, made]));
  const later = new Map(other.made.map((made) => [made.unit, made]));
  const changes: (FieldChange & { readonly part: string })[] = [];
  let isKeyChanged = false;
  for (const unit of new Set([...units.keys(), ...later.keys()])) {
    const [was, is] = [units.get(unit), later.get(unit)];
    const part = was?.part ?? is?.part ?? "";
    // A bill that fails or is left out has no request: its fate tells that.
    if ((was?.body ?? null) === null || (is?.body ?? null) === null) {
      if (one.fate === "written" && other.fate === "written")
        changes.push({ part, path: "", before: was?.body ?? null, after: is?.body ?? null });
      continue;
    }
    isKeyChanged ||= was?.externalKey !== is?.externalKey;
    if (was?.body === is?.body) continue;
    for (const change of changedFields(readJson(was?.body ?? "null"), readJson(is?.body ?? "null"))) changes.push({ part, ...change });
  }
  const { key, number } = one;
  return { key, number, before: one.fate, after: other.fate, why: other.why, isKeyChanged, changes: changes.slice(0, CHANGES_MAX) };
}

function createSum(): { readonly add: (bill: ComparedBill) => void; readonly end: (isPartial: boolean) => FlowComparison } {
  const fates = new Map<string, { before: Fate; after: Fate; bills: number }>();
  const fields = new Map<string, { field: string; bills: number; samples: ChangedField["samples"][number][] }>();
  const bills: ComparedBill[] = [];
  let [compared, different, keysChanged] = [0, 0, 0];
  const addFields = ({ key, number, changes }: ComparedBill): void => {
    const seen = new Set<string>();
    for (const change of changes) {
      const field = fieldOf(change.path);
      if (seen.has(field)) continue;
      seen.add(field);
      const known = fields.get(field) ?? { field, bills: 0, samples: [] };
      fields.set(field, known);
      known.bills += 1;
      const { path, before, after } = change;
      if (known.samples.length < SAMPLES) known.samples.push({ key, number, path, before, after });
    }
  };
  return {
    add: (bill) => {
      compared += 1;
      if (bill.isKeyChanged) keysChanged += 1;
      if (bill.changes.length === 0 && bill.before === bill.after && !bill.isKeyChanged) return;
      different += 1;
      if (bills.length < BILLS) bills.push(bill);
      addFields(bill);
      if (bill.before === bill.after) return;
      const name = `${bill.before} ${bill.after}`;
      const known = fates.get(name) ?? { before: bill.before, after: bill.after, bills: 0 };
      fates.set(name, known);
      known.bills += 1;
    },
    end: (isPartial) => ({
      compared,
      same: compared - different,
      different,
      fates: [...fates.values()].sort((a, b) => b.bills - a.bills),
      fields: [...fields.values()].sort((a, b) => b.bills - a.bills),
      keysChanged,
      bills,
      isPartial,
    }),
  };
}
