/** Spreads the store over a Citus cluster (docs/scaling.md). Refuses a server that is none, before anything is changed. */
import { DatongError } from "@datong/core";
import type pg from "pg";
import { tablesOf } from "../backup-store.ts";
import type { Database } from "../postgres/index.ts";
import { citusScript, type StoreTable } from "./citus-script.ts";

/** The script for this store, without running it; on any server. */
export async function distributeScript(database: Database): Promise<readonly string[]> {
  const client = await database.pool.connect();
  try {
    return citusScript(await storeTables(client), await laneFunctions(client));
  } finally {
    client.release();
  }
}

/** Runs what is missing, a statement at a time, each of which Citus makes whole or not at all; gives the statements. Error: STORE_NOT_CITUS. */
export async function distributeStore(database: Database): Promise<readonly string[]> {
  const client = await database.pool.connect();
  try {
    await requireCitus(client, database);
    const { rows } = await client.query<{ name: string }>("select logicalrelid::regclass::text as name from pg_dist_partition");
    const script = citusScript(await storeTables(client), await laneFunctions(client), new Set(rows.map((row) => row.name)));
    // Tables with rows in them are copied to the shards, which may take long.
    for (const statement of script) await client.query(statement);
    return script;
  } finally {
    client.release();
  }
}

async function storeTables(client: pg.ClientBase): Promise<readonly StoreTable[]> {
  return [...(await tablesOf(client))].map(([name, columns]) => ({ name, columns }));
}

/** Signatures of the store's functions whose first argument is the lane. */
async function laneFunctions(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = current_schema() and p.proargnames[1] = 'p_lane' order by 1`,
  );
  return rows.map((row) => row.signature);
}

async function requireCitus(client: pg.ClientBase, database: Database): Promise<void> {
  const refuse = (reason: string): never => {
    throw new DatongError("STORE_NOT_CITUS", { address: database.describe(), reason });
  };
  const { rows } = await client.query<{ extension: string | null }>(
    "select (select extversion from pg_extension where extname = 'citus') as extension",
  );
  if (rows[0]?.extension === null) refuse("the extension citus is not installed in this database");
  const nodes = await client.query<{ coordinator: boolean; workers: string }>(
    "select citus_is_coordinator() as coordinator, (select count(*) from pg_dist_node where noderole = 'primary' and groupid <> 0) as workers",
  );
  if (nodes.rows[0]?.coordinator !== true) refuse("this node is a worker");
  if (Number(nodes.rows[0]?.workers) === 0) refuse("no worker is registered (citus_add_node)");
}
