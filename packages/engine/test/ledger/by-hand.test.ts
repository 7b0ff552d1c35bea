/** What a person settles: pushed again only where the target lacks it, marked as done, left out; each with who and why. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { editDocument, findRecords, markDone, pushAgain, recordStory, retryRecords, skipByHand } from "../../src/ledger/index.ts";
import { PRIORITY } from "../../src/store/task-rows.ts";
import { bill, openLab, STATUS, type FlowChange, type Lab, type Scene } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const WHO = { reason: "客户误删", person: "小王" };
const push = (scene: Scene, number: string, change?: FlowChange) =>
  pushAgain(lab.engine, scene.flow(change), scene.connections, { number, ...WHO });
const writeQueue = (scene: Scene, change?: FlowChange) => scene.run(change, { numbers: [] });
const story = async (scene: Scene, key: string) => {
  const [ref] = await findRecords(lab.engine.pool, key, scene.flow().id);
  return ref === undefined ? null : recordStory(lab.engine.pool, ref);
};

describe("pushing again", () => {
  test("what the target has is not written, and who asked is kept", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    await scene.run();
    expect(await push(scene, "N-a")).toMatchObject({ queued: [], there: [{ number: "T1" }] });
    expect(await scene.queued()).toBe(0);
    expect(scene.vendor.ledger).toHaveLength(1);
    expect((await story(scene, "a"))?.interventions).toMatchObject([
      { action: "push-again", person: "小王", reason: "客户误删", details: { status: "done", number: "T1", outcome: "there" } },
    ]);
  });

  test("what it lacks is written once more with the body it had, and found by the old number and the new one", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b")];
    await scene.run();
    const [first] = scene.vendor.ledger;
    if (first !== undefined) first.reversed = true;
    expect(await push(scene, "N-a")).toMatchObject({ queued: [expect.any(String)], there: [] });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.queued, number: null }, { status: STATUS.done }]);
    expect(await scene.priorities()).toEqual([PRIORITY.manual]);
    expect(await writeQueue(scene)).toMatchObject({ written: 1 });
    expect(scene.vendor.standing().map((entry) => entry.key)).toEqual(["b", "a"]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "T3" }, { number: "T2" }]);
    for (const number of ["T1", "T3"]) expect(await findRecords(lab.engine.pool, number, scene.flow().id)).toMatchObject([{ key: "a" }]);
  });

  test("entered at the target while it waited in the queue, it is not written", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    await scene.run();
    const [first] = scene.vendor.ledger;
    if (first !== undefined) first.reversed = true;
    expect((await push(scene, "N-a")).queued).toHaveLength(1);
    if (first !== undefined) first.reversed = false;
    await writeQueue(scene);
    expect(scene.vendor.requests("save")).toHaveLength(1);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "T1" }]);
  });

  test("is refused without a probe, without a reason, and for what is not done or not known", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b")];
    scene.vendor.refuse = (document) => (document["k"] === "b" ? "不要" : undefined);
    await scene.run();
    const blind: FlowChange = { target: { api: "save-blind" } };
    await expect(push(scene, "N-a", blind)).rejects.toMatchObject({ code: "REPAIR_PROBE_MISSING" });
    await expect(push(scene, "N-b")).rejects.toMatchObject({ code: "REPAIR_STATUS" });
    await expect(push(scene, "N-z")).rejects.toMatchObject({ code: "REPAIR_UNKNOWN" });
    const silent = pushAgain(lab.engine, scene.flow(), scene.connections, { number: "N-a", reason: " ", person: "小王" });
    await expect(silent).rejects.toMatchObject({ code: "REPAIR_REASON_MISSING" });
    expect(scene.vendor.requests("probe")).toHaveLength(0);
    expect(await scene.queued()).toBe(0);
  });
});

describe("marking as done", () => {
  test("a refused document has the target's number afterwards and is not retried", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.refuse = () => "不要";
    await scene.run();
    await markDone(lab.engine, scene.flow().id, { number: "N-a", targetNumber: "手工-1", ...WHO });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "手工-1", code: null }]);
    expect(await findRecords(lab.engine.pool, "手工-1", scene.flow().id)).toMatchObject([{ key: "a" }]);
    expect(await retryRecords(lab.engine, scene.flow(), scene.connections, {})).toMatchObject({ queued: 0 });
    expect(await scene.run()).toMatchObject({ written: 0, failed: 0 });
    expect((await story(scene, "a"))?.interventions).toMatchObject([
      { action: "mark-done", details: { status: "failed", targetNumber: "手工-1" } },
    ]);
  });

  test("a document in doubt is not asked for any more", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) => (request.operation === "rows" ? undefined : { kind: "cut" });
    await scene.run({ retries: { count: 3, delaysS: [600] } }, { waitMs: 100 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.unknown }]);
    await markDone(lab.engine, scene.flow().id, { number: "N-a", targetNumber: "T-9", ...WHO });
    scene.vendor.script = () => undefined;
    await scene.makeDue();
    const probes = scene.vendor.requests("probe").length;
    await writeQueue(scene);
    expect(scene.vendor.requests("probe")).toHaveLength(probes);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "T-9" }]);
    expect(await scene.queued()).toBe(0);
  });

  test("one that is queued is refused, and so is a bill of several documents until one is named", async () => {
    const scene = await lab.scene();
    const busy: FlowChange = { retries: { count: 3, delaysS: [600] } };
    scene.vendor.rows = [bill("a", { lines: [{ p: 1 }, { p: 2 }] })];
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"稍后"}' } : undefined;
    await scene.run(busy, { waitMs: 50 });
    const mark = (number: string) => markDone(lab.engine, scene.flow().id, { number, targetNumber: "X", ...WHO });
    await expect(mark("N-a")).rejects.toMatchObject({ code: "REPAIR_STATUS" });

    const other = await lab.scene();
    const exploded: FlowChange = {
      restructure: [{ kind: "explode", path: "lines" }],
      mapping: [{ field: "k", value: "{{id}}-{{lines.p}}" }],
    };
    other.vendor.rows = [bill("a", { lines: [{ p: 1 }, { p: 2 }] })];
    other.vendor.refuse = () => "不要";
    await other.run(exploded);
    const documents = await other.documents();
    expect(documents).toHaveLength(2);
    const markOther = (number: string) => markDone(lab.engine, other.flow().id, { number, targetNumber: "X", ...WHO });
    await expect(markOther("N-a")).rejects.toMatchObject({ code: "REPAIR_AMBIGUOUS", details: { count: 2 } });
    await markOther(documents[1]?.id ?? "");
    expect(await other.documents()).toMatchObject([{ status: STATUS.failed }, { status: STATUS.done, number: "X" }]);
  });
});

describe("leaving out", () => {
  test("a failed or queued document is not written, until the bill changes at the source", async () => {
    const scene = await lab.scene();
    const busy: FlowChange = { retries: { count: 3, delaysS: [600] } };
    scene.vendor.rows = [bill("a"), bill("b")];
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"稍后"}' } : undefined;
    await scene.run(busy, { waitMs: 50 });
    expect(await skipByHand(lab.engine, scene.flow().id, { number: "N-a", ...WHO })).toBe(1);
    scene.vendor.script = () => undefined;
    await scene.makeDue();
    expect(await scene.run()).toMatchObject({ written: 1 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b"]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.skipped }, { status: STATUS.done }]);
    await expect(skipByHand(lab.engine, scene.flow().id, { number: "N-b", ...WHO })).rejects.toMatchObject({ code: "REPAIR_STATUS" });
    scene.vendor.rows = [bill("a", { name: "新版" }), bill("b")];
    expect(await scene.run()).toMatchObject({ written: 1 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b", "a"]);
  });

  test("a bill that could not be restructured is left out as a record", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [{ text: '{"id":"a","no":"N-a","name":"x","lines":5}' }];
    const exploded: FlowChange = {
      restructure: [{ kind: "explode", path: "lines" }],
      mapping: [{ field: "k", value: "{{id}}-{{lines.p}}" }],
    };
    await scene.run(exploded);
    expect(await scene.records()).toMatchObject([{ status: STATUS.failed }]);
    expect(await skipByHand(lab.engine, scene.flow().id, { number: "N-a", ...WHO })).toBe(1);
    expect(await scene.records()).toMatchObject([{ status: STATUS.skipped, reason: "客户误删" }]);
    expect((await story(scene, "a"))?.interventions).toMatchObject([{ action: "skip", document: null, details: { status: "failed" } }]);
  });

  test("while a worker writes it, nobody settles it by hand", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    scene.vendor.script = async (request) => {
      if (request.operation === "save") await held;
      return undefined;
    };
    const running = scene.run();
    await expect.poll(() => scene.vendor.requests("save").length).toBe(1);
    await expect(skipByHand(lab.engine, scene.flow().id, { number: "N-a", ...WHO })).rejects.toMatchObject({ code: "REPAIR_UNDER_WAY" });
    answer();
    expect(await running).toMatchObject({ written: 1 });
  });
});

describe("edit", () => {
  const staysOut = { target: { changed: "ignore" as const } };

  test("sends the corrected body once under the same key; what it was, why and who stay in the story", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b")];
    scene.vendor.refuse = (document) => (document["name"] === "好" || document["k"] === "b" ? undefined : "名称不对");
    await scene.run(staysOut);
    const change = { number: "N-a", reason: "名称写错", person: "王" };
    const edit = (body: string, number = "N-a") =>
      editDocument(lab.engine, scene.flow(staysOut), scene.connections, { ...change, number, body });
    await expect(edit("[]")).rejects.toMatchObject({ code: "REPAIR_EDIT_SHAPE" });
    await expect(edit("{}", "N-b")).rejects.toMatchObject({ code: "REPAIR_STATUS" });
    const [before] = await scene.documents();
    await edit('{"k":"a","name":"好","amount":1.10}');
    expect(await scene.run(staysOut, { numbers: [] })).toMatchObject({ written: 1 });
    const [after] = await scene.documents();
    expect(after).toMatchObject({ status: STATUS.done, external_key: before?.external_key, body: '{"k":"a","name":"好","amount":1.10}' });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b", "a"]);
    const [ref] = await findRecords(lab.engine.pool, "N-a", scene.flow().id);
    const story = ref === undefined ? null : await recordStory(lab.engine.pool, ref);
    expect(story?.interventions).toMatchObject([{ action: "edit", reason: "名称写错", person: "王", details: { before: before?.body } }]);
    // The source has not changed: the correction stays.
    expect(await scene.run(staysOut)).toMatchObject({ unchanged: 2, written: 0 });
  });
});
