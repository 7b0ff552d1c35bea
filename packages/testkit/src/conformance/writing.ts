/**
 * The writing suite: each document is taken exactly once, whatever happens to the call, the answer, the session or the rate; a refused
 * one is told apart from its batch with the vendor's own words and their class.
 */
import type { Connector } from "@datong/core";
import type { Fault } from "@datong/simulators";
import { describe, expect, test } from "vitest";
import type { Bench } from "../bench.ts";
import { ACCESS } from "../subjects/access.ts";
import { isKnownSystem, NO_SUBJECTS } from "../subjects/known-systems.ts";
import { SKIPPED } from "../subjects/skipped.ts";
import type { TargetSubject } from "../subjects/target-subject.ts";
import { TARGETS } from "../subjects/targets.ts";
import { PATIENCE } from "./limits.ts";
import { skippedCase } from "./skipped-case.ts";
import { describeStages } from "./stages.ts";
import { wrongByALetter } from "./access.ts";
import { expectWrittenOnce, numbers, startTarget, targetFlow, writtenKeys } from "./target-flow.ts";

const PENDING = 0;
const DONE = 3;
const FAILED = 4;
/** The vendor took the write; its answer is lost. */
const ANSWER_LOST: readonly Fault["kind"][] = ["cut-after", "truncate", "truncate-json"];
/** The vendor never saw the write; the sender cannot know, and asks twice where it may be under way still. */
const NEVER_ARRIVED: readonly (readonly [kind: Fault["kind"], questions: number])[] = [
  ["cut-before", 2],
  ["http-500", 1],
  ["http-502-html", 2],
];

/** Declares the cases of every write API of a connector. */
export function describeWriting(connector: Connector, bench: () => Bench): void {
  const apis = connector.apis.filter((api) => api.direction === "write");
  if (apis.length === 0) return skippedCase(`${connector.system} is written to`, "the connector has no write API");
  if (!isKnownSystem(connector.system)) return skippedCase(`${connector.system} is written to`, NO_SUBJECTS);
  describe.each(apis)(`${connector.system} $code`, ({ code }) => {
    const reason = SKIPPED[`${connector.system} ${code}`];
    const subject = TARGETS.find((one) => one.system === connector.system && one.api === code);
    if (subject === undefined && reason !== undefined) return skippedCase("is written by itself", reason);
    test("has a subject in the writing suite or a reason why not", () => {
      expect(subject).toBeDefined();
    });
    if (subject === undefined) return;
    outcomeCases(subject, bench);
    doubtCases(subject, bench);
    patienceCases(subject, bench, connector.auth.session !== undefined);
    limitCases(subject, bench);
    credentialCases(subject, bench);
    describeStages(subject, bench);
  });
}

function outcomeCases(subject: TargetSubject, bench: () => Bench): void {
  test("writes five documents, each once", async () => {
    const at = bench();
    const keys = numbers(5);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 5, failed: 0, queued: 0, unknown: 0 });
    await expectWrittenOnce(at, subject, writing, keys);
    const documents = await at.ledger.documents(writing.flow.id);
    expect(documents.map((document) => document.attempts)).toEqual([1, 1, 1, 1, 1]);
    expect((await writing.simulated.stats()).defects).toEqual([]);
  });

  test("tells one refused document apart from the four that are taken", async () => {
    const at = bench();
    const keys = numbers(5);
    const rows = keys.map((no, i) => (i === 2 ? subject.refused.row(no) : subject.row(no)));
    const writing = await startTarget(at, subject, rows);
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({
      fault: null,
      written: 4,
      unknown: 0,
      ...(subject.refused.waits === true ? { failed: 0, queued: 1 } : { failed: 1, queued: 0 }),
    });
    expect(writtenKeys(subject, writing.simulated).toSorted()).toEqual(keys.filter((_, i) => i !== 2));
    const documents = await at.ledger.documents(writing.flow.id);
    expect(documents.map((document) => document.status)).toEqual([
      DONE,
      DONE,
      subject.refused.waits === true ? PENDING : FAILED,
      DONE,
      DONE,
    ]);
    const { cause, text, vendorCode } = subject.refused;
    expect(documents[2]).toMatchObject({ cause, code: "VENDOR_REFUSED", attempts: 1, ...(vendorCode === undefined ? {} : { vendorCode }) });
    expect(documents[2]?.vendorText).toContain(text);
  });

  test("fails as a duplicate what somebody typed in at the target, and writes it no second time", async () => {
    const at = bench();
    const writing = await startTarget(at, subject, []);
    const key = subject.typeIn?.(writing.simulated) ?? "BYHAND1";
    at.toy.setRows([subject.row(key)]);
    if (subject.typeIn === undefined) await at.run(targetFlow(at, subject, writing.simulated), writing.connections);
    const before = writtenKeys(subject, writing.simulated);
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 0, failed: 1, queued: 0, unknown: 0 });
    expect(writtenKeys(subject, writing.simulated)).toEqual(before);
    const [document] = await at.ledger.documents(writing.flow.id);
    expect(document).toMatchObject({ status: FAILED, cause: "duplicate", attempts: 1 });
  });
}

