/**
 * The reading suite: every record exactly once at any page size, while rows come in, and through every failure of a page; where a page
 * fails, the cursor stays where the page before it left it, and the next run goes on from there.
 */
import { readRows, type Connector, type Json } from "@datong/core";
import type { RunResult } from "@datong/engine";
import type { Fault } from "@datong/simulators";
import { describe, expect, test } from "vitest";
import type { Bench } from "../bench.ts";
import { isKnownSystem, NO_SUBJECTS } from "../subjects/known-systems.ts";
import { SKIPPED } from "../subjects/skipped.ts";
import type { SourceSubject } from "../subjects/source-subject.ts";
import { SOURCES } from "../subjects/sources.ts";
import { describeLimits } from "./limits.ts";
import { skippedCase } from "./skipped-case.ts";
import { evenPageSize, expectAllOnce, expectedOf, halfPageSize, rowCountOf, sourceFlow, startSource } from "./source-flow.ts";

/** Failures that end a pull at once when no second try is allowed, with the code that tells them. */
const BREAKING: readonly (readonly [Fault["kind"], string])[] = [
  ["http-500", "VENDOR_UNWELL"],
  ["http-502-html", "VENDOR_UNWELL"],
  ["truncate", "CALL_CUT"],
  ["truncate-json", "REPLY_NOT_JSON"],
  ["cut-before", "CALL_CUT"],
];

/** Declares the cases of every query API of a connector. */
export function describeReading(connector: Connector, bench: () => Bench): void {
  if (!isKnownSystem(connector.system)) return skippedCase(`${connector.system} is read`, NO_SUBJECTS);
  describe.each(connector.apis.filter((api) => api.direction === "query"))(`${connector.system} $code`, ({ code }) => {
    const name = `${connector.system} ${code}`;
    const subject = SOURCES.find((one) => one.system === connector.system && one.api === code);
    if (subject === undefined && SKIPPED[name] !== undefined) return skippedCase("is read by itself", SKIPPED[name]);
    test("has a subject in the reading suite or a reason why not", () => {
      expect(subject).toBeDefined();
    });
    if (subject === undefined) return;
    pageSizeCases(subject, bench);
    insertCases(subject, bench);
    failureCases(subject, bench);
    waitingCases(subject, bench);
    describeLimits(connector, subject, bench);
  });
}

function pageSizeCases(subject: SourceSubject, bench: () => Bench): void {
  test.each([
    ["one row", () => 1],
    ["a size the rows are a multiple of", evenPageSize],
    ["one more than that", (count: number) => evenPageSize(count) + 1],
  ])("reads every record exactly once by pages of %s", async (_, size) => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const expected = expectedOf(at, subject, simulated);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize: size(rowCountOf(expected)) });
    const result = await at.run(flow, [simulated.connection, at.toyConnection]);
    expect(result.fault).toBeNull();
    expect(result.records - result.unchanged).toBe(expected.size);
    await expectAllOnce(at, flow, subject, expected);
    expect((await simulated.stats()).defects).toEqual([]);
  });

  test("reads it all again and finds nothing new", async () => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const flow = sourceFlow(at, subject, { connection: simulated.connection });
    const connections = [simulated.connection, at.toyConnection];
    await at.run(flow, connections);
    const again = await at.run(flow, connections);
    expect(again).toMatchObject({ fault: null, written: 0, failed: 0, queued: 0 });
    expect(again.records).toBe(again.unchanged);
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });
}

function insertCases(subject: SourceSubject, bench: () => Bench): void {
  const { noInserts } = subject;
  if (noInserts !== undefined) return skippedCase("loses and doubles nothing while rows are entered", noInserts);

  test.each([1, 2])("loses and doubles nothing while %i rows are entered between pages", async (count) => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const pageSize = halfPageSize(rowCountOf(expectedOf(at, subject, simulated)));
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize });
    const connections = [simulated.connection, at.toyConnection];
    await simulated.fault({ api: subject.operation, kind: "insert-rows", count, skip: 1, times: 1 });
    expect((await at.run(flow, connections)).fault).toBeNull();
    // What is entered in the second that a window ends with is the next window's.
    await at.clock.advance(2_000);
    expect((await at.run(flow, connections)).fault).toBeNull();
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });

  test("finishes although as many rows are entered as a page holds", async () => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize: 2 });
    const connections = [simulated.connection, at.toyConnection];
    await simulated.fault({ api: subject.operation, kind: "insert-rows", count: 2, skip: 1, times: 1 });
    await at.run(flow, connections);
    await at.clock.advance(2_000);
    await at.run(flow, connections);
    expect((await at.run(flow, connections)).fault).toBeNull();
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });

  test("finds rows that were committed late", async () => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const { vendor } = simulated.running;
    vendor.insertRows(1);
    await at.clock.advance(2_000);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, incremental: subject.incremental !== undefined });
    const connections = [simulated.connection, at.toyConnection];
    const first = await at.run(flow, connections);
    const before = await at.ledger.records(flow.id);
    vendor.insertRows(3, { late: true });
    const second = await at.run(flow, connections);
    expect([first.fault, second.fault]).toEqual([null, null]);
    const after = await at.ledger.records(flow.id);
    expect(after.length - before.length).toBe(3);
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });
}

