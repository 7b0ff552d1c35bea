/** One runner for all packages. The machine that checks has two cores; a third worker fills the time in which tests wait. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest begins first: begun last, one of them would keep the machine waiting for a minute with one worker. */
const LONG = [
  "designer/test/story.test.ts",
  "testkit/test/world.test.ts",
  "connectors/test/conformance-reading.test.ts",
  "engine/test/crash-points/crash-points.test.ts",
  "engine/test/worker/workers.test.ts",
  "designer/test/newcomer.test.ts",
  "server/test/removal.test.ts",
  "server/test/kills.test.ts",
  "engine/test/store/backup.test.ts",
  "connectors/test/conformance-writing.test.ts",
  "connectors/test/conformance-access.test.ts",
  "engine/test/crash-points/write-back.test.ts",
  "tools/toy-connector.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.endsWith(name));
      return place === -1 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    environment: "node",
    include: ["packages/*/test/**/*.test.ts", "tools/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
  },
});
