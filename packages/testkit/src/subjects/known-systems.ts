/**
 * The systems that the conformance suite knows. A connector that is just being added is not among them: its APIs are skipped, with the
 * reason in the report, until subjects are written. Of a system that is known, an API without a subject fails the suite.
 */
import { ACCESS } from "./access.ts";
import { SOURCES } from "./sources.ts";
import { TARGETS } from "./targets.ts";

export const NO_SUBJECTS = "packages/testkit/src/subjects has nothing on this system yet";

const KNOWN: ReadonlySet<string> = new Set([...SOURCES, ...TARGETS].map((subject) => subject.system).concat(Object.keys(ACCESS)));

export function isKnownSystem(system: string): boolean {
  return KNOWN.has(system);
}
