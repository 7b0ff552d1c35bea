/**
 * Writes that end in more than one step (saved, submitted, audited): what was saved is never saved again; the way goes on from the
 * stage reached, whichever answer was lost.
 */
import type { Fault } from "@datong/simulators";
import { expect, test } from "vitest";
import type { Bench } from "../bench.ts";
import type { TargetSubject } from "../subjects/target-subject.ts";
import { expectWrittenOnce, numbers, startTarget } from "./target-flow.ts";

const SAVED_ONLY = { kind: "save-not-audit", times: 1 } as const;

/** Declares the cases, where the subject's way has more than one step. */
export function describeStages(subject: TargetSubject, bench: () => Bench): void {
  if (subject.finalStage !== "audited") return;
  const { operation } = subject;
  const goesOn = async (count: number, faults: readonly Fault[]) => {
    const at = bench();
    const keys = numbers(count);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    await writing.simulated.fault(...faults);
    const result = await at.run(writing.flow, writing.connections);
    await expectWrittenOnce(at, subject, writing, keys, true);
    const { calls } = await writing.simulated.stats();
    return { at, writing, result, calls };
  };

  test("submits and audits, one number a call, what was saved but not audited", async () => {
    const { at, writing, result, calls } = await goesOn(3, [{ api: operation, ...SAVED_ONLY }]);
    expect(result).toMatchObject({ fault: null, written: 3, failed: 0, queued: 0, unknown: 0 });
    expect(calls).toMatchObject({ [operation]: 1, Submit: 3, Audit: 3 });
    for (const step of ["Submit", "Audit"]) {
      const named = (await at.ledger.requests(writing.flow.id, step.toLowerCase())).map(
        (request) => /"Numbers":\s*(\[[^\]]*\])/.exec(request)?.[1],
      );
      expect(named.toSorted()).toEqual(numbers(3).map((number) => `["${number}"]`));
    }
  });

  test("goes on from saved when the answer of the saving was lost too", async () => {
    const { result, calls } = await goesOn(2, [
      { api: operation, ...SAVED_ONLY },
      { api: operation, kind: "cut-after", times: 1 },
    ]);
    expect(result).toMatchObject({ fault: null, written: 2, failed: 0, queued: 0, unknown: 0 });
    expect(calls).toMatchObject({ [operation]: 1, Submit: 2, Audit: 2 });
  });

  test.each(["Submit", "Audit"])("asks for the stage when the answer of %s is lost", async (step) => {
    const { result, calls } = await goesOn(1, [
      { api: operation, ...SAVED_ONLY },
      { api: step, kind: "cut-after", times: 1 },
    ]);
    expect(result).toMatchObject({ fault: null, written: 1, failed: 0, queued: 0, unknown: 0 });
    expect(calls).toMatchObject({ [operation]: 1, Submit: 1, Audit: 1 });
  });

  test.each(["Submit", "Audit"])("takes %s again when it never arrived", async (step) => {
    const { result, calls } = await goesOn(1, [
      { api: operation, ...SAVED_ONLY },
      { api: step, kind: "http-500", times: 1 },
    ]);
    expect(result).toMatchObject({ fault: null, written: 1, failed: 0, queued: 0, unknown: 0 });
    expect(calls[operation]).toBe(1);
    expect(calls[step]).toBe(2);
  });
}
