/** Sessions in the store, sealed under the master key: a log-in survives the process, its tokens never lie in clear. */
import { readJson, writeJson, isObject, type JsonObject } from "@datong/core";
import type pg from "pg";
import type { SessionStore, StoredSession } from "../connection/session-cache.ts";
import { seal, unseal } from "./seal.ts";

export function sealedSessions(pool: pg.Pool, masterKey: Buffer): SessionStore {
  return {
    load: async (account) => {
      const { rows } = await pool.query<{ sealed: Buffer }>("select sealed from session where account = $1", [account]);
      const sealed = rows[0]?.sealed;
      return sealed === undefined ? null : open(masterKey, account, sealed);
    },
    save: async (account, { session, expiresAtMs }) => {
      const sealed = seal(masterKey, account, Buffer.from(writeJson({ session, expiresAtMs }), "utf8"));
      await pool.query(
        "insert into session as s (account, sealed) values ($1, $2) on conflict (account) do update set sealed = excluded.sealed, changed_at = excluded.changed_at",
        [account, sealed],
      );
    },
  };
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
