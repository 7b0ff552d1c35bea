/** `datong secrets rotate`: the secrets of the store under a new master key. No server or worker may run meanwhile. */
import { resolve } from "node:path";
import { openDatabase, rotateMasterKey } from "@datong/engine";
import type { Context } from "../context.ts";
import { defaultDataDir } from "../default-data-dir.ts";
import { readSettings } from "../server-settings.ts";
import { serveText } from "../text/serve.ts";

export interface SecretsOptions {
  readonly data?: string;
}

/** Exit code 1: some secrets could be opened by neither key. */
export async function rotateSecretsCommand(context: Context, options: SecretsOptions): Promise<number> {
  const { terminal, language, json } = context;
  const settings = readSettings(terminal.env, ["DATABASE_URL", "DATONG_MASTER_KEY", "DATONG_MASTER_KEY_FORMER"]);
  const given = options.data ?? terminal.env["DATONG_DATA"];
  const dataDir = given === undefined || given === "" ? defaultDataDir(terminal.cwd) : resolve(terminal.cwd, given);
  const { DATABASE_URL: databaseUrl = "", DATONG_MASTER_KEY: key = "", DATONG_MASTER_KEY_FORMER: former = "" } = settings;
  const database = await openDatabase({ dataDir, ...(databaseUrl === "" ? {} : { databaseUrl }) });
  try {
    const result = await rotateMasterKey(database.pool, { dataDir, given: key, former });
    const text = serveText(language);
    if (json) terminal.out(`${JSON.stringify({ ok: result.lost.length === 0, ...result })}\n`);
    else {
      terminal.out(`${text.rotated(result.secrets, result.sessions)}\n`);
      for (const place of result.lost) terminal.out(`${text.secretLost(place)}\n`);
    }
    return result.lost.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}
