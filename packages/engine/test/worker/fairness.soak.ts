/** Full size: 700,000 documents of one flow wait; 50 other flows have new ones now and then, then 2,000 have a few each. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { openLab, type Lab } from "../flow/lab/lab.ts";
import { openNoisyQueue, SLOTS, type NoisyQueue } from "./noisy.ts";

const WAITING = 700_000;

let lab: Lab;
let queue: NoisyQueue;
beforeAll(async () => {
  lab = await openLab();
  queue = await openNoisyQueue(lab, WAITING, 5);
});
afterAll(async () => {
  await queue?.stop();
  await lab.close();
});

const beside = `beside ${WAITING.toLocaleString("en")} waiting`;

test("a document of one of 50 other flows is not delayed by more than a round", async ({ task }) => {
  const { documents, noisyCalls, delayMs } = await queue.arrivals(50, 60_000);
  expect(documents).toBeGreaterThan(200);
  const measured = `median ${noisyCalls.median}, most ${noisyCalls.max} of ${documents} documents; delay ${delayMs.median} ms, at most ${delayMs.max} ms`;
  const figure = `noisy flow's calls before a new document of 50 flows, ${beside}`;
  reportFigure(task, { figure, aim: `at most a round: ${SLOTS} calls at once`, measured, holds: noisyCalls.max <= SLOTS });
});

test("2,000 flows with three documents each have their turns", async ({ task }) => {
  const { documents, noisyCalls, roundsLate, seconds } = await queue.turns(2_000, 3);
  expect(documents).toBe(6_000);
  const measured = `${roundsLate.toFixed(2)} rounds late at most; ${documents} documents in ${seconds.toFixed(0)} s, ${noisyCalls} calls of the noisy flow meanwhile`;
  reportFigure(task, { figure: `turns of 2,000 flows ${beside}`, aim: "at most 1 round late", measured, holds: roundsLate <= 1 });
  expect(queue.vendor.doubles).toEqual([]);
});
