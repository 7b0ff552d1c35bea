/** Servers for the store's tests beside the embedded one, each with its own cluster and an account that is not root. */
import { findBinaries } from "../../src/store/postgres/binaries.ts";
import { openDatabase, type Database } from "../../src/store/postgres/index.ts";
import { join } from "node:path";
import { temporaryStore } from "./postgres/temporary-store.ts";

export interface StoreServer {
  readonly major: number;
  readonly folder: string;
  /** The server's socket folder. */
  readonly host: string;
  /** Makes an empty database and gives its URL. */
  readonly newDatabase: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Majors that this machine has programs for. */
export const MAJORS: readonly number[] = [...new Set(findBinaries().map((binaries) => binaries.major))];

export async function startServer(major: number): Promise<StoreServer> {
  const store = temporaryStore();
  const binaries = findBinaries().filter((each) => each.major === major);
  const own: Database = await openDatabase({ dataDir: join(store.folder, "data"), binaries });
  const { host = "", user = "" } = own.pool.options;
  let count = 0;
  return {
    major,
    folder: store.folder,
    host,
    newDatabase: async () => {
      count += 1;
      await own.pool.query(`create database external_${count}`);
      return `postgresql://${user}@/external_${count}?host=${encodeURIComponent(host)}`;
    },
    close: async () => {
      await own.close();
      store.remove();
    },
  };
}

/** A fingerprint of every table's rows, whatever their order. */
export async function contentOf(database: Database): Promise<Readonly<Record<string, string>>> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname not in ('datong_migration', 'worker', 'budget_share') order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ n: string; sum: string | null }>(
      `select count(*) as n, md5(string_agg(t::text, e'\\n' order by t::text)) as sum from ${name} t`,
    );
    content[name] = `${rows[0]?.n} ${rows[0]?.sum ?? ""}`;
  }
  return content;
}
