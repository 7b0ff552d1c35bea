/** Flows and judgements that the reading cases share. */
import type { Connection, Flow } from "@datong/core";
import { expect } from "vitest";
import type { Bench, Simulated } from "../bench.ts";
import { connectorOf } from "../bench.ts";
import type { Expected, SourceSubject } from "../subjects/source-subject.ts";

/** A flow from the subject's API into the toy. */
export function sourceFlow(
  bench: Bench,
  subject: SourceSubject,
  at: { readonly connection: Connection; readonly pageSize?: number; readonly incremental?: boolean },
): Flow {
  const own = at.incremental === true ? subject.incremental : subject;
  const params = { ...subject.params, ...own?.params };
  const watermark = own?.watermark;
  return {
    id: bench.name(`read-${subject.system}`),
    source: {
      connection: at.connection.id,
      api: subject.api,
      params,
      ...(at.pageSize === undefined ? {} : { pageSize: at.pageSize }),
      ...(watermark === undefined ? {} : { watermark }),
    },
    mapping: [{ field: "key", value: keyTemplate(subject) }],
    target: { connection: bench.toyConnection.id, api: "take" },
    dispatch: { enabled: true },
  };
}

/** Without restructuring every row becomes a document: of a line where a record has lines, else of the record. */
function keyTemplate(subject: SourceSubject): string {
  if (subject.lineKey !== undefined) return `{{${subject.lineKey}}}`;
  const api = connectorOf(subject.system).apis.find((one) => one.code === subject.api);
  return (api?.id ?? []).map((field) => `{{${field}}}`).join("|");
}

/** Starts the subject's vendor, filled. */
export async function startSource(
  bench: Bench,
  subject: SourceSubject,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Simulated> {
  const simulated = await bench.simulate(subject.system, { bills: subject.bills, settings: { ...subject.settings, ...settings } });
  subject.prepare?.(simulated.running);
  return simulated;
}

/** What the vendor holds for the subject now. */
export function expectedOf(bench: Bench, subject: SourceSubject, simulated: Simulated): Expected {
  return subject.expected(simulated.running, bench.clock.nowMs());
}

/** Rows that a faultless pull reads. */
export function rowCountOf(expected: Expected): number {
  return [...expected.values()].reduce((sum, lines) => sum + Math.max(1, lines.length), 0);
}

/** A page size that the row count is a multiple of, so that the last page is full; more than one page where that can be. */
export function evenPageSize(rowCount: number): number {
  for (let size = Math.floor(rowCount / 2); size > 1; size -= 1) if (rowCount % size === 0) return size;
  return rowCount;
}

/** A page size by which there are two pages. */
export function halfPageSize(rowCount: number): number {
  return Math.ceil(rowCount / 2);
}

/** Every record of the vendor is in the ledger with all its lines, and nothing else; each went to the target once. */
export async function expectAllOnce(bench: Bench, flow: Flow, subject: SourceSubject, expected: Expected): Promise<void> {
  const { lineKey } = subject;
  const records = await bench.ledger.records(flow.id);
  const found = records.map(({ key, rows }): [string, readonly string[]] => [
    key,
    lineKey === undefined ? [] : rows.map((row) => String(row[lineKey])).toSorted(),
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  const keys = [...expected].flatMap(([key, lines]) => (lineKey === undefined ? [key] : lines)).toSorted();
  const documents = await bench.ledger.documents(flow.id);
  expect(documents.map((document) => document.externalKey ?? "").toSorted()).toEqual(keys);
  expect(documents.filter((document) => document.status !== 3)).toEqual([]);
}
