/** What `datong doctor` finds about the server: machine, port, database, master key. Looks only; a database is not made, nor brought up to date. */
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join, resolve } from "node:path";
import { diagnoseStore, masterKeyOf, masterKeyState, openDatabase, type StoreDiagnosis } from "@datong/engine";
import type { Context } from "../context.ts";
import { defaultDataDir } from "../default-data-dir.ts";
import { readSettings } from "../server-settings.ts";
import { doctorText } from "../text/doctor.ts";

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const LOW_BYTES = 1024 ** 3;
const SKEW_MS = 2_000;
const ANSWER_MS = 1_000;

/** Folder of the server's data, as `datong serve` finds it. */
export function serverDataDir(context: Context, given: string | undefined): string {
  const { env, cwd } = context.terminal;
  const named = given ?? env["DATONG_DATA"];
  return named === undefined || named === "" ? defaultDataDir(cwd) : resolve(cwd, named);
}

export async function serverFindings(context: Context, data: string | undefined): Promise<readonly Finding[]> {
  const text = doctorText(context.language);
  const settings = readSettings(context.terminal.env, ["DATABASE_URL", "DATONG_MASTER_KEY", "DATONG_PORT"]);
  const dataDir = serverDataDir(context, data);
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  const findings: Finding[] = [{ name: text.locale, ok: true, detail: `${locale}, ${timeZone}` }];
  findings.push(await disk(context, dataDir), await port(context, Number(settings.DATONG_PORT ?? "8180")));
  const url = settings.DATABASE_URL;
  if (url === undefined && !existsSync(join(dataDir, "postgres")) && !existsSync(dataDir))
    return [...findings, { name: text.store, ok: true, detail: text.storeNone(dataDir) }];
  const database = await openDatabase({ dataDir, ...(url === undefined ? {} : { databaseUrl: url }) });
  try {
    const found = await diagnoseStore(database.pool);
    findings.push(...storeFindings(context, found));
    if (found.missing.length === 0) {
      const { fits } = await masterKeyState(database.pool, await masterKeyOf(dataDir, settings.DATONG_MASTER_KEY));
      findings.push({ name: text.key, ok: fits, detail: fits ? text.keyFine : text.keyOther });
    }
    return findings;
  } finally {
    await database.close();
  }
}

function storeFindings(context: Context, found: StoreDiagnosis): readonly Finding[] {
  const text = doctorText(context.language);
  const { version, encoding, connectionsMax, bytes, aheadMs, missing, unknown, stuckFlows, silentWorkers } = found;
  const isUtf8 = encoding === "UTF8";
  const isClockRight = Math.abs(aheadMs) < SKEW_MS;
  const migrations = unknown.length > 0 ? text.migrationsUnknown(unknown.join(", ")) : text.migrationsMissing(missing.join(", "));
  const leases = stuckFlows.length === 0 ? text.leasesFine : text.leasesStuck(stuckFlows.join(", "));
  return [
    {
      name: text.store,
      ok: isUtf8,
      detail: isUtf8 ? text.storeIs(version, encoding, connectionsMax, size(bytes)) : text.encodingWrong(encoding),
    },
    { name: text.clock, ok: isClockRight, detail: isClockRight ? text.clockFine : text.clockOff((aheadMs / 1000).toFixed(1)) },
    // Missing ones are no fault: a store that was never used, or one before its update.
    { name: text.migrations, ok: unknown.length === 0, detail: missing.length + unknown.length === 0 ? text.migrationsFine : migrations },
    { name: text.leases, ok: silentWorkers === 0, detail: silentWorkers === 0 ? leases : `${leases}; ${text.silent(silentWorkers)}` },
  ];
}

async function disk(context: Context, dataDir: string): Promise<Finding> {
  const text = doctorText(context.language);
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const ok = free > LOW_BYTES;
  return { name: text.disk, ok, detail: ok ? text.diskFree(size(free), folder) : text.diskLow(size(free), folder) };
}

async function port(context: Context, number: number): Promise<Finding> {
  const text = doctorText(context.language);
  const isTaken = await new Promise<boolean>((done) => {
    const socket = connect({ host: "127.0.0.1", port: number, timeout: ANSWER_MS });
    const end = (taken: boolean) => (): void => {
      socket.destroy();
      done(taken);
    };
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false));
  });
  return { name: text.port, ok: true, detail: isTaken ? text.portTaken(number) : text.portFree(number) };
}

function size(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GB` : `${(bytes / 1024 ** 2).toFixed(0)} MB`;
}
