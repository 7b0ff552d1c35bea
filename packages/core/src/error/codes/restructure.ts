/** Error codes of restructuring and conditions. */
import type { ErrorCodeRow } from "../error-code.ts";

export const RESTRUCTURE_CODES = {} as const satisfies Record<string, ErrorCodeRow>;
