/**
 * The access suite: every way in works; one session serves all flows of an account, also when it is lost; wrong credentials are refused
 * at once with a message that names the system; no secret is found in what is stored.
 */
import { explain, type Connection, type Connector } from "@datong/core";
import type { RunResult } from "@datong/engine";
import { describe, expect, test } from "vitest";
import type { Bench, Simulated } from "../bench.ts";
import { ACCESS, UNTRIED_SECRETS, type AccessWay } from "../subjects/access.ts";
import { isKnownSystem, NO_SUBJECTS } from "../subjects/known-systems.ts";
import type { SourceSubject } from "../subjects/source-subject.ts";
import { SOURCES } from "../subjects/sources.ts";
import { skippedCase } from "./skipped-case.ts";
import { expectAllOnce, expectedOf, halfPageSize, rowCountOf, sourceFlow, startSource } from "./source-flow.ts";

const DAY_MS = 86_400_000;
const NO_SESSION = "every call is signed; there is no session";

/** Declares the cases of a connector, by its first query API that the reading suite reads. */
export function describeAccess(connector: Connector, bench: () => Bench): void {
  const { system } = connector;
  if (!isKnownSystem(system)) return skippedCase(`${system} is entered`, NO_SUBJECTS);
  const ways = ACCESS[system] ?? [];
  const subject = SOURCES.find((one) => one.system === system);
  describe(`${system}`, () => {
    test("has every secret setting tried, or a reason why not", () => {
      const tried = new Set(ways.flatMap((way) => way.secrets.flat()));
      const secrets = connector.settings.filter((field) => field.secret === true).map((field) => field.field);
      expect(secrets.filter((name) => !tried.has(name) && UNTRIED_SECRETS[`${system} ${name}`] === undefined)).toEqual([]);
      expect(ways.length).toBeGreaterThan(0);
      expect(subject).toBeDefined();
    });
    if (subject === undefined) return;
    describe.each(ways)("by $name", (way) => {
      entryCases(connector, subject, way, bench);
      if (way.logins.again === 0) skippedCase("shares and renews its session", NO_SESSION);
      else sessionCases(subject, way, bench);
    });
  });
}

interface Entry {
  readonly simulated: Simulated;
  readonly connection: Connection;
  readonly logins: () => Promise<number>;
}

async function enter(at: Bench, subject: SourceSubject, way: AccessWay): Promise<Entry> {
  const simulated = await startSource(at, subject);
  const logins = async (): Promise<number> => (await simulated.stats()).calls["login"] ?? 0;
  return { simulated, connection: simulated.connect(way.settings), logins };
}

function entryCases(connector: Connector, subject: SourceSubject, way: AccessWay, bench: () => Bench): void {
  test("comes in, and leaves no secret in what is stored", async () => {
    const at = bench();
    const { simulated, connection, logins } = await enter(at, subject, way);
    const flow = sourceFlow(at, subject, { connection });
    expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
    expect(await logins()).toBe(way.logins.first);
    expect((await at.ledger.exchanges(flow.id)).length).toBeGreaterThan(0);
    await expectNoSecret(at, connector, connection, flow.id);
  });

  test("comes in with corrected settings of the same connection", async () => {
    const at = bench();
    const { simulated, connection } = await enter(at, subject, way);
    const bad = { ...connection, settings: { ...connection.settings } };
    for (const name of way.secrets[0] ?? []) bad.settings[name] = wrongByALetter(bad.settings[name] ?? "");
    const flow = sourceFlow(at, subject, { connection });
    expect((await at.run(flow, [bad, at.toyConnection])).fault).not.toBeNull();
    expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });

  test.each(way.secrets)("is refused at once, with a clear message, when %s is wrong by a letter", async (...names) => {
    const at = bench();
    const { simulated, connection, logins } = await enter(at, subject, way);
    const wrong = { ...connection.settings };
    for (const name of names) wrong[name] = wrongByALetter(wrong[name] ?? "");
    const bad = simulated.connect(wrong);
    const flow = sourceFlow(at, subject, { connection: bad });
    at.clock.forget();
    const result = await at.run(flow, [bad, at.toyConnection]);
    expectRefused(result, connector);
    expect(await at.ledger.records(flow.id)).toEqual([]);
    expect(await at.ledger.cursor(flow.id, "pull")).toBeNull();
    expect(await logins()).toBeLessThanOrEqual(2);
    expect((await simulated.stats()).calls[subject.operation] ?? 0).toBeLessThanOrEqual(2);
    expect(at.clock.waitsMs().filter((ms) => ms >= 1_000)).toEqual([]);
    await expectNoSecret(at, connector, bad, flow.id);
  });
}