function doubtCases(subject: TargetSubject, bench: () => Bench): void {
  test.each(ANSWER_LOST)("finds by its probe what was taken while the answer was lost (%s), and sends it no second time", async (kind) => {
    const at = bench();
    const keys = numbers(3);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    await writing.simulated.fault({ api: subject.operation, kind, times: 3 });
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 3, failed: 0, queued: 0, unknown: 0 });
    const { calls } = await writing.simulated.stats();
    expect(calls[subject.operation]).toBe(subject.operation === "BatchSave" ? 1 : 3);
    expect(calls[subject.probe]).toBeGreaterThanOrEqual(1);
    await expectWrittenOnce(at, subject, writing, keys, true);
  });

  test.each(NEVER_ARRIVED)("sends again, once, what its probe does not find (%s)", async (kind, questions) => {
    const at = bench();
    const keys = numbers(3);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    await writing.simulated.fault({ api: subject.operation, kind, times: 1 });
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 3, failed: 0, queued: 0, unknown: 0 });
    const { calls } = await writing.simulated.stats();
    expect(calls[subject.operation]).toBe(subject.operation === "BatchSave" ? 2 : 4);
    expect(calls[subject.probe]).toBe(questions);
    await expectWrittenOnce(at, subject, writing, keys);
  });

  test("asks again when the probe fails, and sends nothing meanwhile", async () => {
    const at = bench();
    const keys = numbers(2);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    await writing.simulated.fault(
      { api: subject.operation, kind: "cut-after", times: 2 },
      { api: subject.probe, kind: "http-500", times: 2 },
    );
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 2, failed: 0, queued: 0, unknown: 0 });
    expect((await writing.simulated.stats()).calls[subject.operation]).toBe(subject.operation === "BatchSave" ? 1 : 2);
    await expectWrittenOnce(at, subject, writing, keys, true);
  });

  test("leaves a document in doubt when the target cannot be asked, and never sends it again", async () => {
    const at = bench();
    const [key = ""] = numbers(1);
    const writing = await startTarget(at, subject, [subject.row(key)]);
    await writing.simulated.fault({ api: subject.operation, kind: "cut-after", times: 1 }, { api: subject.probe, kind: "http-500" });
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 0, failed: 0, unknown: 1 });
    expect((await writing.simulated.stats()).calls[subject.operation]).toBe(1);
    expect(writtenKeys(subject, writing.simulated)).toEqual([key]);
  });
}

