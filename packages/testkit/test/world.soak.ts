/** All 10,000 histories of the world on the real PostgreSQL, step by step beside the model. Part of `npm run soak`; prints its figures. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveHistory, openReplay, tellBroken, type Replay } from "@datong/testkit";

const COUNT = 10_000;
const CHUNKS = 20;
const FROM = Number(process.env["WORLD_FROM"] ?? 1);

let replay: Replay;
beforeAll(async () => {
  replay = await openReplay();
});
afterAll(() => replay.close());

test.each(Array.from({ length: CHUNKS }, (_, i) => FROM + (i * COUNT) / CHUNKS))(
  "500 histories on PostgreSQL from seed %d on",
  async (from) => {
    const startedAt = performance.now();
    for (let seed = from; seed < from + COUNT / CHUNKS; seed += 1) {
      const result = await liveHistory(seed, { beside: replay.beside });
      expect(result.broken === null ? null : tellBroken(result)).toBeNull();
    }
    const { operations, states } = replay.compared;
    const tookS = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stdout.write(
      `world on PostgreSQL: seeds ${from} … ${from + COUNT / CHUNKS - 1} in ${tookS} s; ${operations} operations, ${states} states equal so far\n`,
    );
  },
);
