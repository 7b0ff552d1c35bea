/** Who holds a flow's lease, as a text: the machine, the process and when it began. A process id may come back after a restart. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

const STARTED_AT = Math.round(performance.timeOrigin);

/** A new holder within this process. */
export function leaseOwner(): string {
  return `${hostname()}:${process.pid}:${STARTED_AT}:${randomUUID()}`;
}

/** A holder on this machine is alive when its process is; of another machine only its lease tells. */
export function isOwnerAlive(owner: string): boolean {
  const [host, pid, startedAt] = owner.split(":");
  if (host !== hostname()) return true;
  if (Number(pid) === process.pid) return startedAt === String(STARTED_AT);
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
