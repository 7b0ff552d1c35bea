/**
 * One flow never runs twice at once; a lease whose process is gone is taken over.
 *
 * @module-tag one-attempt
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { identityOf, ownIdentity } from "../../src/store/postgres/process-identity.ts";
import { until } from "../worker/child-worker.ts";
import { runInChild } from "./lab/child-run.ts";
import { bills, flowOf, openLab, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

describe("two processes", () => {
  test("that start the same flow: the second is told that it runs already, and by whom", async () => {
    // The first one's call is held for as long as the second takes to start, which may be long on a busy machine.
    const scene = await lab.scene({ limits: { timeoutMs: 90_000 } });
    scene.vendor.rows = bills(3);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    scene.vendor.script = async (request) => {
      if (request.operation !== "rows") return undefined;
      arrived();
      await held;
      return undefined;
    };
    const task = {
      dataDir: lab.dataDir,
      flow: scene.flow(),
      connections: [...scene.connections.values()],
      options: { sourceRetryDelaysMs: [] },
    };
    const first = runInChild(task);
    await asked;
    expect(await runInChild(task).ended).toMatchObject({ error: "FLOW_RUNNING" });
    await expect(scene.run()).rejects.toMatchObject({
      code: "FLOW_RUNNING",
      details: { owner: expect.stringContaining(String(first.child.pid)) },
    });
    release();
    expect(await first.ended).toMatchObject({ written: 3, fault: null });
    expect(scene.vendor.requests("rows")).toHaveLength(1);
    // It gave the lease back.
    expect(await scene.run()).toMatchObject({ unchanged: 3 });
    expect(await scene.cursor("lease")).toBeNull();
  });

  test("different flows of one account run side by side", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(5);
    const ids = ["side-1", "side-2"];
    const results = await Promise.all(
      ids.map((id) =>
        lab.engine.run(
          { ...flowOf(scene.flow().source.connection), id, mapping: [{ field: "k", value: `${id}-{{id}}` }] },
          scene.connections,
        ),
      ),
    );
    expect(results.map((result) => result.written)).toEqual([5, 5]);
    expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(10);
  });
});

describe("a lease", () => {
  const plant = async (id: string, owner: string, untilMs: number): Promise<void> => {
    await lab.engine.pool.query(
      "insert into cursor (lane, flow, name, value) select lane, num, 'lease', $2 from flow where id = $1 on conflict (lane, flow, name) do update set value = excluded.value",
      [id, JSON.stringify({ owner, untilMs })],
    );
  };

  test("of a process that is gone is taken over at once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1);
    const run = runInChild({ dataDir: lab.dataDir, flow: scene.flow(), connections: [...scene.connections.values()], options: {} });
    scene.vendor.script = (request) => {
      if (request.operation === "rows") run.kill();
      return undefined;
    };
    expect(await run.ended).toBeNull();
    expect(await scene.cursor("lease")).toContain(String(run.child.pid));
    scene.vendor.script = () => undefined;
    expect(await scene.run()).toMatchObject({ written: 1 });
  });

  test("of another machine counts until it runs out", async () => {
    const scene = await lab.scene();
    await scene.run();
    await plant(scene.flow().id, `elsewhere-${hostname()}:1:1:x`, Date.now() + 60_000);
    await expect(scene.run()).rejects.toMatchObject({ code: "FLOW_RUNNING" });
    await plant(scene.flow().id, `elsewhere-${hostname()}:1:1:x`, Date.now() - 1);
    expect(await scene.run()).toMatchObject({ fault: null });
  });

  test("of a process of this machine whose number another one has by now does not block", async () => {
    const scene = await lab.scene();
    await scene.run();
    const { pid, bootId } = ownIdentity();
    const init = identityOf(1);
    const before = [`${pid}:1`, `${pid}:1:${bootId}`, `1:${Number(init?.startTicks) + 1}:${bootId}`, `1:${init?.startTicks}:former-boot`];
    for (const each of before) {
      await plant(scene.flow().id, `${hostname()}:${each}:x`, Date.now() + 60_000);
      expect({ each, run: await scene.run() }).toMatchObject({ each, run: { fault: null } });
    }
    await plant(scene.flow().id, `${hostname()}:1:${init?.startTicks}:${init?.bootId}:x`, Date.now() + 60_000);
    await expect(scene.run()).rejects.toMatchObject({ code: "FLOW_RUNNING" });
  });

  test("of a process that has been killed, and whose end its parent has not taken note of, does not block", async () => {
    const scene = await lab.scene();
    await scene.run();
    // The shell becomes another program, which knows nothing of the child.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [told] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(told.toString());
    await until(() => readFileSync(`/proc/${child}/stat`, "utf8").includes(") Z "), 10_000);
    const startTicks = readFileSync(`/proc/${child}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? "";
    await plant(scene.flow().id, `${hostname()}:${child}:${startTicks}:${ownIdentity().bootId}:x`, Date.now() + 60_000);
    expect(await scene.run()).toMatchObject({ fault: null });
  });
});
