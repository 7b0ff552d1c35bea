/** What an outcome does to a document: pure, with chance held still. */
import { describe, expect, test } from "vitest";
import { LADDER_S, STATUSES, type FaultClass, type FaultVerdict, type Stages } from "@datong/core";
import {
  probedAction,
  probedKeys,
  probeOf,
  PROBE,
  REVERSE,
  settleFault,
  settleOutcome,
  settleProbe,
  settleProbeFault,
  UPDATE,
  WRITE,
  type SettleRules,
  type Step,
} from "../../src/flow/target/settle.ts";
import type { Found } from "../../src/flow/target/probe-target.ts";
import type { ClaimedDocument } from "../../src/store/task-rows.ts";

const document = (more: Partial<ClaimedDocument> = {}): ClaimedDocument => ({
  id: "1",
  externalKey: "K",
  recordKey: "r",
  number: null,
  targetId: null,
  stage: null,
  attempts: 0,
  status: STATUSES.queued.number,
  code: null,
  inDoubt: false,
  formerKeys: [],
  body: "{}",
  ...more,
});
const rules = (more: Partial<SettleRules> = {}): SettleRules => ({
  retries: undefined,
  stages: undefined,
  finalStage: null,
  probe: true,
  timeoutMs: 60_000,
  idempotent: false,
  changed: "hold",
  random: () => 0,
  ...more,
});
const fault = (of: FaultClass, more: Partial<FaultVerdict> = {}): FaultVerdict => ({
  kind: "fault",
  fault: of,
  cause: "other",
  code: "VENDOR_REFUSED",
  ...more,
});
const there = (found: Found, key = "K"): ReadonlyMap<string, Found> => new Map([[key, found]]);
const NOWHERE: ReadonlyMap<string, Found> = new Map();
const { queued, done, failed, unknown } = STATUSES;

describe("the ladder", () => {
  test("is climbed step by step and ends for a person", () => {
    const waits: (number | null)[] = [];
    let attempts = 0;
    for (let i = 0; i < 7; i += 1) {
      const step = settleFault(rules(), document({ attempts }), fault("transient"), WRITE);
      attempts = step.end.attempts;
      waits.push(step.next?.delayMs ?? null);
      expect(step.end.status).toBe(step.next === null ? failed.number : queued.number);
    }
    expect(waits).toEqual([...LADDER_S.map((s) => s * 1_000), null, null]);
  });

  test("is the flow's own where it has one, its last step repeated", () => {
    const own = rules({ retries: { count: 3, delaysS: [1, 2] } });
    const waits = [0, 1, 2, 3].map((attempts) => settleFault(own, document({ attempts }), fault("transient"), WRITE).next?.delayMs ?? null);
    expect(waits).toEqual([1_000, 2_000, 2_000, null]);
  });

  test("is spread by at most a tenth, later and never earlier", () => {
    const step = settleFault(rules({ random: () => 0.999 }), document(), fault("transient"), WRITE);
    expect(step.next?.delayMs).toBeGreaterThan(20_000);
    expect(step.next?.delayMs).toBeLessThanOrEqual(22_000);
  });

  test("is not climbed by throttling: it waits as told and costs no attempt, however often", () => {
    const step = settleFault(rules(), document({ attempts: 5 }), fault("throttled", { waitMs: 7_000 }), WRITE);
    expect(step).toMatchObject({ end: { status: queued.number, attempts: 5 }, next: { action: WRITE, delayMs: 7_000 } });
  });

  test("is not climbed by a refusal: the same again would be refused again", () => {
    const refused = fault("rejected", { vendorCode: "X", vendorText: "客户不存在", cause: "missing-master-data" });
    expect(settleFault(rules(), document(), refused, WRITE)).toMatchObject({
      end: { status: failed.number, attempts: 1, vendorCode: "X", vendorText: "客户不存在", cause: "missing-master-data" },
      next: null,
    });
  });
});

