/** The package's front door: each folder by name. */
export * from "./error/index.ts";
export * from "./value/index.ts";
