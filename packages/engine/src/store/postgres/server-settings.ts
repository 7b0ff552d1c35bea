/**
 * Settings of the embedded server. What guards the data and the door is given on the command line, where no file can change it:
 * every commit is on disk when it returns, no network port, socket for its owner only. The rest stands in `datong.conf`,
 * written anew at each start and included by postgresql.conf; lines that a person adds below the include win.
 */
import { totalmem } from "node:os";
import { socketPort } from "./data-folder.ts";

export const includeLines = "\n# Datong's settings; your own lines below this one win over them.\ninclude 'datong.conf'\n";

/** Arguments for `postgres`; the data folder is named so that the process can be recognised. */
export function serverArguments(cluster: string, socketFolder: string): readonly string[] {
  const firm: Readonly<Record<string, string>> = {
    listen_addresses: "",
    port: String(socketPort),
    unix_socket_permissions: "0700",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
  };
  return ["-D", cluster, "-k", socketFolder, ...Object.entries(firm).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

const MIB = 1024 * 1024;
const YOUNG_MB = 24;

/**
 * What the server keeps of its own, in MB: 24 while the ledger is young, for a run only adds to its end; of a ledger that has grown a
 * quarter, up to a sixteenth of the machine's memory and 1 GB. The system's cache beside it forgets the indexes of a large ledger whenever
 * something else reads files; a search then waits for the disk six times. The ledger is measured at each start.
 */
export function sharedBuffersMb(memoryBytes: number, ledgerBytes: number): number {
  const most = Math.min(1024, Math.max(YOUNG_MB, Math.floor(memoryBytes / 16 / MIB)));
  return Math.min(most, Math.max(YOUNG_MB, Math.floor(ledgerBytes / 4 / MIB)));
}

/** The text of datong.conf for a server of this major version on a machine with so much memory, and a ledger of so many bytes. */
export function settingsFile(major: number, memoryBytes: number, ledgerBytes: number): string {
  const settings: Readonly<Record<string, string>> = {
    max_connections: "60",
    shared_buffers: `${sharedBuffersMb(memoryBytes, ledgerBytes)}MB`,
    // A random page of a solid-state disk costs hardly more than the next one.
    random_page_cost: "1.1",
    // The ledger's questions end after a few rows; helpers would read far more than is asked, on cores that runs need.
    max_parallel_workers_per_gather: "0",
    max_wal_size: "1GB",
    min_wal_size: "80MB",
    checkpoint_completion_target: "0.9",
    // The npm programs are built without lz4 and refuse to start with it.
    wal_compression: "off",
    jit: "off",
    // Nobody subscribes to anything here: one process less.
    max_logical_replication_workers: "0",
    // The ledger's questions go by indexes; processes that read ahead (18) would take memory and bring nothing.
    ...(major >= 18 ? { io_method: "sync" } : {}),
    // Queue tables turn over quickly: look more often, and let the vacuum run at full speed on small tables.
    autovacuum_naptime: "20s",
    // Each takes 20 MB and more: one for a large table, one for the queue.
    autovacuum_max_workers: "2",
    autovacuum_work_mem: "16MB",
    autovacuum_vacuum_scale_factor: "0.1",
    autovacuum_analyze_scale_factor: "0.05",
    autovacuum_vacuum_cost_limit: "1000",
    timezone: "'UTC'",
    datestyle: "'ISO, YMD'",
    // Start failures are told apart by their English texts.
    lc_messages: "'C'",
    logging_collector: "on",
    log_directory: "'log'",
    // A new file every 5 MB and every day; old ones are deleted by log-folder.ts.
    log_filename: "'postgresql-%Y%m%d-%H%M%S.log'",
    log_rotation_size: "5MB",
    log_rotation_age: "1d",
    log_checkpoints: "off",
    // Statements and row values may hold business data, which has no place in a log.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_line_prefix: "'%m [%p] '",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `# Written by Datong at each start; changes here are lost. Put your own settings at the end of postgresql.conf.\n${lines.join("\n")}\n`;
}

/** Of this machine, or of the container that we are in. */
export function memoryBytes(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem();
}
