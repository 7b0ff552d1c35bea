/** Tells from PostgreSQL's own words why it did not start, as one of our errors, or that trying again soon will help. */
import { DatongError } from "@datong/core";
import { lastLines } from "./log-folder.ts";

export interface StartPlace {
  readonly dataDir: string;
  readonly cluster: string;
  readonly socketFolder: string;
  readonly logFile: string;
}

/** "again" when the remains of a killed server are still going away, else the error to throw. */
export function explainStartFailure(words: string, place: StartPlace): DatongError | "again" {
  const reason = lastLines(words, 6) || "it ended without a word";
  if (/pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(words)) return "again";
  if (/No space left on device|Disk quota exceeded/.test(words)) {
    return new DatongError("STORE_DISK_FULL", { folder: place.dataDir, freeMb: 0, neededMb: 200 });
  }
  if (/lock file ".*\.s\.PGSQL\..*" already exists|could not (bind|create) Unix|could not create any Unix-domain sockets/.test(words)) {
    return new DatongError("STORE_SOCKET_REFUSED", { folder: place.socketFolder, reason });
  }
  const made = /initialized by PostgreSQL version (\d+)[^\n]*not compatible with this version (\d+)/.exec(words);
  if (made !== null) {
    return new DatongError("STORE_DATA_VERSION", { folder: place.cluster, dataVersion: made[1], programVersions: made[2] });
  }
  if (/could not look up effective user ID/.test(words)) return new DatongError("STORE_ACCOUNT_MISSING", { reason });
  if (/Permission denied|has wrong ownership|invalid permissions|Read-only file system/.test(words)) {
    return new DatongError("STORE_FOLDER_REFUSED", { folder: place.cluster, reason });
  }
  if (brokenData.test(words)) return new DatongError("STORE_DATA_BROKEN", { folder: place.cluster, reason });
  return new DatongError("STORE_START_FAILED", { reason, logFile: place.logFile });
}

const brokenData =
  /checkpoint record|PANIC: |could not find the database system|not a valid data directory|could not open (file|directory) "(global|base|pg_|\S*PG_VERSION)|incorrect checksum|database files are incompatible|could not read file "(global|base|pg_)|invalid data in file|could not locate/;
