/** Writing: batches, bounds, partial answers, refusals, doubt, waiting as told, stages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asText, isArray, readJson, type JsonObject } from "@datong/core";
import { bill, bills, openLab, STATUS, type Lab } from "./lab/lab.ts";
import type { SeenRequest } from "./lab/vendor.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const sizeOf = (request: SeenRequest): number => {
  const { documents } = request.json;
  return isArray(documents) ? documents.length : 0;
};

describe("batches", () => {
  test("hold as many documents as the flow asks for, never more than the API takes", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(45);
    await scene.run({ target: { batch: 20 } });
    expect(scene.vendor.requests("save").map(sizeOf).sort()).toEqual([20, 20, 5]);
    const greedy = await lab.scene();
    greedy.vendor.rows = bills(60);
    await greedy.run({ target: { batch: 500 } });
    expect(greedy.vendor.requests("save").map(sizeOf).sort()).toEqual([10, 50]);
  });

  test("are under way at once up to the flow's bound, and never beyond it", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(40);
    scene.vendor.delayMs = 25;
    let saving = 0;
    let most = 0;
    scene.vendor.script = async (request) => {
      if (request.operation !== "save") return undefined;
      saving += 1;
      most = Math.max(most, saving);
      await new Promise((resolve) => setTimeout(resolve, 30));
      saving -= 1;
      return undefined;
    };
    expect(await scene.run({ target: { batch: 2, concurrency: 3 } })).toMatchObject({ written: 40 });
    expect(most).toBe(3);
  });

  test("share the connection's bound with the pull of the same account", async () => {
    const scene = await lab.scene({ limits: { concurrency: 2 } });
    scene.vendor.rows = bills(30);
    scene.vendor.delayMs = 10;
    expect(await scene.run({ source: { pageSize: 5 }, target: { batch: 1, concurrency: 8 } })).toMatchObject({ written: 30 });
    expect(scene.vendor.openMax).toBe(2);
  });
});

describe("refusals", () => {
  test("a secret that is refused ends the run at once and costs no document anything", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(30);
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "reply", status: 401, body: "{}" } : undefined);
    const broken = await scene.run({ target: { batch: 5, concurrency: 1 } });
    expect(broken).toMatchObject({ written: 0, failed: 0, queued: 30, fault: { code: "VENDOR_FORBIDDEN" } });
    expect(scene.vendor.requests("save")).toHaveLength(1);
    expect((await scene.exchanges()).filter((exchange) => exchange.operation === "save").map((exchange) => exchange.status)).toEqual([401]);
    scene.vendor.script = () => undefined;
    expect(await scene.run({ target: { batch: 5, concurrency: 1 } })).toMatchObject({ written: 30, failed: 0, queued: 0, fault: null });
    expect(scene.vendor.ledger).toHaveLength(30);
  });

  test("one refused document fails alone, with the vendor's own words", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(5);
    scene.vendor.refuse = (document) => (document["k"] === "b0003" ? "客户编码不存在" : undefined);
    expect(await scene.run()).toMatchObject({ written: 4, failed: 1 });
    expect((await scene.documents()).find((document) => document.status === STATUS.failed)).toMatchObject({
      record_key: "b0003",
      code: "VENDOR_REFUSED",
      vendor_text: "客户编码不存在",
    });
    expect(scene.vendor.requests("save")).toHaveLength(1);
  });

  test("the culprits of an all-or-nothing batch are found by halves, and all others are written once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(23);
    const bad = new Set(["b0007", "b0021"]);
    scene.vendor.refuse = (document) => (bad.has(String(document["k"])) ? "不允许负库存" : undefined);
    expect(await scene.run({ target: { api: "save-all" } })).toMatchObject({ written: 21, failed: 2 });
    expect(scene.vendor.ledger).toHaveLength(21);
    expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(21);
    expect(
      (await scene.documents()).filter((document) => document.status === STATUS.failed).map((document) => document.record_key),
    ).toEqual([...bad]);
    // 2 culprits in 23: far fewer calls than one each.
    expect(scene.vendor.requests("save-all").length).toBeLessThan(20);
  });

  test("a document that the mapping could not make does not keep its page from being written", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [...bills(3), bill("c1", { name: null })];
    const result = await scene.run({
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "name", value: "{{name}}", required: true },
      ],
    });
    expect(result).toMatchObject({ written: 3, failed: 1 });
  });
});

describe("doubt", () => {
  test("a document that the answer does not mention is asked about, and not sent again when it is there", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(4);
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "maim", maim: (text) => text.replace(/,?\{"index":2[^}]*\}/, "") } : undefined;
    expect(await scene.run()).toMatchObject({ written: 4, unknown: 0 });
    expect(scene.vendor.ledger).toHaveLength(4);
    expect(scene.vendor.requests("probe").map((request) => request.json["keys"])).toEqual([["b0003"]]);
    const documents = await scene.documents();
    expect(documents.map((document) => document.target_id)).toEqual(
      documents.map((document) => scene.vendor.ledger.find((e) => e.key === document.external_key)?.id),
    );
  });

  test("a write whose answer was lost is asked about; what is there is done, what is not is sent once more", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(6);
    scene.vendor.script = (request) =>
      request.operation === "save" && request.nth === 0
        ? { kind: "cut-after" }
        : request.operation === "save" && request.nth === 1
          ? { kind: "cut" }
          : undefined;
    expect(await scene.run({ target: { batch: 3, concurrency: 1 } })).toMatchObject({ written: 6, failed: 0, unknown: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["b0001", "b0002", "b0003", "b0004", "b0005", "b0006"]);
    expect(scene.vendor.requests("save")).toHaveLength(3);
  });

  test("a write that the target needs longer for than it is waited for is asked about until that can be over, and is there once", async () => {
    const scene = await lab.scene({ limits: { timeoutMs: 1_500 } });
    scene.vendor.rows = bills(2);
    // Past the first question, which comes a second after the time limit.
    scene.vendor.script = async (request) => {
      if (request.operation === "save" && request.nth === 0) await new Promise((resolve) => setTimeout(resolve, 3_200));
      return undefined;
    };
    // What is in doubt is not told as queued as well.
    expect(await scene.run({}, { waitMs: 0 })).toMatchObject({ written: 0, failed: 0, unknown: 2, queued: 0 });
    expect(await scene.run()).toMatchObject({ written: 2, failed: 0, unknown: 0, queued: 0 });
    expect(scene.vendor.requests("probe")).toHaveLength(2);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b0001", "b0002"]);
  });

  test("a write that never gets through stops on the ladder and is left as failed, not tried forever", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut" } : undefined);
    const result = await scene.run({ retries: { count: 1, delaysS: [0.05] } });
    expect(result).toMatchObject({ written: 0, failed: 1, queued: 0 });
    expect((await scene.documents())[0]).toMatchObject({ status: STATUS.failed, code: "CALL_CUT" });
    expect(scene.vendor.requests("save")).toHaveLength(2);
  });

  test("a reply that is no JSON leaves a write in doubt, for it may have been taken", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    scene.vendor.script = (request) =>
      request.operation === "save" && request.nth === 0 ? { kind: "maim", maim: (text) => text.slice(0, 12) } : undefined;
    expect(await scene.run()).toMatchObject({ written: 2 });
    expect(scene.vendor.ledger).toHaveLength(2);
  });

  test("an API that may be called twice is called twice, without a question", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) => (request.operation === "save" && request.nth === 0 ? { kind: "cut" } : undefined);
    expect(await scene.run({ target: { api: "save-idempotent" } })).toMatchObject({ written: 1 });
    expect(scene.vendor.requests("save")).toHaveLength(2);
    expect(scene.vendor.requests("probe")).toHaveLength(0);
  });

  test("without a probe, and not to be called twice, the document is held for a person", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut" } : undefined);
    expect(await scene.run({ target: { api: "save-blind" } })).toMatchObject({ written: 0, unknown: 1, queued: 0 });
    expect((await scene.documents())[0]).toMatchObject({ status: STATUS.unknown, code: "PROBE_MISSING" });
    await scene.run({ target: { api: "save-blind" } });
    expect(scene.vendor.requests("save")).toHaveLength(1);
  });

  test("a line that never stood is no doubt: nothing was sent, the document waits and goes out once", async () => {
    const scene = await lab.scene();
    const nowhere = await lab.scene();
    await nowhere.vendor.stop();
    scene.vendor.rows = [bill("a")];
    const both = new Map([...scene.connections, ...nowhere.connections]);
    const flow = { ...scene.flow(), target: { ...scene.flow().target, connection: nowhere.flow().source.connection } };
    const result = await lab.engine.run({ ...flow, dispatch: { enabled: true, retries: { count: 3, delaysS: [600] } } }, both, {
      waitMs: 0,
    });
    expect(result).toMatchObject({ written: 0, queued: 1, unknown: 0 });
    expect((await scene.documents())[0]).toMatchObject({ status: STATUS.queued, code: "HOST_UNREACHABLE", attempts: 1 });
  });
});

describe("too many calls", () => {
  test("Retry-After is waited for, costs no attempt and loses nothing", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    const at: number[] = [];
    scene.vendor.script = (request) => {
      if (request.operation !== "save") return undefined;
      at.push(Date.now());
      return request.nth === 0 ? { kind: "reply", status: 429, headers: { "retry-after": "1" }, body: "{}" } : undefined;
    };
    expect(await scene.run()).toMatchObject({ written: 1 });
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect((await scene.documents())[0]?.attempts).toBe(1);
  });

  test("the source is waited for as well", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.nth < 2
        ? { kind: "reply", status: 503, headers: { "retry-after": "0.2" }, body: "busy" }
        : undefined;
    expect(await scene.run()).toMatchObject({ written: 1, fault: null });
  });
});

describe("stages", () => {
  test("a document that was saved but not audited goes on from there and is not saved twice", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    // The vendor saves, then the line breaks: the probe finds both at the first stage.
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut-after" } : undefined);
    expect(await scene.run({ target: { api: "save-staged" } })).toMatchObject({ written: 2 });
    expect(scene.vendor.ledger.map((entry) => entry.stage)).toEqual(["audited", "audited"]);
    expect(scene.vendor.requests("audit").map((request) => request.json["numbers"])).toEqual([["T1", "T2"]]);
    expect((await scene.documents()).every((document) => document.stage === "audited")).toBe(true);
  });

  test("the way ends at the stage that the call option names", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1);
    scene.vendor.script = (request) => (request.operation === "save" ? { kind: "cut-after" } : undefined);
    expect(await scene.run({ target: { api: "save-staged", options: { end: "saved" } } })).toMatchObject({ written: 1 });
    expect(scene.vendor.requests("audit")).toHaveLength(0);
    expect((await scene.documents())[0]?.stage).toBe("saved");
  });
});

test("every request of a run is kept, with what was answered", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(7);
  scene.vendor.script = (request) => (request.operation === "save" && request.nth === 1 ? { kind: "cut-after" } : undefined);
  await scene.run({ source: { pageSize: 3 }, target: { batch: 2 } });
  const kept = await scene.exchanges();
  expect(kept).toHaveLength(scene.vendor.seen.length);
  for (const request of scene.vendor.seen) {
    const [stored] = kept.filter((exchange) => exchange.request.endsWith(`\n\n${request.body}`));
    expect(stored?.operation).toBe(request.operation);
  }
  expect(kept.filter((exchange) => exchange.status === 0).map((exchange) => exchange.response)).toEqual([
    expect.stringContaining("CALL_CUT"),
  ]);
  expect(kept.filter((exchange) => exchange.status === 200).every((exchange) => readJson(exchange.response) !== null)).toBe(true);
});

describe("a closed period", () => {
  const mapping = [
    { field: "k", value: "{{id}}" },
    { field: "name", value: "{{at}}" },
  ];
  /** As if the books were closed up to the end of a month so many months ago. */
  const closedUpTo = (months: number): string => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 1)).toISOString().slice(0, 10);
  };
  const refuseBefore = (open: string) => (document: JsonObject) =>
    asText(document["name"] ?? "") < open ? "会计期间已关账，不能新增单据" : undefined;

  test("moves the date month by month to the first that is open, and the story tells it", async () => {
    const scene = await lab.scene();
    const open = closedUpTo(1);
    scene.vendor.refuse = refuseBefore(open);
    scene.vendor.rows = [bill("old", { at: `${closedUpTo(3)} 10:00:00` }), bill("new", { at: `${open} 08:00:00` })];
    const change = { mapping, target: { periodClosed: { action: "move", field: "name" } } } as const;
    expect(await scene.run(change)).toMatchObject({ written: 2, failed: 0 });
    expect(scene.vendor.ledger.map(({ text }) => JSON.parse(text))).toEqual(
      expect.arrayContaining([
        { k: "old", name: `${open} 10:00:00` },
        { k: "new", name: `${open} 08:00:00` },
      ]),
    );
    const [old] = (await scene.documents()).filter(({ external_key }) => external_key === "old");
    expect(JSON.parse(old?.body ?? "")).toEqual({ k: "old", name: `${open} 10:00:00` });
    const { rows } = await lab.engine.pool.query<{ details: string }>(
      "select details from intervention i join flow f on f.num = i.flow where f.id = $1 and i.action = 'move-date' order by i.id",
      [scene.flow().id],
    );
    expect(rows.map(({ details }) => (JSON.parse(details) as { to: string }).to)).toEqual([
      `${closedUpTo(2)} 10:00:00`,
      `${open} 10:00:00`,
    ]);
  });

  test("holds the document for a person unless the flow says so, and where the present month is closed too", async () => {
    for (const periodClosed of [undefined, { action: "hold" }, { action: "move", field: "name" }] as const) {
      const scene = await lab.scene();
      scene.vendor.refuse = refuseBefore("9999-01-01");
      scene.vendor.rows = [bill("held", { at: closedUpTo(1) })];
      const target = periodClosed === undefined ? {} : { periodClosed };
      expect(await scene.run({ mapping, target })).toMatchObject({ written: 0, failed: 1 });
      expect(await scene.documents()).toMatchObject([{ status: STATUS.failed, cause: "period-closed" }]);
    }
  });
});
