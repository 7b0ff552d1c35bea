/** Questions of a page collected, and answers kept: found among rows in memory, or given by whoever asked the ledger. */
import { writeJson, type Json } from "../../value/index.ts";
import type { Lookup, LookupAnswer, LookupAnswers, LookupQuestion, LookupQuestionSet } from "./lookup.ts";
import { keysOfRow, storedValue, type StoredPath, type StoredRow } from "./lookup-row.ts";

/** The distinct questions of many records, by lookup. */
export class LookupQuestions implements LookupQuestionSet {
  private readonly asked = new Map<Lookup, Map<string, LookupQuestion>>();

  readonly of = (lookup: Lookup): Map<string, LookupQuestion> => {
    let known = this.asked.get(lookup);
    if (known === undefined) this.asked.set(lookup, (known = new Map()));
    return known;
  };

  get all(): readonly { readonly lookup: Lookup; readonly questions: readonly LookupQuestion[] }[] {
    return [...this.asked].map(([lookup, questions]) => ({ lookup, questions: [...questions.values()] }));
  }
}

/** Answers given one by one. */
export class GivenAnswers implements LookupAnswers {
  private readonly given = new Map<Lookup, Map<string, LookupAnswer>>();

  /** Those of the lookup that was answered last, as the next one nearly always is. */
  private last: { readonly lookup: Lookup; readonly known: Map<string, LookupAnswer> } | undefined;

  give({ lookup, key }: LookupQuestion, answer: LookupAnswer): void {
    if (this.last?.lookup !== lookup) {
      const known = this.given.get(lookup) ?? new Map<string, LookupAnswer>();
      this.given.set(lookup, known);
      this.last = { lookup, known };
    }
    this.last.known.set(key, answer);
  }

  readonly answerOf = (lookup: Lookup, key: string): LookupAnswer | undefined => this.given.get(lookup)?.get(key);
}

/** What the matching rows, in their order, say. */
export function answerFrom(rows: readonly StoredRow[], find: StoredPath): LookupAnswer {
  const first = rows[0];
  if (first === undefined) return { matched: 0, found: undefined, differs: false };
  const found = storedValue(first, find);
  const text = rows.length === 1 ? "" : writeJson(found ?? null);
  const differs = rows.some((row, index) => index > 0 && writeJson(storedValue(row, find) ?? null) !== text);
  return { matched: rows.length, found, differs };
}

/**
 * Answers from whole collections in memory, by the flow's id or alias; undefined for a flow that has none. A collection is indexed once
 * for each set of fields that is asked for, and an answer is kept.
 */
export function collectionAnswers(collectionOf: (flow: string) => readonly StoredRow[] | undefined): LookupAnswers {
  const indexes = new Map<string, ReadonlyMap<string, readonly StoredRow[]>>();
  const kept = new Map<Lookup, Map<string, LookupAnswer>>();
  const indexOf = (lookup: Lookup, rows: readonly StoredRow[]): ReadonlyMap<string, readonly StoredRow[]> => {
    const name = JSON.stringify([lookup.flow, ...lookup.fields.map((field) => field.text)]);
    let index = indexes.get(name);
    if (index === undefined) indexes.set(name, (index = indexRows(rows, lookup.fields)));
    return index;
  };
  const find = (lookup: Lookup, values: readonly Json[], rows: readonly StoredRow[]): LookupAnswer => {
    const candidates = lookup.fields.length === 0 ? rows : (indexOf(lookup, rows).get(lookup.fieldKey(values)) ?? []);
    return answerFrom(lookup.isExact ? candidates : candidates.filter(lookup.test(values)), lookup.find);
  };
  return {
    answerOf: (lookup, key, values) => {
      let answers = kept.get(lookup);
      if (answers === undefined) kept.set(lookup, (answers = new Map()));
      const known = answers.get(key);
      if (known !== undefined) return known;
      const rows = collectionOf(lookup.flow);
      if (rows === undefined) return undefined;
      const answer = find(lookup, values(), rows);
      answers.set(key, answer);
      return answer;
    },
  };
}

function indexRows(rows: readonly StoredRow[], fields: readonly StoredPath[]): ReadonlyMap<string, readonly StoredRow[]> {
  const index = new Map<string, StoredRow[]>();
  for (const row of rows) {
    for (const key of keysOfRow(row, fields)) {
      const found = index.get(key);
      if (found === undefined) index.set(key, [row]);
      else if (found.at(-1) !== row) found.push(row);
    }
  }
  return index;
}
