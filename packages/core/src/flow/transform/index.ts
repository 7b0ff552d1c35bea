/** Transform: conditions, restructuring, the value language, mapping. */
export * from "./condition.ts";
export * from "./restructure.ts";