describe("doubt", () => {
  test("is asked about where it can be, sent again where that is harmless, else held", () => {
    expect(settleFault(rules(), document(), fault("uncertain"), WRITE)).toMatchObject({
      end: { status: unknown.number },
      next: { action: PROBE },
    });
    expect(settleFault(rules({ probe: false, idempotent: true }), document(), fault("uncertain"), WRITE)).toMatchObject({
      end: { status: queued.number },
      next: { action: WRITE },
    });
    expect(settleFault(rules({ probe: false }), document(), fault("uncertain"), WRITE)).toMatchObject({
      end: { status: unknown.number, code: "PROBE_MISSING" },
      next: null,
    });
  });

  test("is what a refusal as duplicate means after a first try, and not before", () => {
    const duplicate = fault("rejected", { cause: "duplicate" });
    expect(settleFault(rules(), document({ attempts: 1 }), duplicate, WRITE)).toMatchObject({
      end: { status: unknown.number },
      next: { action: PROBE, delayMs: 0 },
    });
    expect(settleFault(rules(), document(), duplicate, WRITE)).toMatchObject({ end: { status: failed.number }, next: null });
  });

  test("is asked once more where the write may be under way still, and only then is it sent again", () => {
    const way = (found: FaultVerdict, action = WRITE): readonly unknown[] => {
      const waits: unknown[] = [];
      let { next } = settleFault(rules(), document(), found, action);
      for (let asked = document({ attempts: 1 }); next !== null && probedAction(next.action) !== null && waits.length < 9;) {
        waits.push(next.delayMs);
        expect(settleProbeFault(rules(), asked, fault("transient"), next.action).next?.action).toBe(next.action);
        const step: Step = settleProbe(rules(), asked, NOWHERE, next.action);
        asked = document({ attempts: 1, status: step.end.status, code: step.end.code ?? null });
        ({ next } = step);
      }
      return [...waits, next?.action];
    };
    expect(way(fault("uncertain", { code: "CALL_TIMED_OUT" }))).toEqual([1_000, 60_000, WRITE]);
    expect(way(fault("uncertain", { code: "VENDOR_UNWELL", vendorCode: "504" }))).toEqual([1_000, 60_000, WRITE]);
    expect(way(fault("uncertain", { code: "CALL_CUT" }))).toEqual([1_000, 5_000, WRITE]);
    expect(way(fault("uncertain", { code: "WRITE_STOPPED_HALFWAY" }))).toEqual([1_000, 5_000, WRITE]);
    // The other side has answered: it is at work no more.
    expect(way(fault("uncertain", { code: "VENDOR_UNWELL", vendorCode: "500" }))).toEqual([1_000, WRITE]);
    expect(way(fault("uncertain", { code: "CALL_TIMED_OUT" }), UPDATE)).toEqual([1_000, WRITE]);
  });

  test("remembers what was to happen", () => {
    for (const action of [WRITE, UPDATE, REVERSE]) {
      const next = settleFault(rules(), document(), fault("uncertain"), action).next?.action ?? "";
      expect(probedAction(next)).toBe(action);
      expect(probeOf(action)).toBe(next);
    }
    expect(probedAction(WRITE)).toBeNull();
    expect(probedAction("audit")).toBeNull();
  });
});

describe("the answer to a question", () => {
  const found = there({ number: "T1", id: "9", stage: null });
  test("there: a write is done with the target's number and id; not there: it is sent, at first at once, then by the ladder", () => {
    expect(settleProbe(rules(), document({ attempts: 1 }), found)).toMatchObject({
      end: { status: done.number, number: "T1", targetId: "9" },
      next: null,
    });
    expect(settleProbe(rules(), document({ attempts: 1 }), NOWHERE)).toMatchObject({
      end: { status: queued.number },
      next: { action: WRITE, delayMs: 0 },
    });
    expect(settleProbe(rules(), document({ attempts: 3 }), NOWHERE).next?.delayMs).toBe((LADDER_S[2] ?? 0) * 1_000);
    expect(settleProbe(rules(), document({ attempts: 6, code: "CALL_CUT" }), NOWHERE)).toMatchObject({
      end: { status: failed.number, code: "CALL_CUT" },
      next: null,
    });
  });

  test("there: an update and a reversal are tried again; not there: a reversal is done", () => {
    expect(settleProbe(rules(), document({ attempts: 1 }), found, probeOf(UPDATE)).next?.action).toBe(UPDATE);
    expect(settleProbe(rules(), document({ attempts: 1 }), found, probeOf(REVERSE)).next?.action).toBe(REVERSE);
    expect(settleProbe(rules(), document({ attempts: 1 }), NOWHERE, probeOf(REVERSE))).toMatchObject({
      end: { status: done.number },
      next: null,
    });
  });

  test("that fails leaves the document unknown and asks again, about the same thing; a refused question is not repeated", () => {
    expect(settleProbeFault(rules(), document(), fault("transient"), probeOf(UPDATE))).toMatchObject({
      end: { status: unknown.number },
      next: { action: `${PROBE}:${UPDATE}` },
    });
    expect(settleProbeFault(rules(), document({ attempts: 2 }), fault("throttled", { waitMs: 900 }))).toMatchObject({
      end: { attempts: 2 },
      next: { action: PROBE, delayMs: 900 },
    });
    expect(settleProbeFault(rules(), document(), fault("rejected"))).toMatchObject({ end: { status: unknown.number }, next: null });
    expect(settleProbeFault(rules(), document({ attempts: 5 }), fault("transient"))).toMatchObject({
      end: { status: unknown.number },
      next: null,
    });
  });
});

