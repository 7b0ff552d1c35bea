/** Error codes of writing: batches, outcomes, probes. */
import type { ErrorCodeRow } from "../error-code.ts";

export const TARGET_CODES = {} as const satisfies Record<string, ErrorCodeRow>;
