/** PostgreSQL of the store: opening the database, external or our own. */
export { type Database, openDatabase } from "./open-database.ts";
