/** PostgreSQL of the store: opening the database, external or our own. */
export { connectAlone } from "./database-pool.ts";
export { type Database, openDatabase } from "./open-database.ts";