function failureCases(subject: SourceSubject, bench: () => Bench): void {
  const resumed = async (kind: Fault["kind"], code: string, api: string, skip: number): Promise<RunResult> => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const expected = expectedOf(at, subject, simulated);
    const pageSize = halfPageSize(rowCountOf(expected));
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize });
    const connections = [simulated.connection, at.toyConnection];
    await simulated.fault({ api, kind, skip, times: 1 });

    const broken = await at.run(flow, connections, { sourceRetryDelaysMs: [] });
    expect(broken.fault?.code).toBe(code);
    const stood = JSON.parse((await at.ledger.cursor(flow.id, "pull")) ?? "null") as {
      readonly state: { readonly pagesRead: number; readonly rowsRead: number };
      readonly carry: Json;
    };
    expect(stood.state).toMatchObject({ pagesRead: 1, rowsRead: pageSize });
    expect(await at.ledger.cursor(flow.id, "watermark")).toBeNull();
    const kept = await at.ledger.records(flow.id);
    expect(kept.flatMap((record) => record.rows).length + readRows(stood.carry).length).toBe(pageSize);

    const healed = await at.run(flow, connections, { sourceRetryDelaysMs: [] });
    expect(broken.records + healed.records - healed.unchanged).toBe(expected.size);
    // An incremental flow reads its overlap once more behind the pull that it finishes.
    if (flow.source.watermark === undefined) expect(broken.read + healed.read).toBe(rowCountOf(expected));
    expect(await at.ledger.cursor(flow.id, "pull")).toBe("");
    await expectAllOnce(at, flow, subject, expected);
    return healed;
  };

  test.each(BREAKING)("a second page that ends in %s leaves the cursor behind the first (%s)", async (kind, code) => {
    expect(await resumed(kind, code, subject.operation, 1)).toMatchObject({ fault: null, failed: 0, queued: 0 });
  });

  const { detail } = subject;
  if (detail === undefined) return;
  test("a detail that fails leaves its page unread", async () => {
    const at = bench();
    const probe = await startSource(at, subject);
    const pageSize = halfPageSize(rowCountOf(expectedOf(at, subject, probe)));
    expect(await resumed("http-500", "VENDOR_UNWELL", detail, pageSize)).toMatchObject({ fault: null, failed: 0, queued: 0 });
  });
}

function waitingCases(subject: SourceSubject, bench: () => Bench): void {
  test.each(["http-429", "vendor-limit"] as const)("waits out %s on the second page and goes on", async (kind) => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const expected = expectedOf(at, subject, simulated);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize: halfPageSize(rowCountOf(expected)) });
    const waiting: object[] = [];
    await simulated.fault({ api: subject.operation, kind, retryAfterS: 2, skip: 1, times: 2 });
    at.clock.forget();
    const result = await at.run(flow, [simulated.connection, at.toyConnection], {
      sourceRetryDelaysMs: [],
      onProgress: (progress) => void (progress.waiting === undefined || waiting.push(progress.waiting)),
    });
    expect(result.fault).toBeNull();
    expect(waiting).toHaveLength(2);
    const waits = at.clock.waitsMs().filter((ms) => ms >= (kind === "http-429" ? 1_900 : 900));
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect((await simulated.stats()).refusals[subject.operation]).toBe(2);
    await expectAllOnce(at, flow, subject, expected);
  });

  test("tries a page again that failed, as often as it may", async () => {
    const at = bench();
    const simulated = await startSource(at, subject);
    const expected = expectedOf(at, subject, simulated);
    const flow = sourceFlow(at, subject, { connection: simulated.connection, pageSize: halfPageSize(rowCountOf(expected)) });
    await simulated.fault({ api: subject.operation, kind: "http-500", skip: 1, times: 2 });
    const result = await at.run(flow, [simulated.connection, at.toyConnection], { sourceRetryDelaysMs: [10, 10] });
    expect(result.fault).toBeNull();
    await expectAllOnce(at, flow, subject, expected);
  });
}
