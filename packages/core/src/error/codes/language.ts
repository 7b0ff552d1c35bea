/** Error codes of the value language: templates, expressions, filters, parsers, JSON, decimals. */
import type { ErrorCodeRow } from "../error-code.ts";

export const LANGUAGE_CODES = {} as const satisfies Record<string, ErrorCodeRow>;
