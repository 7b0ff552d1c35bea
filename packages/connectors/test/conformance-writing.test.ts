/** Every write API of every connector, as the target of a flow in the real engine, against its simulator. */
import { CONNECTORS } from "@datong/connectors";
import { describeWriting, openBench, type Bench } from "@datong/testkit";
import { afterAll, beforeAll } from "vitest";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

for (const connector of CONNECTORS) describeWriting(connector, () => bench);
