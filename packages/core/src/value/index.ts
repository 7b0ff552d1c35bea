/** Values: exact JSON, decimals, times, paths. */
export * from "./decimal.ts";
export * from "./json-read.ts";
export * from "./json-write.ts";
export * from "./json.ts";
export { keysOf, ObjectBuilder, orderedObject } from "./key-order.ts";
export * from "./path.ts";
export * from "./short-decimal.ts";
export * from "./time.ts";
export { DEFAULT_ZONE, isZone, zoneOffsetMs } from "./zone.ts";
export * from "./nearest-name.ts";
