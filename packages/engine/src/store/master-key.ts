/**
 * The master key at opening, and its rotation. The database says by a fingerprint which key its secrets are sealed under; a rotation seals
 * the secrets' small keys anew and changes the fingerprint in one transaction, so that at every instant one of two keys opens everything.
 *
 * A key in the data folder is rotated through a second file: `master.key.next` is durable before the transaction begins and takes the
 * place of `master.key` after it. Whoever opens the store between the two takes the one that the database names, and ends the rotation.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatongError } from "@datong/core";
import type pg from "pg";
import { crashPoint } from "../crash-point.ts";
import { migrate, MIGRATIONS } from "./migrate.ts";
import { masterKeyOf, seal, unseal } from "./seal.ts";
import { transaction, type Queryable } from "./transaction.ts";
import { livingWorkers } from "./worker-rows.ts";

const NEXT = "master.key.next";
const CURRENT = "master.key";

/** Says which key it is and nothing about it. */
function fingerprintOf(key: Buffer): Buffer {
  return createHmac("sha256", key).update("datong master key").digest().subarray(0, 16);
}

async function namedInStore(client: Queryable): Promise<{ readonly fingerprint: Buffer; readonly since: number } | undefined> {
  const { rows } = await client.query<{ fingerprint: Buffer; since: number }>("select fingerprint, since from master_key where id = 1");
  return rows[0];
}

async function nextKey(dataDir: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await readFile(join(dataDir, NEXT), "utf8"), "base64");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The key that the store's secrets are sealed under. With another one the store opens all the same, and its secrets count as not set. */
export async function openMasterKey(
  pool: pg.Pool,
  dataDir: string,
  given: string | undefined,
  log: (line: string) => void,
): Promise<Buffer> {
  const key = await masterKeyOf(dataDir, given);
  await pool.query("insert into master_key (id, fingerprint) values (1, $1) on conflict do nothing", [fingerprintOf(key)]);
  const named = await namedInStore(pool);
  if (named?.fingerprint.equals(fingerprintOf(key)) === true) return key;
  const next = given === undefined || given === "" ? await nextKey(dataDir) : undefined;
  if (next !== undefined && named?.fingerprint.equals(fingerprintOf(next)) === true) {
    // A rotation that was broken off after its transaction.
    await rename(join(dataDir, NEXT), join(dataDir, CURRENT));
    return next;
  }
  log(new DatongError("MASTER_KEY_OTHER").message);
  return key;
}

/** Whether this key is the one that the store's secrets are sealed under, and since when (epoch ms). */
export async function masterKeyState(client: Queryable, key: Buffer): Promise<{ readonly fits: boolean; readonly since: number | null }> {
  const named = await namedInStore(client);
  return { fits: named === undefined || named.fingerprint.equals(fingerprintOf(key)), since: named?.since ?? null };
}

export interface RotationResult {
  readonly secrets: number;
  /** Log-ins at other systems that are made anew. */
  readonly sessions: number;
  /** Secrets that neither key opens; they have to be typed in again. */
  readonly lost: readonly string[];
}

export interface RotationOptions {
  readonly dataDir: string;
  /** The new key, where it comes from the environment; else one is made in the data folder. */
  readonly given?: string;
  /** The former one, where it came from the environment. */
  readonly former?: string;
}

/** Nobody else may work on the database meanwhile: throws STORE_BUSY. May be broken off at any time and begun anew. */
export async function rotateMasterKey(pool: pg.Pool, options: RotationOptions): Promise<RotationResult> {
  const { dataDir, given } = options;
  const isGiven = given !== undefined && given !== "";
  await migrate(pool, MIGRATIONS);
  await requireAlone(pool);
  const hasFormer = options.former !== undefined && options.former !== "";
  if (isGiven && !hasFormer) throw new DatongError("MASTER_KEY_FORMER_MISSING");
  const former = hasFormer ? await masterKeyOf(dataDir, options.former) : await openMasterKey(pool, dataDir, undefined, () => undefined);
  const next = isGiven ? createHash("sha256").update(given).digest() : await writeNextKey(dataDir);
  crashPoint("rotate.before");
  const result = await transaction(pool, async (client) => {
    // Whoever starts now waits here, and finds the new key.
    await client.query("lock table worker in exclusive mode");
    await requireAlone(client);
    const sealed = await sealAnew(client, former, next);
    const sessions = await client.query("delete from session");
    await client.query("delete from kept_answer");
    await client.query(
      `insert into master_key as k (id, fingerprint) values (1, $1)
       on conflict (id) do update set fingerprint = excluded.fingerprint, since = excluded.since`,
      [fingerprintOf(next)],
    );
    crashPoint("rotate.inside");
    return { ...sealed, sessions: sessions.rowCount ?? 0 };
  });
  crashPoint("rotate.after");
  if (!isGiven) await rename(join(dataDir, NEXT), join(dataDir, CURRENT));
  return result;
}

async function requireAlone(client: Queryable): Promise<void> {
  const living = await livingWorkers(client);
  if (living.length > 0) throw new DatongError("STORE_BUSY", { processes: living.length });
}

async function writeNextKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, NEXT);
  // One that the database names was taken by openMasterKey; what lies here now belongs to a rotation that never was.
  await rm(path, { force: true });
  const key = randomBytes(32);
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(key.toString("base64"));
    await file.sync();
  } finally {
    await file.close();
  }
  return key;
}

interface SealedKey {
  readonly workspace: string;
  readonly connection: string;
  readonly name: string;
  readonly sealed_key: Buffer;
}

async function sealAnew(client: Queryable, former: Buffer, next: Buffer): Promise<Omit<RotationResult, "sessions">> {
  const { rows } = await client.query<SealedKey>("select workspace, connection, name, sealed_key from connection_secret for update");
  const lost: string[] = [];
  const sealed: SealedKey[] = [];
  for (const row of rows) {
    const place = secretPlace(row);
    // One that was begun with a new key in the environment, or typed in since, is sealed under the new one already.
    const key = unseal(former, place, row.sealed_key) ?? unseal(next, place, row.sealed_key);
    if (key === null) lost.push(`${row.workspace}/${row.connection}: ${row.name}`);
    else sealed.push({ ...row, sealed_key: seal(next, place, key) });
  }
  await client.query(
    `update connection_secret s set sealed_key = n.sealed_key
     from unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) as n(workspace, connection, name, sealed_key)
     where s.workspace = n.workspace and s.connection = n.connection and s.name = n.name`,
    [
      sealed.map((row) => row.workspace),
      sealed.map((row) => row.connection),
      sealed.map((row) => row.name),
      sealed.map((row) => row.sealed_key),
    ],
  );
  return { secrets: sealed.length, lost };
}

/** Where a secret belongs; bound into what is sealed. */
export function secretPlace(at: { readonly workspace: string; readonly connection: string; readonly name: string }): string {
  return `${at.workspace}\n${at.connection}\n${at.name}`;
}