describe("an earlier version that may have been taken", () => {
  const found: Found = { number: "T1", id: "9", stage: null };
  const second = document({ formerKeys: ["K"], externalKey: "K2" });
  test("is asked for under every key that it had; where it is not there, the new one is sent at once", () => {
    expect(probedKeys(second)).toEqual(["K2", "K"]);
    expect(probedKeys(document({ formerKeys: ["K"] }))).toEqual(["K"]);
    expect(settleProbe(rules(), second, NOWHERE)).toMatchObject({ end: { status: queued.number }, next: { action: WRITE, delayMs: 0 } });
  });

  test("there: the new one follows as a change of it, as the flow says; what cannot be told apart is never called done", () => {
    const told = { number: "T1", targetId: "9" };
    expect(settleProbe(rules({ changed: "update" }), second, there(found))).toMatchObject({
      end: { status: queued.number, ...told },
      next: { action: UPDATE },
    });
    const held = { end: { status: failed.number, code: "FORMER_VERSION_STANDS", ...told }, next: null };
    expect(settleProbe(rules(), second, there(found))).toMatchObject(held);
    expect(settleProbe(rules(), document({ formerKeys: ["K"] }), there(found))).toMatchObject(held);
    expect(settleProbe(rules({ changed: "ignore" }), second, there(found))).toMatchObject({
      end: { status: done.number, code: "FORMER_VERSION_STANDS", ...told },
      next: null,
    });
    // An update by an id that nobody knows would be a second document.
    expect(settleProbe(rules({ changed: "update" }), second, there({ ...found, id: null }))).toMatchObject({ next: null });
  });

  test("there beside the new one: it stands twice, and that is told; the new one alone is done", () => {
    const both = new Map([...there(found), ...there({ ...found, number: "T2", id: "10" }, "K2")]);
    expect(settleProbe(rules({ changed: "update" }), second, both)).toMatchObject({
      end: { status: failed.number, code: "FORMER_VERSION_STANDS", number: "T2" },
      next: null,
    });
    expect(settleProbe(rules(), second, there(found, "K2"))).toMatchObject({ end: { status: done.number, code: null }, next: null });
  });

  test("that arrived after the question: the new one is refused as its double, and asked about", () => {
    expect(settleFault(rules(), second, fault("rejected", { cause: "duplicate" }), WRITE)).toMatchObject({
      end: { status: unknown.number },
      next: { action: PROBE, delayMs: 0 },
    });
    expect(settleFault(rules(), document(), fault("rejected", { cause: "duplicate" }), WRITE)).toMatchObject({
      end: { status: failed.number },
      next: null,
    });
  });
});

describe("stages", () => {
  const stages: Stages = {
    order: ["saved", "submitted", "audited"],
    values: { A: "saved", B: "submitted", C: "audited" },
    steps: { saved: "submit", submitted: "audit" },
    finalWhen: { option: "end", in: [], then: "saved", otherwise: "audited" },
  };
  const staged = rules({ stages, finalStage: "audited" });
  test("go on from where the document stands, and end at the last", () => {
    const at = (stage: string | null): ReturnType<typeof settleProbe> =>
      settleProbe(staged, document({ attempts: 1 }), there({ number: "T", id: "1", stage }));
    expect(at("saved")).toMatchObject({ end: { status: queued.number, stage: "saved", number: "T" }, next: { action: "submit" } });
    expect(at("submitted").next?.action).toBe("audit");
    expect(at("audited")).toMatchObject({ end: { status: done.number, stage: "audited" }, next: null });
  });

  test("a document that was saved and then refused is asked about, and keeps the number it has got", () => {
    const partial = { kind: "partial", number: "T", id: "1", fault: fault("rejected", { vendorText: "负库存" }) } as const;
    expect(settleOutcome(staged, document(), partial, WRITE, "audited")).toMatchObject({
      end: { status: unknown.number, number: "T", targetId: "1", stage: "saved", vendorText: "负库存" },
      next: { action: PROBE },
    });
  });

  test("a stage without a step that leads on is left for a person", () => {
    const broken = rules({ stages: { ...stages, steps: {} }, finalStage: "audited" });
    expect(settleProbe(broken, document({ attempts: 1 }), there({ number: "T", id: "1", stage: "saved" }))).toMatchObject({
      end: { status: failed.number, code: "STAGE_UNKNOWN", number: "T" },
      next: null,
    });
  });
});
