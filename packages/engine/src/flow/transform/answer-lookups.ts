/**
 * Answers a page's lookups from the records of other flows: each lookup's questions together, by the index of its equalities, in a
 * handful of statements however many lines ask. Without an equality the records are gone through, up to a bound. What is wrong with one
 * question is its answer, and fails that field alone.
 */
import {
  answerFrom,
  DatongError,
  GivenAnswers,
  LookupQuestions,
  recordStatus,
  rowsLookedAt,
  statusOf,
  type Bill,
  type Lookup,
  type LookupAnswer,
  type LookupAnswers,
  type LookupQuestion,
  type Status,
  type StoredRow,
} from "@datong/core";
import type pg from "pg";
import { findFlow, type FlowRow } from "../../store/flow-rows.ts";
import {
  hashOf,
  readyIndex,
  recordsBehind,
  recordsOfHashes,
  rowsOf,
  statusesOfRecords,
  type LookedUpRecord,
} from "../../store/lookup-rows.ts";
import { formRowsBy, storedFormOfFlow, type FormRows } from "../../store/stored-form.ts";
import { ANY_HASH, seenAny, seenOf, type Awaited } from "../../store/lookup-waits.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import type { StageScope } from "./make-document.ts";

/** So many matching records are told apart. */
const MATCHES_MAX = 50;
/** Of the records with equal values, so many are compared for what else is asked. */
const CANDIDATES_MAX = 2_000;
/** Without an equality so many records of the other flow are gone through. */
const SCAN_MAX = 20_000;
const SCAN_PAGE = 1_000;

/** Stages with the answers that staging asks for: once to hear the questions where the mapping has lookups, once with the answers. */
export async function withAnswers<T>(
  pool: pg.Pool | undefined,
  ready: ReadyFlow,
  scope: StageScope,
  stage: (scope: StageScope) => T | Promise<T>,
): Promise<T> {
  if (ready.mapping.lookups.length === 0 || pool === undefined) return stage(scope);
  const questions = new LookupQuestions();
  const asked = new Map<string, readonly Bill[]>();
  await stage({ ...scope, asked, ask: questions });
  return stage({ ...scope, asked, answers: await answerLookups(pool, ready, questions) });
}

/** A page's answers, with where each would change; what waits for one is told by `takeAwaited`. */
export class LedgerAnswers extends GivenAnswers {
  private readonly places = new WeakMap<LookupAnswer, Awaited>();
  private awaited: Awaited[] = [];

  giveFrom(question: LookupQuestion, answer: LookupAnswer, place: Awaited): void {
    this.places.set(answer, place);
    this.give(question, answer);
  }

  readonly waitsFor = (answer: LookupAnswer): void => {
    const place = this.places.get(answer);
    if (place !== undefined) this.awaited.push(place);
  };

  /** What was waited for since it was last asked. */
  takeAwaited(): readonly Awaited[] {
    const taken = this.awaited;
    if (taken.length > 0) this.awaited = [];
    return taken;
  }
}

async function answerLookups(pool: pg.Pool, ready: ReadyFlow, asked: LookupQuestions): Promise<LookupAnswers> {
  const answers = new LedgerAnswers();
  for (const { lookup, questions } of asked.all) {
    const name = ledgerName(ready, lookup.flow);
    const at = await findFlow(pool, name);
    if (at === null)
      for (const question of questions)
        answers.giveFrom(question, answerFrom([], lookup.find), { name, lane: 0, flow: 0, num: 0, hash: "0", seen: null });
    else await answerOne(pool, { ...at, name }, lookup, questions, answers);
  }
  return answers;
}

/** How the ledger knows a flow that a lookup names: by its id, in the flow's own workspace. */
function ledgerName({ flow }: ReadyFlow, name: string): string {
  const workspace = flow.id.slice(0, flow.id.lastIndexOf("/") + 1);
  return workspace + (flow.lookupNames?.[name] ?? name);
}

