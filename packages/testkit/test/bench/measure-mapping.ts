/** Program: measures the mapping against the same by hand and prints the figures as JSON. In Node as it runs for users, without vitest around. */
import { mappingJob, measureMapping } from "./mapping-speed.ts";

process.stdout.write(`${JSON.stringify(measureMapping(mappingJob(1_000), 400))}\n`);
