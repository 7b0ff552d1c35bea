/** Every query API of every connector, as the source of a flow in the real engine, against its simulator. */
import { CONNECTORS } from "@datong/connectors";
import { describeReading, openBench, type Bench } from "@datong/testkit";
import { afterAll, beforeAll } from "vitest";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

for (const connector of CONNECTORS) describeReading(connector, () => bench);
