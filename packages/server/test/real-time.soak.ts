/**
 * How long a bill is under way, through HTTP alone: a pushed one from the request on, a polled one from the moment at which its page is
 * stored, each until the pretend 聚水潭 has taken it. Bills come one by one, slower than its hundred calls a minute.
 */
import { reportFigure } from "@datong/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const W = "/api/v1/workspaces/main";
const BILLS = Number(process.env["REAL_TIME_BILLS"] ?? "60");
const PACE_MS = 1_000;
const AIM_MS = 2_000;
let lab: ServerLab;
let ask: Ask;
let example: { readonly source: object; readonly dispatch: object };

beforeAll(async () => {
  lab = await openServerLab(1, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await done("PUT", `${W}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  example = parse((await exampleTexts("flows")).get("kingdee-return-to-jushuitan-inout") ?? "") as typeof example;
  // What the source commits late is looked for in the overlap, not by waiting for it.
  const watermark = { start: "-1d", lagS: 0, overlapS: 30 };
  await begin("polled", { source: { ...example.source, watermark }, dispatch: { enabled: true, source: { cron: "* * * * * *" } } });
  await begin("pushed", { source: { connection: "datong", api: "receive", id: ["FID"], number: "FBillNo" }, dispatch: { enabled: true } });
}, 120_000);
afterAll(() => lab.close());

async function done(method: string, path: string, body?: object) {
  const answer = await ask(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
  return answer;
}

async function begin(id: string, change: object): Promise<void> {
  await done("PUT", `${W}/flows/${id}`, { revision: 0, document: { ...example, id, ...change } });
  await done("POST", `${W}/flows/${id}/publish`, { revision: 1, confirm: true });
  await done("POST", `${W}/flows/${id}/enable`);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** When the target took the bill; by its own clock, which is ours. */
async function takenAt(number: string): Promise<number> {
  for (const untilMs = Date.now() + 120_000; Date.now() < untilMs; await sleep(20)) {
    const found = lab
      .vendor("jushuitan")
      .ledger()
      .find(({ key }) => key.startsWith(number));
    if (found !== undefined) return found.at;
  }
  throw new Error(`${number} did not arrive`);
}

const part = (spent: readonly number[], share: number): string =>
  (spent.toSorted((a, b) => a - b)[Math.min(spent.length - 1, Math.floor(spent.length * share))] ?? Number.NaN).toFixed(0);

function report(task: Parameters<typeof reportFigure>[0], figure: string, spent: readonly number[]): void {
  reportFigure(task, {
    figure,
    aim: "under 2 s at the median",
    measured: `${part(spent, 0.5)} ms, p95 ${part(spent, 0.95)} ms (${BILLS} bills)`,
    holds: Number(part(spent, 0.5)) < AIM_MS,
  });
}

test("a polled bill", async ({ task }) => {
  const spent: number[] = [];
  for (let n = 0; n < BILLS; n += 1) {
    const [number = ""] = lab.vendor("kingdee-galaxy").insertRows(1);
    const atMs = await takenAt(number);
    const [found] = (await done("GET", `${W}/records/search?number=${number}`)).body.items as readonly { readonly key: string }[];
    const story = (await done("GET", `${W}/flows/polled/records/story?key=${encodeURIComponent(found?.key ?? "")}`)).body;
    spent.push(atMs - (story.seenAt as number));
    await sleep(PACE_MS);
  }
  expect(spent).toHaveLength(BILLS);
  report(task, "a polled bill, from its stored page to the target", spent);
}, 900_000);

test("a pushed bill", async ({ task }) => {
  const [known] = (await done("GET", `${W}/flows/polled/records?limit=1`)).body.items as readonly { readonly key: string }[];
  const { rows } = (await done("GET", `${W}/flows/polled/records/story?key=${encodeURIComponent(known?.key ?? "")}`)).body;
  const spent: number[] = [];
  for (let n = 0; n < BILLS; n += 1) {
    const number = `RT${Date.now()}`;
    const bill = (JSON.parse(rows as string) as readonly object[]).map((row) => ({ ...row, FID: 800_000_000 + n, FBillNo: number }));
    const startedMs = Date.now();
    await done("POST", `${W}/flows/pushed/push`, bill);
    spent.push((await takenAt(number)) - startedMs);
    await sleep(PACE_MS);
  }
  expect(spent).toHaveLength(BILLS);
  report(task, "a pushed bill, from the request to the target", spent);
}, 900_000);
