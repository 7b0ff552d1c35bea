/** Sessions in the store, sealed under the master key: a log-in survives the process, its tokens never lie in clear. */
import { createHmac } from "node:crypto";
import { readJson, writeJson, isObject, type JsonObject } from "@datong/core";
import type pg from "pg";
import type { SessionOwner, SessionStore, StoredSession } from "../connection/session-cache.ts";
import { seal, unseal } from "./seal.ts";

export function sealedSessions(pool: pg.Pool, masterKey: Buffer): SessionStore {
  return {
    load: async (owner) => {
      const { account } = owner;
      const place = placeOf(masterKey, owner);
      const { rows } = await pool.query<{ account: string; sealed: Buffer }>(
        "select account, sealed from session where account = any($1::text[])",
        [[place, account]],
      );
      const own = rows.find((row) => row.account === place);
      if (own !== undefined) return open(masterKey, place, own.sealed);
      // Of before secrets counted: nobody knows which ones opened it, but its refresh token may be the only one that is still good.
      const former = rows[0] === undefined ? null : open(masterKey, account, rows[0].sealed);
      return former === null ? null : { ...former, expiresAtMs: 0 };
    },
    save: async (owner, { session, expiresAtMs }) => {
      const account = placeOf(masterKey, owner);
      const sealed = seal(masterKey, account, Buffer.from(writeJson({ session, expiresAtMs }), "utf8"));
      await pool.query(
        "insert into session as s (account, sealed) values ($1, $2) on conflict (account) do update set sealed = excluded.sealed, changed_at = excluded.changed_at",
        [account, sealed],
      );
    },
  };
}

/** Under the master key, as a bare hash in the database would let a short password be guessed. */
function placeOf(masterKey: Buffer, { account, proof }: SessionOwner): string {
  return `${account}|${createHmac("sha256", masterKey).update(`session\n${account}\n${proof}`).digest("base64url").slice(0, 22)}`;
}

/** Null where it cannot be opened: the engine logs in anew. */
function open(key: Buffer, account: string, sealed: Buffer): StoredSession | null {
  const opened = unseal(key, account, sealed);
  if (opened === null) return null;
  const value = readJson(opened.toString("utf8"));
  if (!isObject(value) || !isObject(value["session"])) return null;
  const expires = value["expiresAtMs"];
  return { session: value["session"] as JsonObject, expiresAtMs: typeof expires === "number" ? expires : null };
}
