/** A flow whose source is another flow: one pull serves several targets, and the vendor is not asked twice. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Reads the scene's own flow and writes under keys of its own. */
function second(scene: Scene, more: FlowChange = {}, name = "b"): FlowChange {
  return {
    ...more,
    id: `${scene.flow().id}-${name}`,
    source: { flow: scene.flow().id, ...more.source },
    mapping: [
      { field: "k", value: `${name}-{{id}}` },
      { field: "name", value: "{{name}}" },
    ],
  };
}

const keys = (scene: Scene): readonly string[] => scene.vendor.ledger.map((entry) => entry.key).toSorted();

describe("one pull for several targets", () => {
  test("the second and third flow take what the first has stored, with conditions of their own, and ask the source nothing", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("1"), bill("2", { off: "1" }), bill("3")];
    await scene.run({ source: { condition: [{ rule: "一号不写", any: [[{ field: "id", logic: "neq", value: "1" }]] }] } });
    const asked = scene.vendor.requests("rows").length;
    const on: FlowChange = { source: { condition: [{ rule: "停用不写", any: [[{ field: "off", logic: "isnull" }]] }] } };
    expect(await scene.run(second(scene, on))).toMatchObject({ read: 3, records: 3, written: 2, skipped: 1 });
    expect(await scene.run(second(scene, {}, "c"))).toMatchObject({ records: 3, written: 3 });
    expect(keys(scene)).toEqual(["2", "3", "b-1", "b-3", "c-1", "c-2", "c-3"]);
    expect(scene.vendor.requests("rows")).toHaveLength(asked);
    const id = second(scene).id ?? "";
    // Byte for byte what the source gave, under the same key and number.
    expect((await scene.records(id)).map(({ key, number, rows }) => [key, number, rows])).toEqual(
      (await scene.records()).map(({ key, number, rows }) => [key, number, rows]),
    );
  });

  test("only what is new or changed since is passed on, and a new version as the flow says", async () => {
    const scene = await lab.scene();
    const update: FlowChange = { target: { changed: "update" } };
    scene.vendor.rows = bills(3);
    await scene.run();
    await scene.run(second(scene, update));
    expect(await scene.run(second(scene, update))).toMatchObject({ written: 0, unchanged: 3 });
    scene.vendor.rows = [bill("b0001"), bill("b0002", { name: "改名" }), bill("b0003"), bill("b0004")];
    await scene.run();
    expect(await scene.run(second(scene, update))).toMatchObject({ written: 2, unchanged: 2 });
    expect(scene.vendor.ledger.filter((entry) => entry.key === "b-b0002")).toMatchObject([
      { updates: 1, text: expect.stringContaining("改名") },
    ]);
    expect(keys(scene).filter((key) => key.startsWith("b-"))).toEqual(["b-b0001", "b-b0002", "b-b0003", "b-b0004"]);
  });

  test("goes on over pages and limits until every record has come, each once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1_203);
    await scene.run();
    const taken: number[] = [];
    for (let i = 0; i < 4; i += 1) taken.push((await scene.run(second(scene), { limit: 400 })).written);
    expect(taken).toEqual([400, 400, 400, 3]);
    expect(await scene.run(second(scene))).toMatchObject({ written: 0 });
    expect(new Set(keys(scene)).size).toBe(2_406);
    expect(scene.vendor.ledger).toHaveLength(2_406);
  });

  test("a bill that failed in the first flow is still passed on; by number only the asked ones", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.refuse = (document) => (String(document["k"]).startsWith("b-") ? undefined : "不要");
    await scene.run();
    expect((await scene.documents()).map((document) => document.status)).toEqual([STATUS.failed, STATUS.failed, STATUS.failed]);
    expect(await scene.run(second(scene), { numbers: ["N-b0002", "N-nobody"] })).toMatchObject({ records: 1, written: 1 });
    expect(await scene.run(second(scene))).toMatchObject({ records: 3, written: 2 });
    expect(keys(scene)).toEqual(["b-b0001", "b-b0002", "b-b0003"]);
  });

  test("of a flow that has never run there is nothing to read", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    expect(await scene.run(second(scene))).toMatchObject({ read: 0, records: 0, written: 0, fault: null });
    expect(scene.vendor.requests("rows")).toHaveLength(0);
  });
});
