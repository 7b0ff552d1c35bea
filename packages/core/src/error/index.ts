/** Errors: the fault classes, the table of codes, the error. */
export * from "./codes.ts";
export * from "./datong-error.ts";
export type { ErrorCodeRow } from "./error-code.ts";
export * from "./fault.ts";
export { inLanguage, type Language } from "./in-language.ts";
