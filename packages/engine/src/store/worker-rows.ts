/**
 * The processes that work on this database. A row is a living process: renewed by a heartbeat, deleted at its end. Whoever finds one
 * that is dead (its process is gone from the same host, or its heartbeat stopped) removes it and makes what it had claimed due at once.
 */
import { randomInt, randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type pg from "pg";
import type { Queryable } from "./transaction.ts";
import { isAlive, ownIdentity, readIdentity, writeIdentity } from "./postgres/process-identity.ts";

export interface WorkerIdentity {
  /** Owner of the tasks that it claims. */
  readonly id: string;
  /** 0 to 1023, in the ids that it makes; no two living processes have the same. */
  readonly number: number;
}

/**
 * Without a heartbeat for so long a process of another host counts as dead. Longer than a task's lease: what it claimed while it beat has
 * run out by then, and a process that only stood still must not find that another one was quicker than its lease.
 */
export const BEAT_LEASE_MS = 30_000;
/** Process numbers mean something only to those who see the same processes: containers may share a host name. */
const HOST = `${hostname()} ${processSpace()}`;
const NUMBERS = 1024;
const TRIES = 50;

/** Registers this process under a number that nobody living has. */
export async function registerWorker(pool: pg.Pool): Promise<WorkerIdentity> {
  const id = randomUUID();
  for (let left = TRIES; left > 0; left -= 1) {
    // At random, so that a number rests after its process has died.
    const number = randomInt(NUMBERS);
    const { rowCount } = await pool.query(
      "insert into worker (id, number, host, process) values ($1, $2, $3, $4) on conflict (number) do nothing",
      [id, number, HOST, writeIdentity(ownIdentity())],
    );
    if (rowCount === 1) return { id, number };
    await buryWorkers(pool);
  }
  throw new Error(`no free process number: ${NUMBERS} processes seem to work on this database`);
}

/** Renews the heartbeat. A process that was taken for dead, such as a machine that slept, is entered again. */
export async function beat(pool: pg.Pool, worker: WorkerIdentity): Promise<void> {
  await pool.query({
    name: "worker_beat",
    text: `insert into worker as w (id, number, host, process) values ($1, $2, $3, $4)
      on conflict (id) do update set beat_at = excluded.beat_at`,
    values: [worker.id, worker.number, HOST, writeIdentity(ownIdentity())],
  });
}

/** Ids of the processes that live. Nobody is removed: who does that makes due what they had claimed. */
export async function livingWorkers(pool: Queryable): Promise<readonly string[]> {
  return (await allWorkers(pool)).filter((row) => !isDead(row)).map((row) => row.id);
}

async function allWorkers(pool: Queryable) {
  const { rows } = await pool.query<{ id: string; host: string; process: string; stale: boolean }>({
    name: "worker_all",
    text: "select id, host, process, beat_at < now() - make_interval(secs => $1) as stale from worker",
    values: [BEAT_LEASE_MS / 1000],
  });
  return rows;
}

/** Removes dead processes and their shares of budgets, and gives the ids of those that live. What the dead had claimed is due at once. */
export async function buryWorkers(pool: pg.Pool, lanes: readonly number[] = []): Promise<readonly string[]> {
  const rows = await allWorkers(pool);
  const dead = rows.filter((row) => isDead(row)).map((row) => row.id);
  for (const lane of dead.length === 0 ? [] : lanes) {
    await pool.query("update task set run_at = now() where lane = $1 and owner = any($2::uuid[]) and run_at > now()", [lane, dead]);
  }
  if (dead.length > 0) {
    await pool.query("delete from budget_share where worker = any($1::uuid[])", [dead]);
    await pool.query("delete from worker where id = any($1::uuid[])", [dead]);
  }
  return rows.map((row) => row.id).filter((id) => !dead.includes(id));
}

/** The clean end. */
export async function removeWorker(pool: pg.Pool, worker: string): Promise<void> {
  await pool.query("delete from budget_share where worker = $1", [worker]);
  await pool.query("delete from worker where id = $1", [worker]);
}

function isDead(row: { readonly host: string; readonly process: string; readonly stale: boolean }): boolean {
  const identity = row.host === HOST ? readIdentity(row.process) : undefined;
  if (identity === undefined || identity.bootId !== ownIdentity().bootId) return row.stale;
  return !isAlive(identity);
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch (error) {
    // No /proc: not Linux, one space for all.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
