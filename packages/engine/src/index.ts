/** The engine's front door. */
export { openEngine, type Engine, type EngineOptions } from "./engine.ts";
export type { RunOptions, RunProgress, RunResult } from "./flow/run.ts";
export { type OpenConnection } from "./connection/open-connection.ts";
export { REAL_PORTS, type Ports } from "./ports.ts";
export { openDatabase, type Database } from "./store/postgres/index.ts";
export { migrate } from "./store/migrate.ts";
