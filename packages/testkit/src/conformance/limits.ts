/**
 * The rates that a connector declares are kept by whoever reads through it: a vendor that refuses every call beyond them refuses none.
 * By the second on a real clock; by the minute on the skipping one, with a small figure for both sides, so that a few pages reach it.
 */
import type { Connector } from "@datong/core";
import { expect, test } from "vitest";
import type { Bench } from "../bench.ts";
import type { SourceSubject } from "../subjects/source-subject.ts";
import { skippedCase } from "./skipped-case.ts";
import { expectAllOnce, expectedOf, rowCountOf, sourceFlow, startSource } from "./source-flow.ts";

const CALLS_PER_MINUTE = 10;
/** Enough of them to pass either limit twice; a page for each row would only take longer. */
const PAGES = 12;
/**
 * On a real clock a loaded machine may take its time. On the skipping one a call may be on its way while the clock leaps, so that the vendor
 * counts it in the next minute: a case that met this is lived again, with a simulator of its own.
 */
export const PATIENCE = { timeout: 300_000, retry: 4 };
/** Simulators that count by the minute what a connector's query APIs call. */
const COUNT_BY_MINUTE: readonly string[] = ["jushuitan", "kingdee-stars"];

/** Declares the cases of one query API. */
export function describeLimits(connector: Connector, subject: SourceSubject, bench: () => Bench): void {
  const { callsPerSecond, callsPerMinute } = connector.limits;
  if (callsPerSecond !== undefined) secondCase(subject, callsPerSecond, bench);
  if (callsPerMinute !== undefined) minuteCase(subject, bench);
  if (callsPerSecond === undefined && callsPerMinute === undefined) skippedCase("keeps the declared rate", "the connector declares none");
}

function secondCase(subject: SourceSubject, callsPerSecond: number, bench: () => Bench): void {
  test(`is refused no call by a vendor that takes ${callsPerSecond} a second`, PATIENCE, async () => {
    const at = bench();
    const simulated = await startSource(at, subject, { callsPerSecond });
    const expected = expectedOf(at, subject, simulated);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize: pageSizeOf(expected) });
    at.clock.skip(false);
    try {
      expect((await at.run(flow, [simulated.connection, at.toyConnection])).fault).toBeNull();
    } finally {
      at.clock.skip(true);
    }
    expect((await simulated.stats()).refusals).toEqual({});
    await expectAllOnce(at, flow, subject, expected);
  });
}

function minuteCase(subject: SourceSubject, bench: () => Bench): void {
  test("waits for the next minute when this one's calls are used up", PATIENCE, async () => {
    const at = bench();
    const counted = COUNT_BY_MINUTE.includes(subject.system) ? { callsPerMinute: CALLS_PER_MINUTE } : {};
    const simulated = await startSource(at, subject, counted);
    const expected = expectedOf(at, subject, simulated);
    const connection = { ...simulated.connection, limits: { callsPerMinute: CALLS_PER_MINUTE } };
    const flow = sourceFlow(at, subject, { connection, pageSize: pageSizeOf(expected) });
    at.clock.forget();
    for (let run = 0; run < 2; run += 1) expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    expect((await simulated.stats()).refusals).toEqual({});
    expect(Math.max(...at.clock.waitsMs())).toBeGreaterThan(30_000);
    await expectAllOnce(at, flow, subject, expected);
  });
}

function pageSizeOf(expected: Parameters<typeof rowCountOf>[0]): number {
  return Math.max(1, Math.floor(rowCountOf(expected) / PAGES));
}
