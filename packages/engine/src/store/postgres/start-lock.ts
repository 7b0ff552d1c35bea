/**
 * A lock between processes on one machine: a file that names its holder. It guards starting and stopping the server.
 * The file comes into being with its content (hard link of a finished file), so nobody ever reads a half-written one.
 * A lock whose holder is dead is broken under a second lock of the same kind, so that two waiters cannot both break it.
 * Waiting is bounded: STORE_LOCK_TIMEOUT. PostgreSQL's own postmaster.pid stays the last line of defence.
 */
import { randomBytes } from "node:crypto";
import { link, readFile, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DatongError } from "@datong/core";
import { errorCodeOf, unlinkIfThere } from "./files.ts";
import { isAlive, ownIdentity, readIdentity, writeIdentity } from "./process-identity.ts";

const pollMs = 40;
const breakerAgeMsMax = 10_000;

/** Runs the work while holding the lock file. */
export async function withStartLock<T>(file: string, waitMsMax: number, work: () => Promise<T>): Promise<T> {
  const nonce = randomBytes(8).toString("hex");
  const text = `${writeIdentity(ownIdentity())} ${nonce}\n`;
  const draft = `${file}.${process.pid}-${nonce}`;
  await writeFile(draft, text, { flag: "wx", mode: 0o600 });
  try {
    await acquire(file, draft, waitMsMax);
  } finally {
    await unlinkIfThere(draft);
  }
  try {
    return await work();
  } finally {
    if ((await readText(file)) === text) await unlinkIfThere(file);
  }
}

async function acquire(file: string, draft: string, waitMsMax: number): Promise<void> {
  const startedAt = Date.now();
  while (!(await tryLink(draft, file))) {
    const held = await readText(file);
    if (held !== undefined && !holderLives(held)) {
      await breakStale(file, draft, held);
      continue;
    }
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > waitMsMax) {
      throw new DatongError("STORE_LOCK_TIMEOUT", { waitedMs, file, pid: readIdentity(held ?? "")?.pid ?? 0 });
    }
    await sleep(pollMs + Math.random() * pollMs);
  }
}

function holderLives(text: string): boolean {
  const holder = readIdentity(text);
  return holder !== undefined && isAlive(holder);
}

async function breakStale(file: string, draft: string, stale: string): Promise<void> {
  const breaker = `${file}.break`;
  if (await tryLink(draft, breaker)) {
    try {
      if ((await readText(file)) === stale) await unlinkIfThere(file);
    } finally {
      await unlinkIfThere(breaker);
    }
    return;
  }
  // Breaking takes microseconds; an old breaker belongs to a process that was killed in between.
  const made = await stat(breaker).catch((error: unknown) => ignoreMissing(error));
  if (made !== undefined && Date.now() - made.ctimeMs > breakerAgeMsMax) await unlinkIfThere(breaker);
  await sleep(pollMs);
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: unknown) => ignoreMissing(error));
}

function ignoreMissing(error: unknown): undefined {
  if (errorCodeOf(error) === "ENOENT") return undefined;
  throw error;
}
