/** The data's way, decided: source, record, transform, task, target. */
export * from "./connection.ts";
export * from "./flow.ts";
export * from "./transform/index.ts";
