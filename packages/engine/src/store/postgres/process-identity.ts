/**
 * Who a process is, so that a reused process number is never taken for the process that wrote it down.
 * The identity is process number, start time in kernel ticks and boot id; all three come from Linux's /proc.
 * Where /proc is missing only the number counts, which is weaker but never calls a living process dead.
 */
import { readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
}

/** The identity of a living process, or undefined when there is none (a zombie counts as none). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return hasProc() || !answersSignal(pid) ? undefined : { pid, startTicks: "", bootId: "" };
  // The second field is the program's name in brackets and may hold spaces, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return { pid, startTicks: fields[19] ?? "", bootId: (readIfThere("/proc/sys/kernel/random/boot_id") ?? "").trim() };
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid) ?? { pid: process.pid, startTicks: "", bootId: "" };
}

/** Whether exactly this process still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** One line for a file. */
export function writeIdentity(identity: ProcessIdentity): string {
  return `${identity.pid} ${identity.startTicks || "-"} ${identity.bootId || "-"}`;
}

/** Reads what `writeIdentity` wrote; undefined when the text is something else, such as a file cut short by a full disk. */
export function readIdentity(text: string): ProcessIdentity | undefined {
  const [pid, startTicks, bootId] = text.trim().split(" ");
  if (pid === undefined || !/^\d+$/.test(pid) || startTicks === undefined || bootId === undefined) return undefined;
  return { pid: Number(pid), startTicks: startTicks === "-" ? "" : startTicks, bootId: bootId === "-" ? "" : bootId };
}

/** The arguments a living process was started with, or an empty list. */
export function commandLineOf(pid: number): readonly string[] {
  return (readIfThere(`/proc/${pid}/cmdline`) ?? "").split("\0").filter((part) => part !== "");
}

function hasProc(): boolean {
  return readIfThere("/proc/self/stat") !== undefined;
}

function answersSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it lives and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return undefined;
    throw error;
  }
}
