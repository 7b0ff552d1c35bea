/** Source: what to ask, what came, whether it was the end. */
export * from "./extract.ts";
export * from "./group-rows.ts";
export * from "./page.ts";
export * from "./source-row.ts";
export * from "./watermark.ts";
