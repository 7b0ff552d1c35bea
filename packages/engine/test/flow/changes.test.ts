/** A bill that comes again with other content, or that was taken back at its source. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bill, openLab, STATUS, type FlowChange, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const nameOf = (text: string | undefined): unknown => (JSON.parse(text ?? "{}") as { name?: unknown }).name;

describe("a changed bill whose document is done", () => {
  test("is left for a person unless the flow says otherwise", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" })];
    await scene.run();
    scene.vendor.rows = [bill("a", { name: "新" })];
    expect(await scene.run()).toMatchObject({ unchanged: 0, written: 0 });
    expect(await scene.records()).toMatchObject([{ version: 2, reason: "BILL_CHANGED" }]);
    expect(scene.vendor.ledger).toHaveLength(1);
    expect(nameOf(scene.vendor.ledger[0]?.text)).toBe("旧");
  });

  test("changes nothing at the target where the flow ignores changes", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" })];
    await scene.run({ target: { changed: "ignore" } });
    scene.vendor.rows = [bill("a", { name: "新" })];
    await scene.run({ target: { changed: "ignore" } });
    expect(scene.vendor.ledger).toMatchObject([{ updates: 0 }]);
    expect((await scene.documents())[0]).toMatchObject({ status: STATUS.done, version: 1 });
  });

  test("updates the same document at the target by its id", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" }), bill("b", { name: "旧" })];
    await scene.run({ target: { changed: "update" } });
    const id = scene.vendor.ledger.find((entry) => entry.key === "a")?.id;
    scene.vendor.rows = [bill("a", { name: "新" }), bill("b", { name: "旧" })];
    expect(await scene.run({ target: { changed: "update" } })).toMatchObject({ unchanged: 1, written: 1 });
    expect(scene.vendor.ledger).toHaveLength(2);
    expect(scene.vendor.ledger.find((entry) => entry.key === "a")).toMatchObject({ id, updates: 1 });
    expect(nameOf(scene.vendor.ledger.find((entry) => entry.key === "a")?.text)).toBe("新");
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({
      status: STATUS.done,
      version: 2,
      target_id: id,
    });
  });

  test("is left for a person where the target gave no id to update by: an update without one would be a second document", async () => {
    const scene = await lab.scene();
    const change: FlowChange = { target: { api: "save-all", changed: "update" } };
    scene.vendor.rows = [bill("a", { name: "旧" })];
    await scene.run(change);
    scene.vendor.rows = [bill("a", { name: "新" })];
    expect(await scene.run(change)).toMatchObject({ written: 0 });
    expect(scene.vendor.ledger).toHaveLength(1);
    expect((await scene.records())[0]).toMatchObject({ reason: "BILL_CHANGED" });
  });

  test("an update whose answer was lost is sent again, for the old version was there already", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" })];
    await scene.run({ target: { changed: "update" } });
    scene.vendor.rows = [bill("a", { name: "新" })];
    scene.vendor.script = (request) => (request.operation === "save" && request.nth === 1 ? { kind: "cut" } : undefined);
    const result = await scene.run({ target: { changed: "update" } });
    expect(result).toMatchObject({ written: 1 });
    expect(scene.vendor.ledger).toHaveLength(1);
    expect(nameOf(scene.vendor.ledger[0]?.text)).toBe("新");
  });
});

describe("a changed bill whose document is not done", () => {
  test("takes the place of the one that is still queued: one document, the new content", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" }), bill("b")];
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"系统忙"}' } : undefined;
    const patient = { retries: { count: 3, delaysS: [600] } };
    expect(await scene.run(patient, { waitMs: 0 })).toMatchObject({ written: 0, queued: 2 });
    scene.vendor.script = () => undefined;
    scene.vendor.rows = [bill("a", { name: "新" }), bill("b")];
    expect(await scene.run(patient, { waitMs: 0 })).toMatchObject({ records: 2, unchanged: 1, written: 1 });
    await scene.makeDue();
    await scene.run(patient, { waitMs: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a", "b"]);
    expect(scene.vendor.ledger.filter((entry) => entry.key === "a").map((entry) => nameOf(entry.text))).toEqual(["新"]);
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({ status: STATUS.done, version: 2 });
  });

  test("replaces the one that was refused, which is then tried anew", async () => {
    const scene = await lab.scene();
    scene.vendor.refuse = (document) => (document["name"] === "坏" ? "名称不合法" : undefined);
    scene.vendor.rows = [bill("a", { name: "坏" }), bill("b")];
    expect(await scene.run()).toMatchObject({ written: 1, failed: 1 });
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({
      code: "VENDOR_REFUSED",
      vendor_text: "名称不合法",
    });
    scene.vendor.rows = [bill("a", { name: "好" }), bill("b")];
    expect(await scene.run()).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b", "a"]);
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({
      status: STATUS.done,
      version: 2,
      code: null,
      vendor_text: null,
    });
  });

  test("replaces the one that could not be mapped", async () => {
    const scene = await lab.scene();
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "amount", type: "float", value: "{{qty}}" },
    ] as const;
    scene.vendor.rows = [bill("a", { qty: "一打" })];
    expect(await scene.run({ mapping })).toMatchObject({ failed: 1 });
    scene.vendor.rows = [bill("a", { qty: "12" })];
    expect(await scene.run({ mapping })).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.ledger).toHaveLength(1);
  });

  test("waits where nobody knows yet whether the old one was taken, and then follows the flow", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "旧" })];
    // Taken, but neither the answer nor the probe comes through.
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "cut-after" } : request.operation === "probe" ? { kind: "cut" } : undefined;
    const change = { target: { changed: "update" as const }, retries: { count: 0, delaysS: [0.05] } };
    expect(await scene.run(change, { waitMs: 2_000 })).toMatchObject({ unknown: 1 });
    scene.vendor.script = () => undefined;
    scene.vendor.rows = [bill("a", { name: "新" })];
    await scene.run(change);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a"]);
    expect((await scene.documents())[0]).toMatchObject({ status: STATUS.unknown });
    expect((await scene.records())[0]).toMatchObject({ reason: "BILL_CHANGED" });
    // A person has looked: it is there. The bill that waited is now carried out without having changed again.
    const { id, number } = scene.vendor.ledger[0] ?? { id: "", number: "" };
    await lab.engine.pool.query(
      "update document d set status = 3, target_id = $2, number = $3 from flow f where f.num = d.flow and f.id = $1",
      [scene.flow().id, id, number],
    );
    await lab.recount();
    // The source does not even give it again: its window has gone on.
    scene.vendor.rows = [];
    expect(await scene.run(change)).toMatchObject({ written: 1 });
    scene.vendor.rows = [bill("a", { name: "新" })];
    expect(scene.vendor.ledger).toMatchObject([{ key: "a", updates: 1 }]);
    expect(nameOf(scene.vendor.ledger[0]?.text)).toBe("新");
    expect(await scene.run(change)).toMatchObject({ unchanged: 1, written: 0 });
  });
});

describe("a changed bill whose former version may have been taken", () => {
  const patient = { count: 3, delaysS: [0.05, 600] };

  /** The write is cut; the target does not show it yet; the document is queued again, and then the bill changes. */
  async function doubted(
    scene: Awaited<ReturnType<typeof lab.scene>>,
    change: FlowChange,
    keyOf = "{{id}}",
  ): Promise<() => Promise<unknown>> {
    const mapping = [
      { field: "k", value: keyOf },
      { field: "name", value: "{{name}}" },
    ];
    const all = { ...change, mapping, retries: patient };
    scene.vendor.rows = [bill("a", { name: "旧" })];
    // Cut twice: the second time the ladder's long step makes it wait.
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut" } : undefined);
    await scene.run(all, { waitMs: 3_000 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.queued }]);
    scene.vendor.script = () => undefined;
    scene.vendor.rows = [bill("a", { name: "新" })];
    return () => scene.run(all);
  }
  const late = (scene: Awaited<ReturnType<typeof lab.scene>>, key: string): void => {
    scene.vendor.ledger.push({
      key,
      id: "901",
      number: "T-901",
      text: JSON.stringify({ k: key, name: "旧" }),
      updates: 0,
      reversed: false,
      stage: "audited",
    });
  };

  test("is asked for before anything is sent, and written where the target has none", async () => {
    const scene = await lab.scene();
    const run = await doubted(scene, {});
    const asked = scene.vendor.requests("probe").length;
    await run();
    expect(scene.vendor.requests("probe")).toHaveLength(asked + 1);
    expect(scene.vendor.ledger.map((entry) => nameOf(entry.text))).toEqual(["新"]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, version: 2 }]);
  });

  test("is updated where it has arrived meanwhile, also under the key that the former version had", async () => {
    const scene = await lab.scene();
    const run = await doubted(scene, { target: { changed: "update" } }, "{{id}}-{{name}}");
    late(scene, "a-旧");
    await run();
    expect(scene.vendor.ledger).toMatchObject([{ id: "901", updates: 1 }]);
    expect(nameOf(scene.vendor.ledger[0]?.text)).toBe("新");
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "T-901", target_id: "901", version: 2 }]);
  });

  test("is told, and left to a person, where the flow holds changes", async () => {
    const scene = await lab.scene();
    const run = await doubted(scene, {});
    late(scene, "a");
    await run();
    expect(scene.vendor.ledger).toHaveLength(1);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.failed, code: "FORMER_VERSION_STANDS", number: "T-901" }]);
  });
});

