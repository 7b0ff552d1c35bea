/** Run as a process by the tests: opens the store of argv[2], prints the server's process number, closes when stdin ends. */
import { once } from "node:events";
import { dirname } from "node:path";
import { findPostmaster } from "../../../src/store/postgres/postmaster.ts";
import { openDatabase } from "../../../src/store/postgres/open-database.ts";

try {
  const database = await openDatabase({ dataDir: process.argv[2] ?? "" });
  const { rows } = await database.pool.query<{ readonly folder: string }>("select current_setting('data_directory') as folder");
  const folder = rows[0]?.folder ?? "";
  const server = await findPostmaster(folder);
  process.stdout.write(`${JSON.stringify({ serverPid: server?.pid, dataDir: dirname(folder) })}\n`);
  process.stdin.resume();
  await once(process.stdin, "end");
  await database.close();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as { code?: string }).code ?? String(error) })}\n`);
}
