/** Connectors: the documents that declare a business system. */
export * from "./api.ts";
export * from "./auth.ts";
export * from "./built-in.ts";
export * from "./connector.ts";
export * from "./paging.ts";
export type * from "./request-plan.ts";
export * from "./result.ts";
export type * from "./session.ts";