describe("a bill that was taken back at its source", () => {
  const withdrawn = (action: "ignore" | "alert" | "reverse") => ({
    source: { withdrawn: { when: [[{ field: "state", logic: "eq" as const, value: "void" }]], action } },
  });

  test("that was never written is skipped as withdrawn", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "void" }), bill("b", { state: "ok" })];
    expect(await scene.run(withdrawn("reverse"))).toMatchObject({ written: 1 });
    expect((await scene.records()).find((record) => record.key === "a")).toMatchObject({ status: STATUS.skipped, reason: "withdrawn" });
    expect(scene.vendor.requests("reverse")).toHaveLength(0);
  });

  test.each(["ignore", "alert"] as const)("stays at the target where the flow says %s", async (action) => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "ok" })];
    await scene.run(withdrawn(action));
    scene.vendor.rows = [bill("a", { state: "void" })];
    const result = await scene.run(withdrawn(action));
    expect(scene.vendor.standing()).toHaveLength(1);
    expect(scene.vendor.requests("reverse")).toHaveLength(0);
    expect((await scene.records())[0]).toMatchObject({ reason: action === "alert" ? "BILL_WITHDRAWN" : "withdrawn", version: 2 });
    expect(result.warnings).toEqual(action === "alert" ? [{ key: "a", number: "N-a", code: "BILL_WITHDRAWN" }] : []);
  });

  test("is taken back at the target by its id where the flow says reverse", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "ok" }), bill("b", { state: "ok" })];
    await scene.run(withdrawn("reverse"));
    const id = scene.vendor.ledger.find((entry) => entry.key === "a")?.id;
    scene.vendor.rows = [bill("a", { state: "void" }), bill("b", { state: "ok" })];
    await scene.run(withdrawn("reverse"));
    expect(scene.vendor.requests("reverse").map((request) => request.json["ids"])).toEqual([[id]]);
    expect(scene.vendor.standing().map((entry) => entry.key)).toEqual(["b"]);
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({
      status: STATUS.done,
      stage: "reversed",
    });
    // A third run finds nothing to do.
    await scene.run(withdrawn("reverse"));
    expect(scene.vendor.requests("reverse")).toHaveLength(1);
  });

  test("is written anew, as the same document of the ledger, when it becomes valid again, and can be taken back again", async () => {
    const scene = await lab.scene();
    const rows = (state: string, name: string): void => void (scene.vendor.rows = [bill("a", { state, name })]);
    rows("ok", "旧");
    await scene.run(withdrawn("reverse"));
    rows("void", "旧");
    await scene.run(withdrawn("reverse"));
    rows("ok", "新");
    expect(await scene.run(withdrawn("reverse"))).toMatchObject({ written: 1, failed: 0 });
    expect(scene.vendor.standing().map((entry) => nameOf(entry.text))).toEqual(["新"]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, stage: null, version: 3 }]);
    rows("void", "新");
    await scene.run(withdrawn("reverse"));
    expect(scene.vendor.standing()).toEqual([]);
    expect((await scene.documents())[0]).toMatchObject({ stage: "reversed" });
  });

  test.each(["ignore", "alert", "reverse"] as const)(
    "while its document was still waiting to be written is not written at all (%s); valid again, it is",
    async (action) => {
      const scene = await lab.scene();
      const patient = { ...withdrawn(action), retries: { count: 3, delaysS: [600] } };
      scene.vendor.rows = [bill("a", { state: "ok" }), bill("b", { state: "ok" })];
      scene.vendor.script = (request) =>
        request.operation === "save" ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"系统忙"}' } : undefined;
      await scene.run(patient, { waitMs: 0 });
      scene.vendor.script = () => undefined;
      scene.vendor.rows = [bill("a", { state: "void" }), bill("b", { state: "ok" })];
      expect((await scene.run(patient, { waitMs: 0 })).warnings).toEqual([]);
      await scene.makeDue();
      await scene.run(patient, { waitMs: 0 });
      expect(scene.vendor.standing().map((entry) => entry.key)).toEqual(["b"]);
      expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({
        status: STATUS.skipped,
        code: "WITHDRAWN_UNWRITTEN",
      });
      expect((await scene.records()).find((record) => record.key === "a")).toMatchObject({ status: STATUS.skipped, reason: "withdrawn" });
      scene.vendor.rows = [bill("a", { state: "ok" }), bill("b", { state: "ok" })];
      expect(await scene.run(patient)).toMatchObject({ written: 1 });
      expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b", "a"]);
    },
  );

  test("while its document is in doubt is taken back once the target has told that it has it", async () => {
    const scene = await lab.scene();
    const change = { ...withdrawn("reverse"), retries: { count: 3, delaysS: [0.05] } };
    scene.vendor.rows = [bill("a", { state: "ok" })];
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut-after" } : undefined);
    await scene.run(change, { waitMs: 0 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.unknown }]);
    scene.vendor.rows = [bill("a", { state: "void" })];
    await scene.run(change);
    await scene.run(change);
    expect(scene.vendor.ledger).toHaveLength(1);
    expect(scene.vendor.standing()).toEqual([]);
  });

  test("is never written anew when the answer to the reversal was lost", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "ok" })];
    await scene.run(withdrawn("reverse"));
    scene.vendor.rows = [bill("a", { state: "void" })];
    scene.vendor.script = (request) => (request.operation === "reverse" && request.nth === 0 ? { kind: "cut-after" } : undefined);
    await scene.run(withdrawn("reverse"));
    expect(scene.vendor.standing()).toEqual([]);
    expect(scene.vendor.ledger).toHaveLength(1);
  });

  test("is taken back after all when the reversal was lost on the way", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "ok" })];
    await scene.run(withdrawn("reverse"));
    scene.vendor.rows = [bill("a", { state: "void" })];
    scene.vendor.script = (request) => (request.operation === "reverse" && request.nth === 0 ? { kind: "cut" } : undefined);
    await scene.run(withdrawn("reverse"));
    expect(scene.vendor.standing()).toEqual([]);
  });
});
