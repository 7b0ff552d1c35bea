/**
 * Secret settings of connections by envelope: each value under a random key of its own, that key under the master key, both bound to the
 * place where they belong. A new master key means sealing the small keys anew, not the values.
 */
import { randomBytes } from "node:crypto";
import { seal, secretPlace, unseal, type Queryable } from "@datong/engine";

export async function saveSecret(
  client: Queryable,
  masterKey: Buffer,
  at: { readonly workspace: string; readonly connection: string; readonly name: string },
  value: string,
): Promise<void> {
  const where = secretPlace(at);
  const key = randomBytes(32);
  await client.query(
    `insert into connection_secret as s (workspace, connection, name, sealed_key, sealed) values ($1, $2, $3, $4, $5)
     on conflict (workspace, connection, name) do update set sealed_key = excluded.sealed_key, sealed = excluded.sealed, changed_at = excluded.changed_at`,
    [at.workspace, at.connection, at.name, seal(masterKey, where, key), seal(key, where, Buffer.from(value, "utf8"))],
  );
}

interface SecretRow {
  readonly connection: string;
  readonly name: string;
  readonly sealed_key: Buffer;
  readonly sealed: Buffer;
}

/** Values by connection and setting; one that cannot be opened (another master key) is left out and counts as not set. */
export async function openSecrets(
  client: Queryable,
  masterKey: Buffer,
  workspace: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const { rows } = await client.query<SecretRow>(
    "select connection, name, sealed_key, sealed from connection_secret where workspace = $1",
    [workspace],
  );
  const found = new Map<string, Record<string, string>>();
  for (const { connection, name, sealed_key, sealed } of rows) {
    const where = secretPlace({ workspace, connection, name });
    const key = unseal(masterKey, where, sealed_key);
    const value = key === null ? null : unseal(key, where, sealed);
    if (value === null) continue;
    const own = found.get(connection) ?? (Object.create(null) as Record<string, string>);
    own[name] = value.toString("utf8");
    found.set(connection, own);
  }
  return found;
}

/** One secret; null where there is none or it cannot be opened. */
export async function openSecret(
  client: Queryable,
  masterKey: Buffer,
  at: { readonly workspace: string; readonly connection: string; readonly name: string },
): Promise<string | null> {
  return (await openSecrets(client, masterKey, at.workspace)).get(at.connection)?.[at.name] ?? null;
}

export async function removeSecret(
  client: Queryable,
  at: { readonly workspace: string; readonly connection: string; readonly name: string },
): Promise<void> {
  await client.query("delete from connection_secret where workspace = $1 and connection = $2 and name = $3", [
    at.workspace,
    at.connection,
    at.name,
  ]);
}

/** Names of the secrets that a connection has, and since when; never the values. */
export async function secretNames(
  client: Queryable,
  workspace: string,
  connection: string,
): Promise<readonly { readonly name: string; readonly changedAt: number }[]> {
  const { rows } = await client.query<{ name: string; changedAt: number }>(
    `select name, changed_at as "changedAt" from connection_secret where workspace = $1 and connection = $2 order by name`,
    [workspace, connection],
  );
  return rows;
}

/** Since when each secret of the installation is what it is; never the values. */
export async function secretAges(
  client: Queryable,
): Promise<readonly { readonly workspace: string; readonly connection: string; readonly name: string; readonly changedAt: number }[]> {
  const { rows } = await client.query<{ workspace: string; connection: string; name: string; changedAt: number }>(
    `select workspace, connection, name, changed_at as "changedAt" from connection_secret order by changed_at, workspace, connection, name`,
  );
  return rows;
}