async function answerOne(
  pool: pg.Pool,
  at: FlowRow & { readonly name: string },
  lookup: Lookup,
  questions: readonly LookupQuestion[],
  answers: LedgerAnswers,
): Promise<void> {
  const place = { lane: at.lane, flow: at.num };
  const tests = questions.map((question) => testOf(lookup, question));
  // Before the index: where the form changes in between, whoever waits is told that it was asked by the former one.
  const formText = await storedFormOfFlow(pool, at.num);
  const num = await readyIndex(pool, place, lookup.fields);
  const awaited = { name: at.name, ...place, num, form: formText };
  const form = formRowsBy(formText);
  if (lookup.fields.length === 0) {
    const { found, seen } = await scan(pool, place, lookup, tests, form);
    questions.forEach((question, index) =>
      answers.giveFrom(question, found[index] ?? answerFrom([], lookup.find), { ...awaited, hash: ANY_HASH, seen }),
    );
    return;
  }
  const hashes = questions.map((question) => hashOf(lookup.fieldKey(question.values)));
  const each = lookup.isExact ? MATCHES_MAX : CANDIDATES_MAX;
  const found = await recordsOfHashes(pool, { ...place, num, each }, [...new Set(hashes)]);
  const statuses = await statusesFor(pool, place, lookup, [...found.values()].flat());
  const rows = new Map<LookedUpRecord, readonly StoredRow[]>();
  const answerTo = (index: number): LookupAnswer => {
    const test = tests[index];
    if (test === undefined || test instanceof DatongError) return failed(test);
    const candidates = found.get(hashes[index] ?? "") ?? [];
    if (!lookup.isExact && candidates.length >= CANDIDATES_MAX) return tooMany(lookup, CANDIDATES_MAX);
    const matching = candidates.flatMap((record) => {
      let own = rows.get(record);
      if (own === undefined) rows.set(record, (own = lookedAt(lookup, record, form, statuses)));
      return own.filter(test);
    });
    return answerFrom(matching, lookup.find);
  };
  questions.forEach((question, index) => {
    const hash = hashes[index] ?? "";
    answers.giveFrom(question, answerTo(index), { ...awaited, hash, seen: seenIn(found.get(hash) ?? [], each) });
  });
}

function seenIn(records: readonly LookedUpRecord[], each: number): string | null {
  return records.length < each ? seenOf(records) : null;
}

type Test = (row: StoredRow) => boolean;

function testOf(lookup: Lookup, { values }: LookupQuestion): Test | DatongError {
  try {
    return lookup.test(values);
  } catch (error) {
    if (error instanceof DatongError) return error;
    throw error;
  }
}

async function scan(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  lookup: Lookup,
  tests: readonly (Test | DatongError)[],
  form: FormRows,
): Promise<{ readonly found: readonly LookupAnswer[]; readonly seen: string | null }> {
  const matching: StoredRow[][] = tests.map(() => []);
  let [count, versions] = [0, 0];
  for (let after = ""; ;) {
    const records = await recordsBehind(pool, at, after, SCAN_PAGE);
    count += records.length;
    versions = records.reduce((sum, { version = 0 }) => sum + version, versions);
    if (count > SCAN_MAX) return { found: tests.map(() => tooMany(lookup, SCAN_MAX)), seen: null };
    const statuses = await statusesFor(pool, at, lookup, records);
    for (const record of records) {
      const rows = lookedAt(lookup, record, form, statuses);
      tests.forEach((test, index) => {
        const found = matching[index];
        if (test instanceof DatongError || found === undefined || found.length >= MATCHES_MAX) return;
        found.push(...rows.filter(test));
      });
    }
    const last = records.at(-1);
    if (last === undefined || records.length < SCAN_PAGE) break;
    after = last.key;
  }
  return {
    found: tests.map((test, index) => (test instanceof DatongError ? failed(test) : answerFrom(matching[index] ?? [], lookup.find))),
    seen: seenAny(count, versions),
  };
}

function failed(problem: DatongError | undefined): LookupAnswer {
  return { matched: 0, found: undefined, differs: false, ...(problem === undefined ? {} : { problem }) };
}

function tooMany(lookup: Lookup, recordsMax: number): LookupAnswer {
  return failed(new DatongError("LOOKUP_SCAN_TOO_LARGE", { flow: lookup.flow, recordsMax }));
}

/** 轻易云's numbers of a stored row's status; schemes compare with these. */
const STATUS_NUMBERS: Readonly<Record<Status, number>> = { pending: 0, skipped: 1, done: 2, failed: 3, queued: 5, sent: 5, unknown: 5 };

/** Asked only where the lookup asks for the status. */
async function statusesFor(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  lookup: Lookup,
  records: readonly LookedUpRecord[],
): Promise<ReadonlyMap<string, readonly number[]> | undefined> {
  if (!lookup.asksStatus) return undefined;
  return statusesOfRecords(
    pool,
    at,
    records.map((record) => record.key),
  );
}

/** The rows of a record that the lookup looks at, with their status where it asks for that. */
function lookedAt(
  lookup: Lookup,
  record: LookedUpRecord,
  form: FormRows,
  statuses: ReadonlyMap<string, readonly number[]> | undefined,
): readonly StoredRow[] {
  const rows = rowsLookedAt(rowsOf(record, form), lookup.allFields);
  if (statuses === undefined) return rows;
  const status = STATUS_NUMBERS[recordStatus(statusOf(record.status), (statuses.get(record.key) ?? []).map(statusOf))];
  return rows.map((row) => ({ ...row, status }));
}
