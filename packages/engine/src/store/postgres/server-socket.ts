/** Talking to our own server through its socket before the pool exists: is it there, is it ready, does it have our database. */
import pg from "pg";
import { socketPort } from "./data-folder.ts";
import { errorCodeOf } from "./files.ts";
import { superuser } from "./init-cluster.ts";

export const databaseName = "datong";

/** "ok", or the code of the refusal. A server that is starting answers 57P03; no server gives ENOENT or ECONNREFUSED. */
export async function tryConnect(socketFolder: string): Promise<{ readonly code: string; readonly reason: string }> {
  const client = new pg.Client({
    host: socketFolder,
    port: socketPort,
    user: superuser,
    database: databaseName,
    ssl: false,
    connectionTimeoutMillis: 5_000,
  });
  // A server that dies meanwhile is reported by the call in hand; without a listener it would end this process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return { code: "ok", reason: "" };
  } catch (error) {
    return { code: errorCodeOf(error) || "unknown", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.end();
  }
}

/** Whether any server listens on the socket, ready or not. */
export async function answers(socketFolder: string): Promise<boolean> {
  return !["ENOENT", "ECONNREFUSED", "ENOTSOCK"].includes((await tryConnect(socketFolder)).code);
}

/** Makes our database in a new cluster. */
export async function createDatabase(socketFolder: string): Promise<void> {
  const client = new pg.Client({ host: socketFolder, port: socketPort, user: superuser, database: "postgres", ssl: false });
  await client.connect();
  try {
    await client.query(`create database ${databaseName} owner ${superuser} template template0 encoding 'UTF8'`);
  } finally {
    await client.end();
  }
}
