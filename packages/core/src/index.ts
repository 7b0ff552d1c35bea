/** The package's front door: each folder by name. */
export * from "./connector/index.ts";
export * from "./error/index.ts";
export * from "./flow/index.ts";
export * from "./schema/index.ts";
export * from "./value/index.ts";
