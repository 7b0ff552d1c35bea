/**
 * The form in which lookups see a flow's rows, as the flow's last start had it. The rows themselves are stored as they were read; they are
 * formed when they are indexed and when they are looked at. Where the form changes, the indexes are filled anew and whoever waits looks again.
 */
import { compileStoredForm, readJson, storedRows, unformedRows, type RecordRows, type StoredForm } from "@datong/core";
import type pg from "pg";
import { transaction, type Queryable } from "./transaction.ts";

interface FormedRecord {
  readonly key: string;
  readonly number: string | null;
  /** As they are stored. */
  readonly rows: string;
  /** When they were stored; absent: now. */
  readonly storedMs?: number;
}

export type FormRows = (record: FormedRecord) => RecordRows;

const asRead: FormRows = ({ key, number, rows }) => unformedRows({ key, number, rows: storedRows(rows) });

/** Compiled once for the texts that were asked for last. */
const READY_MAX = 100;
const ready = new Map<string, FormRows>();

/** What forms rows by the text of `flow.stored_form`. */
export function formRowsBy(text: string | null): FormRows {
  if (text === null) return asRead;
  const known = ready.get(text);
  if (known !== undefined) return known;
  const form = compileStoredForm(readJson(text) as unknown as StoredForm);
  const made: FormRows = ({ key, number, rows, storedMs }) => form({ key, number, rows: storedRows(rows), atMs: storedMs ?? Date.now() });
  const [oldest] = ready.keys();
  if (ready.size >= READY_MAX && oldest !== undefined) ready.delete(oldest);
  ready.set(text, made);
  return made;
}

/** The form's text; null where rows are seen as they were read. */
export async function storedFormOfFlow(client: Queryable, flow: number): Promise<string | null> {
  const { rows } = await client.query<{ form: string | null }>({
    name: "stored_form_find",
    text: "select stored_form as form from flow where num = $1",
    values: [flow],
  });
  return rows[0]?.form ?? null;
}

/** Notes the form at the flow's start, before it stores anything by it. */
export async function noteStoredForm(
  pool: pg.Pool,
  at: { readonly lane: number; readonly num: number },
  form: StoredForm | undefined,
): Promise<void> {
  const text = form === undefined ? null : JSON.stringify(form);
  if ((await storedFormOfFlow(pool, at.num)) === text) return;
  await transaction(pool, async (client) => {
    await client.query("update flow set stored_form = $2 where num = $1", [at.num, text]);
    // Waits for a page that is being stored by the former form: its records are put in again with the rest.
    await client.query("update lookup_index set filled_to = '' where lane = $1 and flow = $2", [at.lane, at.num]);
    await client.query("update lookup_wait set woken_at = now() where lane = $1 and flow = $2 and woken_at is null", [at.lane, at.num]);
  });
}
