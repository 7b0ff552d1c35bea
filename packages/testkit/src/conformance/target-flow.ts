/** Flows and judgements that the writing cases share. */
import type { Connection, Flow } from "@datong/core";
import { expect } from "vitest";
import type { Bench, Simulated } from "../bench.ts";
import type { LedgerDocument } from "../read-ledger.ts";
import type { TargetSubject, ToyRow } from "../subjects/target-subject.ts";

/** One write as a case runs it. */
export interface Writing {
  readonly simulated: Simulated;
  readonly flow: Flow;
  readonly connections: readonly Connection[];
}

/** Quick retries; what a vendor or a probe asks for is waited on the skipping clock. */
export const RETRIES = { count: 3, delaysS: [0.05] };

/** A vendor, and a flow of the toy's rows into it; the rows are what the next run reads. */
export async function startTarget(
  bench: Bench,
  subject: TargetSubject,
  rows: readonly ToyRow[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Writing> {
  const simulated = await bench.simulate(subject.system, { bills: 1, settings });
  bench.toy.setRows(rows);
  bench.clock.forget();
  return { simulated, flow: targetFlow(bench, subject, simulated), connections: [bench.toyConnection, simulated.connection] };
}

/** Another flow into the same vendor. */
export function targetFlow(bench: Bench, subject: TargetSubject, simulated: Simulated): Flow {
  return {
    id: bench.name(`write-${subject.system}`),
    source: { connection: bench.toyConnection.id, api: "rows" },
    mapping: subject.mapping,
    target: {
      connection: simulated.connection.id,
      api: subject.api,
      ...(subject.options === undefined ? {} : { options: subject.options }),
    },
    dispatch: { enabled: true, retries: RETRIES },
  };
}

/** `T001` … */
export function numbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `T${String(i + 1).padStart(3, "0")}`);
}

/** Keys of the vendor's accepted writes, in order. */
export function writtenKeys(subject: TargetSubject, simulated: Simulated): readonly string[] {
  return simulated.running.vendor
    .ledger()
    .filter((entry) => entry.kind === subject.kind)
    .map((entry) => entry.key);
}

/** All are done, each was taken once and is known by the target's own number, at the stage where the way ends. */
export async function expectWrittenOnce(
  bench: Bench,
  subject: TargetSubject,
  { simulated, flow }: Writing,
  keys: readonly string[],
  asked = false,
): Promise<void> {
  const entries = simulated.running.vendor.ledger().filter((entry) => entry.kind === subject.kind);
  expect(entries.map((entry) => entry.key).toSorted()).toEqual([...keys].toSorted());
  const documents = await bench.ledger.documents(flow.id);
  expect(documents.map((document) => document.externalKey)).toEqual([...keys].toSorted());
  expect(documents.filter((document) => document.status !== 3)).toEqual([]);
  if (asked) {
    expect(documents.map(idOf)).toEqual(
      documents.map((document) => {
        const entry = entries.find((one) => one.key === document.externalKey);
        return entry === undefined ? undefined : { externalKey: document.externalKey, ...subject.found(entry) };
      }),
    );
  }
  if (subject.finalStage !== undefined) {
    expect(entries.map((entry) => entry.stage)).toEqual(entries.map(() => subject.finalStage));
    expect(documents.map((document) => document.stage)).toEqual(documents.map(() => subject.finalStage));
  }

  function idOf(document: LedgerDocument): unknown {
    const withId = Object.hasOwn(entries[0] === undefined ? {} : subject.found(entries[0]), "targetId");
    return {
      externalKey: document.externalKey,
      number: document.number,
      ...(withId ? { targetId: document.targetId } : {}),
    };
  }
}
