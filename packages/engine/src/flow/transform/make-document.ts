/** One bill to one document, as far as the mapping goes: its body, its external key and order key, or why it has none. Pure. */
import {
  applyMapping,
  asText,
  DatongError,
  getPath,
  inBothLanguages,
  issuesInBothLanguages,
  writeJson,
  type Bill,
  type FieldTrace,
  type Globals,
  type LookupAnswers,
  type LookupQuestionSet,
} from "@datong/core";
import type { Awaited } from "../../store/lookup-waits.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { orderKeyOf } from "./plan-places.ts";

/** A document as it came out of the mapping, before the ledger has seen it. */
export interface Made {
  readonly unit: string;
  readonly part: string;
  /** Shared by many records (distinct, merge): an existing one is linked, not written again. */
  readonly shared: boolean;
  readonly externalKey: string | null;
  /** Null where it may be written in whatever order. */
  readonly orderKey: string | null;
  /** JSON text: whatever it was made of can go at once, long before the page is stored. */
  readonly body: string | null;
  readonly code: string | null;
  readonly problem: string | null;
  readonly trace: readonly FieldTrace[];
  /** Another system wrote it before, under this number. */
  readonly taken?: { readonly number: string | null };
  /** It lacks a row of another flow, and is mapped again when that may be there. */
  readonly waits?: true;
  /** What it waits for. */
  readonly awaited?: readonly Awaited[];
}

export interface StageScope {
  readonly globals: Globals;
  readonly trace?: boolean | undefined;
  /** Answers to the mapping's lookups. */
  readonly answers?: LookupAnswers & { readonly takeAwaited?: () => readonly Awaited[] };
  /** Hears what the mapping's lookups will ask; nothing is mapped then. */
  readonly ask?: LookupQuestionSet;
  /** Where there are lookups: the bills that were asked for, by their record, until they are mapped. */
  readonly asked?: Map<string, readonly Bill[]>;
}

/** Maps one bill. A document that cannot be mapped is made all the same, as failed, with the reason. */
export function makeDocument(ready: ReadyFlow, recordKey: string, bill: Bill, scope: StageScope): Made {
  const { globals, answers } = scope;
  const over = { row: bill.row, globals, zone: ready.target.zone, answers, trace: scope.trace };
  const shared = bill.distinctKey !== undefined;
  const unit = shared ? `=${bill.distinctKey}` : bill.part === "" ? recordKey : `${recordKey}#${bill.part}`;
  if (scope.ask !== undefined) {
    ready.mapping.ask(over, scope.ask);
    return { unit, part: bill.part, shared, externalKey: null, orderKey: null, body: null, code: null, problem: null, trace: [] };
  }
  const mapped = applyMapping(ready.mapping, over);
  const { trace } = mapped;
  const order = ready.order === undefined ? null : orderKeyOf(ready, bill.row, scope.globals);
  const orderKey = order instanceof DatongError ? null : order;
  if (!mapped.ok) {
    const code = mapped.issues[0]?.code ?? "MAPPING_FAILED";
    const problem = issuesInBothLanguages(mapped.issues);
    const awaited = answers?.takeAwaited?.() ?? [];
    const waits = mapped.issues.every((issue) => issue.code === "LOOKUP_WAITS") ? { waits: true as const, awaited } : {};
    return { unit, part: bill.part, shared, orderKey, trace, externalKey: null, body: null, code, problem, ...waits };
  }
  const value = ready.target.key === undefined ? unit : getPath(mapped.body, ready.target.key);
  const body = writeJson(mapped.body);
  if (order instanceof DatongError)
    return { unit, part: bill.part, shared, orderKey, trace, externalKey: null, body, code: order.code, problem: inBothLanguages(order) };
  const externalKey = value === undefined || value === null ? "" : asText(value);
  if (externalKey === "") {
    const error = new DatongError("DOCUMENT_KEY_MISSING", { field: ready.target.key?.text ?? "" });
    return { unit, part: bill.part, shared, orderKey, trace, externalKey: null, body, code: error.code, problem: inBothLanguages(error) };
  }
  return { unit, part: bill.part, shared, orderKey, trace, externalKey, body, code: null, problem: null };
}
