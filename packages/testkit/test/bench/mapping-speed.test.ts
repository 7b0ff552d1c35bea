import { writeJson } from "@datong/core";
import { expect, test } from "vitest";
import { FIELDS, mappingJob, measureMapping } from "./mapping-speed.ts";

test("forty fields with three lookups come out as the same mapping by hand, in a time of the same order", () => {
  expect(FIELDS).toHaveLength(40);
  const job = mappingJob(200);
  expect(job.mapped().map((body) => writeJson(body))).toEqual(job.byHand().map((body) => writeJson(body)));
  expect(job.tightly().map((body) => writeJson(body))).toEqual(job.byHand().map((body) => writeJson(body)));
  expect(job.writtenTightly()).toEqual(job.writtenByHand());
  expect(job.written()).toEqual(job.writtenByHand());
  const { texts, objects } = measureMapping(job, 40);
  expect(texts.ratio).toBeLessThan(6);
  expect(objects.ratio).toBeLessThan(6);
});
