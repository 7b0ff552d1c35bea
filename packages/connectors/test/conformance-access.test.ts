/** Every way into every system: log-ins, shared sessions, wrong credentials, through the real engine against the simulators. */
import { CONNECTORS } from "@datong/connectors";
import { describeAccess, openBench, type Bench } from "@datong/testkit";
import { afterAll, beforeAll } from "vitest";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

for (const connector of CONNECTORS) describeAccess(connector, () => bench);
