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
  "server/test/removal-kill.test.ts",
  "tools/toy-connector.test.ts",
  "testkit/test/world-replay.test.ts",
  "engine/test/flow/crash-random.test.ts",
  "engine/test/flow/crash.test.ts",
  "engine/test/flow/memory.test.ts",
  "engine/test/worker/fairness.test.ts",
  "cli/test/process.test.ts",
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

/**
 * The machine that checks is half as fast as a developer's and shared, and one test of 2,600 that waited a moment too short refused whole
 * deliveries. So a test that fails is run once more. Nothing is hidden by it: tools/test.ts prints each test that needed its second attempt,
 * with the reason of the first, and such a test is mended like a failing one.
 */
const ATTEMPTS_MORE = 1;

/** What draws its histories from seeds or kills processes at named points: there a failure that comes once is the finding itself. */
const ONE_ATTEMPT = {
  name: "one-attempt",
  description: "A file whose tests are never tried a second time: `@module-tag one-attempt`",
  retry: 0,
} as const;

export default defineConfig({
  test: {
    retry: ATTEMPTS_MORE,
    tags: [ONE_ATTEMPT],
    environment: "node",
    include: ["packages/*/test/**/*.test.ts", "tools/**/*.test.ts"],
    pool: "forks",
    // A process for each of 230 files, with everything loaded again, was a third of the time. Modules keep nothing that a file could leave behind.
    isolate: false,
    maxWorkers: 3,
    // A busy machine is slow at everything; what does not come at all is told by these.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // What a list held stands in the reason of a failure: on the machine that checks it is all that there is to read.
    chaiConfig: { truncateThreshold: 2_000 },
    sequence: { sequencer: LongestFirst },
  },
});
