/** A case that is not run, with its reason in the report. */
import { test } from "vitest";

/** Declares a skipped case; the reason is part of its name, so that no reporter leaves it out. */
export function skippedCase(name: string, reason: string): void {
  // oxlint-disable-next-line vitest/expect-expect -- there is nothing to run; the case is there to be seen
  test(`${name}: not run, ${reason}`, (context) => context.skip(reason));
}
