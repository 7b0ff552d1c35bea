/** Error codes of reading: connections, requests, paging, replies. */
import type { ErrorCodeRow } from "../error-code.ts";

export const SOURCE_CODES = {} as const satisfies Record<string, ErrorCodeRow>;