function patienceCases(subject: TargetSubject, bench: () => Bench, hasSession: boolean): void {
  test.each(["vendor-limit", "http-429"] as const)("waits out %s; it costs no attempt", async (kind) => {
    const at = bench();
    const keys = numbers(3);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    await writing.simulated.fault({ api: subject.operation, kind, times: 2, retryAfterS: 2 });
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 3, failed: 0, queued: 0, unknown: 0 });
    await expectWrittenOnce(at, subject, writing, keys);
    const documents = await at.ledger.documents(writing.flow.id);
    expect(documents.map((document) => document.attempts)).toEqual([1, 1, 1]);
    expect((await writing.simulated.stats()).refusals[subject.operation]).toBe(2);
    expect(Math.max(...at.clock.waitsMs())).toBeGreaterThanOrEqual(900);
  });

  if (!hasSession) return skippedCase("logs in again when the session is lost", "every call is signed; there is no session");
  test("logs in again, once, when the session is lost, and writes each once", async () => {
    const at = bench();
    const keys = numbers(3);
    const writing = await startTarget(at, subject, []);
    await at.run(writing.flow, writing.connections);
    at.toy.setRows([subject.row("FIRST")]);
    await at.run(writing.flow, writing.connections);
    const before = (await writing.simulated.stats()).calls["login"] ?? 0;
    at.toy.setRows(["FIRST", ...keys].map(subject.row));
    await writing.simulated.fault({ api: subject.operation, kind: "session-lost", times: 1 });
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 3, failed: 0, queued: 0, unknown: 0 });
    expect((await writing.simulated.stats()).calls["login"]).toBe(before + 1);
    await expectWrittenOnce(at, subject, writing, ["FIRST", ...keys]);
  });
}

function credentialCases(subject: TargetSubject, bench: () => Bench): void {
  const secrets = ACCESS[subject.system]?.[0]?.secrets ?? [];
  test.each(secrets)("writes nothing and says why while %s is wrong by a letter, and each once when it is right", async (...names) => {
    const at = bench();
    const keys = numbers(3);
    const writing = await startTarget(at, subject, keys.map(subject.row));
    const { simulated, flow, connections } = writing;
    const right = simulated.connection.settings;
    const wrong = Object.fromEntries(names.map((name) => [name, wrongByALetter(right[name] ?? "")]));
    const bad = { ...simulated.connection, settings: { ...right, ...wrong } };
    const result = await at.run(flow, [at.toyConnection, bad]);
    expect(result.written).toBe(0);
    expect(writtenKeys(subject, simulated)).toEqual([]);
    expect((await simulated.stats()).calls["login"] ?? 0).toBeLessThanOrEqual(2);
    // A log-in or a signature that is refused ends the run and gives the tasks back: the documents are not at fault.
    expect(["LOGIN_FAILED", "VENDOR_FORBIDDEN", "SESSION_LOST_AGAIN"]).toContain(result.fault?.code);
    expect(result).toMatchObject({ queued: 3, failed: 0 });

    expect(await at.run(flow, connections)).toMatchObject({ fault: null, failed: 0, queued: 0, unknown: 0 });
    await expectWrittenOnce(at, subject, writing, keys);
  });
}

function limitCases(subject: TargetSubject, bench: () => Bench): void {
  const { strict } = subject;
  if (strict === undefined) return skippedCase("is never too fast for its own declared limits", "the connector declares no rate");
  test("is never too fast for its own declared limits, on a real clock", PATIENCE, async () => {
    const at = bench();
    const keys = numbers(14);
    const writing = await startTarget(at, subject, keys.map(subject.row), strict);
    at.clock.skip(false);
    try {
      expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 14 });
    } finally {
      at.clock.skip(true);
    }
    expect((await writing.simulated.stats()).refusals).toEqual({});
    await expectWrittenOnce(at, subject, writing, keys);
  });

  if (strict["callsPerMinute"] === undefined) return;
  test("is never too fast for its declared limit a minute", PATIENCE, async () => {
    const at = bench();
    const keys = numbers(110);
    const writing = await startTarget(at, subject, keys.map(subject.row), strict);
    expect(await at.run(writing.flow, writing.connections)).toMatchObject({ fault: null, written: 110 });
    expect((await writing.simulated.stats()).refusals).toEqual({});
    expect(Math.max(...at.clock.waitsMs())).toBeGreaterThan(10_000);
  });
}
