/** Values: exact JSON, decimals, times, paths. */
export * from "./json.ts";