function sessionCases(subject: SourceSubject, way: AccessWay, bench: () => Bench): void {
  test("logs in again, once, when the session is lost between pages", async () => {
    const at = bench();
    const { simulated, connection, logins } = await enter(at, subject, way);
    const expected = expectedOf(at, subject, simulated);
    const flow = sourceFlow(at, subject, { connection, pageSize: halfPageSize(rowCountOf(expected)) });
    await simulated.fault({ api: subject.operation, kind: "session-lost", skip: 1, times: 1 });
    expect((await at.run(flow, [connection, at.toyConnection], { sourceRetryDelaysMs: [] })).fault).toBeNull();
    expect(await logins()).toBe(way.logins.first + way.logins.again);
    await expectAllOnce(at, flow, subject, expected);
  });

  test("serves two flows of one account by one log-in, and by one more when the session is lost", async () => {
    const at = bench();
    const { simulated, connection, logins } = await enter(at, subject, way);
    const other = simulated.connect(way.settings);
    const expected = expectedOf(at, subject, simulated);
    const pageSize = halfPageSize(rowCountOf(expected));
    const flows = [connection, other].map((one) => sourceFlow(at, subject, { connection: one, pageSize }));
    const runBoth = (): Promise<RunResult[]> =>
      Promise.all(flows.map((flow) => at.run(flow, [connection, other, at.toyConnection], { sourceRetryDelaysMs: [] })));
    expect((await runBoth()).map((result) => result.fault)).toEqual([null, null]);
    expect(await logins()).toBe(way.logins.first);
    simulated.running.vendor.loseSessions();
    expect((await runBoth()).map((result) => result.fault)).toEqual([null, null]);
    expect(await logins()).toBe(way.logins.first + way.logins.again);
    for (const flow of flows) await expectAllOnce(at, flow, subject, expected);
  });

  test("needs no log-in when the process starts again", async () => {
    const at = bench();
    const { simulated, connection, logins } = await enter(at, subject, way);
    const flow = sourceFlow(at, subject, { connection });
    expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    await at.restart();
    expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    expect(await logins()).toBe(way.logins.first);
    await expectAllOnce(at, flow, subject, expectedOf(at, subject, simulated));
  });

  test("comes in again the next day", async () => {
    const at = bench();
    const { simulated, connection } = await enter(at, subject, way);
    const flow = sourceFlow(at, subject, { connection });
    const expected = expectedOf(at, subject, simulated);
    expect((await at.run(flow, [connection, at.toyConnection])).fault).toBeNull();
    await at.clock.advance(DAY_MS + 60_000);
    expect((await at.run(flow, [connection, at.toyConnection], { sourceRetryDelaysMs: [] })).fault).toBeNull();
    await expectAllOnce(at, flow, subject, expected);
  });
}

function expectRefused(result: RunResult, connector: Connector): void {
  const { fault } = result;
  expect(fault).not.toBeNull();
  if (fault === null) return;
  expect(["LOGIN_FAILED", "VENDOR_FORBIDDEN", "SESSION_LOST_AGAIN"]).toContain(fault.code);
  expect(fault.fault).toBe("rejected");
  const { message, todo } = explain(fault, "zh");
  expect(message).toContain(connector.name.zh);
  expect(message).not.toMatch(/\{\w+\}/);
  expect(todo.length).toBeGreaterThan(10);
}

/** Neither in requests nor in answers; texts of a few letters would be found anywhere. */
async function expectNoSecret(at: Bench, connector: Connector, connection: Connection, flow: string): Promise<void> {
  const secrets = connector.settings.flatMap((field) => (field.secret === true ? [connection.settings[field.field] ?? ""] : []));
  const stored = await at.ledger.exchanges(flow);
  for (const secret of secrets.filter((text) => text.length >= 8)) expect(stored.filter((text) => text.includes(secret))).toEqual([]);
}

/** The text with another last letter. */
export function wrongByALetter(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith("x") ? "y" : "x"}`;
}
