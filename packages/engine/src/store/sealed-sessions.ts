/**
 * Sessions in the store, sealed with AES-256-GCM under the master key: a log-in survives the process, its tokens never lie in clear.
 * The account's name is bound in as additional data, so that a sealed session cannot be moved to another account.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeJson, isObject, type JsonObject } from "@datong/core";
import type pg from "pg";
import type { SessionStore, StoredSession } from "../connection/session-cache.ts";

export function sealedSessions(pool: pg.Pool, masterKey: Buffer): SessionStore {
  return {
    load: async (account) => {
      const { rows } = await pool.query<{ sealed: Buffer }>("select sealed from session where account = $1", [account]);
      const sealed = rows[0]?.sealed;
      return sealed === undefined ? null : open(masterKey, account, sealed);
    },
    save: async (account, stored) => {
      const sealed = seal(masterKey, account, stored);
      await pool.query(
        "insert into session as s (account, sealed) values ($1, $2) on conflict (account) do update set sealed = excluded.sealed, changed_at = excluded.changed_at",
        [account, sealed],
      );
    },
  };
}

/** DATONG_MASTER_KEY (any text, hashed to 32 bytes), else a random key in the data folder, readable by its owner alone. */
export async function masterKeyOf(dataDir: string, given: string | undefined): Promise<Buffer> {
  if (given !== undefined && given !== "") return createHash("sha256").update(given).digest();
  const path = join(dataDir, "master.key");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("base64"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return Buffer.from(await readFile(path, "utf8"), "base64");
}

function seal(key: Buffer, account: string, stored: StoredSession): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(account));
  const text = writeJson({ session: stored.session, expiresAtMs: stored.expiresAtMs });
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** Null where it was sealed under another key: the engine logs in anew. */
function open(key: Buffer, account: string, sealed: Buffer): StoredSession | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(account));
    decipher.setAuthTag(sealed.subarray(12, 28));
    const value = readJson(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8"));
    if (!isObject(value) || !isObject(value["session"])) return null;
    const expires = value["expiresAtMs"];
    return { session: value["session"] as JsonObject, expiresAtMs: typeof expires === "number" ? expires : null };
  } catch {
    return null;
  }
}
